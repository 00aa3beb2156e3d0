"""Where somebody goes once they have signed in: a page of this service, and nowhere else."""

from __future__ import annotations


def safe(back: str) -> str:
    """Where to go after signing in: a page of this service and nowhere else."""
    fits = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if fits and "\\" not in back else "/"
