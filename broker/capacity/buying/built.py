"""A portfolio as a case and a contract that can be simulated and priced."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from broker.capacity.buying.options import Kind, Options, Portfolio, Terms
from broker.capacity.buying.options_file import home_ids
from broker.capacity.simulation.pool import Pool
from matching.problem import Home, Problem, Share
from pricing.money import split_exactly
from pricing.terms import Block, Contract


@dataclass(frozen=True)
class Changed:
    """What a portfolio is changed by, to ask what that is worth.

    `places` are places more in the first home of a kind; `trained` needs that the homes of a kind
    have learned to meet.
    """

    places: Mapping[str, int]
    trained: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Built:
    """What is simulated (a contract to the horizon) and what is priced: to the end of the terms."""

    case: Problem
    contract: Contract
    priced: Contract
    covered: int


UNCHANGED = Changed({}, {})


def build(
    options: Options, portfolio: Portfolio, case: Problem, present: Contract, first: date,
    weeks: int, changed: Changed = UNCHANGED,
) -> Built:  # fmt: skip
    """The case and contract of a portfolio; it starts empty, in place of the present contract."""
    homes: list[Home] = []
    provider: dict[str, str] = {}
    of_case = {home.id: home for home in case.homes}
    for kind, number in zip(options.kinds, portfolio.counts, strict=True):
        for at, name in enumerate(home_ids(kind)[:number]):
            extra = changed.places.get(kind.id, 0) if at == 0 else 0
            more = changed.trained.get(kind.id, frozenset())
            made = _home(kind, name, of_case[kind.like], present, extra, more)
            homes.append(made)
            provider[name] = made.provider
    terms = options.terms[portfolio.terms]
    label = f"{options.label(portfolio)}{_told(changed)}"
    contract = _contract(options, label, terms, present, homes, provider)
    return _built(case, present, contract, homes, _end(present, terms), first, weeks)


def present_built(case: Problem, present: Contract, first: date, weeks: int) -> Built:
    """The present contract, started empty like every portfolio it is compared with."""
    homes = [home for home in case.homes if home.id in present.homes]
    return _built(case, present, present, homes, present.end, first, weeks)


def filtered(pool: Pool, case: Problem) -> Pool:
    """A pool without what it says of homes that a case does not have."""
    known = {home.id for home in case.homes}
    return replace(
        pool,
        avoids={
            name: tuple(row for row in rows if row.kind != "home" or row.home in known)
            for name, rows in pool.avoids.items()
        },
        wishes={n: tuple(r for r in rows if r.home in known) for n, rows in pool.wishes.items()},
        declines={
            n: tuple(r for r in rows if r.home in known) for n, rows in pool.declines.items()
        },
    )


def _home(
    kind: Kind, name: str, like: Home, present: Contract, extra: int, more: frozenset[str]
) -> Home:
    supports = like.supports if kind.supports is None else kind.supports
    return replace(
        like,
        id=name,
        name=kind.name,
        places=kind.places + extra,
        provider=kind.provider or present.homes[kind.like],
        borough=kind.borough or like.borough,
        location=kind.location or like.location,
        bands=kind.bands or like.bands,
        sexes=kind.sexes or like.sexes,
        supports=supports | more,
        min_age=like.min_age if kind.min_age is None else kind.min_age,
        max_age=like.max_age if kind.max_age is None else kind.max_age,
        contract=present.id,
    )


def _contract(
    options: Options, label: str, terms: Terms, present: Contract, homes: list[Home],
    provider: Mapping[str, str],
) -> Contract:  # fmt: skip
    block = present.block
    assert block is not None
    places = sum(home.places for home in homes)
    whole = sum(block.shares.values())
    exact = {code: Fraction(places * share, whole) for code, share in block.shares.items()}
    providers = tuple(sorted(set(provider.values())))
    digest = hashlib.sha256(f"{present.version}/{options.version}/{label}".encode()).hexdigest()
    return replace(
        present,
        file=options.file,
        version=digest,
        name=label,
        lead=present.lead if present.lead in providers else providers[0],
        providers=providers,
        homes=dict(provider),
        fees=present.fees if terms.fees is None else terms.fees,
        block=Block(
            places, replace(block.voids, guarantee_percent=terms.guarantee),
            split_exactly(places, exact),
        ),
    )  # fmt: skip


def _end(present: Contract, terms: Terms) -> date:
    """The day after the last of the terms, never beyond the present contract's."""
    return min(present.end, date(present.start.year + terms.years, present.start.month, 1)
               + timedelta(days=present.start.day - 1))  # fmt: skip


def _built(
    case: Problem, present: Contract, contract: Contract, homes: list[Home], end: date,
    first: date, weeks: int,
) -> Built:  # fmt: skip
    stay = [home for home in case.homes if home.id not in present.homes]
    names = {home.id for home in stay} | {home.id for home in homes}
    assert contract.block is not None
    shares = [share for share in case.shares if share.contract != present.id]
    if len(shares) < len(case.shares):
        shares += [Share(present.id, code, n) for code, n in contract.block.shares.items()]
    made = replace(
        case,
        homes=(*stay, *homes),
        residents=tuple(one for one in case.residents if one.home not in present.homes),
        avoids=tuple(row for row in case.avoids if row.kind != "home" or row.home in names),
        wishes=tuple(row for row in case.wishes if row.home in names),
        declines=tuple(row for row in case.declines if row.home in names),
        rates=tuple(row for row in case.rates if row.home in names),
        shares=tuple(shares),
    )
    covered = min(weeks, (end - first).days // 7)
    priced = replace(contract, end=end, uplifts=tuple(u for u in contract.uplifts if u.start < end))
    return Built(made, contract, priced, covered)


def _told(changed: Changed) -> str:
    parts = [f", {n} more in {kind}" for kind, n in sorted(changed.places.items())]
    parts += [f", {kind} trained: {', '.join(sorted(needs))}"
              for kind, needs in sorted(changed.trained.items())]  # fmt: skip
    return "".join(parts)
