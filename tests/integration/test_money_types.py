"""A type forbids floats as money: the type checker refuses them, and finds none in `pricing`."""

from pathlib import Path

from mypy import build
from mypy.modulefinder import BuildSource
from mypy.nodes import Expression, NameExpr
from mypy.options import Options
from mypy.types import Instance, Type, UnionType, get_proper_type

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "pricing").rglob("[a-z]*.py"))
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in PATHS]

LINES = """\
from datetime import date
from fractions import Fraction
from pricing.billed import Billed
from pricing.money import Pence, pounds, pounds_for_people, round_half_up, split_exactly
from pricing.quote import Line
from pricing.statement import Charge

day, fee, exact = date(2026, 5, 1), 450000, Fraction(450000, 7)
right: Pence = fee * 3 + round_half_up(exact)
right = round_half_up(fee * Fraction(103, 100)) // 2
right += sum(split_exactly(right, {"A": exact}).values())
a: Pence = 4500.0  # wrong
b: Pence = fee / 7  # wrong
c: Pence = fee * 1.028  # wrong
d: Pence = exact  # wrong
right += 0.01  # wrong
pounds(fee / 2)  # wrong
pounds_for_people(fee * 0.5)  # wrong
round_half_up(fee / 7)  # wrong
split_exactly(fee, {"A": fee / 2})  # wrong
Charge(fee, fee * 0.8, 0)  # wrong
Line("fee", "fee", day, day, exact, fee / 7, "")  # wrong
Line("fee", "fee", day, day, fee / 1, fee, "")  # wrong
Billed("B", day, "bill", (day, day), "P", "E", "fee", day, day, 0.5)  # wrong


def due(amounts: list[Pence]) -> Pence:
    return sum(amounts) / 2  # wrong
"""


def checked(text: str | None = None) -> build.BuildResult:
    """What the type checker makes of `pricing`, and of a module with this text beside it."""
    options = Options()
    options.export_types = True
    options.preserve_asts = True
    options.ignore_missing_imports = True
    options.incremental = False
    options.explicit_package_bases = True
    options.mypy_path = [str(ROOT)]
    sources = [BuildSource(None, name, None) for name in MODULES]
    if text is not None:
        sources.append(BuildSource("lines.py", "lines", text))
    return build.build(sources, options)


def may_be_float(kind: Type) -> bool:
    proper = get_proper_type(kind)
    parts = proper.items if isinstance(proper, UnionType) else [proper]
    return any(
        isinstance(part, Instance) and part.type.fullname == "builtins.float"
        for part in map(get_proper_type, parts)
    )


def floats(result: build.BuildResult) -> list[Expression]:
    """The expressions that are or may be a float and are made where they stand.

    Bare names are left out, since the library's declarations have some: what has a name was made by
    another expression, and no module of `pricing` names the type
    (tests/unit/pricing/test_no_float_touches_money.py).
    """
    return [
        expression
        for expression, kind in result.types.items()
        if may_be_float(kind) and not isinstance(expression, NameExpr)
    ]


def test_the_type_checker_refuses_every_float_where_money_is_expected() -> None:
    result = checked(LINES)
    lines = LINES.split("\n")
    refused = [int(error.split(":")[1]) for error in result.errors if "error:" in error]
    assert [error for error in result.errors if not error.startswith("lines.py:")] == []
    assert sorted(set(refused)) == [n for n, line in enumerate(lines, 1) if "# wrong" in line]
    found = {each.line for each in floats(result)}
    for text in ("b: Pence = fee / 7", "c: Pence = fee * 1.028", "pounds(fee / 2)"):
        assert lines.index(f"{text}  # wrong") + 1 in found


def test_no_expression_of_pricing_is_a_float_but_the_percentage_that_is_shown() -> None:
    result = checked()
    assert result.errors == []
    assert all(module in result.graph for module in MODULES)
    shown = {
        number
        for path in PATHS
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if "tenths / 10" in line
    }
    assert {expression.line for expression in floats(result)} == shown
