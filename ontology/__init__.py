"""Hold what the words mean: the ontology, the tables, the identifiers."""
