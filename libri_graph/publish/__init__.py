"""The graph as others take it home: descriptions in every RDF format, JSON-LD for the portal, VoID, dumps."""
