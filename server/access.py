"""Who may write here: the bearer token of a request."""

from __future__ import annotations

from libri_graph.access.tokens import Token, Tokens
from libri_graph.errors import TokenMissing, WriteRefused
from server.clients import Failures
from server.request import Request


class Access:
    """Looks at the tokens of requests."""

    def __init__(self, tokens: Tokens, public_url: str) -> None:
        self._tokens = tokens
        self._failures = Failures()
        self._origin = public_url.rstrip("/")

    def demand_token(self, request: Request, field: str = "") -> Token:
        """Return the good token of a request: its bearer token, else the one that `field` of its form holds.

        Raises `TokenMissing` without a good one, `WriteRefused` for a form of another site, `TooManyRequests` for a
        client that tries too often.
        """
        self._failures.demand_few(request.client)
        scheme, _, written = request.header("authorization").partition(" ")
        shown = written.strip() if scheme.lower() == "bearer" else field.strip()
        if not shown:
            raise TokenMissing("this needs a token: Authorization: Bearer ...")
        try:
            token = self._tokens.find(shown)
        except TokenMissing:
            self._failures.count(request.client)
            raise
        origin = request.header("origin")
        if origin and origin.rstrip("/") != self._origin:
            raise WriteRefused("a page of another site may not write here")
        return token

    def demand_writer(self, request: Request) -> Token:
        """Return the token of a request that may write. Raises as `demand_token`, and `WriteRefused` for any other."""
        token = self.demand_token(request)
        if not token.writes:
            raise WriteRefused("this token does not allow to write data")
        return token
