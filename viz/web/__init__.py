"""Serve the graph to people and programs, from this machine alone: pages, questions and a SPARQL endpoint."""
