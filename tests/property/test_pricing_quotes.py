"""What holds for every quote, whatever the contract, and what it has in common with the oracle."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pricing.quote import Quote, quote
from pricing.terms import BANDS
from tests.unit.pricing import oracle
from tests.unit.pricing.samples import contract_of
from tests.unit.pricing.strategies import PROPERTY, START, contract_texts, periods, units

bands = st.sampled_from(BANDS)
asked = st.tuples(units, units)


def quoted(
    text: str, band: str, numbers: tuple[Fraction, Fraction], period: tuple[date, date]
) -> Quote:
    """A quote for as many of the numbers as the contract has requirements."""
    contract = contract_of(text)
    codes = [requirement.code for requirement in contract.requirements]
    return quote(contract, band, dict(zip(codes, numbers, strict=False)), *period)


@PROPERTY
@given(contract_texts(), bands, asked, periods())
def test_every_line_is_the_sum_of_its_days_rounded_once(
    text: str, band: str, numbers: tuple[Fraction, Fraction], period: tuple[date, date]
) -> None:
    priced = quoted(text, band, numbers, period)
    wanted = oracle.quote_amounts(oracle.contract_dict(text), band, priced.requirements, *period)
    assert {
        (line.subject, line.start): Decimal(line.amount) / 100 for line in priced.lines
    } == wanted
    assert len(priced.lines) == len(wanted)


@PROPERTY
@given(contract_texts(), bands, asked, periods())
def test_the_lines_of_a_subject_cover_the_period_without_gap_and_add_up(
    text: str, band: str, numbers: tuple[Fraction, Fraction], period: tuple[date, date]
) -> None:
    priced = quoted(text, band, numbers, period)
    starts = {uplift.start for uplift in priced.contract.uplifts}
    for subject in {line.subject for line in priced.lines}:
        own = [line for line in priced.lines if line.subject == subject]
        assert [own[0].start, *(line.end for line in own)] == [
            period[0],
            *(line.start for line in own[1:]),
            period[1],
        ]
        assert all(line.start in starts for line in own[1:])
        assert sum(line.days for line in own) == (period[1] - period[0]).days
    assert priced.total == sum(line.amount for line in priced.lines)


@PROPERTY
@given(
    contract_texts(), bands, asked, periods().filter(lambda p: (p[1] - p[0]).days > 1), st.data()
)
def test_quotes_of_adjoining_periods_differ_from_the_whole_by_rounding_only(
    text: str,
    band: str,
    numbers: tuple[Fraction, Fraction],
    period: tuple[date, date],
    data: st.DataObject,
) -> None:
    start, end = period
    cut = start + timedelta(days=data.draw(st.integers(1, (end - start).days - 1)))
    whole = quoted(text, band, numbers, period)
    parts = [quoted(text, band, numbers, (start, cut)), quoted(text, band, numbers, (cut, end))]
    pieces = [line for part in parts for line in part.lines]
    split_lines = len(pieces) - len(whole.lines)
    assert 0 <= split_lines <= len({line.subject for line in pieces})
    assert abs(sum(part.total for part in parts) - whole.total) <= split_lines
    whole_lines = {(line.subject, line.start, line.end): line.amount for line in whole.lines}
    for line in pieces:
        if cut not in (line.start, line.end):
            assert whole_lines[line.subject, line.start, line.end] == line.amount


@PROPERTY
@given(contract_texts(), asked, periods())
def test_a_higher_band_with_a_higher_fee_never_costs_less_without_requirements(
    text: str, numbers: tuple[Fraction, Fraction], period: tuple[date, date]
) -> None:
    none = (Fraction(), Fraction())
    totals = [quoted(text, band, none, period).total for band in BANDS]
    assert totals == sorted(totals)
    above = [
        sum(line.amount for line in quoted(text, band, numbers, period).lines[1:]
            if line.subject != "fee")
        for band in BANDS
    ]  # fmt: skip
    assert above == sorted(above, reverse=True)


@PROPERTY
@given(contract_texts(), bands, asked, units, periods())
def test_more_units_never_cost_less(
    text: str,
    band: str,
    numbers: tuple[Fraction, Fraction],
    more: Fraction,
    period: tuple[date, date],
) -> None:
    fewer = quoted(text, band, numbers, period).total
    assert quoted(text, band, (numbers[0] + more, numbers[1]), period).total >= fewer
    assert quoted(text, band, (numbers[0], numbers[1] + more), period).total >= fewer


@PROPERTY
@given(contract_texts(), bands, asked, periods().filter(lambda p: p[0] > START))
def test_one_day_more_at_either_end_never_costs_less(
    text: str, band: str, numbers: tuple[Fraction, Fraction], period: tuple[date, date]
) -> None:
    start, end = period
    total = quoted(text, band, numbers, period).total
    assert quoted(text, band, numbers, (start - timedelta(days=1), end)).total >= total
    if (end - start).days > 1:
        assert quoted(text, band, numbers, (start, end - timedelta(days=1))).total <= total


@PROPERTY
@given(contract_texts(), bands, periods())
def test_an_uplift_after_the_period_changes_nothing(
    text: str, band: str, period: tuple[date, date]
) -> None:
    contract = contract_of(text)
    priced = quote(contract, band, {}, *period)
    known_by_then = tuple(uplift for uplift in contract.uplifts if uplift.start < period[1])
    earlier = replace(contract, uplifts=known_by_then)
    assert quote(earlier, band, {}, *period).lines == priced.lines
