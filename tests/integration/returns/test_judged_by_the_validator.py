"""What is written from the lives on record, judged by the validator that councils use."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from broker.cli import main
from broker.database import make_engine, writing
from broker.exporting import write_folder
from broker.returns import codes
from broker.returns.whole import read_returns
from broker.returns.write.records import make_return
from tests.any_care import AnyLives, any_lives
from tests.integration.returns.at_fault import not_excused
from tests.integration.returns.conftest import CACHE, Judge
from tests.year_of_lives import Year

JUDGED = (2023, 2024, 2025, 2026, 2027)
"""The closing years of the collections of which the validator has rules."""
BROKEN_RULES = {
    "231": "asks for a column UASC_STATUS",
    "233": "asks for a column DATE_EPISODE_CEASED",
    "709": "asks for a column PLACEMENT",
    "710": "asks for a column PLACEMENT",
}
"""Rules of version 0.1.17 that ask its own tables for columns that they never have."""


def assert_no_rule_fails(answers: dict[str, Any], told: str = "") -> None:
    """No failing row, and nothing unrun but what the tables, or the validator itself, prevent."""
    for folder, answer in answers.items():
        bad = [
            (rule, answer["messages"][rule], table, dict(row))
            for rule, table, row in not_excused(folder, answer["failing"])
        ]
        assert not bad, f"{told} {folder}: {bad[:5]}"
        assert {"Episodes", "Header"} <= set(answer["tables"])
        assert len(answer["ran"]) > 100, f"{told} {folder}: hardly a rule ran"
        lacking = {code for code in answer["could_not"] if code not in BROKEN_RULES}
        before = any(name.lower() == "dolo_last" for name in answer["tables"])
        assert lacking <= (set() if before else {"706"}), f"{told} {folder}: {lacking}"


def simulated(engine: Engine, year: int, seed: int, number: int) -> list[Any]:
    """A year of lives; who was placed."""
    with writing(engine) as session:
        told = Year(session, year, random.Random(seed))
        told.begin()
        told.live(number)
    return told.people


def test_the_sample_regions_simulated_year_fails_no_rule_nor_the_year_after_it(
    migrated_file: Path,
    tmp_path: Path,
    judge: Judge,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "records.sqlite3"
    file.write_bytes(migrated_file.read_bytes())
    engine = make_engine(f"sqlite:///{file}")
    people = simulated(engine, 2026, 2, 10)
    engine.dispose()
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{file}")
    out = tmp_path / "out"
    assert main(["export-903", "--year", "2026", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["young_people"] == told["written"] == len(people)
    assert told["refused"] == []
    assert sorted(told["rows"]) == sorted({one.code for one in people})
    assert {path.relative_to(out).as_posix() for path in out.rglob("*.csv")} == set(told["files"])
    assert sum(tables["missing"] for tables in told["rows"].values()) > 0
    next_year = tmp_path / "next"
    assert main(["export-903", "--year", "2027", "--out", str(next_year), "--json"]) == 0
    assert all("dolo" not in tables for tables in told["rows"].values())
    later = json.loads(capsys.readouterr().out)["rows"]
    assert later
    assert all("dolo" in tables for tables in later.values())
    for folder in sorted(next_year.glob("*/2026-27")):
        folder.rename(out / folder.parent.name / folder.name)
    folders = [path for path in sorted(out.glob("*/*")) if path.is_dir()]
    assert {path.name for path in folders} == {"2025-26", "2026-27"}
    assert_no_rule_fails(judge(folders))
    returns = read_returns(out)
    assert not returns.refused
    assert sum(returns.young_people[key] for key in returns.young_people if key[1] == 2026) == len(
        people
    )
    one = people[0].code
    assert main(["export-903", "--year", "2026", "--borough", one, "--out", f"{tmp_path}/one"]) == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == [one]
    for path in (tmp_path / "one").rglob("*.csv"):
        same = out / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == same.read_bytes()


@settings(
    max_examples=4 if os.environ.get("CI") else 1,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(3, 10**9), year=st.sampled_from(JUDGED))
def test_years_lived_at_the_real_desk_fail_no_rule(
    emptied: Callable[[], Engine],
    tmp_path_factory: pytest.TempPathFactory,
    judge: Judge,
    seed: int,
    year: int,
) -> None:
    engine = emptied()
    people = simulated(engine, year, seed, 5)
    with writing(engine) as session:
        made = make_return(session, year)
    assert not made.refused, f"seed {seed}: {made.refused}"
    assert made.written == len(people)
    out = tmp_path_factory.mktemp("random") / "out"
    write_folder(made.files, out)
    assert_no_rule_fails(judge(sorted(out.glob("*/*"))), f"seed {seed}, {year}:")
    if engine.dialect.name == "sqlite":
        engine.dispose()


@settings(
    max_examples=4 if os.environ.get("CI") else 2,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(3, 10**9), year=st.sampled_from(JUDGED))
def test_lives_drawn_from_every_code_are_refused_or_fail_no_rule(
    emptied: Callable[[], Engine],
    tmp_path_factory: pytest.TempPathFactory,
    judge: Judge,
    seed: int,
    year: int,
) -> None:
    engine = emptied()
    with writing(engine) as session:
        any_lives(session, year, seed, 60)
    with writing(engine) as session:
        made = make_return(session, year)
    refused = {problem.key for problem in made.refused}
    out = tmp_path_factory.mktemp("any") / "out"
    write_folder(made.files, out)
    (folder,) = out.glob("*/*")
    header = (folder / "header.csv").read_text().splitlines()[1:]
    assert len(header) == made.written == made.young_people - len(refused)
    shares = f"seed {seed}, {year}: {made.written} written, {len(refused)} refused"
    print(shares)
    assert made.written > made.young_people / 4, shares
    assert refused, shares
    assert_no_rule_fails(judge([folder]), shares)
    if engine.dialect.name == "sqlite":
        engine.dispose()


HOMES = [
    {"home_id": "SC990001", "postcode": "RM3 7", "provision": "childrens_home"},
    {"home_id": "SC990014", "postcode": "IG11 8", "provision": "supported_accommodation"},
]


def test_the_draws_reach_every_code() -> None:
    drawn: set[tuple[str, str]] = set()
    for year in JUDGED:
        lives = AnyLives(year, random.Random(year), HOMES)
        for number in range(1, 801):
            lives.steps_of(number)
        drawn |= lives.drawn
    asked = {
        (column, code)
        for column in ("PLACE", "LS", "REASON_PLACE_CHANGE", "PLACE_PROVIDER", "ETHNIC", "CIN")
        for code in codes.LISTS[column]
    } - {("REASON_PLACE_CHANGE", "PLACE")}
    asked |= {("REC", code) for code in codes.REC} | {("SEX", one) for one in "MFU"}
    asked |= {("MOTHER", "0"), ("MOTHER", "1"), *(("MISSING", one) for one in codes.MISSING)}
    assert asked <= drawn, asked - drawn


def test_the_collections_judged_are_those_of_which_the_validator_has_rules(judge: Judge) -> None:
    found = CACHE.glob("lib/python3*/site-packages/lac_validator/rules/lac20??_??")
    assert sorted(int(f"20{path.name[-2:]}") for path in found) == list(JUDGED)


SPOILT = [
    ("episodes", ",S,", ",P,", "357"),
    ("episodes", ",K2,", ",Z1,", "146"),
    ("header", ",NOBT,", ",,", "103"),
    ("reviews", ",PN", ",PX", "167"),
    ("dolo", "/2026", "/1926", "708"),
]
WHOLE = {
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,"
    "HOME_POST,PL_POST,URN\n"
    "1,02/04/2026,S,C2,N1,K2,PR4,,,,E13 0AA,RM3 7AA,SC990001\n",
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,M,03/05/2012,NOBT,A000000000001,,\n",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE\n1,03/05/2012,04/06/2026,PN1\n",
    "dolo": "CHILD,DOB,DOLO_START,DOLO_END\n1,03/05/2012,04/06/2026,04/07/2026\n",
}


def test_the_judge_bites_where_a_return_is_spoilt(tmp_path: Path, judge: Judge) -> None:
    rules = {}
    for number, (table, old, new, rule) in enumerate(SPOILT):
        folder = tmp_path / str(number) / "E09000025" / "2026-27"
        folder.mkdir(parents=True)
        for name, text in WHOLE.items():
            spoilt = text.replace(old, new) if name == table else text
            assert name != table or spoilt != text
            (folder / f"{name}.csv").write_text(spoilt)
        rules[str(folder)] = rule
    answers = judge([Path(name) for name in rules])
    assert {name: rule for name, rule in rules.items() if rule in answers[name]["failing"]} == rules
