"""What whoever runs a site for the public has to say: what becomes of readers' data, and for whom it works."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from server.responses import page

pages = Blueprint("statements", __name__)


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Tell what is written down of a visit."""
    return page("privacy.html", "/privacy", contact=_contact())


@pages.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Tell for whom the pages work, how that was tried, and what does not work yet."""
    return page("accessibility.html", "/accessibility", contact=_contact())


def _contact() -> str | None:
    found: str | None = current_app.extensions["libri"].settings.contact
    return found
