"""A provider fails: its places are out of use on the provider's side, its placements end that day.

So they are no longer payable, and less of the guarantee is due; what its placements cost up to the
day is still owed. Everybody who lived there needs another place. Where the lead failed, nobody is
left who signs for the other providers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pricing.availability import PROVIDER_SIDE, OutOfUse
from pricing.block.burdens import burdens
from pricing.block.events import Failure
from pricing.block.scene import Scene
from pricing.ledger import LedgerRow
from pricing.money import Pence, pounds
from pricing.problems import InputProblem
from pricing.statement import standard_fees
from pricing.terms import Contract
from pricing.voids import payable_places

REASON = "the provider failed"


@dataclass(frozen=True, slots=True)
class FailureAnswer:
    """What a failure does to people, places and money in a period; `what_if`: it has not happened.

    `moving` are the stretches that would have gone on or begun; `owed` is what its placements cost
    up to the day, `not_due` what they would have cost after it, each by borough. `payable` is the
    places payable on the day, before and after; `voids` each borough's voids, before and after.
    """

    failure: Failure
    what_if: bool
    is_lead: bool
    homes: tuple[str, ...]
    places: int
    moving: tuple[LedgerRow, ...]
    owed: Mapping[str, Pence]
    not_due: Mapping[str, Pence]
    payable: tuple[int, int]
    voids: tuple[Mapping[str, Pence], Mapping[str, Pence]]

    def to_json(self) -> dict[str, object]:
        """The answer with its amounts in pounds."""
        return {
            "provider": self.failure.provider,
            "on": self.failure.day.isoformat(),
            "what_if": self.what_if,
            "signs_for_the_others": self.is_lead,
            "homes": list(self.homes),
            "places": self.places,
            "need_another_place": [
                {
                    "placement_id": row.placement_id,
                    "young_person_id": row.young_person_id,
                    "borough": row.borough,
                    "home_id": row.home_id,
                    "band": row.band,
                    "moved_in_or_would": row.start.isoformat(),
                }
                for row in self.moving
            ],
            "owed_to_the_day": _pounds(self.owed),
            "no_longer_due_in_the_period": _pounds(self.not_due),
            "places_payable_before": self.payable[0],
            "places_payable_after": self.payable[1],
            "voids_before": _pounds(self.voids[0]),
            "voids_after": _pounds(self.voids[1]),
        }


def homes_of(contract: Contract, provider: str) -> tuple[str, ...]:
    """The homes a provider runs, in order."""
    return tuple(sorted(home for home, runs in contract.homes.items() if runs == provider))


def unknown_places(
    contract: Contract, failures: Sequence[Failure], places: Mapping[str, int]
) -> list[InputProblem]:
    """Homes of a failing provider whose places nobody said: what falls away cannot be computed."""
    return [
        InputProblem(
            "homes",
            f"places of {home}",
            "not known",
            f"the places of each home of {failure.provider}, which fails on {failure.day}, in a"
            " table of homes (--homes)",
            "unknown places",
        )
        for failure in failures
        for home in homes_of(contract, failure.provider)
        if home not in places
    ]


def fail(scene: Scene, failure: Failure) -> Scene:
    """The same life with the failure in it: placements end, places are out of use from the day."""
    homes = homes_of(scene.contract, failure.provider)
    ledger = [
        row if row.home_id not in homes else replace(row, end=_earlier(row.end, failure.day))
        for row in scene.ledger
        if row.home_id not in homes or row.start < failure.day
    ]
    availability = [
        row if row.home_id not in homes else replace(row, end=min(row.end, failure.day))
        for row in scene.availability
        if row.home_id not in homes or row.start < failure.day
    ]
    availability += [
        OutOfUse(home, failure.day, scene.contract.end, scene.places[home], PROVIDER_SIDE, REASON)
        for home in homes
    ]
    return replace(scene, ledger=ledger, availability=availability)


def failure_answer(
    before: Scene, failure: Failure, start: date, end: date, what_if: bool
) -> FailureAnswer:
    """What a failure does to the days of [start, end), given the life before it."""
    contract, block = before.contract, before.block
    after = fail(before, failure)
    homes = homes_of(contract, failure.provider)
    own = [row for row in before.ledger if row.home_id in homes]
    day = min(max(failure.day, start), end)
    was, now = (
        burdens(contract, block, scene.standings(start, end), scene.trades, (start, end))
        for scene in (before, after)
    )
    return FailureAnswer(
        failure=failure,
        what_if=what_if,
        is_lead=failure.provider == contract.lead,
        homes=homes,
        places=sum(before.places[home] for home in homes),
        moving=_moving(own, failure.day),
        owed=_fees(contract, own, start, day),
        not_due=_fees(contract, own, day, end),
        payable=(_payable(before, failure.day), _payable(after, failure.day)),
        voids=(was.voids.by_borough, now.voids.by_borough),
    )


def _moving(rows: Sequence[LedgerRow], day: date) -> tuple[LedgerRow, ...]:
    """Each young person's first stretch that the failure cuts off or keeps from beginning."""
    first: dict[str, LedgerRow] = {}
    for row in sorted(rows, key=lambda each: (each.start, each.placement_id)):
        if row.end is None or row.end > day:
            first.setdefault(row.young_person_id, row)
    return tuple(sorted(first.values(), key=lambda row: (row.young_person_id, row.placement_id)))


def _fees(
    contract: Contract, rows: Sequence[LedgerRow], start: date, end: date
) -> Mapping[str, Pence]:
    fees = standard_fees(contract, rows, start, end)
    return {code: amount for code, amount in fees.items() if amount}


def _payable(scene: Scene, day: date) -> int:
    out = sum(
        row.places
        for row in scene.availability
        if row.side == PROVIDER_SIDE and row.start <= day < row.end
    )
    return payable_places(scene.block, out)


def _earlier(end: date | None, day: date) -> date:
    return day if end is None else min(end, day)


def _pounds(amounts: Mapping[str, Pence]) -> dict[str, str]:
    return {code: pounds(amount) for code, amount in amounts.items()}
