"""Fuzzing of the readers of single tables (CSV): `python -m tests.fuzz.tables -max_total_time=60`.

The first byte chooses the table, the rest is its file, after a sound one half of the time. Held of
any bytes: no crash; where nothing is refused every row of the file is kept; what is refused is
refused with its file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from tests.fuzz.harness import fuzz, instrumented, rows_of

with instrumented():
    from broker.baseline.episodes import EPISODE_TABLE, read_birthdays, read_episodes
    from broker.baseline.prices import PRICE_COLUMNS, read_prices
    from pricing.block.tables import read_places, read_trades
    from pricing.outcomes.evidence import read_evidence
    from pricing.outcomes.read_endings import read_endings
    from pricing.outcomes.refusals import read_refusals
    from pricing.problems import BadInput, Problems
    from pricing.tables import RESULTS_COLUMNS, read_availability, read_billed, read_results
    from pricing.value.parity_file import read_paid

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
YEAR = (date(2027, 4, 1), date(2028, 4, 1))
Reader = Callable[[Path, Problems], Any]


def _example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def _table(columns: tuple[str, ...], *rows: str) -> bytes:
    return "\n".join([",".join(columns), *rows, ""]).encode()


TABLES: dict[str, tuple[bytes, Reader]] = {
    "availability": (
        _example("block/availability.csv"), lambda path, found: read_availability(path, None, found)
    ),
    "billed": (
        _example("billing/billed.csv"), lambda path, found: read_billed([path], None, found)
    ),
    "birthdays": (b"CHILD,DOB\n1,03/05/2010\n", lambda path, found: [*read_birthdays(
        path, "E09000016", YEAR[0], found)]),
    "endings": (_example("results/endings.csv"), read_endings),
    "episodes": (
        _table(EPISODE_TABLE.columns, "1,01/05/2026,S,C2,N1,K2,PR4,,,,,,,5.0"),
        lambda path, found: read_episodes(path, "E09000016", YEAR[0], found),
    ),
    "evidence": (
        _example("results/evidence.csv"),
        lambda path, found: read_evidence(path, None, found, YEAR),
    ),
    "paid": (_example("value/paid.csv"), read_paid),
    "places": (_example("block/homes.csv"), lambda path, found: read_places(path, None, found)),
    "prices": (
        _table(PRICE_COLUMNS, "E09000016,SC990001,low,5000.00,2025-04-01,2026-04-01,invented"),
        read_prices,
    ),
    "refusals": (
        _example("results/refusals.csv"), lambda path, found: read_refusals(path, None, found)
    ),
    "results": (
        _table(RESULTS_COLUMNS, ",".join("1" for _ in RESULTS_COLUMNS)),
        lambda path, found: read_results(path, None, found),
    ),
    "trades": (
        _example("block/trades.csv"), lambda path, found: read_trades(path, None, (), found)
    ),
}  # fmt: skip
NAMES = sorted(TABLES)
ONE_FOR_MANY = frozenset({"birthdays", "places"})
"""Tables of which several rows may say the same of one: a young person, a home."""
FOLDER = Path(tempfile.mkdtemp(prefix="fuzzed-table-"))


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice, body = (data[0] if data else 0), data[1:]
    name = NAMES[choice % len(NAMES)]
    sound, read = TABLES[name]
    file = FOLDER / f"{name}.csv"
    file.write_bytes(sound + body if choice & 128 else body)
    found = Problems()
    with suppress(BadInput):  # the file as a whole
        kept = read(file, found)
        assert all(problem.file == file.name for problem in found)
        if not found.found:
            rows = rows_of(file.read_bytes().decode("utf-8-sig"))
            if name in ONE_FOR_MANY:
                assert bool(len(kept)) <= bool(rows)
            else:
                assert len(kept) == rows


def seeds() -> Iterator[bytes]:
    """Each table whole, and its last row once more."""
    for number, name in enumerate(NAMES):
        sound = TABLES[name][0]
        yield bytes([number]) + sound
        yield bytes([number + 128 - 128 % len(NAMES)]) + sound.splitlines(keepends=True)[-1]


if __name__ == "__main__":
    fuzz(promise, seeds())
