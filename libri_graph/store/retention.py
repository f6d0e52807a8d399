"""Which generations are kept: the last ones, one a day of the last month, and one a month for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

DAYS: Final = 30


def kept(numbers: Sequence[int], created: Mapping[int, str], keep: int, now: datetime) -> set[int]:
    """Return which of `numbers` (ascending) are kept: the last `keep`, the last of each day and of each month.

    `created` says when each of the others was published, ``YYYY-MM-DDThh:mm:ssZ``; days count for 30 days.

    >>> times = {1: "2026-01-05T00:00:00Z", 2: "2026-01-06T00:00:00Z", 3: "2026-02-01T00:00:00Z"}
    >>> sorted(kept([1, 2, 3, 4], times, 1, datetime(2026, 2, 20)))
    [2, 3, 4]
    """
    since = (now - timedelta(days=DAYS)).strftime("%Y-%m-%d")
    last_of_day = {created[number][:10]: number for number in numbers if number in created}
    last_of_month = {created[number][:7]: number for number in numbers if number in created}
    daily = {number for day, number in last_of_day.items() if day >= since}
    return {*numbers[-keep:], *daily, *last_of_month.values()}
