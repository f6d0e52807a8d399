"""How the server opens: the process that workers come from gets ready on another core while ours imports the rest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from libri_graph.settings import read_settings
from libri_graph.workers import confine
from libri_graph.workers.link import Nursery

if TYPE_CHECKING:
    from server.edge import Edge


def create() -> Edge:
    """Return the application, with settings from the environment. It ends with the process that watches over it.

    Else, after a kill of that one, it would go on at the same port beside the next that is started.
    """
    confine.die_with_owner()
    settings = read_settings(os.environ)
    nursery = Nursery(settings.query_memory_mb)
    nursery.begin()

    from server.edge import Edge

    return Edge(settings, nursery)
