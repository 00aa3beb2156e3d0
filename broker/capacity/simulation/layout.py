"""Laying a world out as flat arrays: names become indices, days count from the first Monday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.demand.courses import ROUTES
from broker.capacity.demand.lengths import MONTH_DAYS
from broker.capacity.record import (
    FARTHER,
    IN_BOROUGH,
    IN_PARTNERSHIP,
    NOT_KNOWN,
    SEXES,
    WITHIN_20_MILES,
)
from broker.capacity.scenarios.apply import factor_on
from broker.capacity.simulation.chance import key_of
from broker.capacity.simulation.fixed import (
    OLDER,
    SOLO,
    YOUNGER,
    Calendar,
    Cells,
    Chances,
    Coming,
    Fixed,
    Floats,
    Homes,
    Ints,
    Invented,
    Law,
    Tables,
    flat,
    rows,
)
from broker.capacity.simulation.fixed import Policy as Weights
from broker.capacity.simulation.known import known_people
from broker.capacity.simulation.pool import Pool
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.stays import Stays, ending_mix, read_stays
from broker.capacity.simulation.supply import Supply
from broker.capacity.simulation.tables import AGES, Judged, high_need
from matching.board import NO_LIMIT
from matching.calendar import birthday
from matching.evaluate import balanced_contracts
from matching.geography import PARTNER_BOROUGHS
from matching.problem import BAND_INDEX, BANDS, Home, Problem
from pricing.terms import Contract

WEEK: Final = 7
YEAR: Final = 365.25
OLDEST: Final = 20
"""Years before the first day that somebody of the case may have been born."""
NEAR: Final = 200
"""20 miles in tenths, the line of the statutory return's tables."""
COMPANIONS: Final = {"solo": SOLO, "only_older": OLDER, "only_younger": YOUNGER}


@dataclass(frozen=True)
class Rates:
    """Rates of arrival a year by cell: gamma shapes and rates, and their means."""

    shape: Floats
    rate: Floats
    mean: Floats

    def drawn(self, random: np.random.Generator, parameters: bool) -> Floats:
        """The rates of one replication."""
        drawn = random.standard_gamma(np.maximum(self.shape, 1e-9)) / self.rate
        return np.where(self.shape > 0, drawn, self.mean) if parameters else self.mean


@dataclass(frozen=True)
class Laid:
    """The arrays, the rates and lengths to draw from, and the names of the case's young people."""

    fixed: Fixed
    rates: Rates
    stays: Stays
    names: tuple[str, ...]


def lay_out(
    case: Problem, contract: Contract, demand: Mapping[str, Any], settings: Settings, seed: int,
    first: date, weeks: int, boroughs: Sequence[str], supply: Supply, pool: Pool, judged: Judged,
) -> Laid:  # fmt: skip
    """Everything as arrays."""
    laid = lay_out_people(case, demand, settings, seed, first, weeks, boroughs, supply.homes, pool)
    law = laid.fixed.law._replace(
        homes=rows(_homes(case, contract, supply)),
        policy=_weights(case, contract, supply, boroughs),
    )
    tables = _tables(case, supply, pool, judged, boroughs, first, weeks)
    return replace(laid, fixed=laid.fixed._replace(law=law, tables=tables))


def lay_out_people(
    case: Problem, demand: Mapping[str, Any], settings: Settings, seed: int, first: date,
    weeks: int, boroughs: Sequence[str], homes: Sequence[Home], pool: Pool, *, movers: bool = False,
) -> Laid:  # fmt: skip
    """Who lives there, who comes and how long they stay; of homes and their law nothing.

    `movers`: who lives there and asks for another place is laid out as both.
    """
    ages = sorted({tuple(cell["age_group"]) for cell in demand["arrivals"]})
    stays = read_stays(demand, ages)
    people = known_people(
        case, pool, ages, boroughs, [home.id for home in homes], first, seed, movers=movers
    )
    coming, rates = _coming(demand, settings, stays, ages, pool, first, weeks, boroughs)
    law = _no_law(len(boroughs), people.related, settings)
    tables = _no_tables(rows(_invented(case, pool, boroughs)))
    return Laid(Fixed(law, tables, coming, rows(people.known), weeks), rates, stays, people.names)


def _no_law(boroughs: int, related: NDArray[np.int8], settings: Settings) -> Law:
    """A law of no homes, of the same kinds of arrays as any other."""
    no, off = flat([]), np.zeros(0, dtype=bool)
    homes = Homes(no, no, no, no, no, no, no, no, no, np.zeros(0, dtype=np.uint64), off)
    one = np.zeros((1, boroughs), dtype=np.int64)
    policy = Weights(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, no, off, one, one, no, off, 0)
    return Law(rows(homes), policy, related, _chances(settings))


def _no_tables(pool: Invented) -> Tables:
    """Tables of no homes and no days: of young people only what no home changes."""
    no, two = flat([]), np.zeros((0, 0), dtype=np.int64)
    local = np.zeros((0, 0), dtype=np.int8)
    return Tables(
        fits=np.zeros((2, 3, 0, 0), dtype=bool), of_age=np.zeros((0, 0), dtype=bool),
        points=two, metres=two, local=local, local_of_borough=local,
        fee_points=np.zeros((0, 0, 0), dtype=np.int64),
        marginal=np.zeros((0, 0, 0, 0), dtype=np.int64),
        period=no, pool=pool, birthday=two, born_base=0, calendar=rows(Calendar(no, no)),
        day_base=0,
    )  # fmt: skip


def _homes(case: Problem, contract: Contract, supply: Supply) -> Homes:
    homes = supply.homes
    contracts = sorted({home.contract for home in homes if home.contract})

    def limit(value: int | None) -> int:
        return NO_LIMIT if value is None else value

    provider = []
    for home in homes:
        names = sorted({other.provider for other in homes if other.contract == home.contract})
        provider.append(names.index(home.provider))
    most = case.policy.max_arrivals
    return Homes(
        places=flat([home.places for home in homes]),
        arrivals=flat([most if h.max_arrivals is None else h.max_arrivals for h in homes]),
        max_high=flat([limit(home.max_high) for home in homes]),
        load_limit=flat([limit(home.load_limit) for home in homes]),
        max_age=flat([home.max_age for home in homes]),
        opens=flat(supply.opens_on),
        trained=flat(supply.trained_on),
        contract=flat([contracts.index(h.contract) if h.contract else -1 for h in homes]),
        provider=flat(provider),
        key=np.array([key_of(home.id) for home in homes], dtype=np.uint64),
        block=np.array([home.id in contract.homes for home in homes], dtype=bool),
    )


def _tables(
    case: Problem, supply: Supply, pool: Pool, judged: Judged, boroughs: Sequence[str],
    first: date, weeks: int,
) -> Tables:  # fmt: skip
    days = WEEK * weeks + WEEK + 1
    starts = [(day - first).days for day in judged.periods]
    period = np.searchsorted(starts, np.arange(days), side="right") - 1
    base = -OLDEST * 366
    births = [first + timedelta(days=day) for day in range(base, days - 9 * 365)]
    turned = [[(birthday(born, age) - first).days for age in range(AGES)] for born in births]
    last = first + timedelta(days=days + AGES * 366)
    calendar = [first + timedelta(days=d) for d in range(base, (last - first).days)]
    return Tables(
        fits=np.stack([judged.fits, judged.fits_trained]),
        of_age=judged.of_age,
        points=judged.points,
        metres=_metres(pool, supply.homes),
        local=_local(case, pool, supply.homes, judged),
        local_of_borough=_local_of_borough(case, boroughs, supply.homes),
        fee_points=judged.fee_points,
        marginal=judged.marginal,
        period=flat(period),
        pool=rows(_invented(case, pool, boroughs)),
        birthday=flat(turned),
        born_base=base,
        calendar=rows(
            Calendar(
                flat([12 * day.year + day.month for day in calendar]),
                flat([day.day for day in calendar]),
            )
        ),
        day_base=base,
    )  # fmt: skip


def _invented(case: Problem, pool: Pool, boroughs: Sequence[str]) -> Invented:
    planned = case.policy.planned_months
    people = pool.referrals
    return Invented(
        planned=flat([planned if r.planned_months is None else r.planned_months for r in people]),
        band=flat([BAND_INDEX[referral.band] for referral in people]),
        borough=flat([boroughs.index(referral.borough) for referral in people]),
        companions=flat([COMPANIONS.get(r.companions, 0) for r in people]),
        moves=flat([referral.moves or 0 for referral in people]),
    )


def _metres(pool: Pool, homes: Sequence[Home]) -> Ints:
    """Metres between young person and home; -1 where either place is not known."""
    made = np.full((len(pool.referrals), len(homes)), NOT_KNOWN, dtype=np.int64)
    for p, referral in enumerate(pool.referrals):
        here = referral.location
        for h, home in enumerate(homes):
            there = home.location
            if here.easting is None or here.northing is None:
                continue
            if there.easting is None or there.northing is None:
                continue
            apart = np.hypot(here.easting - there.easting, here.northing - there.northing)
            made[p, h] = round(float(apart))
    return made


def _partners(case: Problem) -> set[str]:
    return {share.borough for share in case.shares} or set(PARTNER_BOROUGHS)


def _local(case: Problem, pool: Pool, homes: Sequence[Home], judged: Judged) -> NDArray[np.int8]:
    partners = _partners(case)
    made = np.full((len(pool.referrals), len(homes)), NOT_KNOWN, dtype=np.int8)
    for p, referral in enumerate(pool.referrals):
        for h, home in enumerate(homes):
            tenths = judged.tenths[p, h]
            if home.borough == referral.borough:
                made[p, h] = IN_BOROUGH
            elif home.borough in partners:
                made[p, h] = IN_PARTNERSHIP
            elif tenths >= 0:
                made[p, h] = WITHIN_20_MILES if tenths <= NEAR else FARTHER
    return made


def _local_of_borough(
    case: Problem, boroughs: Sequence[str], homes: Sequence[Home]
) -> NDArray[np.int8]:
    partners = _partners(case)
    made = np.full((len(boroughs), len(homes)), NOT_KNOWN, dtype=np.int8)
    for b, borough in enumerate(boroughs):
        for h, home in enumerate(homes):
            if home.borough == borough:
                made[b, h] = IN_BOROUGH
            elif home.borough in partners:
                made[b, h] = IN_PARTNERSHIP
    return made


def _weights(case: Problem, contract: Contract, supply: Supply, boroughs: Sequence[str]) -> Weights:
    homes, points, wait = supply.homes, case.policy.points, case.policy.wait
    contracts = sorted({home.contract for home in homes if home.contract})
    shape = (max(1, len(contracts)), len(boroughs))
    share = np.full(shape, -1, dtype=np.int64)
    for row in case.shares:
        if row.contract in contracts:
            share[contracts.index(row.contract), boroughs.index(row.borough)] = row.places
    providers = [
        sorted({home.provider for home in homes if home.contract == name}) for name in contracts
    ]
    parts = np.zeros((shape[0], max([1, *map(len, providers)])), dtype=np.int64)
    for c, names in enumerate(providers):
        for home in homes:
            if home.contract == contracts[c]:
                parts[c, names.index(home.provider)] += home.places
    balanced = balanced_contracts(Problem(policy=case.policy, referrals=(), homes=homes))
    flags = [bool(contracts) and name in balanced for name in contracts] or [False]
    return Weights(
        age=points["ages_out_per_month"],
        unsettled=points["unsettled"],
        sibling=points["sibling_elsewhere"],
        caution=points["caution"],
        apart=points["siblings_apart"],
        short=points["short_of_share"],
        balance=points["provider_balance"],
        wait_5=wait["within_5_days"],
        wait_over=wait["over_5_days"],
        per_day=wait["per_day"],
        cap=wait["cap"],
        load=flat([case.policy.load[band] for band in BANDS]),
        high=high_need(),
        share=share,
        parts=parts,
        places=parts.sum(axis=1),
        balanced=np.array(flags, dtype=bool),
        guaranteed=contract.block.guaranteed if contract.block is not None else 0,
    )


def _coming(
    demand: Mapping[str, Any], settings: Settings, stays: Stays, ages: Sequence[Any], pool: Pool,
    first: date, weeks: int, boroughs: Sequence[str],
) -> tuple[Coming, Rates]:  # fmt: skip
    cells = demand["arrivals"]
    strata = {(s.borough, s.ages, s.sex): at for at, s in enumerate(pool.strata)}
    found = [strata[c["borough"], tuple(c["age_group"]), c["sex"]] for c in cells]
    spent = np.zeros((len(cells), weeks + 1))
    for at, cell in enumerate(cells):
        course = demand.get("course") or []
        factors = np.ones(weeks)
        if course:
            days = [first + timedelta(days=WEEK * week) for week in range(weeks)]
            factors = np.array([factor_on(demand, cell, day) for day in days])
        spent[at, 1:] = np.cumsum(np.maximum(factors, 1e-12) * WEEK / YEAR)
    prior = demand.get("prior_moves") or {"0": 1.0, "1": 0.0, "2": 0.0, "3+": 0.0}
    mix = ending_mix(demand, settings.closures_per_100_home_years > 0)
    group = [[tuple(age) for age in ages].index(tuple(c["age_group"])) for c in cells]
    spans = [
        (round(c["age_group"][0] * YEAR) + 1, round((c["age_group"][1] + 1) * YEAR) - 1)
        for c in cells
    ]
    coming = Coming(
        cells=rows(
            Cells(
                stratum=flat([pool.start[at] for at in found]),
                many=flat([pool.start[at + 1] - pool.start[at] for at in found]),
                borough=flat([boroughs.index(c["borough"]) for c in cells]),
                group=flat(group),
                route=flat([ROUTES.index(c["route"]) for c in cells]),
                sex=flat([SEXES.index(c["sex"]) for c in cells]),
            )
        ),
        ages=flat(spans),
        spent=spent,
        moves=np.cumsum([prior[key] or 0.0 for key in ("0", "1", "2", "3+")]),
        endings=np.cumsum(mix.shares),
        again=mix.again,
        tabled=stays.tabled,
        table=stays.table,
        left=stays.left,
    )
    rates = Rates(
        np.array([c["shape"] or 0.0 for c in cells], dtype=np.float64),
        np.array([c["rate"] or 1.0 for c in cells], dtype=np.float64),
        np.array([c["per_year"] for c in cells], dtype=np.float64),
    )
    return coming, rates


def _chances(settings: Settings) -> Chances:
    return Chances(
        elsewhere_after=settings.elsewhere_after,
        emergency=settings.emergency_percent / 100,
        sibling=settings.sibling_percent / 100,
        related=settings.related_percent / 100,
        must_not=settings.must_not_percent / 100,
        decline=settings.decline_percent / 100,
        step_down=settings.step_down_percent / 100,
        step_first=settings.step_down_from * MONTH_DAYS,
        step_last=settings.step_down_to * MONTH_DAYS,
        closures_per_day=settings.closures_per_100_home_years / 100 / YEAR,
        closed_days=WEEK * settings.reopens_after_weeks,
    )
