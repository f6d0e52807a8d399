"""The W3C's SPARQL 1.1 test suites, run against a server over HTTP: `python -m tests.w3c`."""
