"""Virtuoso, where the package `virtuoso-opensource` is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

from benchmarks.contestants import Contestant
from benchmarks.processes import free_port, running

PROGRAM: Final = "virtuoso-t"
CLIENTS: Final = ("isql-vt", "isql-v", "isql")
DIRECTORY: Final = "virtuoso-opensource"
INI: Final = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 40
KeepAliveTimeout = 60
MaxKeepAlives = 40
[SPARQL]
DefaultQuery = ASK {{}}
"""


class Virtuoso(Contestant):
    """Asks the union of all graphs by default; takes updates only after a login, which is not measured."""

    name = "virtuoso"
    query_path = "/sparql"
    update_path = "/sparql"

    @classmethod
    def usual(cls, triples: int) -> bool:  # noqa: ARG003  # it holds any number
        """Return whether it is installed."""
        return shutil.which(PROGRAM) is not None

    def load(self) -> float:
        """Load through its own bulk loader. Raises `RuntimeError` where it is not installed."""
        if not self.usual(0):
            raise RuntimeError("not installed (apt install virtuoso-opensource)")
        return super().load() + self._bulk()

    def loading(self) -> Sequence[Sequence[str]]:
        """Return nothing: it loads while it runs."""
        return ()

    def serving(self, port: int) -> Sequence[str]:
        """Return `virtuoso-t` in the foreground."""
        return self._command(port, free_port())

    def _command(self, http: int, sql: int) -> Sequence[str]:
        ini = self.folder / "virtuoso.ini"
        ini.write_text(INI.format(folder=self.folder, data=self.data.folder, sql=sql, http=http), encoding="utf-8")
        return [PROGRAM, "+foreground", "+configfile", str(ini)]

    def _bulk(self) -> float:
        http, sql = free_port(), free_port()
        client = next((name for name in CLIENTS if shutil.which(name)), None)
        if client is None:
            raise RuntimeError(f"none of {', '.join(CLIENTS)} is installed")
        orders = [
            f"ld_dir('{self.data.folder}', '{self.data.quads.name}', 'urn:none');",
            "rdf_loader_run();",
            "checkpoint;",
        ]
        with running(self._command(http, sql), http, self.folder / "log") as server:
            server.wait()
            command = [client, f"127.0.0.1:{sql}", "dba", "dba", *(f"exec={order}" for order in orders)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-400:])
        return _seconds_of(done.stdout)


def _seconds_of(told: str) -> float:
    """Return the sum of the milliseconds that its client tells of each order."""
    return sum(int(number) for number in re.findall(r"(\d+) msec", told)) / 1000
