"""Questions about the graph, answered as model objects: one module for each subject."""
