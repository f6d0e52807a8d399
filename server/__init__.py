"""The HTTP side: a small ASGI edge, and Flask pages behind it."""
