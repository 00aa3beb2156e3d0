"""What holds for every forecast, and what it has in common with oracle and statement."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pricing.forecast.asked import Asked
from pricing.forecast.costs import Costs, parse_costs
from pricing.forecast.forecast import Case, Forecast, forecast
from pricing.forecast.lines import RESULTS, life
from pricing.forecast.months import months
from pricing.terms import BANDS, Contract
from tests.unit.pricing import forecast_oracle, oracle
from tests.unit.pricing.samples import contract_of
from tests.unit.pricing.strategies import END, START, TERM, contract_texts, written

MANY = settings(max_examples=25, deadline=None)

shares = st.integers(0, 1000).map(lambda thousandths: Fraction(thousandths, 1000))


@st.composite
def mixes(draw: st.DrawFn) -> dict[str, Fraction]:
    """Shares of one or several bands, not all of them named, adding up to 1."""
    weights = draw(st.lists(st.integers(0, 20), min_size=4, max_size=4).filter(any))
    return {
        band: Fraction(weight, sum(weights))
        for band, weight in zip(BANDS, weights, strict=True)
        if weight
    }


@st.composite
def costs_texts(draw: st.DrawFn) -> str:
    """A file of costs with every kind of figure; those of used places for all bands or none."""
    source = 'source = "made up"\nday = 2026-03-02'
    text = [
        f'name = "Made up"\n[uplift]\npercent = "{written(draw(st.integers(0, 900)))}"\n{source}'
    ]
    kinds = draw(st.lists(st.sampled_from(("month", "home_month", "place_week")), max_size=3))
    figures = [(f"c{number}", per, "") for number, per in enumerate(kinds)]
    if draw(st.booleans()) or not figures:
        figures += [(f"care_{band}", "used_place_week", band) for band in BANDS]
    for code, per, band in figures:
        amount = written(draw(st.integers(0, 900_000)))
        text.append(f'[[costs]]\ncode = "{code}"\nname = "{code}"\nper = "{per}"')
        text.append(f'amount = "{amount}"\n{source}')
        if band:
            text.append(f'band = "{band}"')
    return "\n".join(text) + "\n"


@dataclass(frozen=True)
class Drawn:
    """A question, as the package has it and as the oracle does."""

    text: str
    costs_text: str | None
    asked: Asked

    @property
    def contract(self) -> Contract:
        return contract_of(self.text)

    @property
    def costs(self) -> Costs | None:
        return None if self.costs_text is None else parse_costs(self.costs_text.encode(), "c.toml")

    def made(self) -> Forecast:
        return forecast(self.contract, self.asked, self.costs)

    def question(self, case: Case, homes: int | None) -> forecast_oracle.Question:
        contract = oracle.contract_dict(self.text)
        return forecast_oracle.Question(
            contract=contract,
            costs=None if self.costs_text is None else oracle.contract_dict(self.costs_text),
            places=self.asked.places or contract["places"],
            homes=homes or 0,
            occupancy=case.occupancy,
            mix=self.asked.mix,
            units=self.asked.requirements,
            achieved=case.achieved,
        )


@st.composite
def questions(draw: st.DrawFn, costed: bool | None = None, kind: str = "block") -> Drawn:
    text = draw(contract_texts(kind))
    if draw(st.booleans()):
        funded = START + timedelta(days=draw(st.integers(-40, TERM + 40)))
        text += (
            f"[training]\ncourses_funded_until = {funded}\n"
            f'course_cost_per_place = "{written(draw(st.integers(0, 90_000)))}"\n'
            f"release_days_per_place = {draw(st.integers(0, 40)) / 4}\n"
            f'release_cost_per_day = "{written(draw(st.integers(0, 30_000)))}"\n'
        )
    contract = contract_of(text)
    units = {
        each.code: Fraction(draw(st.integers(0, 60)), 2)
        for each in contract.requirements
        if draw(st.booleans())
    }
    most = contract.block.places if contract.block else 9
    places = draw(st.integers(1, most)) if not contract.block or draw(st.booleans()) else None
    asked = Asked(
        occupancy=draw(shares),
        mix=draw(mixes()),
        requirements=units,
        results=draw(shares) if contract.results else None,
        places=places,
        homes=draw(st.integers(1, 4)),
    )
    wanted = draw(st.booleans()) if costed is None else costed
    return Drawn(text, draw(costs_texts()) if wanted else None, asked)


@MANY
@given(st.one_of(questions(), questions(), questions(kind="spot")))
def test_every_line_is_what_the_oracle_finds_day_by_day(drawn: Drawn) -> None:
    made = drawn.made()
    wanted = forecast_oracle.by_month(drawn.question(made.central, made.part.homes))
    found = {
        each.month.key: {key: Decimal(amount) / 100 for key, amount in each.sums.amounts.items()}
        for each in made.central.months
    }
    assert found == wanted


@MANY
@given(questions())
def test_the_low_and_the_high_case_are_forecasts_of_their_own(drawn: Drawn) -> None:
    made = drawn.made()
    asked = drawn.asked
    paid = made.contract.results is not None
    low = replace(
        asked, occupancy=max(Fraction(0), asked.occupancy - Fraction(1, 10)), results=None
    )
    high = replace(
        asked,
        occupancy=min(Fraction(1), asked.occupancy + Fraction(1, 10)),
        results=Fraction(1) if paid else None,
    )
    for case, alone in ((made.low, low), (made.high, high)):
        central = replace(drawn, asked=alone).made().central
        assert (case.months, case.break_even) == (central.months, central.break_even)


@MANY
@given(questions())
def test_months_add_up_to_years_and_years_to_the_life(drawn: Drawn) -> None:
    for case in drawn.made().cases:
        months_sum = sum(each.sums.left for each in case.months)
        assert sum(sums.left for sums in case.years.values()) == months_sum == case.total.left
        assert case.total.income == sum(each.sums.income for each in case.months)
        assert case.total.used_days == sum(sums.used_days for sums in case.years.values())
        assert sum(each.month.days for each in case.months) == TERM
        assert [case.months[0].month.start, case.months[-1].month.end] == [START, END]


@MANY
@given(questions())
def test_the_lines_of_a_life_differ_from_the_exact_life_by_rounding_only(drawn: Drawn) -> None:
    made = drawn.made()
    case = made.central
    for key, amount in life(made.lines).items():
        exact = amount.at(made.part, case.occupancy)
        exact *= case.achieved if key == RESULTS else 1
        assert abs(case.total.amounts[key] - exact) <= Fraction(len(case.months), 2)


@MANY
@given(questions(costed=False), shares, shares)
def test_income_never_falls_with_occupancy_where_a_used_place_pays_at_least_the_void(
    drawn: Drawn, one: Fraction, other: Fraction
) -> None:
    made = drawn.made()
    exact = life(made.lines)
    income = [amount for key, amount in exact.items() if not key.startswith("training")]
    assert sum(amount.used for amount in income) >= sum(amount.unused for amount in income)
    few, many = sorted((one, other))
    assert made.exact_margin(few, Fraction(0)) <= made.exact_margin(many, Fraction(0))


def test_income_falls_with_occupancy_where_the_band_in_use_pays_less_than_the_void() -> None:
    text = (
        'id = "C"\nname = "Made up"\nkind = "block"\nlead = "P1"\nstart = 2026-04-01\n'
        'end = 2027-04-01\nplaces = 10\n[providers]\nP1 = ["SC990001"]\n'
        '[fees]\nlow = "5000.00"\nmedium = "3000.00"\nhigh = "8000.00"\nspecialist = "9000.00"\n'
        '[voids]\nguarantee_percent = "90.00"\nrate_percent = "80.00"\n'
        "[shares]\nE09000016 = 10\n"
    )
    made = forecast(contract_of(text), Asked(Fraction(1, 2), {"medium": Fraction(1)}, {}))
    incomes = [made.exact_margin(Fraction(tenths, 10), Fraction(0)) for tenths in range(11)]
    assert incomes[:10] == sorted(incomes[:10], reverse=True)
    assert incomes[0] > incomes[9] < incomes[10]


@MANY
@given(questions(), st.sampled_from(BANDS))
def test_a_mix_of_one_band_earns_its_place_days_at_its_fee(drawn: Drawn, band: str) -> None:
    asked = replace(
        drawn.asked, mix={band: Fraction(1)}, occupancy=Fraction(1), high_occupancy=None
    )
    made = replace(drawn, asked=asked).made()
    contract = oracle.contract_dict(drawn.text)
    for each in made.central.months:
        fees = sum(
            (
                Fraction(oracle.in_force(contract, contract["fees"][band], day))
                for day in oracle.days(each.month.start, each.month.end)
            ),
            Fraction(),
        )
        assert each.sums.used_days == made.part.places * each.month.days
        assert each.sums.fees == each.sums.amounts[f"fees.{band}"]
        assert Decimal(each.sums.fees) / 100 == oracle.to_penny(fees * made.part.places / 7)


@MANY
@given(questions())
def test_with_every_place_used_there_is_no_void(drawn: Drawn) -> None:
    made = replace(drawn, asked=replace(drawn.asked, occupancy=Fraction(1))).made()
    assert made.central.total.voids == 0
    assert made.central.total.unused_days == 0


@MANY
@given(questions(costed=False), st.data())
def test_the_parts_of_two_providers_add_up_to_the_whole(drawn: Drawn, data: st.DataObject) -> None:
    contract = drawn.contract
    assert contract.block is not None
    assume(contract.block.places > 1)
    asked = replace(drawn.asked, places=contract.block.places)
    first = data.draw(st.integers(1, contract.block.places - 1))
    whole, one, other = (
        forecast(contract, replace(asked, places=places))
        for places in (contract.block.places, first, contract.block.places - first)
    )
    at = asked.occupancy
    for key, amount in life(whole.lines).items():
        parts = [life(part.lines)[key].at(part.part, at) for part in (one, other)]
        assert sum(parts) == amount.at(whole.part, at)


@MANY
@given(
    st.integers(1, 40).flatmap(
        lambda places: st.tuples(
            st.just(places),
            st.integers(0, places),
            st.lists(st.integers(0, places), min_size=1, max_size=12),
        )
    )
)
def test_a_number_in_use_that_swings_never_has_fewer_unused_places_on_average(
    drawn: tuple[int, int, list[int]],
) -> None:
    places, guaranteed, in_use = drawn
    occupancy = Fraction(sum(in_use), len(in_use) * places)
    swinging = Fraction(sum(max(0, guaranteed - used) for used in in_use), len(in_use))
    steady = max(Fraction(0), guaranteed - occupancy * places)
    assert forecast_oracle.expected_unused(places, guaranteed, occupancy) == steady
    assert swinging >= steady


@MANY
@given(questions(costed=True))
def test_just_below_break_even_the_costs_are_not_covered_and_at_it_they_are(drawn: Drawn) -> None:
    made = drawn.made()
    covered = made.central.break_even
    assert covered is not None
    near = Fraction(1, 10**9)

    def margin(at: Fraction) -> Fraction:
        moved = replace(made.central, occupancy=at)
        return forecast_oracle.margin(drawn.question(moved, made.part.homes))

    assert all(first == 0 or last == 1 for first, last in covered.spans)
    for first, last in covered.spans:
        assert (margin(first) >= 0) if first == 0 else (margin(first) == 0 > margin(first - near))
        assert (margin(last) >= 0) if last == 1 else (margin(last) == 0 > margin(last + near))
    if not covered.spans:
        assert all(margin(at) < 0 for at in (Fraction(0), made.part.kink, Fraction(1)))


@MANY
@given(questions(costed=True), shares)
def test_an_occupancy_is_covered_exactly_when_it_lies_in_a_span(drawn: Drawn, at: Fraction) -> None:
    made = drawn.made()
    covered = made.central.break_even
    assert covered is not None
    inside = any(first <= at <= last for first, last in covered.spans)
    assert inside == (made.exact_margin(at, made.central.achieved) >= 0)


@MANY
@given(st.dates(date(2024, 1, 1), date(2031, 1, 1)), st.integers(1, 900))
def test_months_make_up_the_term_and_whole_ones_are_a_twelfth_of_a_year(
    start: date, length: int
) -> None:
    end = start + timedelta(days=length)
    found = months(start, end)
    assert [found[0].start, *(each.end for each in found)] == [
        *(each.start for each in found),
        end,
    ]
    assert all(
        (each.start.year, each.start.month) == ((each.end - timedelta(1)).year,
                                                (each.end - timedelta(1)).month)
        for each in found
    )  # fmt: skip
    for each in found[1:-1]:
        assert each.part(each.days) == 1
