"""Evidence: what counts for a period, and every error of the file with its row and column."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.outcomes.evidence import Evidence, evidence_for, read_evidence
from pricing.outcomes.proposal import Proposal, StabilityTerms
from pricing.problems import InputProblem, Problems
from tests.unit.outcomes.samples import (
    END,
    EVIDENCE_HEAD,
    MEASURED,
    START,
    WRITTEN,
    proposal_of,
    table,
)
from tests.unit.pricing.samples import edited

TERMS = StabilityTerms("R", "0" * 64, Fraction(1))


def agreed() -> list[Proposal]:
    return [
        replace(proposal_of(), id="PR3"),
        replace(proposal_of(stability=TERMS), id="PR4"),
    ]


def problems_of(text: str, folder: Path, *, known: bool = True) -> list[InputProblem]:
    path = folder / "evidence.csv"
    path.write_text(text, encoding="utf-8")
    found = Problems()
    read_evidence(path, agreed() if known else None, found, (START, END))
    return list(found)


def piece(**changes: object) -> Evidence:
    values: dict[str, object] = {
        "reference": "EV1",
        "proposal": "PR1",
        "on": date(2026, 12, 1),
        "kind": "writing",
        "by": "young_people",
        "value": None,
        "start": None,
        "end": None,
        "words": "",
    }
    return Evidence(**{**values, **changes})  # type: ignore[arg-type]


def test_a_measurement_and_a_piece_of_writing_are_read(tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text(table(EVIDENCE_HEAD, MEASURED, WRITTEN), encoding="utf-8")
    found = Problems()
    measured, written = read_evidence(path, agreed(), found, (START, END))
    assert not found.found
    assert measured == Evidence(
        "EV1", "PR3", date(2027, 4, 2), "measurement", "provider", Fraction(4), START, END,
        "counted", row=2,
    )  # fmt: skip
    assert written == Evidence(
        "EV2", "PR3", date(2026, 12, 1), "writing", "young_people", None, None, None, "we dug it",
        row=3,
    )  # fmt: skip
    assert written.by_young_people
    assert not measured.by_young_people


BAD_CELLS = [
    (MEASURED, "EV1", "", "reference", "bad value", "a name or id, not empty"),
    (MEASURED, "PR3", "PR9", "proposal", "unknown proposal", "PR3, PR4"),
    (MEASURED, "2027-04-02", "April", "on", "bad value", "a day as year-month-day"),
    (MEASURED, "2027-04-02", "2027-03-30", "on", "wrong order", "2027-03-31 or later"),
    (MEASURED, "measurement", "poem", "kind", "bad value", "measurement, writing, record"),
    (MEASURED, "provider", "us", "by", "bad value", "young_people, provider, partnership, indep"),
    (MEASURED, ",4,", ",,", "value", "missing value", "value, from and to"),
    (MEASURED, ",4,", ",-4,", "value", "negative value", "a number from 0, such as 12.5, or empty"),
    (MEASURED, ",4,", ",4/7,", "value", "bad value", "a number from 0, such as 12.5, or empty"),
    (MEASURED, "2026-10-01", "", "from", "missing value", "value, from and to"),
    (MEASURED, "2027-04-01", "", "to", "missing value", "value, from and to"),
    (MEASURED, "2027-04-01", "2026-10-01", "to", "wrong order", "after from"),
    (MEASURED, "PR3", "PR4", "kind", "forbidden value", "measured from the ledger"),
    (WRITTEN, "people,,", "people,3,", "value", "forbidden value", "only a measurement"),
]


@pytest.mark.parametrize(
    ("row", "old", "new", "column", "kind", "allowed"),
    BAD_CELLS,
    ids=[f"{case[3]}-{case[4]}-{case[2]}" for case in BAD_CELLS],
)
def test_a_row_with_one_fault_has_one_problem(
    row: str, old: str, new: str, column: str, kind: str, allowed: str, tmp_path: Path
) -> None:
    (problem,) = problems_of(table(EVIDENCE_HEAD, edited(row, (old, new))), tmp_path)
    assert (problem.file, problem.row) == ("evidence.csv", 2)
    assert (problem.key, problem.kind) == (f"column {column}", kind)
    assert allowed in problem.allowed


def test_a_measurement_may_be_made_on_the_last_of_its_days(tmp_path: Path) -> None:
    row = edited(MEASURED, ("2027-04-02", "2027-03-31"))
    assert problems_of(table(EVIDENCE_HEAD, row), tmp_path) == []


def test_a_piece_of_evidence_has_a_reference_of_its_own(tmp_path: Path) -> None:
    text = table(EVIDENCE_HEAD, MEASURED, edited(WRITTEN, ("EV2", "EV1")))
    (problem,) = problems_of(text, tmp_path)
    assert str(problem) == (
        'evidence.csv, row 3, column reference: duplicate: "EV1"; allowed: each once; row 2 has it'
    )


def test_two_measurements_of_one_period_are_an_error_and_of_two_periods_none(
    tmp_path: Path,
) -> None:
    again = edited(MEASURED, ("EV1", "EV9"))
    (problem,) = problems_of(table(EVIDENCE_HEAD, MEASURED, again), tmp_path)
    assert str(problem) == (
        'evidence.csv, row 3, column proposal: two measurements of the period: "PR3"; allowed: one'
        " measurement that covers 2026-10-01 to 2027-04-01; row 2 does too"
    )
    shorter = edited(again, ("2026-10-01", "2026-10-02"))
    assert problems_of(table(EVIDENCE_HEAD, MEASURED, shorter), tmp_path) == []


def test_proposals_that_could_not_be_read_are_not_blamed_on_the_evidence(tmp_path: Path) -> None:
    text = table(EVIDENCE_HEAD, edited(MEASURED, ("PR3", "PR9")))
    assert problems_of(text, tmp_path, known=False) == []


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_writing_counts_in_the_period_it_was_written_in(on: date, counts: bool) -> None:
    assert piece(on=on).counts_in(START, END) is counts


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (START, END, True),
        (date(2026, 4, 1), date(2027, 10, 1), True),
        (date(2026, 10, 2), END, False),
        (START, date(2027, 3, 31), False),
        (None, None, False),
    ],
)
def test_a_measurement_counts_where_it_covers_every_day(
    start: date | None, end: date | None, counts: bool
) -> None:
    measured = piece(kind="measurement", value=Fraction(3), start=start, end=end)
    assert measured.counts_in(START, END) is counts


@pytest.mark.parametrize(
    ("kind", "by", "counts"),
    [
        ("writing", "young_people", True),
        ("writing", "provider", False),
        ("record", "young_people", False),
    ],
)
def test_only_writing_of_young_people_is_theirs(kind: str, by: str, counts: bool) -> None:
    assert piece(kind=kind, by=by).by_young_people is counts


def test_evidence_is_of_one_proposal_and_the_rest_of_it_is_told_apart() -> None:
    late = piece(reference="EV0", on=date(2027, 4, 1))
    pieces = [piece(reference="EV3"), piece(reference="EV2"), late, piece(proposal="PR2")]
    counted, uncounted = evidence_for(pieces, proposal_of(), START, END)
    assert [each.reference for each in counted] == ["EV2", "EV3"]
    assert uncounted == (late,)
