"""Moving memories: as records, as JSON lines, as RDF, or from one folder into another."""
