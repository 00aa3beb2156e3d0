"""Block against spot: what the same placements of a period cost both ways, and who gains by it.

Block cost is what the statement of the period says: placements, voids and results. Spot cost is the
quote of each stretch of a placement for the same band, requirements and days; spot purchase has no
voids, and results are not assumed to be paid there. A saving is spot less block, so below 0 it is a
loss. Where one spot price is unknown, so is every sum it belongs to, and what is known is shown
apart. Costs of training, of the brokerage and of the tender are in neither side.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.availability import OutOfUse
from pricing.ledger import LedgerRow
from pricing.money import Pence, round_half_up
from pricing.occupancy import stretches
from pricing.problems import BadInput, InputProblem
from pricing.quote import price_lines
from pricing.results import Achieved
from pricing.statement import Charge, Statement, statement
from pricing.terms import BANDS, BLOCK, Contract
from pricing.value.break_even import BreakEven, Curve, break_even
from pricing.value.margin import MarginRow, margin_rows
from pricing.value.spot import SpotPrices, Unknown
from pricing.voids import void_charge


@dataclass(frozen=True, slots=True)
class PlacedCost:
    """A stretch of a placement within the period: its block fees and its spot cost, in pence."""

    row: LedgerRow
    start: date
    end: date
    block: Pence
    spot: Pence | Unknown

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class SpotSum:
    """Spot costs added up: `total` is None as soon as one is unknown, `known` is what is known.

    `days` are all place-days, `unknown_days` those whose cost is unknown.
    """

    known: Pence
    days: int
    unknown_days: int

    @property
    def total(self) -> Pence | None:
        return None if self.unknown_days else self.known


@dataclass(frozen=True, slots=True)
class Part:
    """One borough, or the whole: what is paid at block, and what the placements cost at spot."""

    charge: Charge
    spot: SpotSum

    @property
    def saving(self) -> Pence | None:
        """Spot less block: below 0 a loss, None while a spot price is unknown."""
        return None if self.spot.total is None else self.spot.total - self.charge.total

    @property
    def per_used_place_week(self) -> Pence | None:
        """The block cost of a used place-week, rounded once; None when no place was used."""
        return _per_week(self.charge.total, self.spot.days)

    @property
    def spot_per_used_place_week(self) -> Pence | None:
        """The spot cost of the same, None when unknown or no place was used."""
        return None if self.spot.total is None else _per_week(self.spot.total, self.spot.days)


@dataclass(frozen=True, slots=True)
class BandPart:
    """The placements of one band: block fees, without voids or results, and their spot cost."""

    block: Pence
    spot: SpotSum


@dataclass(frozen=True, slots=True)
class Value:
    """Block against spot over a period: in all, by borough and band, at break-even, at the margin.

    `curve` and `even` are None when nobody was placed or a spot price is unknown.
    """

    statement: Statement
    spot: SpotPrices
    placed: tuple[PlacedCost, ...]
    whole: Part
    boroughs: Mapping[str, Part]
    bands: Mapping[str, BandPart]
    curve: Curve | None
    even: BreakEven | None
    margin: tuple[MarginRow, ...]

    @property
    def contract(self) -> Contract:
        return self.statement.contract

    @property
    def place_days(self) -> int:
        """The contract's places times the days of the period."""
        block, made = self.contract.block, self.statement
        return block.places * (made.end - made.start).days if block else 0

    @property
    def unknown(self) -> Mapping[str, int]:
        """Why spot costs are unknown, with the place-days each reason concerns."""
        reasons: dict[str, int] = defaultdict(int)
        for cost in self.placed:
            if isinstance(cost.spot, Unknown):
                reasons[cost.spot.why] += cost.days
        return dict(sorted(reasons.items()))


def value_for_money(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    start: date,
    end: date,
    spot: SpotPrices,
    availability: Sequence[OutOfUse] = (),
    results: Sequence[Achieved] = (),
) -> Value:
    """A block's cost over [start, end) against spot.

    Raises:
        BadInput: a contract that is no block, and whatever a statement refuses.
    """
    check_block(contract)
    made = statement(contract, ledger, start, end, availability, results)
    placed = tuple(_placed(contract, ledger, start, end, spot))
    whole = Part(made.charge, _sum(placed))
    boroughs = {
        code: Part(charge, _sum(cost for cost in placed if cost.row.borough == code))
        for code, charge in made.boroughs.items()
    }
    bands = {}
    for band in BANDS:
        costs = [cost for cost in placed if cost.row.band == band]
        if costs:
            bands[band] = BandPart(sum(cost.block for cost in costs), _sum(costs))
    curve = _curve(whole, contract, availability, start, end)
    return Value(
        statement=made,
        spot=spot,
        placed=placed,
        whole=whole,
        boroughs=boroughs,
        bands=bands,
        curve=curve,
        even=break_even(curve) if curve else None,
        margin=margin_rows(contract, ledger, availability, start, end, spot),
    )


def check_block(contract: Contract) -> None:
    """Refuse a contract that is no block: there would be nothing to compare with spot."""
    if contract.block is None:
        allowed = f'"{BLOCK}": a block is what is compared with spot'
        raise BadInput(
            [InputProblem(contract.file, "kind", f'"{contract.kind}"', allowed, "bad value")]
        )


def _placed(
    contract: Contract, ledger: Sequence[LedgerRow], start: date, end: date, spot: SpotPrices
) -> Iterable[PlacedCost]:
    for row in ledger:
        if days := row.clip(start, end):
            lines = price_lines(contract, row.band, row.requirements, *days)
            yield PlacedCost(
                row,
                *days,
                block=sum(line.amount for line in lines),
                spot=spot.amount(row.band, row.requirements, *days),
            )


def _sum(costs: Iterable[PlacedCost]) -> SpotSum:
    known = days = unknown_days = 0
    for cost in costs:
        days += cost.days
        if isinstance(cost.spot, Unknown):
            unknown_days += cost.days
        else:
            known += cost.spot
    return SpotSum(known, days, unknown_days)


def _curve(
    whole: Part,
    contract: Contract,
    availability: Sequence[OutOfUse],
    start: date,
    end: date,
) -> Curve | None:
    spot, used = whole.spot.total, whole.spot.days
    if spot is None or not used:
        return None
    empty = void_charge(contract, stretches(contract, (), availability, start, end)).lines
    return Curve(
        block=Fraction(whole.charge.placements + whole.charge.results, used),
        spot=Fraction(spot, used),
        voids_when_empty=sum((line.exact for line in empty), Fraction()),
        guaranteed=sum(line.unused * line.stretch.days for line in empty),
    )


def _per_week(amount: Pence, days: int) -> Pence | None:
    return round_half_up(Fraction(amount * 7, days)) if days else None
