"""Measure what must be fast, each section beside limits in the same run.

`make bench ARGS="--sections pricing"` for pricing alone, `make bench ARGS="--sections matching
--sizes 60x9,500x150 --seeds 1-2 --limit 20"` for a short run of matching. The machine decides much:
its load when a section began stands above each. At the end every stated limit stands with whether
it was kept; the exit code is 1 where one was not.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import Protocol

from benchmarks import (
    buying,
    choices,
    demand,
    figures,
    matching,
    pages,
    pricing,
    replay,
    returns,
    simulation,
    spreadsheets,
    warehouse,
)
from benchmarks.limits import Limit, summary
from benchmarks.load import section as load


class Section(Protocol):
    """One thing that is measured: its options, and a run that prints its tables.

    A run returns every stated limit of what it measured; None where none is stated.
    """

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, given: argparse.Namespace) -> Sequence[Limit] | None: ...


SECTIONS: dict[str, Section] = {
    "pricing": pricing,
    "choices": choices,
    "matching": matching,
    "demand": demand,
    "simulation": simulation,
    "figures": figures,
    "buying": buying,
    "replay": replay,
    "load": load,
    "pages": pages,
    "returns": returns,
    "spreadsheets": spreadsheets,
    "warehouse": warehouse,
}


def sections(text: str) -> list[str]:
    """The names of known sections, in the order given."""
    names = text.split(",")
    for name in names:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(f"“{name}”: allowed: {', '.join(SECTIONS)}")
    return names


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the sections asked for, all unless some are named; 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    everything = ",".join(SECTIONS)
    parser.add_argument("--sections", type=sections, default=everything, help=f"[{everything}]")
    for section in SECTIONS.values():
        section.add_arguments(parser)
    given = parser.parse_args(argv)
    limits: list[Limit] = []
    for name in given.sections:
        load = os.getloadavg()[0]
        print(f"\n# {name} (machine load when it began: {load:.1f})", flush=True)
        began = time.perf_counter()
        limits += SECTIONS[name].run(given) or ()
        print(f"\n{name}: {time.perf_counter() - began:.0f} s in all", flush=True)
    print(f"\n# limits\n{summary(limits)}", flush=True)
    return 0 if all(limit.kept for limit in limits) else 1


if __name__ == "__main__":
    sys.exit(main())
