"""Who was refused: offers that a provider turned down although every rule allowed them.

Paying for "no unplanned move" pays for refusing unsettled young people, so the two are always shown
beside each other, in the same strata. Offers are the placements that began in the period and the
refusals in it; a refusal that a rule required is shown and counts as no offer.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from pricing.cells import read_rows
from pricing.ledger import known_homes
from pricing.outcomes.endings import NO_MOVE, PlacementEnding
from pricing.outcomes.read_endings import Placed
from pricing.outcomes.strata import STRATA, Stratum, stratum_of
from pricing.problems import Problems, describe
from pricing.terms import BANDS, Contract

REFUSALS_COLUMNS: Final = (
    "referral_id",
    "home_id",
    "band",
    "moves_before",
    "on",
    "code",
    "every_rule_allowed",
)


REFUSAL_CODES: Final = (
    "no_longer_free",
    "needs_not_met",
    "mix_of_residents",
    "staffing",
    "location_unsafe",
    "registration",
    "other",
)
"""Why a provider says no, coded: the one list, of which offers at the desk are declined too."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A provider's no to a young person for one home on one day, with the brokerage's reason code.

    `allowed` says that every rule of the match allowed the pair.
    """

    referral_id: str
    home_id: str
    band: str
    moves_before: int
    on: date
    code: str
    allowed: bool
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers to young people of one stratum or several: how many, and how many were refused."""

    offered: int
    refused: int

    @property
    def rate(self) -> Fraction | None:
        """Refused of offered, exact; None where nobody was offered."""
        return Fraction(self.refused, self.offered) if self.offered else None


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refusals of [start, end) by stratum, all strata in order, and by reason.

    `required` counts the refusals that a rule required.
    """

    strata: Mapping[Stratum, Offers]
    reasons: Mapping[str, int]
    required: int

    def of(self, *, unsettled: bool) -> Offers:
        """All offers to unsettled young people (three or more moves before), or to all others."""
        chosen = [
            offers for stratum, offers in self.strata.items() if stratum.unsettled == unsettled
        ]
        return Offers(sum(o.offered for o in chosen), sum(o.refused for o in chosen))

    @property
    def more_unsettled(self) -> bool:
        """Whether unsettled young people were refused at a higher rate than the others."""
        unsettled, others = self.of(unsettled=True).rate, self.of(unsettled=False).rate
        return unsettled is not None and others is not None and unsettled > others

    @property
    def by_chance(self) -> Fraction:
        """How often so many or more of the refused would be unsettled if moves made no difference.

        Exact, by counting (the one-sided test of Fisher): of all ways to choose the refused among
        those offered.
        """
        unsettled, others = self.of(unsettled=True), self.of(unsettled=False)
        refused = unsettled.refused + others.refused
        ways = sum(
            _choices(unsettled.offered, number) * _choices(others.offered, refused - number)
            for number in range(unsettled.refused, min(refused, unsettled.offered) + 1)
        )
        return Fraction(ways, _choices(unsettled.offered + others.offered, refused))


def _choices(of: int, number: int) -> int:
    """In how many ways so many can be chosen of all."""
    ways = 1
    for chosen in range(number):
        ways = ways * (of - chosen) // (chosen + 1)
    return ways


def read_refusals(path: Path, contract: Contract | None, found: Problems) -> tuple[Refusal, ...]:
    """The refusals in a file; a home refuses a referral once on a day."""
    refusals = []
    seen: dict[Hashable, int] = {}
    for row in read_rows(path, REFUSALS_COLUMNS, found):
        refusal = Refusal(
            referral_id=row.text("referral_id"),
            home_id=row.text("home_id"),
            band=row.choice("band", BANDS),
            moves_before=row.whole("moves_before"),
            on=row.day("on"),
            code=row.choice("code", REFUSAL_CODES),
            allowed=row.choice("every_rule_allowed", ("Y", "N")) == "Y",
            row=row.number,
        )
        refusals.append(refusal)
        if contract is not None and row.good("home_id") and refusal.home_id not in contract.homes:
            row.refuse("home_id", describe(refusal.home_id), known_homes(contract), "unknown home")
        if row.good("referral_id", "home_id", "on"):
            key = (refusal.referral_id, refusal.home_id, refusal.on)
            row.check_once("referral_id", seen, key, "one refusal of a referral by a home on a day")
    return tuple(refusals)


def count_refusals(
    refusals: Sequence[Refusal],
    placed: Mapping[str, Placed],
    endings: Sequence[PlacementEnding],
    homes: Collection[str],
    start: date,
    end: date,
) -> Refusals:
    """What some homes refused in [start, end), beside the placements that began there in it.

    A placement that lives on from another, where only its status changed, was no new offer.
    """
    refused: Counter[Stratum] = Counter()
    reasons: Counter[str] = Counter()
    required = 0
    for refusal in refusals:
        if refusal.home_id in homes and start <= refusal.on < end:
            if refusal.allowed:
                refused[stratum_of(refusal.band, refusal.moves_before)] += 1
                reasons[refusal.code] += 1
            else:
                required += 1
    moves = {ending.placement_id: ending.moves_before for ending in endings}
    lived_on = {
        (placed[ending.placement_id].young_person_id, ending.ended_on)
        for ending in endings
        if ending.ending == NO_MOVE
    }
    began: Counter[Stratum] = Counter(
        stratum_of(placement.stretches[0].band, moves[name])
        for name, placement in placed.items()
        if placement.home_id in homes
        and start <= placement.start < end
        and (placement.young_person_id, placement.start) not in lived_on
    )
    strata = {s: Offers(began[s] + refused[s], refused[s]) for s in STRATA}
    return Refusals(strata, dict(sorted(reasons.items())), required)
