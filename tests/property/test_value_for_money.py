"""Block against spot: what a second reading of the page finds, and what holds of every answer."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.ledger import LedgerRow
from pricing.money import pounds
from pricing.terms import BANDS
from pricing.value.against_spot import Value, value_for_money
from pricing.value.break_even import (
    ALWAYS_CHEAPER,
    ALWAYS_EQUAL,
    AT,
    FROM_GUARANTEE,
    NEVER,
    Curve,
    break_even,
)
from pricing.value.show_value import value_json
from pricing.value.spot import SpotContract, SpotFees, SpotPrices
from tests.unit.pricing import oracle
from tests.unit.pricing.samples import contract_of, stretch
from tests.unit.pricing.strategies import START, TERM, Case, cases, contract_texts

DAY = timedelta(days=1)
QUICK = settings(max_examples=30, deadline=None)
FEW = settings(max_examples=25, deadline=None)


@dataclass(frozen=True)
class Spot:
    """Spot prices as the package has them, and as the oracle works them out."""

    prices: SpotPrices
    text: str = ""
    fees: SpotFees | None = None

    def cost(self, row: LedgerRow, start: date, end: date) -> Decimal | None:
        """What the stretch costs at spot, None where nobody can say."""
        needed = {code for code, units in row.requirements.items() if units}
        if self.fees is not None:
            fee = self.fees.fees.get(row.band)
            outside = start < self.fees.start or end > self.fees.end
            if fee is None or outside or (needed and not self.fees.requirements_included):
                return None
            return oracle.to_penny(Fraction(fee, 100) * (end - start).days / 7)
        contract = oracle.contract_dict(self.text)
        if needed - {each["code"] for each in contract.get("requirements", [])}:
            return None
        amounts = oracle.quote_amounts(contract, row.band, row.requirements, start, end)
        return sum(amounts.values(), Decimal())


@st.composite
def spots(draw: st.DrawFn) -> Spot:
    if draw(st.booleans()):
        text = draw(contract_texts("spot"))
        return Spot(SpotContract(contract_of(text)), text=text)
    first = draw(st.sampled_from((-5, 0, 150)))
    fees = SpotFees(
        file="fees.toml",
        version="0" * 64,
        name="made up",
        origin="made up",
        start=START + first * DAY,
        end=START + draw(st.sampled_from((300, TERM, TERM + 9))) * DAY,
        requirements_included=draw(st.booleans()),
        fees={band: draw(st.integers(0, 1_200_000)) for band in BANDS if draw(st.integers(0, 5))},
    )
    return Spot(fees, fees=fees)


def valued(case: Case, spot: Spot) -> Value:
    return value_for_money(
        case.contract,
        case.ledger,
        case.start,
        case.end,
        spot.prices,
        case.availability,
        case.results,
    )


@QUICK
@given(cases(), spots())
def test_block_and_spot_cost_what_a_second_reading_finds(case: Case, spot: Spot) -> None:
    answer: Any = value_json(valued(case, spot))
    block: Any = oracle.statement_json(
        oracle.contract_dict(case.text),
        case.stays(),
        case.outs(),
        case.achieved(),
        case.start,
        case.end,
    )
    costs: dict[str, list[Decimal | None]] = {code: [] for code in block["boroughs"]}
    days = dict.fromkeys(costs, 0)
    for row in case.ledger:
        first = max(row.start, case.start)
        last = min(row.end or case.end, case.end)
        if first < last:
            costs[row.borough].append(spot.cost(row, first, last))
            days[row.borough] += (last - first).days
    everything = [cost for own in costs.values() for cost in own]
    parts = [
        *((answer["boroughs"][code], block["boroughs"][code], own) for code, own in costs.items()),
        (answer["whole"], block, everything),
    ]
    for found, wanted, own in parts:
        assert [found[name] for name in ("placements", "voids", "results", "total")] == [
            wanted[name] for name in ("placements", "voids", "results", "total")
        ]
        known = sum((cost for cost in own if cost is not None), Decimal())
        assert Decimal(found["spot_known"]) == known
        if None in own:
            assert found["spot"] is found["saving"] is None
        else:
            assert Decimal(found["spot"]) == known
            assert Decimal(found["saving"]) == known - Decimal(wanted["total"])
    used = sum(days.values())
    if used:
        per_week = oracle.to_penny(Fraction(block["total"]) * 7 / used)
        assert answer["whole"]["per_used_place_week"] == f"{per_week:.2f}"
    else:
        assert answer["whole"]["per_used_place_week"] is None


@QUICK
@given(cases(), spots())
def test_the_savings_of_the_boroughs_add_up_to_the_whole(case: Case, spot: Spot) -> None:
    value = valued(case, spot)
    own = [part.saving for part in value.boroughs.values()]
    if value.whole.saving is None:
        assert None in own
    else:
        assert sum(saving for saving in own if saving is not None) == value.whole.saving
    assert sum(part.spot.days for part in value.boroughs.values()) == value.whole.spot.days
    assert sum(part.block for part in value.bands.values()) == value.whole.charge.placements
    assert sum(value.unknown.values()) == value.whole.spot.unknown_days


@QUICK
@given(cases(), spots(), st.integers(0, 1000))
def test_the_order_of_the_ledger_changes_nothing(case: Case, spot: Spot, seed: int) -> None:
    shuffled = replace(case, ledger=Random(seed).sample(case.ledger, len(case.ledger)))
    assert value_json(valued(case, spot)) == value_json(valued(shuffled, spot))


@FEW
@given(cases(), spots())
def test_every_day_of_the_period_has_one_answer_at_the_margin_for_each_band(
    case: Case, spot: Spot
) -> None:
    """Each day is judged alone: who is there, what is out of use, what is paid."""
    value = valued(case, spot)
    contract = oracle.contract_dict(case.text)
    guaranteed = int(contract["places"] * Fraction(contract["voids"]["guarantee_percent"]) / 100)
    for day in oracle.days(case.start, case.end):
        rows = [row for row in value.margin if row.start <= day < row.end]
        assert [row.band for row in rows] == list(BANDS)
        in_use = sum(stay.start <= day < stay.end for stay in case.stays())
        out = [each for each in case.outs() if each.start <= day < each.end]
        provider = sum(each.places for each in out if each.side == "provider")
        payable = max(0, min(guaranteed, contract["places"] - provider))
        low = oracle.in_force(contract, contract["fees"]["low"], day)
        void = Fraction(low) * Fraction(contract["voids"]["rate_percent"]) / 100
        full = in_use + sum(each.places for each in out) >= contract["places"]
        relief = void if in_use < payable and not full else Fraction()
        for row in rows:
            fee = oracle.in_force(contract, contract["fees"][row.band], day)
            wanted = None if full else pounds_of(Fraction(fee) - relief)
            assert (None if row.adds is None else pounds(row.adds)) == wanted
            cost = spot.cost(stretch(1, "E09000016", day, None, band=row.band), day, day + DAY)
            assert (row.saving is None) == (full or cost is None)


def pounds_of(amount: Fraction) -> str:
    """Half-up at the penny, also below 0, where the page's rule goes towards more to pay."""
    pence = (amount * 200 + 1) // 2
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"


amounts = st.fractions(0, 20_000, max_denominator=21)
curves = st.builds(
    Curve,
    block=amounts,
    spot=amounts,
    voids_when_empty=st.one_of(st.just(Fraction()), amounts.map(lambda each: each * 100)),
    guaranteed=st.integers(0, 4_000),
)


@settings(max_examples=100, deadline=None)
@given(curves, st.fractions(0, 1, max_denominator=50))
def test_break_even_is_where_the_costs_meet_and_change_sides(curve: Curve, part: Fraction) -> None:
    found = break_even(curve)

    def dearer(used: Fraction) -> Fraction:
        return curve.block_cost(used) - curve.spot_cost(used)

    most = Fraction(2 * curve.guaranteed + 7)
    anywhere = max(most * part, Fraction(1, 1000))
    if found.case == AT:
        assert found.used is not None
        assert 0 < found.used < curve.guaranteed
        assert dearer(found.used) == 0
        assert dearer(found.used * Fraction(99, 100)) > 0 > dearer(found.used * Fraction(101, 100))
        assert (dearer(anywhere) > 0) == (anywhere < found.used)
        assert curve.block_per_place_week(found.used) == curve.spot * 7
    elif found.case == FROM_GUARANTEE:
        assert found.used == curve.guaranteed
        assert dearer(found.used) == dearer(found.used * 2) == 0
        assert dearer(found.used * Fraction(99, 100)) > 0
    else:
        assert found.used is None
        sign = {NEVER: 1, ALWAYS_EQUAL: 0, ALWAYS_CHEAPER: -1}[found.case]
        gap = dearer(anywhere)
        assert (gap > 0) - (gap < 0) == sign


@settings(max_examples=25, deadline=None)
@given(
    places=st.integers(1, 9),
    guarantee=st.integers(0, 100),
    rate=st.integers(0, 100),
    fee=st.integers(4_500, 6_000),
    spot_fee=st.integers(4_500, 9_000),
    weeks=st.integers(1, 9),
)
def test_whole_ledgers_change_sides_where_break_even_says(
    places: int, guarantee: int, rate: int, fee: int, spot_fee: int, weeks: int
) -> None:
    """One placement, then two, and so on: the statement, not the curve, says which is dearer."""
    bands = f'low = "4500.00"\nmedium = "{fee}.00"\nhigh = "9000.00"\nspecialist = "9001.00"'
    head = 'name = "Made up"\nlead = "P1"\nstart = 2026-04-01\nend = 2034-04-01'
    block = contract_of(
        f'id = "B"\nkind = "block"\n{head}\nplaces = {places}\n[providers]\nP1 = ["SC990001"]\n'
        f'[fees]\n{bands}\n[voids]\nguarantee_percent = "{guarantee}"\nrate_percent = "{rate}"\n'
        f"[shares]\nE09000016 = {places}\n"
    )
    spot = SpotContract(
        contract_of(
            f'id = "S"\nkind = "spot"\n{head}\n[providers]\nP1 = ["SC990001"]\n[fees]\n'
            f"{bands.replace(f'{fee}.00', f'{spot_fee}.00')}\n"
        )
    )
    end = START + 7 * weeks * DAY
    for number in range(1, places + 1):
        rows = [stretch(each, "E09000016", START, None) for each in range(number)]
        value = value_for_money(block, rows, START, end, spot)
        assert value.even is not None
        assert value.whole.saving is not None
        sign = (value.whole.saving > 0) - (value.whole.saving < 0)
        used = number * 7 * weeks
        if value.even.case == AT:
            assert value.even.used is not None
            assert sign == (used > value.even.used) - (used < value.even.used)
        elif value.even.case == FROM_GUARANTEE:
            assert value.even.used is not None
            assert sign == -(used < value.even.used)
        else:
            assert sign == {NEVER: -1, ALWAYS_EQUAL: 0, ALWAYS_CHEAPER: 1}[value.even.case]
