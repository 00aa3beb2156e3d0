"""Every field of the Placements Data Standard round-trips: JSON, CSV, and the referral form."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.life import steps
from broker.life.state import Life, Taken
from broker.standard.fields import Field, fields
from broker.standard.files import StandardRead, as_csv, as_json, read_standard
from broker.standard.forms import NEEDED, REFERRED, form_of, referral_part, reported_of
from broker.standard.lacks import NARROWER
from broker.standard.lives import number_of, record_of
from broker.standard.record import Record
from matching.tables import table_text
from pricing.problems import BadInput, Problems
from tests.unit.life.story import Story
from tests.unit.returns.shared import shared
from tests.whole_life import HOME

TEXTS = st.one_of(
    st.sampled_from(["=1+1", "+44", "-5", "@SUM(A1)", "'=x", "''-", "true", "1", "a; b", '"', "a,b",
                     "two\nlines", "ä ß 中", "＝1", "2026-01-01"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
    .map(str.strip).filter(bool),
)  # fmt: skip
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def values(field: Field) -> st.SearchStrategy[Any]:
    if field.many:
        some = st.lists(st.sampled_from(field.options), min_size=1, unique=True)
        return some.map(tuple)
    if field.options:
        return st.sampled_from(field.options)
    return {
        "Integer": st.integers(-(2**53) + 1, 2**53 - 1),
        "Boolean": st.booleans(),
        "Date": DAYS,
        "String": TEXTS,
    }[field.type]


@st.composite
def records(draw: st.DrawFn, *, placed: bool | None = None) -> Record:
    if placed is None:
        placed = draw(st.booleans())
    asked = [one for one in fields().values() if placed or not one.of_placement]
    told = [one for one in asked if one.required or draw(st.booleans())]
    return {one.path: draw(values(one)) for one in told}


def through(text: str, name: str) -> StandardRead:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8", newline="")
        return read_standard(file)


def kept(read: StandardRead) -> list[Record]:
    assert not read.problems
    assert read.refused == 0
    return [record for _, record in read.records]


@given(st.lists(records(), max_size=4))
def test_every_field_round_trips_through_json_and_csv(many: list[Record]) -> None:
    assert kept(through(as_json(many), "a.json")) == many
    assert kept(through(as_csv(many), "a.csv")) == many


@given(st.lists(records(), min_size=1, max_size=3))
def test_no_cell_of_the_csv_is_run_by_a_spreadsheet(many: list[Record]) -> None:
    for row in csv.reader(io.StringIO(as_csv(many), newline="")):
        for cell in row:
            number = cell.lstrip("-").isdigit()
            assert number or cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝"), cell


def test_every_field_was_drawn_and_round_trips_alone() -> None:
    """One record with every field, each with each of its options."""
    most = max(len(field.options) for field in fields().values())
    plain = {"Integer": -7, "Boolean": False, "Date": date(2026, 2, 28), "String": "= a"}
    for at in range(most):
        record = {
            path: (field.options[: at + 1] or field.options)
            if field.many
            else field.options[at % len(field.options)]
            if field.options
            else plain[field.type]
            for path, field in fields().items()
        }
        assert len(record) == 41
        assert kept(through(as_json([record]), "a.json")) == [record]
        assert kept(through(as_csv([record]), "a.csv")) == [record]


def taken(said: Any, number: int) -> Taken:
    """A step of that day; which day and whose it is, is of no matter to what comes out again."""
    at = datetime(2026, 9, 4, 8, number, tzinfo=UTC)
    return Taken(number, at, at.date(), "clerk", "broker", "partnership", said)


@given(records())
def test_every_field_comes_out_of_the_records_as_it_went_in_or_is_refused_by_name(
    record: Record,
) -> None:
    form = form_of(record, "E09000016", "f.json", 1)
    word = reported_of(record, "f.json", "0" * 64, 1)
    problems = [one for made in (form, word) if isinstance(made, list) for one in made]
    if isinstance(form, list) or isinstance(word, list):
        assert problems
        assert {one.key for one in problems} <= set(NARROWER), problems
        return
    opened = steps.Open(kind="open", form=form)
    said = [opened, word, steps.Submit(kind="submit")]
    life = Life.of("R-1", [taken(one, at) for at, one in enumerate(said, start=1)])
    found = Problems()
    back = record_of(life, number_of(form.young_person_id), {}, {}, found)
    assert not found.found
    assert back == record


def test_every_field_was_kept_at_least_once_and_no_bound_is_said_for_nothing() -> None:
    """One record with every field comes back whole; beyond each bound that is said, it is not."""
    plain = {"Integer": 7, "Boolean": True, "Date": date(2026, 2, 28), "String": "a"}
    whole = {
        one.path: one.options if one.many else (*one.options, plain.get(one.type))[0]
        for one in fields().values()
    }
    assert len(whole) == 41
    form, word = form_of(whole, "E09000016", "f", 1), reported_of(whole, "f", "0" * 64, 1)
    assert not isinstance(form, list)
    assert not isinstance(word, list)
    life = Life.of("R-1", [taken(steps.Open(kind="open", form=form), 1), taken(word, 2)])
    assert record_of(life, 7, {}, {}, Problems()) == whole
    for path in NARROWER:
        kind = fields()[path].type
        late = date(2200, 1, 1)
        beyond: Any = {"Integer": -1, "String": "a" * 201, "Date": late}.get(kind, whole[path])
        spoilt = {**whole, path: beyond}
        if path == NEEDED:
            spoilt |= {NEEDED: "in more than 5 days", REFERRED: date(2199, 12, 31)}
        made = (form_of(spoilt, "E09000016", "f", 1), reported_of(spoilt, "f", "0" * 64, 1))
        named = {one.key for each in made if isinstance(each, list) for one in each}
        assert path in named
        assert named <= {path, NEEDED}, "a day of need is counted from the referral"


def test_what_was_decided_here_stands_before_what_another_system_told() -> None:
    story = Story().to("open")
    story.told("reported", placement=PLACED)
    assert record_of(story.life, 1, {}, {}, Problems())["ActualPlacement.providerURN"] == "SC1"
    for kind in ("submit", "band", "verify", "shortlist", "view", "offer", "impact", "accept"):
        story.told(kind)
    story.told("confirm", school_kept=False)
    home = SimpleNamespace(postcode="E17 4QH", borough="E09000031", provision="childrens_home")
    made = record_of(story.life, 1, {HOME: home}, {}, Problems())
    assert made["ActualPlacement.providerURN"] == HOME
    assert made["ActualPlacement.educationContinuity"] is False
    assert made["ActualPlacement.totalWeeklyCost"] == 6000
    assert made["QualityAssurance.placementOfficerName"] == "somebody"
    assert made[REFERRED] == date(2026, 8, 20), "it was referred there first"


PLACED = {
    "urn": "SC1", "placement_type": "Foster", "location": "E17", "preferred_location": True,
    "school_kept": True, "siblings_together": 2, "weekly_cost": 1, "placed_on": date(2026, 8, 21),
    "placed_by": "them", "cost_on": date(2026, 8, 22),
}  # fmt: skip


@pytest.mark.parametrize("word", ["Today", "in less than 5 days", "in more than 5 days"])
def test_each_word_for_urgency_comes_back_as_itself(word: str) -> None:
    record: dict[str, Any] = {
        one.path: one.options[:1] if one.many else one.options[0] if one.options else None
        for one in fields().values()
        if one.required and not one.of_placement
    }
    record |= {NEEDED: word, REFERRED: date(2026, 9, 4), "PlacementAvailability.childId": 4}
    record["PlacementRequirements.homeAdaptation"] = True
    made = form_of(record, "E09000016", "f", 1)
    assert not isinstance(made, list)
    assert referral_part(made, 4, date(2026, 9, 4))[NEEDED] == word


SPOILT: list[tuple[str, Any, str]] = [
    ("PlacementAvailability.childId", True, "a whole number"),
    ("PlacementAvailability.childId", 2**53, "a whole number"),
    ("PlacementAvailability.neededBy", "Soon", "Today | in less than 5 days"),
    ("PlacementRequirements.homeAdaptation", "yes", "true | false"),
    ("PlacementRequirements.specificCommunicationRequirements", [], "one or more of ESOL"),
    ("QualityAssurance.referralDate", "2026-02-30", "a day as year-month-day"),
    ("Risks.riskOther", " x", "no spaces at its ends"),
    ("Risks.riskShoes", "x", "its fields"),
    ("Risks.riskSelfHarm", None, "No known risk | Risk Present"),
    ("ActualPlacement.providerURN", "SC1", "text of up to"),
]


@pytest.mark.parametrize(("path", "value", "allowed"), SPOILT)
def test_each_spoilt_value_is_refused_with_its_place_and_what_is_allowed(
    path: str, value: Any, allowed: str
) -> None:
    good = next(_good())
    entity, name = path.split(".")
    whole = json.loads(as_json([good, good]))
    whole["records"][1].setdefault(entity, {})[name] = value
    read = through(json.dumps(whole), "a.json")
    assert [number for number, _ in read.records] == [1]
    assert (read.read, read.refused) == (2, 1)
    assert all(problem.row == 2 for problem in read.problems)
    assert any(allowed in problem.allowed for problem in read.problems), read.problems


def _good() -> Iterator[Record]:
    plain = {"Integer": 7, "Boolean": False, "Date": date(2026, 2, 28), "String": "a"}
    while True:
        yield {
            one.path: one.options[:1]
            if one.many
            else one.options[0]
            if one.options
            else plain[one.type]
            for one in fields().values()
            if one.required and not one.of_placement
        }


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("{}", "a.json", 'an object with "records"'),
        ('{"records": [], "records": []}', "a.json", "stands twice"),
        ('{"records": NaN}', "a.json", "NaN is no number"),
        ("[" * 100_000, "a.json", "nested too deep"),
        ('{"standard": "x", "version": "v2", "records": []}', "a.json", "Placements Data Standard"),
        (
            '{"standard": "Placements Data Standard", "version": "v1", "records": []}',
            "a.json",
            "v2",
        ),
        ("x,y\n1,2\n", "a.csv", "missing"),
        ("", "a.csv", "the file is empty"),
        ("{}", "a.xml", "ends in .json or .csv"),
    ],
)
def test_a_file_that_is_none_of_the_standard_is_refused_whole(
    text: str, name: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        through(text, name)


@pytest.mark.parametrize(
    ("more", "cells", "words"),
    [
        (["Risks.riskOther"], [""], "column Risks.riskOther: duplicate: 2 columns of this name"),
        (["shoes", "shoes"], ["7", ""], "column shoes: duplicate: 2 columns of this name"),
        (["ActualPlacement.providerURN"], [""], "column ActualPlacement.providerURN: duplicate"),
        (["", ""], ["SC1", ""], "row 2.*a cell under no header"),
    ],
)
def test_no_cell_is_lost_to_another_of_the_same_header(
    more: list[str], cells: list[str], words: str
) -> None:
    rows = list(csv.reader(io.StringIO(as_csv([next(_good())]), newline="")))
    text = table_text([*rows[0], *more], [[*rows[1], *cells]])
    with pytest.raises(BadInput, match=words):
        through(text, "a.csv")


def test_columns_that_are_empty_throughout_are_passed_over() -> None:
    rows = list(csv.reader(io.StringIO(as_csv([next(_good())]), newline="")))
    assert kept(through(table_text([*rows[0], "", ""], [[*rows[1], "", " "]]), "a.csv"))


@given(st.binary(max_size=300), st.sampled_from(["a.json", "a.csv"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(BadInput):
        file = Path(folder) / name
        file.write_bytes(data)
        read = read_standard(file)
        assert read.read == len(read.records) + read.refused
        assert {one.row for one in read.problems} == set(_refused(read))


def _refused(read: StandardRead) -> set[int | None]:
    rows = {one.row for one in read.problems}
    assert len(rows) == read.refused
    return rows


def test_the_description_shipped_is_the_standards_own() -> None:
    given_to_all = shared("placements-standard", "placements.json")
    assert given_to_all.read_bytes() == Path("broker/standard/placements.json").read_bytes()
