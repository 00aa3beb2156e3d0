"""Refusals beside stability: offers and refusals by stratum, and every error of the file."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from pricing.outcomes.read_endings import placements_of
from pricing.outcomes.refusals import (
    REFUSAL_CODES,
    Offers,
    Refusal,
    Refusals,
    count_refusals,
    read_refusals,
)
from pricing.outcomes.strata import STRATA, Stratum
from pricing.problems import InputProblem, Problems
from tests.unit.outcomes.samples import (
    BLOCK,
    END,
    REFUSALS,
    REFUSALS_HEAD,
    START,
    ending_of,
    one,
    table,
)
from tests.unit.pricing.samples import HAVERING, edited, stretch

HOMES = {"SC990001", "SC990002"}
ROW = "RF1,SC990001,high,3,2026-12-01,needs_not_met,Y"


def problems_of(text: str, folder: Path) -> list[InputProblem]:
    path = folder / "refusals.csv"
    path.write_text(text, encoding="utf-8")
    found = Problems()
    read_refusals(path, BLOCK, found)
    return list(found)


def refusal(moves: int, on: date = date(2026, 12, 1), **changes: object) -> Refusal:
    values: dict[str, object] = {
        "referral_id": "RF1",
        "home_id": "SC990001",
        "band": "high",
        "moves_before": moves,
        "on": on,
        "code": "needs_not_met",
        "allowed": True,
    }
    return Refusal(**{**values, **changes})  # type: ignore[arg-type]


def of(unsettled: tuple[int, int], others: tuple[int, int]) -> Refusals:
    """Refused and offered in two strata, nothing elsewhere."""
    strata = {stratum: Offers(0, 0) for stratum in STRATA}
    strata[Stratum("high", "3+")] = Offers(unsettled[1], unsettled[0])
    strata[Stratum("low", "1-2")] = Offers(others[1], others[0])
    return Refusals(strata, {}, 0)


def test_refusals_are_read(tmp_path: Path) -> None:
    path = tmp_path / "refusals.csv"
    path.write_text(REFUSALS, encoding="utf-8")
    found = Problems()
    first, second, _ = read_refusals(path, BLOCK, found)
    assert not found.found
    assert first == Refusal(
        "RF1", "SC990001", "high", 3, date(2026, 12, 1), "needs_not_met", True, row=2
    )
    assert not second.allowed


@pytest.mark.parametrize(
    ("old", "new", "column", "kind", "allowed"),
    [
        ("RF1", "", "referral_id", "bad value", "a name or id, not empty"),
        ("SC990001", "SC1", "home_id", "unknown home", "a home of NEL-BLOCK-1"),
        ("SC990001", "", "home_id", "bad value", "a name or id, not empty"),
        ("high", "High", "band", "bad value", "low, medium, high, specialist"),
        (",3,", ",,", "moves_before", "bad value", "a whole number from 0"),
        ("2026-12-01", "", "on", "bad value", "a day as year-month-day"),
        ("needs_not_met", "", "code", "bad value", ", ".join(REFUSAL_CODES)),
        ("needs_not_met", "risk", "code", "bad value", ", ".join(REFUSAL_CODES)),
        (",Y", ",", "every_rule_allowed", "bad value", "Y, N"),
    ],
)
def test_a_row_with_one_fault_has_one_problem(
    old: str, new: str, column: str, kind: str, allowed: str, tmp_path: Path
) -> None:
    (problem,) = problems_of(table(REFUSALS_HEAD, edited(ROW, (old, new))), tmp_path)
    assert (problem.file, problem.row) == ("refusals.csv", 2)
    assert (problem.key, problem.kind) == (f"column {column}", kind)
    assert allowed in problem.allowed


def test_a_home_refuses_a_referral_once_on_a_day(tmp_path: Path) -> None:
    assert one(problems_of(table(REFUSALS_HEAD, ROW, ROW), tmp_path)) == (
        'refusals.csv, row 3, column referral_id: duplicate: "RF1"; allowed: one refusal of a'
        " referral by a home on a day; row 2 has it"
    )
    other_day = edited(ROW, ("2026-12-01", "2026-12-02"))
    assert problems_of(table(REFUSALS_HEAD, ROW, other_day), tmp_path) == []


def test_offers_are_who_moved_in_and_who_was_refused_in_the_period() -> None:
    ledger = [
        stretch(1, HAVERING, date(2026, 10, 1), None, band="high"),
        stretch(2, HAVERING, date(2026, 9, 30), None, band="high"),
        stretch(3, HAVERING, date(2027, 4, 1), None, band="high"),
        stretch(4, HAVERING, date(2026, 12, 1), None, band="high", home="SC990003"),
    ]
    refused = [
        refusal(4),
        refusal(3, date(2026, 10, 1), code="mix_of_residents"),
        refusal(3, date(2026, 9, 30)),
        refusal(3, date(2027, 4, 1)),
        refusal(3, home_id="SC990003"),
        refusal(3, allowed=False),
        refusal(0, band="low"),
    ]
    endings = [ending_of(f"PL{number}", 3) for number in (1, 2, 3, 4)]
    found = count_refusals(refused, placements_of(ledger), endings, HOMES, START, END)
    assert found.strata[Stratum("high", "3+")] == Offers(3, 2)
    assert found.strata[Stratum("low", "0")] == Offers(1, 1)
    assert sum(offers.offered for offers in found.strata.values()) == 4
    assert found.reasons == {"mix_of_residents": 1, "needs_not_met": 2}
    assert found.required == 1


def test_who_lives_on_after_a_change_of_status_was_offered_nothing_new() -> None:
    changed = date(2026, 12, 1)
    ledger = [
        stretch(1, HAVERING, date(2026, 5, 1), changed),
        stretch(2, HAVERING, changed, None, young_person="YP1"),
        stretch(3, HAVERING, changed, None),
    ]
    endings = [ending_of("PL1", 1, changed, "PLACE"), ending_of("PL2", 1), ending_of("PL3", 1)]
    found = count_refusals([], placements_of(ledger), endings, HOMES, START, END)
    assert sum(offers.offered for offers in found.strata.values()) == 1


@pytest.mark.parametrize(
    ("unsettled", "others", "more"),
    [
        ((2, 3), (1, 3), True),
        ((1, 3), (2, 3), False),
        ((1, 3), (2, 6), False),
        ((0, 0), (2, 6), False),
        ((1, 3), (0, 0), False),
    ],
)
def test_more_is_told_by_rates_and_only_where_both_were_offered(
    unsettled: tuple[int, int], others: tuple[int, int], more: bool
) -> None:
    assert of(unsettled, others).more_unsettled is more


def test_rates_are_exact_and_nobody_offered_has_none() -> None:
    assert Offers(3, 2).rate == Fraction(2, 3)
    assert Offers(0, 0).rate is None


@pytest.mark.parametrize(
    ("unsettled", "others"),
    [((5, 6), (2, 7)), ((1, 1), (3, 4)), ((0, 4), (3, 9)), ((4, 4), (0, 20)), ((3, 8), (40, 60))],
)
def test_chance_is_the_one_sided_test_of_fisher(
    unsettled: tuple[int, int], others: tuple[int, int]
) -> None:
    counts = np.array([[no, offered - no] for no, offered in (unsettled, others)])
    expected = stats.fisher_exact(counts, alternative="greater").pvalue
    assert float(of(unsettled, others).by_chance) == pytest.approx(expected, rel=1e-9)
