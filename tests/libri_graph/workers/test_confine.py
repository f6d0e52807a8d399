"""A process that has given something up cannot take it back: tried out in processes of their own."""

from __future__ import annotations

import mmap
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from libri_graph.workers.confine import SOCKET_CALL, address_space

ROOT = Path(__file__).resolve().parents[3]
linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in SOCKET_CALL,
    reason="what a worker gives up is known for Linux on x86-64 and ARM only",
)
BEGIN = "import os, socket, sys\nfrom libri_graph.workers import confine\n"
TRY = """
def tried(work):
    try:
        work()
    except OSError as fault:
        return type(fault).__name__
    return "done"
"""


def told(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + TRY + program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@linux
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_without_a_network_no_socket_leads_out_and_local_ones_work(family: str) -> None:
    program = f"""
assert confine.give_up_network()
kind = socket.SOCK_RAW if "{family}" == "AF_PACKET" else socket.SOCK_DGRAM
print(tried(lambda: socket.socket(socket.{family}, kind)))
print(tried(lambda: socket.socketpair()[0].close()))
"""
    assert told(program).split() == ["PermissionError", "done"]


@linux
def test_children_have_no_network_either() -> None:
    program = """
assert confine.give_up_network()
child = "import socket; socket.socket()"
import subprocess
print(subprocess.run([sys.executable, "-c", child], capture_output=True).returncode)
"""
    assert told(program) != "0"


def test_without_writing_no_file_grows_and_sockets_go_on(tmp_path: Path) -> None:
    program = f"""
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
confine.give_up_writing()
def write():
    with open({str(tmp_path / "file")!r}, "wb", buffering=0) as file:
        file.write(b"x")
def send():
    one, other = socket.socketpair()
    one.sendall(b"x" * 1000)
    assert len(other.recv(1000)) == 1000
for name in (write, send):
    result = tried(name)
    sys.stdout.write(result + " ")
"""
    assert told(program).split() == ["OSError", "done"]
    assert (tmp_path / "file").read_bytes() == b""


@linux
def test_a_process_ends_with_its_owner_however_that_ends() -> None:
    child = (
        BEGIN + "confine.die_with_owner()\nsys.stdout.write('up\\n'); sys.stdout.flush()\nimport time\ntime.sleep(60)"
    )
    parent = f"""
import os, subprocess, sys, time
started = subprocess.Popen([sys.executable, "-c", {child!r}], stdout=subprocess.PIPE)
started.stdout.readline()
sys.stdout.write(str(started.pid)); sys.stdout.flush()
os.kill(os.getpid(), 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", parent], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while lives(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(int(done.stdout))


@linux
@pytest.mark.parametrize(("owner", "status"), [("os.getppid()", 0), ("os.getppid() + 1", -signal.SIGKILL)])
def test_a_process_whose_owner_has_ended_before_ends_at_once(owner: str, status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{BEGIN}import os\nconfine.die_with_owner({owner})"], cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == status


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_address_space_is_at_least_what_is_held() -> None:
    before = address_space()
    with mmap.mmap(-1, 64 << 20) as held:  # new space, where a bytearray may take some that was held before
        assert address_space() - before >= len(held) * 0.9


@linux
def test_the_engine_itself_reaches_nobody_out_of_a_worker() -> None:
    """Its own SERVICE and LOAD, with no check before them, in a process that has given up what a worker does."""
    program = """
from pyoxigraph import Store
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(1)
address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
confine.give_up_writing()
assert confine.give_up_network()
store = Store()
found = []
try:
    list(store.query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"))
    found.append("answered")
except (OSError, RuntimeError, ValueError):
    found.append("failed")
try:
    store.update(f"LOAD <{address}>")
    found.append("loaded")
except (OSError, RuntimeError, ValueError):
    found.append("failed")
try:
    listener.accept()
    found.append("reached")
except TimeoutError:
    found.append("unreached")
sys.stdout.write(" ".join(found))
"""
    assert told(program) == "failed failed unreached"


@linux
def test_who_gives_way_interrupts_nobody() -> None:
    assert told("confine.give_way()\nprint(os.sched_getscheduler(0) == os.SCHED_BATCH)") == "True"
