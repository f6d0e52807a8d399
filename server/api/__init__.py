"""The API: records and lists as JSON-LD, GeoJSON and CSV, and the documents that describe them."""
