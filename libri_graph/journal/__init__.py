"""The journal: every change that was ever acknowledged, in order. It is the truth; a generation is made from it."""
