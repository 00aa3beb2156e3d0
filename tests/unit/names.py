"""Names that documents and container files use, and where the program has them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from api.settings import Rates

ROOT = Path(__file__).parents[2]

AWAITED: Final[frozenset[str]] = frozenset()
"""Commands that the documents describe before the program has them: none."""

AWAITED_ROUTES: Final[frozenset[str]] = frozenset()
"""Routes likewise."""


def settings_known() -> set[str]:
    """Every BROKER_… name that the program's own code reads."""
    found = {f"BROKER_RATE_{name.upper()}" for name in Rates.__dataclass_fields__}
    for room in ("api", "broker"):
        for path in (ROOT / room).rglob("*.py"):
            found |= set(re.findall(r"BROKER_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
    return found
