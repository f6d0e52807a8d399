"""One query with the limits of the pool, where there is no server."""

from __future__ import annotations

import asyncio

from libri_graph.workers.job import Job
from libri_graph.workers.link import Nursery
from libri_graph.workers.pool import Pool


def run_once(job: Job, memory_mb: int) -> tuple[str, bytes]:
    """Run one job in a pool of its own and return the kind of answer with its whole body."""

    async def run() -> tuple[str, bytes]:
        pool = Pool(1, Nursery(memory_mb))
        await pool.start()
        try:
            async with await pool.run(job) as answer:
                return answer.kind, await answer.body()
        finally:
            await pool.stop()

    return asyncio.run(run())
