"""Search by words of any language and script of the product: forms, beginnings, typos, and the same thing elsewhere."""
