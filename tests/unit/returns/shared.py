"""Where the synthetic returns shared with everyone lie, on a machine that has them."""

from __future__ import annotations

from pathlib import Path

import pytest


def shared(*parts: str) -> Path:
    """A path of the shared data; the test is skipped where they are not."""
    for above in Path(__file__).parents:
        found = above.joinpath("shared", "data", *parts)
        if found.exists():
            return found
    pytest.skip(f"shared/data/{'/'.join(parts)} is not on this machine")
