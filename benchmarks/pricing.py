"""Measures pricing: a month's statement, a year by month and an adjustment, from their files.

Each is beside a limit that no reader of a ledger can go below: Python's own csv.reader over the
same file. Contracts and ledgers are made up; nothing is random, so that every run has the same.
"""

import argparse
import csv
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.limits import Limit
from pricing.bill import bill_rows
from pricing.billed import BILLED_COLUMNS
from pricing.billing_inputs import adjustment_from_files
from pricing.inputs import by_month_from_files, statement_from_files
from pricing.tables import LEDGER_COLUMNS
from pricing.terms import BANDS

START, END = date(2026, 4, 1), date(2034, 4, 1)
MONTH = (date(2028, 10, 1), date(2028, 11, 1))
YEAR = (date(2028, 4, 1), date(2029, 4, 1))
SIZES = (35, 20_000)
TARGETS = {35: 50.0, 20_000: 5_000.0}
"""At most so many milliseconds at the median for a statement of a month, by places."""
MONTH_OF = "a month's statement"
REPEATS = {35: 15, 20_000: 3}


@dataclass(frozen=True)
class Made:
    """A contract of so many places with the files beside it."""

    places: int
    contract: Path
    ledger: Path
    rebanded: Path
    billed: Path


def contract_text(places: int) -> str:
    """Return a block contract of so many places, with seven uplifts and two requirements."""
    boroughs = [f"E090000{number:02d}" for number in range(1, 34)][: min(places, 33)]
    share, left = divmod(places, len(boroughs))
    homes = ", ".join(f'"SC{number:06d}"' for number in range(max(1, places // 4)))
    lines = [
        'id = "BENCH"', 'name = "Invented for measuring; fees are starting assumptions"',
        'kind = "block"', 'lead = "P1"', f"start = {START}", f"end = {END}", f"places = {places}",
        f"[providers]\nP1 = [{homes}]", "[fees]",
        'low = "4500.00"', 'medium = "6000.00"', 'high = "8000.00"', 'specialist = "10500.00"',
    ]  # fmt: skip
    for code, unit, price in (("one_to_one", "hour", "28.50"), ("family_session", "week", "95.35")):
        lines.append(f'[[requirements]]\ncode = "{code}"\nname = "{code}"\nunit = "{unit}"')
        lines.append(
            f'price = "{price}"\nincluded = {{ low = 0, medium = 1, high = 2, specialist = 4 }}'
        )
    for year in range(2027, 2034):
        lines.append(f'[[uplifts]]\nfrom = {year}-04-01\npercent = "2.80"')
    lines.append('[voids]\nguarantee_percent = "90.00"\nrate_percent = "80.00"\n[shares]')
    lines += [f"{code} = {share + (n < left)}" for n, code in enumerate(boroughs)]
    return "\n".join(lines) + "\n"


def ledger_rows(places: int) -> Iterator[list[str]]:
    """Return a placement for every place, some not begun by the month and some over before it."""
    boroughs = min(places, 33)
    for number in range(places):
        first = START + timedelta(days=number * 37 % 900)
        last = "" if number % 3 else str(first + timedelta(days=120 + number * 53 % 1700))
        units = f"one_to_one={number % 50};family_session={number % 7}" if number % 2 else ""
        yield [
            f"PL{number:06d}", f"YP{number:06d}", f"E090000{number % boroughs + 1:02d}",
            f"SC{number % max(1, places // 4):06d}", BANDS[number * 7 % 4], str(first), last, units,
        ]  # fmt: skip


def rebanded(rows: list[list[str]]) -> Iterator[list[str]]:
    """Return the same rows with one band in four changed from the middle of the month on."""
    review = MONTH[0] + timedelta(days=11)
    for number, row in enumerate(rows):
        start, end = date.fromisoformat(row[5]), row[6]
        if number % 4 == 0 and start < review and (not end or date.fromisoformat(end) > review):
            yield [*row[:6], str(review), row[7]]
            yield [*row[:4], "high", str(review), *row[6:]]
        else:
            yield row


def write(path: Path, head: tuple[str, ...], rows: Iterator[list[str]] | list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


def made(folder: Path, places: int) -> Made:
    contract = folder / "contract.toml"
    contract.write_text(contract_text(places), encoding="utf-8")
    rows = list(ledger_rows(places))
    ledger = write(folder / "ledger.csv", LEDGER_COLUMNS, rows)
    after = write(folder / "rebanded.csv", LEDGER_COLUMNS, rebanded(rows))
    bill = bill_rows(statement_from_files(contract, ledger, *MONTH), MONTH[1])
    billed = write(folder / "billed.csv", BILLED_COLUMNS, [row.cells() for row in bill])
    return Made(places, contract, ledger, after, billed)


def lines_of(path: Path) -> int:
    """Return how many rows Python's own reader finds, which is all that it does."""
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream))


@dataclass(frozen=True)
class Timing:
    """Seconds on the clock, median and worst of some runs, and of the processor, their median."""

    median: float
    worst: float
    processor: float


def timed(repeats: int, do: Callable[[], object]) -> Timing:
    """Return what some runs took; one before them warms up and is left out."""
    do()
    clock, processor = [], []
    for _ in range(repeats):
        began, used = time.perf_counter(), time.process_time()
        do()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return Timing(statistics.median(clock), max(clock), statistics.median(processor))


def ways(files: Made) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name."""
    contract, ledger = files.contract, files.ledger
    return {
        MONTH_OF: lambda: statement_from_files(contract, ledger, *MONTH),
        "a year by month": lambda: by_month_from_files(contract, ledger, *YEAR),
        "an adjustment, one band in four": lambda: adjustment_from_files(
            contract, files.rebanded, [files.billed]
        ),
        "limit: csv.reader over the same ledger": lambda: lines_of(ledger),
    }


def shown(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1_000_000:.0f} µs"
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say how many places to measure."""
    group = parser.add_argument_group("pricing")
    default = ",".join(map(str, SIZES))
    group.add_argument("--places", default=default, help=f"places of the contracts [{default}]")


def run(given: argparse.Namespace) -> list[Limit]:
    """Measure every size in this process and print a table of each."""
    limits: list[Limit] = []
    for places in map(int, given.places.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            limits += report(made(Path(folder), places))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of all: {memory:.0f} MB")
    return limits


def report(files: Made) -> list[Limit]:
    """Print a table of one size; the statement of a month has its limit beside it."""
    limits = []
    rows = lines_of(files.ledger) - 1
    print(f"\n## {files.places:,} places, {rows:,} placements, from files\n")
    print("| what | clock, median / worst | processor | limit |\n|---|---|---|---|")
    for name, do in ways(files).items():
        took = timed(REPEATS.get(files.places, 5), do)
        own = limits_of(files.places, took) if name == MONTH_OF else []
        limits += own
        wanted = "".join(limit.words() for limit in own)
        times = f"{shown(took.median)} / {shown(took.worst)} | {shown(took.processor)}"
        print(f"| {name} | {times} | {wanted} |", flush=True)
    return limits


def limits_of(places: int, month: Timing) -> list[Limit]:
    """The limit of a statement of a month, where one is stated for so many places."""
    if places not in TARGETS:
        return []
    what = f"{MONTH_OF} of {places:,} places, the median"
    return [Limit(what, month.median * 1000, TARGETS[places], "ms")]
