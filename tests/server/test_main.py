"""The server says where it is, ends well when it is told to, and says so where it cannot listen."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.w3c.server import CHECKOUT, clean_environment, command, free_port, said, stop, wait_until_ready


def serving(port: int, data_dir: Path, log: Path) -> subprocess.Popen[bytes]:
    words = command("serve", "--port", str(port), "--data-dir", str(data_dir))
    with log.open("wb") as output:
        return subprocess.Popen(words, cwd=CHECKOUT, env=clean_environment(), stdout=output, stderr=output)


def test_a_server_ends_well_and_keeps_its_place_until_then(tmp_path: Path) -> None:
    data_dir, port = tmp_path / "libri", free_port()
    said("init", "--empty", "--plain", "--data-dir", str(data_dir))
    server = serving(port, data_dir, tmp_path / "log")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/health/ready", server, tmp_path / "log")
        other = serving(port, data_dir, tmp_path / "other")
        assert other.wait(60) == 2
        assert f"nobody can listen at 127.0.0.1 port {port}" in (tmp_path / "other").read_text(encoding="utf-8")
        with httpx.Client() as kept:  # a connection that is kept holds nothing up
            assert kept.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0
    finally:
        stop(server)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


@pytest.mark.parametrize("late", ["flask", "babel", "rdflib", "pyshacl", "tantivy", "prometheus_client"])
def test_a_server_opens_without_what_only_pages_and_writes_need(late: str) -> None:
    program = f"import sys, libri_graph.cli.serving, server.edge; sys.exit({late!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, check=False).returncode == 0
