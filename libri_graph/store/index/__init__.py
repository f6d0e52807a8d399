"""The side index: lists with facets, the map, prepared cards and text, derived from one generation at a time."""
