"""What a year is worth, what changed in it, and when that is over 5%: worked by hand."""

from datetime import date
from fractions import Fraction

import pytest

from pricing.block.changes import Change
from pricing.block.events import AgreedYear, BlockTerms, Exit, RecordedChange
from pricing.block.material import MaterialYear, material_years
from pricing.block.render_watch import material_lines
from pricing.block.scene import Scene
from pricing.block.value import YearValue
from pricing.ledger import LedgerRow
from tests.unit.pricing.block.samples import SMALL, YEAR, scene, trade
from tests.unit.pricing.samples import HACKNEY, HAVERING, NEWHAM, stretch

START, END = YEAR
MIX = {"low": Fraction(1), "medium": Fraction(2), "high": Fraction(1), "specialist": Fraction(0)}
AGREED = AgreedYear(START, mix=MIX)
STEADY = [
    stretch(1, HAVERING, START, None, band="low"),
    stretch(2, HAVERING, START, None),
    stretch(3, HACKNEY, START, None),
    stretch(4, NEWHAM, START, None, band="high"),
]


def recorded(id: str, day: date, amount: int, kind: str = "variation") -> RecordedChange:
    effect = "more" if amount >= 0 else "less"
    return RecordedChange(id, day, kind, effect, abs(amount), "made up")


def year(of: Scene, until: date = END) -> MaterialYear:
    found, *_ = material_years(of, START, until)
    return found


def value_of(agreed: AgreedYear) -> YearValue:
    assert SMALL.block is not None
    return YearValue(SMALL, SMALL.block, agreed, agreed.start, date(agreed.start.year + 1, 4, 1))


def test_a_mix_is_worth_its_fees_and_the_voids_it_leaves() -> None:
    value = value_of(AGREED)
    # a week: 4,500 + 2 × 6,000 + 8,000, and 5 − 4 guaranteed places at 3,600.00; 365 days
    assert value.total == round(Fraction(2810000 * 365, 7))
    assert value.planned(date(2026, 4, 8)) == 2810000
    assert value.planned(START) == 0
    assert value.basis == (
        "the agreed mix of places in use (1 low, 2 medium, 1 high, 0 specialist) at the fees in"
        " force, no requirements, and the voids of the guaranteed places that it leaves unused"
    )
    more = value_of(AgreedYear(START, mix=MIX, requirements_a_week=123456))
    assert more.total == round(Fraction((2810000 + 123456) * 365, 7))
    assert "1234.56 a week for requirements" in more.basis


def test_a_mix_follows_the_uplifts_and_a_full_one_leaves_no_void() -> None:
    full = {**MIX, "specialist": Fraction(2)}
    value = value_of(AgreedYear(date(2027, 4, 1), mix=full))
    # from 1 April 2027 by 2.80%: 4,626.00, 6,168.00, 8,224.00, 10,794.00; 366 days
    week = 462600 + 2 * 616800 + 822400 + 2 * 1079400
    assert value.total == round(Fraction(week * 366, 7))


def test_an_amount_is_spread_over_the_days_of_its_year() -> None:
    value = value_of(AgreedYear(START, amount=36500))
    assert value.total == 36500
    assert value.planned(date(2026, 4, 11)) == 1000
    assert value.basis == "the amount agreed for the year that starts on 2026-04-01"


def test_exactly_five_percent_is_within_and_a_penny_more_is_over() -> None:
    agreed = AgreedYear(START, amount=2_000_000)
    changes = [recorded("A", date(2026, 5, 1), 60_000), recorded("B", date(2026, 6, 1), -40_000)]
    spend = recorded("S", date(2027, 3, 1), 0, "spend")
    at = year(scene(years=[agreed], changes=[*changes, spend]))
    assert at.limit == 100_000
    assert at.cumulated(date(2026, 6, 1)) == 100_000
    assert at.first_over is None
    penny = recorded("C", date(2026, 7, 1), -1)
    over = year(scene(years=[agreed], changes=[*changes, penny, spend]))
    assert over.first_over == date(2026, 7, 1)
    assert over.net == 60_000 - 40_000 - 1  # a rise and a fall do not hide each other
    other = BlockTerms(material_percent=Fraction(3))
    told = year(scene(years=[agreed], changes=[*changes, spend], terms=other))
    assert told.first_over == date(2026, 6, 1)


def test_a_trade_counts_once_by_what_it_moves_in_the_year_on_its_first_day_there() -> None:
    long = trade("T1", HACKNEY, NEWHAM, start=date(2026, 9, 7), end=date(2027, 9, 7))
    first, second = material_years(scene(trades=[long]), START, date(2027, 10, 1))
    (change,) = first.changes
    assert (change.day, change.kind, change.id, change.net) == (date(2026, 9, 7), "trade", "T1", 0)
    assert change.moved == 70000 * 206 // 7
    assert change.what == "E09000025 pays E09000012 £20,600.00"
    (change,) = second.changes
    assert (change.day, change.moved) == (date(2027, 4, 1), 70000 * 159 // 7)
    assert year(scene(trades=[long]), until=date(2026, 9, 7)).changes == ()


def rebanded() -> list[LedgerRow]:
    return [
        stretch(1, HAVERING, date(2026, 5, 1), date(2026, 10, 5)),
        stretch(1, HAVERING, date(2026, 10, 5), date(2026, 10, 19), band="high"),
        stretch(1, HAVERING, date(2026, 10, 19), date(2026, 10, 26)),
        stretch(1, HAVERING, date(2026, 10, 26), None, band="low"),
    ]


def test_a_re_banding_counts_what_its_days_cost_beyond_the_band_the_placement_began_with() -> None:
    found = year(scene(rebanded()))
    assert [(each.day, each.kind, each.id, each.net, each.what) for each in found.changes] == [
        (date(2026, 10, 5), "re-banding", "PL1", 400000, "medium to high"),
        # back at medium nothing is changed; from the 26th low, to the year's end: 157 days
        (date(2026, 10, 26), "re-banding", "PL1", -3364286, "medium to low"),
    ]
    assert found.changes[1].moved == 3364286


def test_in_the_next_year_the_band_of_its_first_day_is_where_a_placement_begins() -> None:
    _, second = material_years(scene(rebanded()), START, date(2027, 5, 1))
    assert second.changes == ()


def test_other_requirements_at_the_same_band_are_a_change_too() -> None:
    rows = [
        stretch(1, HAVERING, START, date(2026, 10, 5), one_to_one=10),
        stretch(1, HAVERING, date(2026, 10, 5), date(2026, 10, 12), one_to_one=12),
        stretch(1, HAVERING, date(2026, 10, 12), None, one_to_one=9),
    ]
    (change,) = year(scene(rows)).changes  # ten hours are inside the fee, so nine cost the same
    assert (change.net, change.what) == (5700, "medium, other requirements")


def test_spend_to_date_is_compared_with_the_plan_at_the_end_of_each_month() -> None:
    steady = year(scene(STEADY, years=[AGREED]))
    assert [each.day for each in steady.spends][:2] == [date(2026, 4, 30), date(2026, 5, 31)]
    assert len(steady.spends) == 12
    assert all(abs(each.difference) <= 2 for each in steady.spends)  # pence of rounding by line
    assert steady.first_over is None
    fewer = year(scene(STEADY[:3], years=[AGREED]), until=date(2026, 6, 15))
    # without the placement at 8,000.00 one more void at 3,600.00: 4,400.00 a week less
    assert [each.difference for each in fewer.spends] == [-1885714, -3834286]
    assert fewer.cumulated(date(2026, 5, 30)) == 1885714
    assert fewer.cumulated(date(2026, 5, 31)) == 3834286
    assert fewer.cumulated(date(2026, 4, 29)) == 0


def test_spend_leaves_out_what_re_bandings_account_for() -> None:
    rows = [
        *STEADY[:3],
        stretch(4, NEWHAM, START, date(2026, 4, 15), band="high"),
        stretch(4, NEWHAM, date(2026, 4, 15), None, band="specialist"),
    ]
    found = year(scene(rows, years=[AGREED]), until=date(2026, 6, 1))
    assert [each.difference for each in found.spends] == [
        each.difference
        for each in year(scene(STEADY, years=[AGREED]), until=date(2026, 6, 1)).spends
    ]
    assert [each.kind for each in found.changes] == ["re-banding"]


def test_a_recorded_over_or_underspend_counts_instead_of_the_one_worked_out() -> None:
    spent = recorded("S1", date(2026, 5, 20), -2_000, "spend")
    found = year(scene(STEADY[:3], years=[AGREED], changes=[spent]))
    assert not found.spend_counts
    assert found.spends  # still shown
    assert found.cumulated(END) == 2_000
    assert [(each.kind, each.net) for each in found.changes] == [("underspend", -2_000)]
    earlier = year(scene(STEADY[:3], years=[AGREED], changes=[spent]), until=date(2026, 5, 20))
    assert earlier.spend_counts  # what is recorded later changes no earlier answer
    over = recorded("S2", date(2026, 5, 20), 2_000, "spend")
    assert year(scene(changes=[over])).changes[0].kind == "overspend"


def test_without_an_agreed_value_nothing_is_said_to_be_over_or_within() -> None:
    found = year(scene(changes=[recorded("A", date(2026, 5, 1), 10**9)]))
    assert found.value is None
    assert found.limit is None
    assert found.first_over is None
    shown = found.to_json()
    assert shown["value"] is shown["limit"] is shown["material"] is None


def test_changes_after_the_period_are_not_known_in_it() -> None:
    changes = [recorded("A", date(2026, 5, 1), 1), recorded("B", date(2026, 5, 2), 1)]
    assert [each.id for each in year(scene(changes=changes), until=date(2026, 5, 2)).changes] == [
        "A"
    ]


def test_a_change_on_the_first_day_of_a_year_is_that_years() -> None:
    changes = [recorded("A", END, 7)]
    first, second = material_years(scene(changes=changes), START, date(2027, 4, 2))
    assert first.changes == ()
    assert [each.id for each in second.changes] == ["A"]


def test_only_the_contract_years_that_the_period_touches_are_looked_at() -> None:
    def starts(start: date, end: date) -> list[date]:
        return [found.start for found in material_years(scene(), start, end)]

    assert starts(END, date(2027, 4, 2)) == [END]
    assert starts(date(2027, 3, 31), END) == [START]
    assert starts(date(2027, 3, 31), date(2027, 4, 2)) == [START, END]


def test_an_exit_changes_no_years_spend() -> None:
    leaver = Exit(HACKNEY, date(2026, 4, 1), date(2026, 8, 1))
    stays, leaves = (year(scene(STEADY, years=[AGREED], exits=each)) for each in ([], [leaver]))
    assert stays.spends == leaves.spends


@pytest.mark.parametrize(("net", "moved"), [(5, 5), (-5, 5)])
def test_a_change_shows_its_size_beside_its_sign(net: int, moved: int) -> None:
    shown = Change(date(2026, 5, 1), "adjustment", "A", net, moved, "why").to_json()
    assert (shown["net"], shown["counts"]) == (("0.05" if net > 0 else "-0.05"), "0.05")


def test_the_words_say_whether_the_year_is_within_its_limit() -> None:
    agreed = AgreedYear(START, amount=2_000_000)
    spend = recorded("S", date(2026, 4, 2), 100_000, "spend")
    within = "\n".join(material_lines(year(scene(years=[agreed], changes=[spend]))))
    assert "5% of it is £1,000.00; exactly that is within." in within
    assert within.endswith("Within the limit.")
    assert "not counted, since over- or underspends are on record" in within
    penny = recorded("A", date(2026, 4, 3), -1)
    over = "\n".join(material_lines(year(scene(years=[agreed], changes=[spend, penny]))))
    assert "OVER THE LIMIT since 2026-04-03, at £1,000.01: the agreement is open again" in over
    unknown = "\n".join(material_lines(year(scene(changes=[spend]))))
    assert "its value is not known" in unknown
    assert "LIMIT" not in unknown.upper()
