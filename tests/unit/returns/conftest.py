from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.returns.written import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty folder of Havering's returns, of two young people."""
    return Folder(tmp_path / "returns")
