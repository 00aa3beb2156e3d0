"""Bands over the time of a placement: what stands, as known on a day, and what it makes of rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from pricing.adjustment import adjust
from pricing.bands.history import BandDecision, rebanded, standing
from pricing.bands.scores import Party
from pricing.bill import bill_rows
from pricing.ledger import LedgerRow
from pricing.problems import BadInput
from pricing.statement import statement
from tests.unit.pricing.samples import BLOCK_TEXT, HAVERING, contract_of, stretch

MOVED_IN = date(2026, 9, 7)
REVIEW = date(2026, 11, 2)
LATER = date(2027, 2, 1)
ASSESSOR = Party("Social worker", "Borough A")
REVIEWER = Party("Reviewing officer", "Borough A")
OTHER = Party("Team manager", "Brokerage")


def decision(
    start: date,
    decided_on: date,
    band: str,
    status: str = "provisional",
    by: Party = ASSESSOR,
    reason: str = "Scores of the day.",
) -> BandDecision:
    return BandDecision(start, decided_on, band, status, reason, by)


FIRST = decision(MOVED_IN, date(2026, 9, 1), "low")
RAISED = decision(date(2026, 9, 21), REVIEW, "medium", "confirmed", REVIEWER)
ROW = stretch(4, HAVERING, MOVED_IN, None, band="low", one_to_one=12)


def bands(rows: Sequence[LedgerRow]) -> list[tuple[str, date, date | None]]:
    return [(row.band, row.start, row.end) for row in rows]


def refusal(rows: Sequence[LedgerRow], history: Sequence[BandDecision], day: date = LATER) -> str:
    with pytest.raises(BadInput) as refused:
        rebanded(rows, history, day)
    return str(refused.value)


def test_a_change_from_an_earlier_day_cuts_the_stretch_there() -> None:
    assert bands(rebanded([ROW], [FIRST, RAISED], REVIEW)) == [
        ("low", MOVED_IN, date(2026, 9, 21)),
        ("medium", date(2026, 9, 21), None),
    ]


def test_what_stood_on_an_earlier_day_can_still_be_asked_for() -> None:
    assert bands(rebanded([ROW], [FIRST, RAISED], date(2026, 11, 1))) == [("low", MOVED_IN, None)]


def test_nothing_but_the_band_and_the_days_changes() -> None:
    for row in rebanded([ROW], [FIRST, RAISED], REVIEW):
        assert replace(row, band=ROW.band, start=ROW.start, end=ROW.end) == ROW


@pytest.mark.parametrize("start", [MOVED_IN, date(2026, 9, 21), date(2026, 8, 1)])
def test_a_rebanding_to_the_same_band_changes_nothing(start: date) -> None:
    same = decision(start, REVIEW, "low", "confirmed", REVIEWER)
    assert rebanded([ROW], [FIRST, same], REVIEW) == (ROW,)


def test_a_rebanding_to_the_same_band_costs_and_gives_back_nothing() -> None:
    contract = contract_of(BLOCK_TEXT)
    period = (MOVED_IN, date(2026, 12, 1))
    billed = bill_rows(statement(contract, [ROW], *period), REVIEW)
    same = decision(date(2026, 9, 21), REVIEW, "low", "confirmed", REVIEWER)
    rows = rebanded([ROW], [FIRST, same], REVIEW)
    assert adjust(contract, rows, billed).lines == ()
    raised = adjust(contract, rebanded([ROW], [FIRST, RAISED], REVIEW), billed)
    # 14 days at £4,500.00 and 12 hours × £28.50, then 71 days at £6,000.00 and 2 hours × £28.50.
    due = 900000 + 68400 + round(71 * 600000 / 7) + round(71 * 2 * 2850 / 7)
    # billed: 85 days at £4,500.00 and 12 hours × £28.50.
    difference = sum(line.difference for line in raised.lines)
    assert difference == due - round(85 * 450000 / 7) - round(85 * 12 * 2850 / 7)


def test_the_last_decision_replaces_all_that_follows_its_day() -> None:
    from_december = decision(date(2026, 12, 1), date(2026, 12, 1), "high", by=OTHER)
    corrected = decision(date(2026, 10, 1), date(2027, 1, 11), "low", "confirmed", REVIEWER)
    history = [FIRST, RAISED, from_december, corrected]
    assert bands(rebanded([ROW], history, LATER)) == [
        ("low", MOVED_IN, date(2026, 9, 21)),
        ("medium", date(2026, 9, 21), date(2026, 10, 1)),
        ("low", date(2026, 10, 1), None),
    ]
    again = decision(date(2026, 12, 1), date(2027, 1, 11), "high", "confirmed", REVIEWER)
    assert bands(rebanded([ROW], [*history, again], LATER))[-1] == ("high", date(2026, 12, 1), None)


def test_the_order_in_which_decisions_are_listed_does_not_matter() -> None:
    assert rebanded([ROW], [RAISED, FIRST], REVIEW) == rebanded([ROW], [FIRST, RAISED], REVIEW)


def test_each_stretch_of_requirements_is_cut_by_itself_and_gaps_stay() -> None:
    rows = [
        stretch(4, HAVERING, MOVED_IN, date(2026, 9, 14), one_to_one=12),
        stretch(4, HAVERING, date(2026, 9, 18), date(2026, 10, 1), one_to_one=30),
        stretch(4, HAVERING, date(2026, 10, 1), date(2026, 11, 1)),
    ]
    cut = rebanded(rows, [FIRST, RAISED], REVIEW)
    assert bands(cut) == [
        ("low", MOVED_IN, date(2026, 9, 14)),
        ("low", date(2026, 9, 18), date(2026, 9, 21)),
        ("medium", date(2026, 9, 21), date(2026, 10, 1)),
        ("medium", date(2026, 10, 1), date(2026, 11, 1)),
    ]
    assert [row.requirements.get("one_to_one") for row in cut] == [12, 30, 30, None]


def test_a_decision_for_a_day_to_come_holds_from_that_day() -> None:
    ahead = decision(date(2026, 12, 1), REVIEW, "medium", "confirmed", REVIEWER)
    assert bands(rebanded([ROW], [FIRST, ahead], REVIEW))[-1] == ("medium", date(2026, 12, 1), None)


def test_standing_keeps_a_confirmation_apart_from_what_it_confirms() -> None:
    same = decision(date(2026, 10, 5), REVIEW, "low", "confirmed", REVIEWER)
    assert [(each.start, each.end, each.decision) for each in standing([FIRST, same], REVIEW)] == [
        (MOVED_IN, date(2026, 10, 5), FIRST),
        (date(2026, 10, 5), None, same),
    ]
    assert standing([FIRST, same], date(2026, 8, 31)) == ()


def test_a_day_without_a_band_is_refused_and_never_guessed() -> None:
    late = decision(date(2026, 9, 8), date(2026, 9, 1), "low")
    assert (
        "no band on 2026-09-07 among decisions up to 2027-02-01: the first is from 2026-09-08"
        in (refusal([ROW], [late]))
    )
    assert "none is" in refusal([ROW], [FIRST], date(2026, 8, 31))
    assert "none is" in refusal([ROW], [])


def test_whoever_set_a_provisional_band_does_not_confirm_it() -> None:
    own = decision(MOVED_IN, REVIEW, "low", "confirmed", Party("social worker", "BOROUGH A"))
    assert "decided on 2026-11-02, by: not independent" in refusal([ROW], [FIRST, own])
    earlier = decision(date(2026, 8, 1), REVIEW, "low", "confirmed", ASSESSOR)
    assert "not independent" in refusal([ROW], [FIRST, earlier])
    between = decision(MOVED_IN, date(2026, 10, 1), "medium", by=OTHER)
    assert rebanded([ROW], [FIRST, between, own], REVIEW) == (ROW,)


def test_everything_wrong_with_a_history_is_told_at_once() -> None:
    bad = decision(MOVED_IN, REVIEW, "huge", "final", reason=" ")
    other = stretch(5, HAVERING, MOVED_IN, None)
    said = refusal([ROW, other], [FIRST, bad])
    for words in (
        'decision 2, band: bad value: "huge"; allowed: low, medium, high, specialist',
        'decision 2, status: bad value: "final"; allowed: provisional or confirmed',
        'decision 2, reason: missing: " "; allowed: a reason',
        "placement, rows: bad value: PL4, PL5; allowed: the rows of one placement",
    ):
        assert words in said
    assert "rows: bad value: none" in refusal([], [FIRST])
    with pytest.raises(BadInput):
        standing([bad], REVIEW)
