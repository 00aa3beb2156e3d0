"""Statutory returns of many episodes, read, mended and loaded, beside pandas.read_csv of them.

The returns are invented: one authority's, several collections, an episode a row. Read and mended is
each in a process of its own, whose greatest memory is told. Loading has a stated limit of both.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.limits import Limit
from broker.returns.tables import EPISODES, HEADER

FIRST = 2019
YEARS = 4
EACH = 5
"""Episodes of a young person in a collection."""
PLACES = ("K2", "U4", "U6", "R1", "K2")

STATED_FOR = 100_000
SECONDS = 60.0
MEGABYTES = 2000.0
"""At most, to read, mend and load so many episodes, or fewer; of more nothing is stated."""
LOADED = "read, mended and loaded, database and file (warehouse load)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--episodes", type=int, default=100_000, help="how many [100000]")


def run(given: argparse.Namespace) -> list[Limit]:
    """Print the table."""
    limits: list[Limit] = []
    with tempfile.TemporaryDirectory() as name:
        folder = made(Path(name), given.episodes)
        rows = sum(1 for _ in lines_of(folder))
        print(f"\n## {rows} episodes of {YEARS} collections, invented")
        for words, way in ways(folder).items():
            seconds, memory, counted = alone(way)
            own = limits_of(rows, seconds, memory) if words == LOADED else []
            limits += own
            verdict = "".join(f"; {limit.words()}" for limit in own)
            print(f"{words:<60} {seconds:7.2f} s  {memory:6.0f} MB  {counted}{verdict}")
    return limits


def limits_of(rows: int, seconds: float, memory: float) -> list[Limit]:
    """The limits of loading so many episodes, where they are stated for so many."""
    if rows > STATED_FOR:
        return []
    what = f"{rows:,} episodes of returns {LOADED}"
    return [Limit(what, seconds, SECONDS, "s"), Limit(what, memory, MEGABYTES, "MB")]


def made(folder: Path, episodes: int) -> Path:
    """Returns with so many episodes: everybody moves, the last episode of a year is open."""
    each_year = max(1, episodes // (YEARS * EACH))
    for year in range(FIRST, FIRST + YEARS):
        place = folder / "E09000016" / f"{year - 1}-{year % 100:02d}"
        place.mkdir(parents=True)
        (place / "header.csv").write_text("".join(_header(each_year)))
        (place / "episodes.csv").write_text("".join(_episodes(each_year, year)))
    return folder


def _header(people: int) -> Iterator[str]:
    yield ",".join(HEADER.columns) + "\n"
    for child in range(people):
        yield f"{child + 1},{1 + child % 2},{1 + child % 28:02d}/0{1 + child % 9}/2008,WBRI,UN1,,\n"


def _episodes(people: int, year: int) -> Iterator[str]:
    yield ",".join(EPISODES.columns) + "\n"
    first = date(year - 1, 4, 2)
    for child in range(people):
        day = first + timedelta(days=child % 20)
        for at in range(EACH):
            end = day + timedelta(days=30 + child % 25)
            open_ended = at == EACH - 1
            told = ",," if open_ended else f"{end:%d/%m/%Y},X1,CARPL"
            began = "S" if at == 0 and year == FIRST else "P"
            yield (
                f"{child + 1},{day:%d/%m/%Y},{began},C2,N1,{PLACES[at]},PR4,{told},"
                f"E13 0AA,RM{at} 7AA,SC99000{at}\n"
            )
            day = end


def lines_of(folder: Path) -> Iterator[str]:
    """The rows of every episodes file."""
    for path in sorted(folder.rglob("episodes.csv")):
        yield from path.read_text().splitlines()[1:]


def ways(folder: Path) -> dict[str, Callable[[], str]]:
    """What is measured: the limit, and ours; each says what it counted."""

    def limit() -> str:
        import pandas as pd

        read = [pd.read_csv(path, dtype=str) for path in sorted(folder.rglob("*.csv"))]
        return f"{sum(len(one) for one in read)} rows"

    def courses() -> str:
        from broker.returns.whole import read_returns

        made = read_returns(folder)
        return f"{json.dumps(dict(made.fates))}, {len(made.repairs)} repairs"

    def again() -> str:
        from broker.returns.write.again import read_again

        made = read_again(folder)
        return f"{len(made.files)} files, {len(made.repairs)} repairs, {len(made.refused)} refused"

    def loaded() -> str:
        from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
        from broker.database import make_engine, migrate, writing
        from broker.importing import import_case
        from broker.returns.whole import read_returns
        from broker.sample import REGION
        from broker.store.clock import now
        from broker.warehouse import returned
        from broker.warehouse.run import bring_up

        actor = Actor("benchmark", Role.ADMINISTRATOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
        with tempfile.TemporaryDirectory() as name:
            beside, files = Path(name), Path(name) / "files"
            engine = make_engine(f"sqlite:///{beside / 'records.sqlite3'}")
            migrate(engine)
            with writing(engine) as session:  # brings the agreements under which returns enter
                import_case(session, REGION, by="benchmark", when=now(), hold_day=True)
            keys = beside / "key.json"
            bring_up(engine, files, keys, date(FIRST + YEARS, 1, 1), actor, whole=True)
            done = returned.load(engine, files, keys, read_returns(folder), "invented", actor)
            engine.dispose()
            told = done.to_json()
        names = ("rows_read", "loaded", "replaced_by_a_later_return", "copies_deleted", "refused")
        return json.dumps({name: told[name] for name in names})

    return {
        "limit: pandas.read_csv of the same files": limit,
        "read and mended (read_returns)": courses,
        LOADED: loaded,
        "every table read, mended, written again (read_again)": again,
    }


def alone(way: Callable[[], str]) -> tuple[float, float, str]:
    """(seconds, MB at the most, what was counted) in a process of its own."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(way, there))
    process.start()
    there.close()  # so that a process that dies without an answer is noticed
    answer: tuple[float, float, str] = here.recv()
    process.join()
    return answer


def _measured(way: Callable[[], str], there: object) -> None:
    began = time.perf_counter()
    counted = way()
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    there.send((seconds, memory, counted))  # type: ignore[attr-defined]
