"""The service stands on the brokerage; the floors below know nothing of the service."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = {"fastapi", "starlette", "prometheus_client", "starlette_csrf", "uvicorn"}
HELPERS = {"pydantic", "pydantic_core", "sqlalchemy", "sqlmodel"}
SIGN_IN = {"authlib", "httpx2", "itsdangerous", "joserfc"}
OWN = {
    "render.py": {"jinja2"},
    "provider.py": SIGN_IN,
    "rates.py": {"limits"},
    "settings.py": {"limits"},
}
"""What one module alone may know, so that it can be changed there alone."""
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
    others -= OWN.get(path.name, set())
    assert others == set()


@pytest.mark.parametrize("floor", ["broker", "matching", "pricing"])
def test_no_floor_below_imports_the_service_or_the_web(floor: str) -> None:
    for path in sorted((ROOT / floor).rglob("*.py")):
        assert not imported(path) & {"api", *WEB}, path


def names_of_the_database(path: Path) -> set[str]:
    """What a module takes from the packages of the database."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("sql")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sql"):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_a_page_hands_a_session_on_and_asks_it_nothing() -> None:
    for path in sorted((ROOT / "api/pages").rglob("*.py")):
        assert names_of_the_database(path) <= {"sqlmodel.Session"}, path
        assert not re.search(r"session\.(execute|get|exec|scalars?)\(", path.read_text()), path


def test_no_route_knows_the_database_only_the_work_behind_them_does() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "api").rglob("*.py")
        if names_of_the_database(path) and path.parent.name != "pages"
    }
    assert users == {
        "api/account_book.py",
        "api/asked_for.py",
        "api/borough.py",
        "api/borough_costs.py",
        "api/borough_statement.py",
        "api/decided.py",
        "api/desk_lists.py",
        "api/home_desk.py",
        "api/jobs.py",
        "api/lives.py",
        "api/looks.py",
        "api/once.py",
        "api/placed.py",
        "api/records.py",
        "api/reports.py",
        "api/serve.py",
        "api/sharing.py",
        "api/signing.py",
        "api/tellings.py",
        "api/work_lists.py",
        "api/young.py",
    }
