"""Who may write: tokens, their scopes, and how often somebody may fail."""
