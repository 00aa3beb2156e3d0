"""The service stands on the brokerage; the floors below know nothing of the service."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = {"fastapi", "starlette", "starlette_csrf", "uvicorn"}
HELPERS = {"prometheus_client", "pydantic", "pydantic_core", "sqlalchemy", "sqlmodel"}
BELOW = {"api", "broker", "matching", "pricing"}


def imported(path: Path) -> set[str]:
    """The top-level names a module imports, from wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "api").rglob("*.py")), ids=lambda path: path.name)
def test_the_service_imports_the_floors_below_and_few_others(path: Path) -> None:
    others = imported(path) - set(sys.stdlib_module_names) - BELOW - WEB - HELPERS
    assert others == set()


@pytest.mark.parametrize("floor", ["broker", "matching", "pricing"])
def test_no_floor_below_imports_the_service_or_the_web(floor: str) -> None:
    for path in sorted((ROOT / floor).rglob("*.py")):
        assert not imported(path) & {"api", *WEB}, path


def test_no_route_knows_the_database_only_the_work_behind_them_does() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "api").rglob("*.py")
        if imported(path) & {"sqlalchemy", "sqlmodel"}
    }
    assert users == {
        "api/desk_lists.py",
        "api/lives.py",
        "api/once.py",
        "api/records.py",
        "api/signing.py",
    }
