"""Re-banding: what is due by the new bands less what was billed, never a rewritten bill."""

from datetime import date

import pytest

from pricing.adjustment import Adjustment, Billed, adjustment, billed_lines
from pricing.problems import BadInput
from pricing.quote import quote
from tests.unit.pricing.samples import BLOCK_TEXT, HAVERING, contract_of, stretch

BLOCK = contract_of(BLOCK_TEXT)
SEPTEMBER = (date(2026, 9, 7), date(2026, 10, 1))
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
PERIODS = [SEPTEMBER, OCTOBER]
REVIEW = date(2026, 9, 21)


def billed_as(band: str) -> list[Billed]:
    return [
        billed
        for period in PERIODS
        for billed in billed_lines(quote(BLOCK, band, {"one_to_one": 12}, *period).lines)
    ]


def rebanded(band: str) -> Adjustment:
    stretches = [
        stretch(1, HAVERING, SEPTEMBER[0], REVIEW, band="low", one_to_one=12),
        stretch(1, HAVERING, REVIEW, None, band=band, one_to_one=12),
    ]
    return adjustment(BLOCK, stretches, PERIODS, billed_as("low"))


def test_a_band_that_did_not_change_needs_no_adjustment() -> None:
    stretches = [stretch(1, HAVERING, SEPTEMBER[0], None, band="low", one_to_one=12)]
    unchanged = adjustment(BLOCK, stretches, PERIODS, billed_as("low"))
    assert unchanged.lines == ()
    assert unchanged.total == 0


def test_a_higher_band_from_an_earlier_day_is_due_line_by_line() -> None:
    raised = rebanded("medium")
    assert [
        (line.subject, line.start, line.end, line.due, line.billed) for line in raised.lines
    ] == [
        ("fee", date(2026, 9, 7), REVIEW, 900000, 0),
        ("one_to_one", date(2026, 9, 7), REVIEW, 68400, 0),
        ("fee", *SEPTEMBER, 0, 1542857),
        ("one_to_one", *SEPTEMBER, 0, 117257),
        ("fee", REVIEW, date(2026, 10, 1), 857143, 0),
        ("one_to_one", REVIEW, date(2026, 10, 1), 8143, 0),
        ("fee", *OCTOBER, 2657143, 1992857),
        ("one_to_one", *OCTOBER, 25243, 151457),
    ]
    due = [
        quote(BLOCK, "low", {"one_to_one": 12}, SEPTEMBER[0], REVIEW).total,
        quote(BLOCK, "medium", {"one_to_one": 12}, REVIEW, date(2026, 10, 1)).total,
        quote(BLOCK, "medium", {"one_to_one": 12}, *OCTOBER).total,
    ]
    assert raised.total == sum(due) - sum(billed.amount for billed in billed_as("low"))
    assert raised.lines[2].rule.endswith("no longer due in these days")
    assert "fees.medium" in raised.lines[6].rule


def test_a_lower_band_gives_back() -> None:
    stretches = [stretch(1, HAVERING, SEPTEMBER[0], None, band="low")]
    lowered = adjustment(BLOCK, stretches, [OCTOBER], billed_lines(
        quote(BLOCK, "medium", {}, *OCTOBER).lines
    ))  # fmt: skip
    assert lowered.to_json() == {
        "contract": "NEL-BLOCK-1",
        "version": BLOCK.version,
        "lines": [
            {
                "what": "fee",
                "from": "2026-10-01",
                "to": "2026-11-01",
                "due": "19928.57",
                "billed": "26571.43",
                "difference": "-6642.86",
                "rule": lowered.lines[0].rule,
            }
        ],
        "total": "-6642.86",
    }


def test_a_placement_that_ended_earlier_is_no_longer_due() -> None:
    ended = [stretch(1, HAVERING, SEPTEMBER[0], date(2026, 10, 1), band="low", one_to_one=12)]
    given_back = adjustment(BLOCK, ended, PERIODS, billed_as("low"))
    assert [(line.start, line.difference) for line in given_back.lines] == [
        (date(2026, 10, 1), -1992857),
        (date(2026, 10, 1), -151457),
    ]


def test_an_issued_adjustment_counts_as_billed_so_nothing_is_due_twice() -> None:
    first = rebanded("medium")
    issued = billed_as("low") + [line.as_billed() for line in first.lines]
    stretches = [
        stretch(1, HAVERING, SEPTEMBER[0], REVIEW, band="low", one_to_one=12),
        stretch(1, HAVERING, REVIEW, None, band="medium", one_to_one=12),
    ]
    assert adjustment(BLOCK, stretches, PERIODS, issued).lines == ()
    back = [stretch(1, HAVERING, SEPTEMBER[0], None, band="low", one_to_one=12)]
    assert adjustment(BLOCK, back, PERIODS, issued).total == -first.total


def test_everything_wrong_with_an_adjustment_is_said_at_once() -> None:
    stretches = [stretch(1, HAVERING, SEPTEMBER[0], None, band="severe")]
    periods = [OCTOBER, (date(2026, 10, 31), date(2026, 11, 30)), (OCTOBER[1], OCTOBER[0])]
    billed = [Billed("fee", date(2026, 9, 30), date(2026, 10, 2), 100)]
    with pytest.raises(BadInput) as refused:
        adjustment(BLOCK, stretches, periods, billed)
    assert [(problem.file, problem.key, problem.kind) for problem in refused.value.problems] == [
        ("placement", "column band", "bad value"),
        ("billed period", "to", "wrong order"),
        ("billed period", "from", "overlapping periods"),
        ("billed period", "from", "overlapping periods"),
        ("billed amount", "fee", "outside the billed periods"),
    ]
