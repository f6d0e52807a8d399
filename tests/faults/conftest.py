"""Quiet clients: the log of a fault test is about faults."""

from __future__ import annotations

import logging

logging.getLogger("httpx").setLevel(logging.WARNING)
