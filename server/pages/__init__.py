"""Views: each reads like the sentence that it serves."""
