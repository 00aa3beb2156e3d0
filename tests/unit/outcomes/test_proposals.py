"""Proposals: agreed beforehand by both sides, with a wish, a baseline and a way to go."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.outcomes.read_proposals import read_proposals
from pricing.problems import InputProblem, Problems
from pricing.toml_section import PROSE_LIMIT
from tests.unit.outcomes.samples import BLOCK, GOOD_PROPOSAL, STABILITY, proposal_of
from tests.unit.pricing.samples import edited

VERSION = "ab" * 32
BOTH = GOOD_PROPOSAL + STABILITY.replace("VERSION", VERSION)


def problems_of(text: str | bytes, folder: Path) -> list[InputProblem]:
    path = folder / "proposals.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    found = Problems()
    read_proposals(path, BLOCK, found)
    return list(found)


def test_a_proposal_says_everything_that_was_agreed(tmp_path: Path) -> None:
    path = tmp_path / "proposals.toml"
    path.write_text(BOTH, encoding="utf-8")
    found = Problems()
    garden, stability = read_proposals(path, BLOCK, found)
    assert not found.found
    assert (garden.id, garden.item, garden.provider) == ("PR3", "garden_project", "P1")
    assert (garden.start, garden.end) == (date(2026, 10, 1), date(2027, 10, 1))
    assert garden.agreed_on == date(2026, 9, 14)
    assert [(a.side, a.role, a.organisation) for a in garden.agreed_by] == [
        ("provider", "Manager", "P1"),
        ("partnership", "Contract manager", "Havering"),
    ]
    assert (garden.what, garden.for_whom) == ("A garden.", "Everybody.")
    assert (garden.wish.words, garden.wish.where) == ("A place outside.", "Panel")
    assert garden.wish.said_on == date(2026, 6, 2)
    assert (garden.counted, garden.unit) == ("gardens", "gardens")
    assert garden.baseline.value == 2
    assert garden.target == 9
    assert (garden.baseline.start, garden.baseline.end) == (date(2026, 4, 1), date(2026, 9, 1))
    assert garden.baseline.source == "Visits."
    assert garden.stability is None
    assert stability.stability is not None
    assert stability.stability.reference == "R"
    assert stability.stability.reference_version == VERSION
    assert stability.stability.least_expected == 1
    assert stability.baseline.value == Fraction(7, 5)


def test_the_homes_of_a_proposal_are_its_providers_or_all() -> None:
    assert proposal_of(provider="P1").homes(BLOCK) == {"SC990001", "SC990002"}
    assert proposal_of(provider="P2").homes(BLOCK) == {"SC990003"}
    assert proposal_of(provider="all").homes(BLOCK) == set(BLOCK.homes)


BAD_VALUES = [
    ('contract = "NEL-BLOCK-1"', 'contract = "X"', "contract", "another contract", "NEL-BLOCK-1"),
    ('contract = "NEL-BLOCK-1"\n', "", "contract", "missing key", "required"),
    ('id = "PR3"', 'id = "PR 3"', "proposals[1].id", "bad value", "without blanks"),
    ('item = "garden_project"', 'item = "pond"', "proposals[1].item", "unknown item", "stability"),
    ('provider = "P1"', 'provider = "P9"', "proposals[1].provider", "unknown provider", "P2, all"),
    ("to = 2027-10-01", "to = 2034-04-02", "proposals[1].to", "outside the term", "2026-04-01"),
    ("to = 2027-10-01", "to = 2026-10-01", "proposals[1].to", "wrong order", "after from"),
    (
        "agreed_on = 2026-09-14",
        "agreed_on = 2026-10-01",
        "proposals[1].agreed_on",
        "not agreed beforehand",
        "a day before from, 2026-10-01",
    ),
    ('"A garden."', '""', "proposals[1].what", "bad value", "one paragraph of up to 2000"),
    ('for_whom = "Everybody."\n', "", "proposals[1].for_whom", "missing key", "required"),
    ("target = 9", "target = -9", "proposals[1].target", "negative value", "from 0"),
    ("target = 9", "target = 2", "proposals[1].target", "no way to go", "baseline, 2"),
    (
        'side = "partnership"',
        'side = "council"',
        "proposals[1].agreed_by[2].side",
        "bad value",
        '"partnership"',
    ),
    (
        'side = "partnership"',
        'side = "young_people"',
        "proposals[1].agreed_by",
        "one side only",
        '"partnership"',
    ),
    (
        'side = "provider"',
        'side = "partnership"',
        "proposals[1].agreed_by",
        "one side only",
        '"provider"',
    ),
    (', organisation = "P1"', "", "proposals[1].agreed_by[1].organisation", "missing key", "req"),
    ('words = "A place outside.", ', "", "proposals[1].wish.words", "missing key", "required"),
    ('where = "Panel", ', "", "proposals[1].wish.where", "missing key", "required"),
    (
        "said_on = 2026-06-02",
        "said_on = 2026-09-15",
        "proposals[1].wish.said_on",
        "wrong order",
        "not after agreed_on, 2026-09-14",
    ),
    ('counted = "gardens", ', "", "proposals[1].measure.counted", "missing key", "required"),
    (', unit = "gardens"', "", "proposals[1].measure.unit", "missing key", "required"),
    (
        'baseline = { value = 2, from = 2026-04-01, to = 2026-09-01, source = "Visits." }\n',
        "",
        "proposals[1].baseline",
        "missing key",
        "required",
    ),
    (', source = "Visits."', "", "proposals[1].baseline.source", "missing key", "required"),
    ("value = 2, ", "", "proposals[1].baseline.value", "missing key", "required"),
    (
        "value = 2, ",
        'value = "two", ',
        "proposals[1].baseline.value",
        "bad value",
        "a number of what is counted from 0",
    ),
    (
        "from = 2026-04-01, to = 2026-09-01",
        "from = 2026-09-01, to = 2026-09-01",
        "proposals[1].baseline.to",
        "wrong order",
        "after from",
    ),
    (
        "to = 2026-09-01, source",
        "to = 2026-09-15, source",
        "proposals[1].baseline.to",
        "wrong order",
        "not after agreed_on, 2026-09-14",
    ),
    ("target = 9", "target = 9\nnote = 1", "proposals[1].note", "unknown key", "stability"),
    (
        "least_expected = 1",
        'least_expected = "0.99"',
        "proposals[2].stability.least_expected",
        "bad value",
        "1 or more",
    ),
    (VERSION, "abc", "proposals[2].stability.reference_version", "bad value", "SHA-256"),
    ('reference = "R", ', "", "proposals[2].stability.reference", "missing key", "required"),
    ('target = "0.60"', 'target = "1.60"', "proposals[2].target", "wrong order", "fewer unplanned"),
    ('id = "PR4"', 'id = "PR3"', "proposals[2].id", "duplicate", "proposals[1] has it"),
]


@pytest.mark.parametrize(
    ("old", "new", "key", "kind", "allowed"), BAD_VALUES, ids=[f"{c[2]}-{c[3]}" for c in BAD_VALUES]
)
def test_a_file_with_one_fault_has_a_problem_that_says_which(
    old: str, new: str, key: str, kind: str, allowed: str, tmp_path: Path
) -> None:
    (problem,) = problems_of(edited(BOTH, (old, new)), tmp_path)
    assert (problem.file, problem.key, problem.kind) == ("proposals.toml", key, kind)
    assert allowed in problem.allowed


def test_a_proposal_begins_inside_the_term_of_its_contract(tmp_path: Path) -> None:
    (problem,) = problems_of(GOOD_PROPOSAL.replace("2026-", "2025-"), tmp_path)
    assert str(problem) == (
        "proposals.toml, proposals[1].from: outside the term: 2025-10-01; allowed: a day inside"
        " the term of NEL-BLOCK-1, 2026-04-01 to 2034-04-01"
    )


def test_only_an_outcome_item_is_measured_by_stability(tmp_path: Path) -> None:
    head = GOOD_PROPOSAL.partition("\n")[0]
    text = edited(STABILITY.replace("VERSION", VERSION), ('"stability"', '"garden_project"'))
    (problem,) = problems_of(head + text, tmp_path)
    assert str(problem) == (
        "proposals.toml, proposals[1].stability: forbidden key: on an innovation item; allowed:"
        " only on an outcome item"
    )


def test_only_one_proposal_is_paid_for_an_item_on_a_day(tmp_path: Path) -> None:
    def third(first: str, last: str) -> str:
        again = GOOD_PROPOSAL.partition("\n")[2]
        return edited(
            again,
            ("PR3", "PR5"),
            ("from = 2026-10-01", f"from = {first}"),
            ("to = 2027-10-01", f"to = {last}"),
        )

    assert problems_of(BOTH + third("2027-10-01", "2027-12-01"), tmp_path) == []
    (problem,) = problems_of(BOTH + third("2027-09-30", "2027-12-01"), tmp_path)
    assert str(problem) == (
        "proposals.toml, proposals[3].from: two proposals on one day: 2027-09-30; allowed:"
        " 2027-10-01 or later: until then proposals[1] is paid for the same item"
    )


def test_a_short_proposal_does_not_hide_the_long_one_around_it(tmp_path: Path) -> None:
    again = GOOD_PROPOSAL.partition("\n")[2]
    long = ("from = 2026-10-01", "from = 2026-10-02")
    inner = edited(again, ("PR3", "PR5"), long, ("to = 2027-10-01", "to = 2026-11-01"))
    later = edited(again, ("PR3", "PR6"), ("from = 2026-10-01", "from = 2027-02-01"))
    problems = problems_of(BOTH + inner + later, tmp_path)
    assert [problem.key for problem in problems] == ["proposals[3].from", "proposals[4].from"]
    assert all("until then proposals[1]" in problem.allowed for problem in problems)


def test_what_was_said_and_measured_by_the_day_of_agreement_was_known(tmp_path: Path) -> None:
    text = edited(
        BOTH,
        ("said_on = 2026-06-02", "said_on = 2026-09-14"),
        ("to = 2026-09-01, source", "to = 2026-09-14, source"),
    )
    assert problems_of(text, tmp_path) == []
    assert problems_of(edited(BOTH, ("2026-09-14", "2026-09-30")), tmp_path) == []


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = edited(
        BOTH, ('side = "provider"', 'side = "x"'), ("target = 9", "target = 2"), ('"R"', '""')
    )
    keys = {problem.key for problem in problems_of(text, tmp_path)}
    assert keys == {
        "proposals[1].agreed_by[1].side",
        "proposals[1].target",
        "proposals[2].stability.reference",
    }


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"contract = ", "not TOML"),
        (b"\xff", "not UTF-8"),
        (b"#" * (4 * 1024 * 1024 + 1), "too large for a file of proposals"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_whole(data: bytes, value: str, tmp_path: Path) -> None:
    (problem,) = problems_of(data, tmp_path)
    assert value in problem.value


def test_a_paragraph_may_be_long_but_not_endless(tmp_path: Path) -> None:
    assert problems_of(edited(BOTH, ("A garden.", "g" * PROSE_LIMIT)), tmp_path) == []
    (problem,) = problems_of(edited(BOTH, ("A garden.", "g" * (PROSE_LIMIT + 1))), tmp_path)
    assert problem.key == "proposals[1].what"


@pytest.mark.parametrize(
    ("baseline", "target", "value", "achieved"),
    [
        (2, 9, 4, Fraction(2, 7)),
        (2, 9, 2, Fraction(0)),
        (2, 9, 9, Fraction(1)),
        (2, 9, 1, Fraction(0)),
        (2, 9, 40, Fraction(1)),
        ("1.40", "0.60", "1.00", Fraction(1, 2)),
        ("1.40", "0.60", "1.50", Fraction(0)),
        ("1.40", "0.60", "0", Fraction(1)),
    ],
)
def test_achieved_runs_from_baseline_to_target_in_either_direction(
    baseline: int | str, target: int | str, value: int | str, achieved: Fraction
) -> None:
    assert proposal_of(baseline, target).achieved(Fraction(value)) == achieved
