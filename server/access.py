"""Who may write here: the bearer token of a request."""

from __future__ import annotations

from libri_graph.access.tokens import Token, Tokens
from libri_graph.errors import TokenMissing, WriteRefused
from server.asgi import Request
from server.clients import Failures


class Access:
    """Looks at the tokens of requests."""

    def __init__(self, tokens: Tokens, public_url: str) -> None:
        self._tokens = tokens
        self._failures = Failures()
        self._origin = public_url.rstrip("/")

    def demand_writer(self, request: Request) -> Token:
        """Return the token of a request that may write.

        Raises `TokenMissing` without a good token, `WriteRefused` for one that does not allow it or for a form of
        another site, `TooManyRequests` for a client that tries too often.
        """
        self._failures.demand_few(request.client)
        scheme, _, written = request.header("authorization").partition(" ")
        if scheme.lower() != "bearer" or not written:
            raise TokenMissing("this needs a token: Authorization: Bearer ...")
        try:
            token = self._tokens.find(written.strip())
        except TokenMissing:
            self._failures.count(request.client)
            raise
        origin = request.header("origin")
        if origin and origin.rstrip("/") != self._origin:
            raise WriteRefused("a page of another site may not write here")
        if not token.writes:
            raise WriteRefused("this token does not allow to write data")
        return token
