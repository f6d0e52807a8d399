"""One write, from proposal to published generation: lock, checkpoint, replace, view, validate, publish."""
