"""Who is placed and who waits, by borough, provider, sex, age and band: how a plan shares out.

It judges nothing and predicts nothing. It counts one plan, and says beside every rate how many
that is; small numbers are shown as they are, so the report is for those who may see the plan.
Groups add up to the plan's own figures. Source: docs/case-folder.md, What is best; the bands of
age are ours, with 16 where the law draws a line (Care Planning Regulations 2010, reg 27A).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matching.board import AREAS, UNKNOWN
from matching.calendar import age_on
from matching.evaluate import (
    Assignment,
    Worth,
    balanced_contracts,
    entitled,
    evaluate,
)
from matching.fair_figures import Contract, Group, Held, Part, Provider, Rate, Sum
from matching.fair_limits import Behind, Ceiling, behind, ceilings
from matching.fair_policy import FairnessLimits
from matching.geography import authority_name
from matching.pairs import Pairs
from matching.problem import BANDS, Home, Problem, Referral, Resident
from matching.sheets import SEXES

SCHEMA = "fairness/1"
AGE_GROUPS = ((0, "under 10"), (10, "10 to 12"), (13, "13 to 15"), (16, "16 and over"))
"""The least age of each group, on the referral's day, and its name."""


@dataclass(frozen=True)
class Fairness:
    """How one plan shares out what there is; `horizon` is the day on which residents are counted.

    `boroughs` are named by code, the young person's own. `short_points` are points for places a
    borough is short of its entitlement, by borough; `plan_points` are points that belong to no
    one borough. `everybody` holds all groups together, `every_provider` all providers. `limits` are
    the policy's, with `ceilings` and `behind` what the plan makes of them.
    """

    as_of: date
    horizon: date
    everybody: Group
    boroughs: tuple[Group, ...]
    sexes: tuple[Group, ...]
    ages: tuple[Group, ...]
    bands: tuple[Group, ...]
    held: tuple[Held, ...]
    short_points: Mapping[str, int]
    plan_points: Mapping[str, int]
    providers: tuple[Provider, ...]
    every_provider: Provider
    contracts: tuple[Contract, ...]
    limits: FairnessLimits | None = None
    ceilings: tuple[Ceiling, ...] = ()
    behind: tuple[Behind, ...] = ()

    @property
    def points(self) -> int:
        """All the points of the plan: those of every borough, and those of none."""
        own = self.everybody.points_placed + self.everybody.points_waiting
        return own + sum(self.short_points.values()) + sum(self.plan_points.values())

    def asking(self, group: Group) -> Rate:
        """A group's share of those who need a place."""
        return Rate(group.to_place, self.everybody.to_place)

    def placing(self, group: Group) -> Rate:
        """A group's share of those placed."""
        return Rate(group.placed, self.everybody.placed)

    def to_json(self) -> dict[str, Any]:
        """For other programs. Null is not known; every rate has its counts."""
        limits = {} if self.limits is None else {"limits": self._limits(self.limits)}
        return {
            "schema": SCHEMA,
            "as_of": self.as_of.isoformat(),
            "residents_counted_on": self.horizon.isoformat(),
            "everybody": self.everybody.to_json("group"),
            "by_borough": [self._borough(group) for group in self.boroughs],
            "places_held": [one.to_json() for one in self.held],
            "by_provider": [one.to_json(self.every_provider) for one in self.providers],
            "by_contract": [contract.to_json() for contract in self.contracts],
            "by_sex": [group.to_json("sex") for group in self.sexes],
            "by_age": [group.to_json("age") for group in self.ages],
            "by_band": [group.to_json("band") for group in self.bands],
            "points": {
                "placements": self.everybody.points_placed,
                "waiting": self.everybody.points_waiting,
                "short_of_share": sum(self.short_points.values()),
                **self.plan_points,
                "all": self.points,
            },
            **limits,
        }

    def _limits(self, limits: FairnessLimits) -> dict[str, Any]:
        return {
            "policy": limits.as_toml(),
            "contracts": [one.to_json() for one in self.ceilings],
            "boroughs": [one.to_json() for one in self.behind],
        }

    def _borough(self, group: Group) -> dict[str, Any]:
        made = group.to_json("borough")
        short = self.short_points.get(group.name, 0)
        made["name"] = authority_name(group.name)
        made["share_of_those_to_place"] = self.asking(group).to_json()
        made["share_of_those_placed"] = self.placing(group).to_json()
        made["points"] = {**made["points"], "short_of_share": short}
        return made

    def render(self) -> str:
        """In words and small tables, for a terminal."""
        from matching.fairness_text import fairness_text

        return fairness_text(self)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One young person as the report counts them; `tenths` and `waited` are None where unknown."""

    referral: Referral
    age: int
    placed: bool
    today: bool
    fits: bool
    tenths: int | None
    area: str
    points: int
    wait: int
    waited: int | None


def fairness(pairs: Pairs, plan: Assignment) -> Fairness:
    """The report on a plan whose every pair is eligible (referral id to home id).

    Raises KeyError for a pair that is not: check a plan before it is reported on.
    """
    problem = pairs.problem
    worth = evaluate(pairs, plan)
    everyone = [_seen(pairs, worth, number) for number in range(len(problem.referrals))]
    held = _held(pairs, plan)
    providers = _providers(problem, plan)
    behind_points = worth.joint.borough_shortfall
    return Fairness(
        as_of=problem.policy.as_of,
        horizon=problem.horizon,
        everybody=_group("everybody", everyone),
        boroughs=_by_borough(problem, everyone),
        sexes=tuple(_group(s, [p for p in everyone if p.referral.sex == s]) for s in SEXES),
        ages=_by_age(everyone),
        bands=tuple(_group(b, [p for p in everyone if p.referral.band == b]) for b in BANDS),
        held=held,
        short_points=_short_points(problem, held),
        plan_points={
            "caution": worth.joint.caution,
            "siblings_apart": worth.joint.siblings_apart,
            "balance": worth.joint.balance,
            **({} if behind_points is None else {"borough_shortfall": behind_points}),
        },
        providers=providers,
        every_provider=_every_provider(providers),
        contracts=_contracts(problem, plan),
        limits=problem.policy.fairness,
        ceilings=tuple(ceilings(problem, plan)),
        behind=tuple(behind(pairs, plan)),
    )


def _seen(pairs: Pairs, worth: Worth, number: int) -> _Seen:
    problem = pairs.problem
    referral = problem.referrals[number]
    row = worth.pairs.get(referral.id)
    since = referral.waiting_since
    tenths = UNKNOWN if row is None else int(pairs.tenths[row])
    return _Seen(
        referral=referral,
        age=age_on(referral.born, problem.day(referral)),
        placed=row is not None,
        today=problem.urgency(referral) == "today",
        fits=bool(pairs.start[number + 1] > pairs.start[number]),
        tenths=None if tenths == UNKNOWN else tenths,
        area="" if row is None else AREAS[int(pairs.area[row])],
        points=0 if row is None else int(pairs.total[row]),
        wait=problem.wait_points(referral),
        waited=None if since is None else (problem.policy.as_of - since).days,
    )


def _group(name: str, people: Sequence[_Seen]) -> Group:
    asking = [one for one in people if not one.referral.by_hand]
    placed = [one for one in asking if one.placed]
    waiting = [one for one in asking if not one.placed]
    return Group(
        name=name,
        to_place=len(asking),
        placed=len(placed),
        waiting=len(waiting),
        waiting_today=sum(one.today for one in waiting),
        nothing_fits=sum(not one.fits for one in waiting),
        by_hand=len(people) - len(asking),
        tenths=Sum.of(one.tenths for one in placed),
        away=sum(one.referral.nearness == "away" for one in placed),
        areas={area: sum(one.area == area for one in placed) for area in AREAS},
        waited_placed=Sum.of(one.waited for one in placed),
        waited_waiting=Sum.of(one.waited for one in waiting),
        points_placed=sum(one.points for one in placed),
        points_waiting=sum(one.wait for one in waiting),
    )


def _by_borough(problem: Problem, everyone: Iterable[_Seen]) -> tuple[Group, ...]:
    found: dict[str, list[_Seen]] = {share.borough: [] for share in problem.shares}
    for one in everyone:
        found.setdefault(one.referral.borough, []).append(one)
    return tuple(_group(code, found[code]) for code in sorted(found))


def _by_age(everyone: Sequence[_Seen]) -> tuple[Group, ...]:
    made = []
    for place, (least, name) in enumerate(AGE_GROUPS):
        below = AGE_GROUPS[place + 1][0] if place + 1 < len(AGE_GROUPS) else None
        inside = [
            one
            for one in everyone
            if (least <= one.age or place == 0) and (below is None or one.age < below)
        ]
        made.append(_group(name, inside))
    return tuple(made)


def _held(pairs: Pairs, plan: Assignment) -> tuple[Held, ...]:
    problem = pairs.problem
    entitlement = entitled(pairs)
    paid = {(share.contract, share.borough): share.places for share in problem.shares}
    said = {share.contract for share in problem.shares}
    placed: Counter[tuple[str, str]] = Counter()
    for referral in problem.referrals:
        if referral.id in plan:
            placed[problem.home_by_id[plan[referral.id]].contract, referral.borough] += 1
    living: Counter[tuple[str, str]] = Counter()
    for one in problem.residents:
        if one.young_person not in problem.referred and one.present(problem.horizon):
            living[problem.home_by_id[one.home].contract, one.borough] += 1
    return tuple(
        Held(
            contract=contract,
            borough=borough,
            paid_for=paid.get((contract, borough), 0) if contract in said else None,
            entitled=entitlement.get((contract, borough), (0, 0))[0] if contract in said else None,
            living=living[contract, borough],
            placed=placed[contract, borough],
        )
        for contract, borough in sorted(paid.keys() | placed.keys() | living.keys())
        if contract
    )


def _short_points(problem: Problem, held: Iterable[Held]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in held:
        found[one.borough] += problem.policy.points["short_of_share"] * (one.short or 0)
    return dict(sorted(found.items()))


def _living(problem: Problem, homes: Iterable[Home]) -> list[Resident]:
    """Residents of homes on the horizon, those with a referral of their own too."""
    return [
        resident
        for home in homes
        for resident in problem.residents_of[home.id]
        if resident.present(problem.horizon)
    ]


def _placed_in(problem: Problem, plan: Assignment, homes: Iterable[Home]) -> list[Referral]:
    inside = {home.id for home in homes}
    return [referral for referral in problem.referrals if plan.get(referral.id) in inside]


def _by_band(people: Iterable[Referral | Resident]) -> dict[str, int]:
    found = Counter(one.band for one in people)
    return {band: found[band] for band in BANDS}


def _providers(problem: Problem, plan: Assignment) -> tuple[Provider, ...]:
    of: dict[str, list[Home]] = {}
    for home in problem.homes:
        if home.registration == "registered":
            of.setdefault(home.provider, []).append(home)
    coming: dict[str, list[Referral]] = {name: [] for name in of}
    for referral in problem.referrals:
        if referral.id in plan:
            coming[problem.home_by_id[plan[referral.id]].provider].append(referral)
    return tuple(
        Provider(
            name=name,
            homes=len(of[name]),
            places=sum(home.places for home in of[name]),
            living=_by_band(_living(problem, of[name])),
            proposed=_by_band(coming[name]),
        )
        for name in sorted(of)
    )


def _every_provider(providers: Iterable[Provider]) -> Provider:
    found = list(providers)
    return Provider(
        name="every provider",
        homes=sum(one.homes for one in found),
        places=sum(one.places for one in found),
        living={band: sum(one.living[band] for one in found) for band in BANDS},
        proposed={band: sum(one.proposed[band] for one in found) for band in BANDS},
    )


def _contracts(problem: Problem, plan: Assignment) -> tuple[Contract, ...]:
    balanced = balanced_contracts(problem)
    of: dict[str, list[Home]] = {}
    for home in problem.homes:
        if home.contract:
            of.setdefault(home.contract, []).append(home)
    made = []
    for name, homes in sorted(of.items()):
        whole = _part(problem, plan, "", homes)
        parts = []
        for provider in sorted({home.provider for home in homes}):
            own = _part(problem, plan, provider, [h for h in homes if h.provider == provider])
            parts.append(_with_above(own, whole) if name in balanced else own)
        made.append(Contract(name, whole, tuple(parts)))
    return tuple(made)


def _part(problem: Problem, plan: Assignment, provider: str, homes: Sequence[Home]) -> Part:
    living, coming = _living(problem, homes), _placed_in(problem, plan, homes)
    return Part(
        provider=provider,
        places=sum(home.places for home in homes),
        living=len(living),
        living_high=sum(one.high_need for one in living),
        proposed=len(coming),
        proposed_high=sum(one.high_need for one in coming),
        above=None,
    )


def _with_above(own: Part, whole: Part) -> Part:
    """The smallest whole number e with places × e ≥ places × n − own places × N."""
    over = whole.places * own.high - own.places * whole.high
    above = -(-over // whole.places) if over > 0 else 0
    return replace(own, above=above)
