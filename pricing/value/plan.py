"""What a plan would cost at block and at spot: one week once everyone has moved in.

The week is compared as any period is, with the residents and the proposals of the contract's homes
as its placements; whoever moves is counted in the new home. What the plan adds is that week less
the same week without the plan, so the voids it fills are taken off exactly. Fees are of the band
alone: a plan does not say what a placement needs beyond it. Proposals in homes of other contracts,
or at spot, are listed and not compared.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pricing.availability import OutOfUse
from pricing.ledger import LedgerRow
from pricing.money import Pence
from pricing.statement import Charge
from pricing.tariff import fee_in_force
from pricing.terms import Contract
from pricing.value.against_spot import (
    Part,
    PlacedCost,
    SpotSum,
    Value,
    check_block,
    value_for_money,
)
from pricing.value.spot import SpotPrices, Unknown

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Living:
    """A resident of a home, with the borough that pays and the need band."""

    young_person: str
    borough: str
    home: str
    band: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A placement that a plan proposes; `weekly_fee` is the plan's, None where it names none."""

    referral: str
    living: Living
    day: date
    weekly_fee: Pence | None


@dataclass(frozen=True, slots=True)
class ProposalCost:
    """A proposal in the contract's homes: what its week costs at block and at spot.

    `fee_on_day` is the contract's weekly fee on the proposal's day, or, where that is outside the
    term, on the first day of the week.
    """

    proposal: Proposal
    fee_on_day: Pence
    fee: Pence
    spot: Pence | Unknown

    @property
    def differs(self) -> bool:
        """Whether the plan names another fee than the contract: both are shown."""
        return self.proposal.weekly_fee not in (None, self.fee_on_day)

    @property
    def saving(self) -> Pence | None:
        """Spot less the contract's fee, before any void that the placement fills."""
        return None if isinstance(self.spot, Unknown) else self.spot - self.fee


@dataclass(frozen=True, slots=True)
class Adds:
    """What the plan adds a week for one borough, or in all: at block, and at spot."""

    block: Pence
    spot: Pence | None

    @property
    def saving(self) -> Pence | None:
        """Spot less block; None while a spot price is unknown."""
        return None if self.spot is None else self.spot - self.block


@dataclass(frozen=True, slots=True)
class PlanValue:
    """A week with the plan and the same week without it, proposal by proposal.

    `left` are residents of the contract's homes whom the plan moves, at their present fees.
    """

    with_plan: Value
    without: Value
    proposals: tuple[ProposalCost, ...]
    elsewhere: tuple[Proposal, ...]
    left: tuple[PlacedCost, ...]

    @property
    def adds(self) -> Adds:
        """What the plan adds a week, all boroughs together."""
        return self._adds(self.with_plan.whole, self.without.whole, None)

    @property
    def adds_by_borough(self) -> Mapping[str, Adds]:
        """What the plan adds a week for each borough; it adds up to the whole."""
        after, before = self.with_plan.boroughs, self.without.boroughs
        return {
            code: self._adds(after.get(code, _NOTHING), before.get(code, _NOTHING), code)
            for code in sorted({*after, *before})
        }

    def _adds(self, after: Part, before: Part, borough: str | None) -> Adds:
        came = [
            each.spot for each in self.proposals if borough in (None, each.proposal.living.borough)
        ]
        left = [each.spot for each in self.left if borough in (None, each.row.borough)]
        more, less = _known(came), _known(left)
        return Adds(
            after.charge.total - before.charge.total,
            None if more is None or less is None else more - less,
        )


def plan_value(
    contract: Contract,
    residents: Sequence[Living],
    proposals: Sequence[Proposal],
    start: date,
    spot: SpotPrices,
    availability: Sequence[OutOfUse] = (),
) -> PlanValue:
    """A plan's week from `start`, against spot and against the week without the plan.

    `residents` are those present then, in whatever home; those of other contracts do not count.

    Raises:
        BadInput: a contract that is no block, a week outside its term, more young people than
            places.
    """
    check_block(contract)
    ordered = sorted(proposals, key=lambda each: each.referral)
    here = [each for each in ordered if each.living.home in contract.homes]
    moving = {each.living.young_person for each in proposals}
    stay = [each for each in residents if each.home in contract.homes]
    after = [each for each in stay if each.young_person not in moving]
    after += [each.living for each in here]

    def week(living: Iterable[Living]) -> Value:
        rows = [_row(each, start) for each in living]
        return value_for_money(contract, rows, start, start + WEEK, spot, availability)

    without, with_plan = week(stay), week(after)
    placed = {cost.row.young_person_id: cost for cost in with_plan.placed}
    return PlanValue(
        with_plan=with_plan,
        without=without,
        proposals=tuple(
            _cost(contract, each, placed[each.living.young_person], start) for each in here
        ),
        elsewhere=tuple(each for each in ordered if each.living.home not in contract.homes),
        left=tuple(cost for cost in without.placed if cost.row.young_person_id in moving),
    )


def _row(living: Living, start: date) -> LedgerRow:
    name = living.young_person
    return LedgerRow(name, name, living.borough, living.home, living.band, start, start + WEEK, {})


def _cost(contract: Contract, proposal: Proposal, placed: PlacedCost, start: date) -> ProposalCost:
    day = proposal.day if contract.start <= proposal.day < contract.end else start
    on_day = fee_in_force(contract, proposal.living.band, day)
    return ProposalCost(proposal, on_day, placed.block, placed.spot)


def _known(amounts: Iterable[Pence | Unknown]) -> Pence | None:
    """The sum of a week's amounts; None as soon as one is unknown."""
    known = 0
    for amount in amounts:
        if isinstance(amount, Unknown):
            return None
        known += amount
    return known


_NOTHING = Part(Charge(0, 0, 0), SpotSum(0, 0, 0))
