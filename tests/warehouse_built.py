"""A warehouse built over records on the day of the test, so that pages of reports show figures."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.store.clock import today
from broker.warehouse.run import bring_up

BUILDER = Actor("test", Role.ADMINISTRATOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP)


def build_warehouse(engine: Engine, folder: Path, day: date | None = None) -> None:
    """Build it in a folder of its own within `folder`, its keys apart from its files."""
    own = Path(tempfile.mkdtemp(dir=folder))
    keys = own / "apart" / "keys.json"
    keys.parent.mkdir()
    bring_up(engine, own / "files", keys, day or today(), BUILDER, whole=True)
