"""The LIBRI Graph library: knows the graph, its sources and its stores, and no HTTP server."""

__version__ = "0.1.0"
