"""From what a source gives (files today) to the quads of that source's graph."""
