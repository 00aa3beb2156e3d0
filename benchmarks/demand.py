"""Holds demand from returns to what came: fitted to the first years, scored on the last.

Beside it, on the same returns: the last year once more, the mean of all years, and cs-demand-model
(the field's open model, MIT), which runs as a process in an environment of its own from PyPI. The
returns are invented ones with known truth, of several seeds.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from broker.capacity.demand.asked import Asked
from broker.capacity.demand.cells import count_arrivals
from broker.capacity.demand.estimate import Demand, estimate
from broker.capacity.demand.forecast import arrivals_after, residents_after, residents_now
from broker.returns.whole import read_returns
from broker.sample.folder import write_files
from broker.sample.returns import returns_files

YEARS = 8
CS_PACKAGE = "cs-demand-model==0.5.1"
CS_HOME = Path("out/bench/cs-demand-model")
CS_SCRIPT = Path(__file__).with_name("cs_forecast.py")
LEVELS = (0.95, 0.80)


@dataclass(frozen=True)
class Scored:
    """One seed: the share of counts within each level's interval, and mean absolute errors."""

    cells_within: tuple[float, ...]
    boroughs_within: tuple[float, ...]
    errors: dict[str, float]
    seconds: float


@dataclass(frozen=True)
class Stock:
    """Those in children's homes a year on, of one seed: a row's words, errors, whether within."""

    words: str
    errors: dict[str, float]
    within: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--backtest-seeds", type=int, default=5, help="how many seeds [5]")
    parser.add_argument("--cs-seeds", type=int, default=5, help="cs-demand-model on so many [5]")


def run(given: argparse.Namespace) -> None:
    """Print the tables."""
    python = cs_python() if given.cs_seeds else None
    print(f"\nInvented returns of {YEARS} years; fitted to {YEARS - 1}, scored on the last")
    print("arrivals of the last year: share of counts within the interval; mean absolute error")
    print("seed   cells 95%  80%   boroughs 95%  80%   by borough: ours  last year  mean    s")
    stocks: list[Stock] = []
    for seed in range(1, given.backtest_seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            files = returns_files(YEARS, seed)
            whole, part = Path(name) / "whole", Path(name) / "part"
            write_files(whole, files)
            write_files(part, {n: t for n, t in files.items() if "/2025-26-" not in n})
            demand, scored = score(whole, part)
            print(_row(seed, scored), flush=True)
            stocks.append(_stock(demand, whole, part, python if seed <= given.cs_seeds else None))
    print("\nyoung people in children's homes a year on")
    print("seed   now   came   ours (95%)         no change   cs-demand-model       s")
    for seed, stock in enumerate(stocks, start=1):
        print(f"{seed:4}   {stock.words}")
    print("\nmean absolute error of that count, and how often it came within ours (95%)")
    print(f"  ours {_error(stocks, 'ours')}; no change {_error(stocks, 'no change')}")
    print(f"  cs-demand-model {_error(stocks, 'cs')}")
    print(f"  within ours: {sum(one.within for one in stocks)} of {len(stocks)} seeds")


def score(whole: Path, part: Path) -> tuple[Demand, Scored]:
    """Fit to a part of the years and count what came in the last."""
    began = time.perf_counter()
    demand = estimate(read_returns(part), Asked())
    seconds = time.perf_counter() - began
    full = estimate(read_returns(whole), Asked())
    counted = count_arrivals(full.people, full.asked, dict(full.returns.years))
    came, before = counted.counts[:, -1], counted.counts[:, :-1]
    drawn = arrivals_after(demand)
    boroughs = drawn.sum(axis=2)
    came_boroughs = came.sum(axis=1)
    guesses = {
        "ours": boroughs.mean(axis=0),
        "last year": before[:, -1].sum(axis=1),
        "mean": before.sum(axis=2).mean(axis=1),
    }
    return demand, Scored(
        cells_within=tuple(_within(drawn, came, level) for level in LEVELS),
        boroughs_within=tuple(_within(boroughs, came_boroughs, level) for level in LEVELS),
        errors={name: float(np.abs(g - came_boroughs).mean()) for name, g in guesses.items()},
        seconds=seconds,
    )


def _within(drawn: np.ndarray, came: np.ndarray, level: float) -> float:
    low, high = np.quantile(drawn, ((1 - level) / 2, (1 + level) / 2), axis=0)
    return float(((low <= came) & (came <= high)).mean())


def _row(seed: int, scored: Scored) -> str:
    cells = "  ".join(f"{share:4.0%}" for share in scored.cells_within)
    boroughs = "  ".join(f"{share:4.0%}" for share in scored.boroughs_within)
    errors = "   ".join(f"{error:6.2f}" for error in scored.errors.values())
    return (
        f"{seed:4}        {cells}          {boroughs}             {errors}  {scored.seconds:5.1f}"
    )


def _error(stocks: Sequence[Stock], name: str) -> str:
    own = [one.errors[name] for one in stocks if name in one.errors]
    return f"{np.mean(own):.1f} over {len(own)} seeds" if own else "not asked"


def _stock(demand: Demand, whole: Path, part: Path, python: Path | None) -> Stock:
    now = residents_now(demand)
    came = residents_now(estimate(read_returns(whole), Asked()))
    drawn = residents_after(demand)
    low, middle, high = np.quantile(drawn, (0.025, 0.5, 0.975))
    ours = f"{middle:.0f} ({low:.0f} to {high:.0f})"
    words = f"{now:3}   {came:4}   {ours:17}  {now:9}"
    errors = {"ours": abs(float(middle) - came), "no change": float(abs(now - came))}
    if python is not None:
        answer = cs_forecast(python, part)
        errors["cs"] = abs(answer["then"] - came)
        words += f"   {answer['then']:8.1f} (now {answer['now']:.0f})   {answer['seconds']:5.0f}"
    return Stock(words, errors, bool(low <= came <= high))


def cs_forecast(python: Path, returns: Path) -> dict[str, float]:
    """What cs-demand-model says of the returns a year on; its files are made for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in sorted(returns.glob("E*/*.csv")):
            year, table = path.stem.partition("-")[0], path.stem.rpartition("-")[2]
            if table in ("episodes", "header"):
                _append(folder / year / f"{table}.csv", path)
        done = subprocess.run(
            [python, CS_SCRIPT, folder, "365"], capture_output=True, text=True, check=True
        )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _append(target: Path, source: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    with target.open("a", encoding="utf-8") as stream:
        stream.writelines(lines if stream.tell() == 0 else lines[1:])


def cs_python() -> Path | None:
    """The Python of an environment with cs-demand-model, made the first time; None if it cannot."""
    python = CS_HOME / "bin" / "python"
    try:
        if not python.exists():
            _quietly([sys.executable, "-m", "venv", str(CS_HOME)])
        _quietly([str(python), "-m", "pip", "install", "--quiet", CS_PACKAGE])
    except (OSError, subprocess.CalledProcessError) as problem:
        said = getattr(problem, "stderr", "") or str(problem)
        print(f"cs-demand-model is left out: {str(said).strip().splitlines()[-1]}")
        return None
    return python.absolute()


def _quietly(words: Sequence[str]) -> None:
    subprocess.run(list(words), capture_output=True, text=True, check=True)
