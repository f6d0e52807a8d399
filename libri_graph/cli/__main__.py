"""`python -m libri_graph.cli` is `libri`."""

from libri_graph.cli import main

main()
