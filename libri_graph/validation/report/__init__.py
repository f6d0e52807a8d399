"""A validation report for people (text, HTML) and for programs (JSON, Turtle)."""

from libri_graph.validation.report.machine import as_json, as_turtle
from libri_graph.validation.report.page import as_html
from libri_graph.validation.report.text import as_text

__all__ = ["as_html", "as_json", "as_text", "as_turtle"]
