"""What an attacker or a clumsy client sends, and how any SPARQL endpoint stands it."""
