"""The demonstration: the main job on the invented sample region, told on one screen.

The region is written, taken into a database of its own, matched from there, checked without the
solver, put on record, explained for one young person who is placed and one who cannot be, and one
placement is priced. Nothing shown depends on the day or the machine.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from broker.commands.endings import Refused
from broker.commands.fold import fold
from broker.commands.summary import count_lines, level_lines, safety_lines
from broker.database import make_engine, migrate, reading, writing
from broker.importing import import_case
from broker.runs import made_run, record_run
from broker.sample import write_region
from broker.store.load import load_seen
from matching.check import check_json
from matching.explain import Explanation, NotChosen, Option, explain
from matching.pairs import Pairs, find_pairs
from matching.plan import Plan
from matching.search import SolverFailed
from matching.solve import match
from matching.tell import AREA_WORDS, distance_text, points_text, who_text
from matching.words import and_list, band_words, count, day_words, pounds_words, tag_words
from pricing.contract import read_contract
from pricing.money import round_half_up
from pricing.quote import FEE, Quote, quote

FOLDER = Path("out") / "demo"
REGION = "region"
DATABASE = "demo.sqlite3"
PLAN = "plan.json"
MARK = ".broker-demo"

ASKED = "R-01"
STUCK = "R-16"
PRICED = "R-21"
UNITS = {"one_to_one": 46, "waking_night": 7}
PRICED_UNTIL = date(2027, 6, 14)

WIDTH = 100
OPTIONS = 2
MISSES = 2
MOMENT = datetime(2026, 9, 4, 9, 0, tzinfo=UTC)
"""The moment on the demonstration's records: the morning of the region's day."""

BY = "demonstration"


@dataclass(frozen=True)
class _Shown:
    """What the demonstration found, to be told."""

    pairs: Pairs
    plan: Plan
    run_id: int
    quote: Quote


def demonstrate(folder: Path, say: Callable[[str], None] = lambda sentence: None) -> str:
    """Run the demonstration with its files in a folder, and return what it says.

    Raises:
        Refused: the folder holds something else, or cannot be written.
        SolverFailed: the plan made does not stand the check.
    """
    _check_room(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".demo-", dir=folder.parent) as made:
            shown = _work(Path(made), say)
            text = "\n".join(_told(shown, folder)) + "\n"
            if folder.exists():
                shutil.rmtree(folder)
            Path(made).chmod(0o755)
            os.replace(made, folder)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Refused(
            f"{folder} cannot be written: {reason}. Name another: --folder DIR."
        ) from None
    return text


def _check_room(folder: Path) -> None:
    if folder.is_dir():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise Refused(f"{folder} holds something else. Name another folder: --folder DIR.")
    elif folder.exists():
        raise Refused(f"{folder} is a file. Name another folder: --folder DIR.")


def _work(folder: Path, say: Callable[[str], None]) -> _Shown:
    (folder / MARK).touch()
    region = folder / REGION
    write_region(region)
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    try:
        say("taking the region into a database")
        migrate(engine)
        with writing(engine) as session:
            import_case(session, region, by=BY, when=MOMENT, hold_day=True)
        with reading(engine) as session:
            problem, seen = load_seen(session)
        say("looking for the best plan")
        plan = match(problem)
        answer = plan.to_json()
        pairs = find_pairs(problem)
        faults = check_json(pairs, json.loads(json.dumps(answer)))
        if faults:
            raise SolverFailed("; ".join(str(fault) for fault in faults))
        (folder / PLAN).write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")
        made = made_run(problem, answer, started=MOMENT, finished=MOMENT, seen=seen)
        with writing(engine) as session:
            run_id = record_run(session, made, by=BY)
    finally:
        engine.dispose()
    referral = problem.referral_by_id[PRICED]
    contract = read_contract(region / "contract.toml")
    price = quote(contract, referral.band, UNITS, problem.day(referral), PRICED_UNTIL)
    return _Shown(pairs, plan, run_id, price)


def _told(shown: _Shown, folder: Path) -> Iterator[str]:
    parts = [
        _opening(shown, folder),
        _numbers(shown),
        _one_persons_options(shown),
        _one_not_placeable(shown),
        _one_price(shown),
    ]
    for part in parts:
        for line in part:
            yield fold(line, WIDTH)
        yield ""
    yield from _next(folder)


def _opening(shown: _Shown, folder: Path) -> Iterator[str]:
    problem = shown.pairs.problem
    yield from safety_lines(problem)
    yield "A DEMONSTRATION ON AN INVENTED REGION"
    yield "No young person, home, provider, wish or price in it is real."
    yield ""
    people = (
        f"{count(len(problem.referrals), 'young person', 'young people')} need a place; "
        f"{count(len(problem.homes), 'home')}, {count(len(problem.residents), 'resident')}"
    )
    yield f"  case    {people}; taken into {folder / DATABASE}"
    yield f"  match   {len(shown.pairs)} pairs of young person and home pass every rule"
    yield "  check   every rule, figure and reason worked out again without the solver: all agree"
    yield f"  record  kept as match {shown.run_id}, with its policy and the digest of its case"


def _numbers(shown: _Shown) -> Iterator[str]:
    yield f"THE PLAN FOR {day_words(shown.plan.as_of).upper()}"
    yield from count_lines(shown.pairs.problem, shown.plan)
    yield from level_lines(shown.plan)


def _one_persons_options(shown: _Shown) -> Iterator[str]:
    found = explain(shown.pairs, shown.plan, ASKED)
    yield "ONE YOUNG PERSON'S OPTIONS"
    yield who_text(found.options)
    others = {one.option.home.id: one for one in found.others}
    homes = found.options.homes
    for place, option in enumerate(homes[:OPTIONS], 1):
        fee = "fee not known" if option.fee is None else f"{pounds_words(option.fee)} a week"
        area = AREA_WORDS[option.area]
        yield f"  {place}. {option.home.label}: {distance_text(option)}, {area}, {fee}"
        yield f"     {count(option.cost, 'point')}: {points_text(option)}"
        yield from (f"     {line}" for line in _verdict(found, option, others))
    if len(homes) > OPTIONS:
        rest = [f"{option.home.label}, {count(option.cost, 'point')}" for option in homes[OPTIONS:]]
        yield f"  and {'; '.join(rest)}"


def _verdict(found: Explanation, option: Option, others: dict[str, NotChosen]) -> Iterator[str]:
    if option is found.chosen:
        yield "> proposed; a person decides"
    elif found.chosen is None or option.cost < found.chosen.cost:
        ways = others[option.home.id].in_the_way
        why = "; ".join(f"{way.code} {way.found}, {way.allowed}" for way in ways)
        yield f"> not now: {why or 'there is room, but all together would fare worse'}"


def _one_not_placeable(shown: _Shown) -> Iterator[str]:
    found = explain(shown.pairs, shown.plan, STUCK)
    needs = found.options.referral.needs
    yield "ONE WHO CANNOT BE PLACED, AND WHAT IS MISSING"
    yield who_text(found.options)
    yield f"  To say to them: “{found.summary}”"
    left = [(step.code, step.left) for step in found.funnel]
    last = max(place for place, (_, homes) in enumerate(left) if homes)
    passed = f"{left[last][1]} pass every rule up to {left[last][0]}"
    missed = f"none passes {left[last + 1][0]}: {found.funnel[last + 1].sentence}"
    yield f"  Of {found.homes} homes {passed}, {missed}."
    lacking = {
        option.home.label: needs - option.home.supports
        for option in found.options.near_misses
        if [rule.code for rule in option.failed] == ["R05"]
    }
    for label in sorted(lacking, key=lambda label: (len(lacking[label]), label))[:MISSES]:
        yield f"  Only this is missing in {label}: {_tags(lacking[label])}"


def _tags(tags: frozenset[str]) -> str:
    return and_list([tag_words(tag) for tag in sorted(tags)])


def _one_price(shown: _Shown) -> Iterator[str]:
    price = shown.quote
    asked = and_list([f"{code} {units}" for code, units in UNITS.items()])
    yield "WHAT ONE PLACEMENT COSTS"
    yield (
        f"{PRICED}, {band_words(price.band)}, {asked} a week, from {day_words(price.start)} "
        f"to {day_words(price.end)}:"
    )
    for line in price.lines:
        what = f"{price.band} band fee" if line.subject == FEE else f"{line.subject} above the fee"
        days = f"{count(line.days, 'day')} from {day_words(line.start)}"
        weekly = f"{pounds_words(round_half_up(line.weekly))} a week"
        yield f"  {pounds_words(line.amount):>12}  {what}, {days} at {weekly}"
    yield f"  {pounds_words(price.total):>12}  in all, by contract {price.contract.id}"


def _next(folder: Path) -> Iterator[str]:
    broker, region = program(), folder / REGION
    yield "WHERE TO LOOK NEXT"
    for words, command in (
        ("the whole plan in words", f"{broker} match {region}"),
        ("prove the plan above", f"{broker} check {region} {folder / PLAN}"),
        ("why, for anybody", f"{broker} explain {region} --referral R-11"),
        ("homes to ring", f"{broker} options {region} --referral R-06"),
        ("open the service", f"{broker} serve"),
        ("everything else", f"{broker} --help"),
        ("who is who in the region", str(region / "README.md")),
    ):
        yield f"  {words:<24}  {command}"


def program() -> str:
    """How the reader calls this program: as they just did, or `broker`."""
    called = Path(sys.argv[0])
    if called.name != "broker" or shutil.which("broker") == str(called.absolute()):
        return "broker"
    return str(called)
