"""Compiled code kept on disk is used again, and never once what it was made of has changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from matching import compiled
from matching.compiled import sources_of

ROOT = Path(compiled.__file__).parents[1]
CALLEE = """from matching.compiled import compiled, compiled_into_callers
from matching.amounts import MORE, Pair

@compiled{how}
def grown(pair):
    return pair.{field} + MORE + {extra}
"""
AMOUNTS = """from typing import NamedTuple
MORE = {more}

class Pair(NamedTuple):
    left: int
    right: int
"""
CALLER = """from broker import callee
from matching.compiled import compiled

@compiled
def twice(pair):
    return 2 * callee.grown(pair)
"""
ASK = """from broker.caller import twice
from matching.amounts import Pair
print(twice(Pair(1, 10)), sum(twice.stats.cache_hits.values()))
"""


class Product:
    """A small product of two packages, and a program that runs its compiled function."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("broker", "matching"):
            (folder / name).mkdir()
            (folder / name / "__init__.py").touch()
        shutil.copy(compiled.__file__, folder / "matching" / "compiled.py")
        (folder / "broker" / "caller.py").write_text(CALLER)
        self.callee()
        self.amounts()

    def callee(self, field: str = "left", extra: int = 0, how: str = "") -> None:
        """Write the function that is called, in another file."""
        text = CALLEE.format(field=field, extra=extra, how=how)
        (self.folder / "broker" / "callee.py").write_text(text)

    def amounts(self, more: int = 0) -> None:
        """Write the file of a constant and a record that both are made of."""
        (self.folder / "matching" / "amounts.py").write_text(AMOUNTS.format(more=more))

    def run(self, **environment: str) -> tuple[int, bool]:
        """The answer of a process of its own, and whether it took its code from disk."""
        done = subprocess.run(
            [sys.executable, "-B", "-c", ASK],
            capture_output=True, text=True, check=False, cwd=self.folder,
            env={"PATH": "", "HOME": str(self.folder), **environment},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answer, hits = done.stdout.split()
        return int(answer), hits == "1"


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product(tmp_path)


def test_a_change_in_a_file_that_is_called_is_seen_and_code_is_else_taken_from_disk(
    product: Product,
) -> None:
    assert product.run() == (2, False)
    assert product.run() == (2, True)
    product.callee(extra=5)
    assert product.run() == (12, False)
    assert product.run() == (12, True)
    product.amounts(more=100)
    assert product.run() == (212, False)
    product.callee(field="right", extra=5, how="_into_callers")
    assert product.run() == (230, False)
    assert product.run() == (230, True)


def test_going_back_to_an_older_version_is_seen_too_whatever_the_times_of_files(
    product: Product,
) -> None:
    assert product.run() == (2, False)
    product.callee(extra=7)
    assert product.run() == (16, False)
    product.callee()
    assert product.run() == (2, False)


def test_a_folder_that_the_environment_names_takes_the_code_and_numba_alone_would_be_wrong(
    product: Product,
) -> None:
    kept = product.folder / "kept"
    kept.mkdir()
    assert product.run(NUMBA_CACHE_DIR=str(kept)) == (2, False)
    assert list(kept.rglob("caller.twice*.nbi"))
    assert not list((product.folder / "broker").rglob("*.nbi"))
    product.callee(extra=1)
    assert product.run(NUMBA_CACHE_DIR=str(kept)) == (4, False)


def test_every_file_that_the_weeks_of_a_simulation_are_compiled_of_counts() -> None:
    found = set(sources_of("broker.capacity.simulation.weekly", ROOT))
    simulation = {"best", "chance", "empties", "fixed", "people", "rounds", "weekly"}
    assert {f"broker.capacity.simulation.{name}" for name in simulation} <= found
    assert {"matching.kernels", "matching.points", "broker.capacity.record"} <= found
    assert not {name for name in found if name.startswith("numpy")}


def test_nothing_of_the_product_is_compiled_in_another_way() -> None:
    own = Path(compiled.__file__)
    sources = [
        p for part in ("api", "broker", "matching", "pricing") for p in (ROOT / part).rglob("*.py")
    ]
    assert len(sources) > 100
    others = [p.name for p in sources if p != own and "njit" in p.read_text(encoding="utf-8")]
    assert others == []
