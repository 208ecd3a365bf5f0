"""Draw what the graph holds: chains in layers, networks, matrices, flows of money, cascades of targets, timelines."""
