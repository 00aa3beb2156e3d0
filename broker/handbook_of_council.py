"""The parts of a council's documents that come from the code: tables, recipients, gates, duties.

A data-protection assessment that lists yesterday's tables protects nobody, so these are made, and
`broker.handbook` writes them into the documents (see there).
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from broker import life, tables
from broker.access.actor import PLACES_OF_ROLES, OrganisationKind, Role
from broker.access.allowed import ACTS, Scope
from broker.life.care import Care
from broker.life.form import Form, Identity, Person

_YOUNG: Final = frozenset({"young_person_id", "referral_id", "date_of_birth", "former"})
_STAFF: Final = frozenset(
    {
        "account_id", "actor", "asked_by", "by", "changed_by", "decided_by", "frozen_by",
        "ended_by", "given_by", "imported_by", "loaded_by", "made_by", "said_by",
        "settled_by", "taken_by",
    }
)  # fmt: skip
_YOUNG_INSIDE: Final = frozenset(
    {
        "audit",
        "audit_showed",
        "audit_value",
        "idempotency_key",
        "match_run",
        "relationship",
        "return_episode",
        "row_change",
        "step",
    }
)
"""Tables that speak of young people in words or JSON, or by a column of another name."""

_NOBODY_INSIDE: Final = frozenset({"baseline", "job", "register_entry"})
"""Tables whose JSON names no young person: counts of a year, work asked for, registers."""


def tables_table() -> str:
    """Every table of the database: what a row is, whom it is about, and its columns."""
    models = {model.__table__.name: model for model in _models()}
    lines = ["| table | what a row is | about | columns |", "|---|---|---|---|"]
    for table in sorted(tables.CATALOGUE.tables.values(), key=lambda one: one.name):
        said = _first_sentence(models[table.name].__doc__)
        columns = ", ".join(column.name for column in table.columns)
        lines.append(f"| `{table.name}` | {said} | {about(table)} | {columns} |")
    return "\n".join(lines) + "\n"


def about(table: sa.Table) -> str:
    """Whom a table is about, by its columns; JSON of a table not yet looked at says so."""
    names = {column.name for column in table.columns}
    told = []
    if names & _YOUNG or table.name in _YOUNG_INSIDE:
        told.append("young people")
    elif table.name not in _NOBODY_INSIDE and any(
        isinstance(column.type, sa.JSON) for column in table.columns
    ):
        told.append("TO BE LOOKED AT: holds JSON")
    if names & _STAFF:
        told.append("staff")
    return ", ".join(told) or "nobody"


def _models() -> Iterator[type[tables.Stored]]:
    for name in tables.__all__:
        found = getattr(tables, name)
        if (
            isinstance(found, type)
            and issubclass(found, tables.Stored)
            and "__table__" in vars(found)
        ):
            yield found


def _first_sentence(doc: str | None) -> str:
    text = " ".join((doc or "").split())
    return text.partition(". ")[0].rstrip(".").replace("|", "/")


def form_fields() -> str:
    """What a referral's form holds of a young person, in its order."""
    plain = [name for name in Form.model_fields if name not in ("identity", "person")]
    return (
        f"- who they are, seen by a provider only once its home was asked: "
        f"{', '.join(Identity.model_fields)}\n"
        f"- asked for by the law, most of it special category data: "
        f"{', '.join(Person.model_fields)}\n"
        f"- the rest: {', '.join(plain)}\n"
    )


def care_fields() -> str:
    """What a borough tells for the statutory return alone, in its order."""
    return f"{', '.join(name for name in Care.model_fields if name != 'kind')}\n"


def recipients_table() -> str:
    """Who receives what: each role, where it is held, and the acts its access list allows.

    An act that is a borough's alone says so where the role can be held elsewhere.
    """
    lines = ["| role | held in | may |", "|---|---|---|"]
    for role in Role:
        where = " or ".join(sorted(kind.value for kind in PLACES_OF_ROLES[role]))
        elsewhere = PLACES_OF_ROLES[role] != {OrganisationKind.BOROUGH}
        acts = ", ".join(
            f"`{name}`{' (in a borough)' if elsewhere and one.scope is Scope.BOROUGH else ''}"
            for name, one in ACTS.items()
            if role in one.roles
        )
        lines.append(f"| {role.value.replace('_', ' ')} | {where} | {acts} |")
    return "\n".join(lines) + "\n"


def gates_table() -> str:
    """Every gate: its code, and the sources it names."""
    return _coded("Missing", "gate", "sources")


def duties_table() -> str:
    """Every duty: its code, and the sources it names."""
    return _coded("Duty", "duty", "sources")


def _coded(call: str, *heading: str) -> str:
    found: dict[str, set[str]] = {}
    for code, source in codes_of(call):
        found.setdefault(code, set()).update([source] if source else [])
    lines = [f"| {' | '.join(heading)} |", "|---|---|"]
    lines += [
        f"| `{code}` | {'; '.join(sorted(found[code])) or 'said with it'} |"
        for code in sorted(found)
    ]
    return "\n".join(lines) + "\n"


def codes_of(call: str) -> Iterator[tuple[str, str]]:
    """(code, source) wherever `broker.life` makes a `Missing` or `Duty`; "" for no plain source."""
    assert life.__file__ is not None
    for path in sorted(Path(life.__file__).parent.rglob("*.py")):
        names = vars(importlib.import_module(f"broker.life.{path.stem}"))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call:
                told = [*node.args]
                first = told[0] if told else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    at = 2 if call == "Duty" else 1
                    sources = _sources(told[at], names, tree) if len(told) > at else []
                    for source in sources or [""]:
                        yield first.value, source


def _sources(node: ast.expr, names: Mapping[str, Any], tree: ast.Module) -> list[str]:
    """The sources an expression can be: constants, names of the module, or of a choice made."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.Name) and isinstance(names.get(node.id), str):
        return [names[node.id]]
    if isinstance(node, ast.Name):
        return [
            source
            for made in ast.walk(tree)
            if isinstance(made, ast.Assign)
            and any(getattr(target, "id", "") == node.id for target in made.targets)
            for source in _sources(made.value, names, tree)
        ]
    if isinstance(node, ast.IfExp):
        return [*_sources(node.body, names, tree), *_sources(node.orelse, names, tree)]
    if isinstance(node, ast.JoinedStr):
        parts = [
            _sources(part.value if isinstance(part, ast.FormattedValue) else part, names, tree)
            for part in node.values
        ]
        return ["".join(part[0] for part in parts if part)]
    return []


PARTS: Mapping[str, Callable[[], str]] = {
    "tables": tables_table,
    "form": form_fields,
    "care": care_fields,
    "recipients": recipients_table,
    "gates": gates_table,
    "duties": duties_table,
}
