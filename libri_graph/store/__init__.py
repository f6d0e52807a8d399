"""Where the graph is kept: one protocol, the embedded engine, its generations, and our own queries bound to values."""
