"""The victim of forged requests: a listener on loopback that counts who comes."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Length: 43\r\nConnection: close\r\n\r\n"
    b"<http://secret/> <http://secret/> 'secret' .\n"
)


class Canary:
    """Listens until the block ends."""

    def __init__(self) -> None:
        self.hits = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Canary:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.hits += 1
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(1)
                    connection.recv(4096)
                    connection.sendall(ANSWER)
