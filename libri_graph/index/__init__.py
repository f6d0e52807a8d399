"""The side index: lists with facets, the map, prepared cards and text, derived from one generation at a time.

It stands above the store, whose view it reads, and below the catalogue, which may answer from it.
"""
