"""Read texts into records, and records into a graph."""
