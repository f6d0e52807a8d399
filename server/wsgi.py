"""The pages behind ASGI: made ready beside the first answers, as their imports take longer than all the rest."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Final

from libri_graph.settings import Settings
from server.asgi import Receive, Scope, Send
from server.current import CurrentStore
from server.files import FileSender, as_sent

log = logging.getLogger(__name__)
THREADS: Final = 8
PAUSE_SECONDS: Final = 0.5
"""After the start, before the pages are made ready while nobody has asked for one."""


class Pages:
    """The Flask application, for whoever asks for a page."""

    def __init__(self, settings: Settings, current: CurrentStore, run_query: Any, public_url: str) -> None:
        self._arguments = (settings, current, run_query, public_url)
        self._making: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Have them made ready soon."""
        self._timer = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._made)

    async def stop(self) -> None:
        """Forget it, where they were not made yet."""
        if self._timer is not None:
            self._timer.cancel()
        if self._making is not None:
            with contextlib.suppress(Exception):  # who asked for a page has heard of it
                await self._making

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page."""
        application = await asyncio.shield(self._made())
        await application(scope, receive, FileSender(send, receive, head=scope["method"] == "HEAD"))

    def _made(self) -> asyncio.Task[Any]:
        if self._making is None:
            self._making = asyncio.get_running_loop().create_task(asyncio.to_thread(self._make))
            self._making.add_done_callback(_told)
        return self._making

    def _make(self) -> Any:
        from a2wsgi import WSGIMiddleware

        from server.app import create_app

        application = create_app(*self._arguments)
        application.config["USE_X_SENDFILE"] = True
        application.after_request(as_sent)
        return WSGIMiddleware(application.wsgi_app, workers=THREADS)  # type: ignore[arg-type]  # its own WSGI types


def _told(making: asyncio.Task[Any]) -> None:
    """Log what kept the pages from being made; SPARQL goes on."""
    if not making.cancelled() and (fault := making.exception()) is not None:
        log.error("the pages cannot be shown", exc_info=fault)
