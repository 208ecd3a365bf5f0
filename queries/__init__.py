"""Keep the graph and answer questions about it."""
