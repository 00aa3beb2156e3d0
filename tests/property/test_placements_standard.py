"""Every field of the Placements Data Standard round-trips: JSON, CSV, and the referral form."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.standard.fields import Field, fields
from broker.standard.files import StandardRead, as_csv, as_json, read_standard
from broker.standard.forms import LIBERTY, NEEDED, REFERRED, form_of, of_form, referral_part
from broker.standard.record import Record
from pricing.problems import BadInput
from tests.unit.returns.shared import shared

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


@given(records(placed=False))
def test_what_a_form_holds_of_a_referral_comes_out_of_it_again(record: Record) -> None:
    told = {path: value for path, value in record.items() if path in of_form()}
    made = form_of(record, "E09000016", "f", 1)
    if isinstance(made, list):
        assert made, "refused with a reason"
        assert record.get(LIBERTY) or any(problem.value for problem in made)
        return
    back = referral_part(made, record["PlacementAvailability.childId"], record[REFERRED])
    assert back.pop(LIBERTY) is False
    told.pop(LIBERTY, None)
    assert back == told


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
