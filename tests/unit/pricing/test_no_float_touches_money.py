"""Read as source: nothing that prices, bills or shows money holds, makes or rounds a float.

`pricing/` may not name a float at all; what its divisions give is looked at by their types, in
tests/integration/test_money_types.py. In the commands and routes that take something from
`pricing`, and the few modules behind them, nothing but paths is divided.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PRICING = sorted((ROOT / "pricing").rglob("*.py"))
BEHIND = ("broker/demo.py", "broker/sample/block.py", "broker/store/contracts.py")
OTHERS = sorted(
    {ROOT / name for name in BEHIND}
    | {
        path
        for room in ("broker/commands", "api/routes")
        for path in (ROOT / room).glob("*.py")
        if "from pricing" in path.read_text(encoding="utf-8")
    }
)
FORBIDDEN = {"float", "round", "math", "complex"}
FOLDERS = ("folder", "path", "Path", "region", "root", "here", "FOLDER", "ROOT", "HERE")


def floats(tree: ast.AST) -> Iterator[str]:
    """Each place that holds a float, names it or may make one, as it is written."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() | complex()):
                yield ast.unparse(node)
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN:
                yield ast.unparse(node)
            case ast.Name(id=name) if name in FORBIDDEN and not isinstance(node.ctx, ast.Store):
                yield name
            case ast.Import(names=names) if FORBIDDEN & {each.name for each in names}:
                yield ast.unparse(node)
            case ast.ImportFrom(module="math"):
                yield ast.unparse(node)


def divided(tree: ast.AST) -> Iterator[str]:
    """What is divided, as it is written."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(left=what, op=ast.Div()) | ast.AugAssign(target=what, op=ast.Div()):
                yield ast.unparse(what)


def is_path(what: str) -> bool:
    """Whether what is divided is a folder, to which a name is joined."""
    return any(word in what for word in FOLDERS)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*PRICING, *OTHERS], ids=name_of)
def test_no_module_that_handles_money_names_or_holds_a_float(path: Path) -> None:
    assert list(floats(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", OTHERS, ids=name_of)
def test_no_command_or_route_divides_an_amount(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [what for what in divided(tree) if not is_path(what)] == []


@pytest.mark.parametrize(
    "text",
    ["fee = 4500.0", "fee * 1.028", "float(fee)", "round(fee * days, 2)", "x: float = fee",
     "import math", "from math import ceil", "map(float, fees)", "round"],
)  # fmt: skip
def test_what_this_looks_for_is_found(text: str) -> None:
    assert list(floats(ast.parse(text)))


def test_a_division_of_whole_numbers_is_found_and_one_of_paths_is_none() -> None:
    for text, joined in (("fee * days / 7", False), ("fee /= 7", False), ("folder / name", True)):
        (what,) = divided(ast.parse(text))
        assert is_path(what) == joined


def test_the_modules_looked_at_hold_the_commands_that_show_money() -> None:
    names = {name_of(path) for path in OTHERS}
    assert {
        f"broker/commands/{word}_command.py" for word in ("price", "statement", "adjust")
    } < names
    assert len(PRICING) > 20
