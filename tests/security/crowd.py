"""Many clients at a time."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from .probe import Probe, demand
from .target import Target, exchange

HALF_OPEN = 300
CLOSED_SECONDS = 10.0
CROWD = 1_000
CROWD_SECONDS = 30.0


def half_open(target: Target) -> str:
    """Three hundred clients announce a body and send none: others are served, and these are closed in ten seconds."""
    return asyncio.run(_half_open(target))


async def _half_open(target: Target) -> str:
    body = f"POST {target.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    body += "Content-Length: 100\r\n\r\nASK"
    head = f"GET {target.path}?query=ASK HTTP/1.1\r\nHost: x\r\nX-Slow: "
    opened = [await asyncio.open_connection(*target.place) for _ in range(HALF_OPEN)]
    for number, (_, writer) in enumerate(opened):
        writer.write((body if number % 3 else head).encode())
    await asyncio.sleep(0.5)
    answer = await asyncio.to_thread(exchange, "GET", target.query, 10, params={"query": "ASK {}"})
    target.seen.append(answer)
    began = time.monotonic() - 0.5
    try:
        await asyncio.wait_for(asyncio.gather(*(_closed(reader) for reader, _ in opened)), 15)
        closed = time.monotonic() - began
    except TimeoutError:
        closed = 99.0
    for _, writer in opened:
        writer.close()
    demand(answer.status == 200 and answer.seconds < 0.25, f"ASK {{}}: {answer}")
    demand(
        closed <= CLOSED_SECONDS, f"ASK {{}} {answer}, not closed in time" if closed == 99 else f"closed {closed:.1f} s"
    )
    return f"ASK {{}} {answer}, closed after {closed:.1f} s"


async def _closed(reader: asyncio.StreamReader) -> None:
    try:
        while await reader.read(65536):
            pass
    except OSError:
        pass


def crowd(target: Target) -> str:
    """A thousand ask at once: each is answered, or told when to come again; none is cut off."""
    found = asyncio.run(_crowd(target))
    told = Counter(status for status, _, _ in found)
    for status, retry, _ in found:
        demand(status == 200 or (status in (429, 503) and retry), f"{dict(told)}")
    times = sorted(seconds for _, _, seconds in found)
    return f"{dict(told)}, p50 {times[len(times) // 2]:.2f} s, p99 {times[int(len(times) * 0.99)]:.2f} s"


async def _crowd(target: Target) -> list[tuple[int, bool, float]]:
    return list(await asyncio.gather(*(_one(target) for _ in range(CROWD))))


async def _one(target: Target) -> tuple[int, bool, float]:
    began = time.monotonic()
    request = f"GET {target.path}?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    try:
        async with asyncio.timeout(CROWD_SECONDS):
            reader, writer = await asyncio.open_connection(*target.place)
            writer.write(request.encode())
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        return 0, False, time.monotonic() - began
    status = int(answer[9:12]) if answer.startswith(b"HTTP/1.") else 0
    return status, b"\nretry-after:" in answer.lower(), time.monotonic() - began


PROBES = (
    Probe("34", "300 half-open requests", half_open),
    Probe("35", "1,000 concurrent ASK", crowd),
)
