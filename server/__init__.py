"""The HTTP side: connections, an edge that answers SPARQL and graphs itself, and Flask pages behind it."""
