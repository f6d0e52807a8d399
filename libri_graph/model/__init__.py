"""Frozen objects that pages and reports are made of; they know no store."""
