"""What stands in deploy/ can be read by those it is for, and names only what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from libri_graph import settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
INSTRUCTIONS = {
    *("FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"),
}


def test_only_settings_that_there_are_are_set() -> None:
    files = [path for path in DEPLOY.iterdir() if path.is_file()]
    named = {
        name for path in files for name in re.findall(rf"\b{settings.PREFIX}[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= settings.names()


def test_the_unit_is_understood_by_systemd(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine; it belongs to systemd")
    text = (DEPLOY / "libri-graph.service").read_text(encoding="utf-8")
    assert "ExecStart=/opt/libri-graph/.venv/bin/libri serve\n" in text
    unit = tmp_path / "libri-graph.service"
    unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text).replace("file:///opt", "file:///"))
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    told = [line for line in done.stderr.splitlines() if "libri-graph" in line]
    assert told == []


def test_the_site_is_understood_by_nginx(tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not on this machine; its example is only read")
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"ssl_certificate\S* \S+;|(?<= )ssl(?=;)", "", text).replace("443", "8443").replace("80;", "8080;")
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {text} }}")
    done = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(whole)], capture_output=True, text=True, timeout=60, check=False
    )
    assert "syntax is ok" in done.stderr, done.stderr


def test_the_blocks_of_the_site_are_closed_and_its_lines_ended() -> None:
    lines = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").splitlines()
    code = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    assert all(line.endswith((";", "{", "}")) for line in code)
    assert sum(line.endswith("{") for line in code) == sum(line == "}" for line in code)


def test_the_container_is_made_of_known_words_and_of_make_targets() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    assert {line.split()[0] for line in text.splitlines() if line.strip()} <= INSTRUCTIONS
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)(?= &&)", text)) == {"setup"} <= targets


def test_what_is_needed_to_serve_goes_into_the_container() -> None:
    left_out = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").split()
    needed = (
        "libri_graph",
        "server",
        "web",
        "ontology",
        "shapes",
        "data",
        "requirements",
        "Makefile",
        "pyproject.toml",
    )
    assert not set(left_out) & set(needed)
    assert all((ROOT / name).exists() for name in needed)
