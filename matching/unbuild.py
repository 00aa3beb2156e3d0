"""From a problem back to rows of text, column by column: the other half of `assemble`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from matching.overrides import override_text
from matching.problem import BANDS, Location, Problem, Referral
from matching.sheets import PROVISIONS, SEXES, SHEETS

Record = dict[str, str]


def records_of(problem: Problem) -> dict[str, list[Record]]:
    """Every table of the case as records of text, in the order of their keys."""
    relations = [
        {"a": a, "b": b, "kind": kind}
        for kind, pairs in (
            ("caution", problem.cautions),
            ("must_not_live_together", problem.must_not),
        )
        for a, b in sorted(pairs)
    ]
    adjoining = sorted(problem.adjoining) if problem.own_adjoining else []
    made: Mapping[str, list[Record]] = {
        "referrals": [_referral(item) for item in problem.referrals],
        "homes": _each(problem.homes, _home),
        "residents": _each(problem.residents, _resident),
        "relationships": sorted(relations, key=lambda row: (row["a"], row["b"], row["kind"])),
        "avoid": _each(problem.avoids, _avoid),
        "people_and_places": _each(problem.people, _person),
        "wishes": _each(problem.wishes, _wish),
        "declines": _each(problem.declines, _decline),
        "rates": _each(problem.rates, _rate),
        "shares": _each(problem.shares, _share),
        "adjoining": [{"a": a, "b": b} for a, b in adjoining],
        "decisions": _each(problem.decisions, _decision),
    }
    return {name: made[name] for name in SHEETS}


def _each(items: tuple[Any, ...], make: Callable[[Any], Record]) -> list[Record]:
    return [make(item) for item in items]


def _referral(item: Referral) -> Record:
    return {
        "referral_id": item.id,
        "young_person_id": item.young_person,
        "borough": item.borough,
        "date_of_birth": _day(item.born),
        "sex": item.sex,
        "band": item.band,
        "band_status": item.band_status,
        "needs": _list(item.needs),
        **_where(item.location),
        "nearness": item.nearness,
        "min_distance_miles": _miles(item.min_tenths),
        "max_distance_miles": _miles(item.max_tenths),
        "needed_by": _day(item.needed_by),
        "waiting_since": _day(item.waiting_since),
        "planned_months": _whole(item.planned_months),
        "moves_last_12_months": _whole(item.moves),
        "sibling_group": item.sibling_group,
        "siblings": item.siblings,
        "living_companions": item.companions,
        "provision": _list(item.provision, PROVISIONS),
        "dol": "Y" if item.by_hand else "",
    }


def _home(item: Any) -> Record:
    return {
        "home_id": item.id,
        "name": item.name,
        "provider": item.provider,
        "borough": item.borough,
        **_where(item.location),
        "provision": item.provision,
        "registration": item.registration,
        "judgement": item.judgement,
        "due_diligence": {True: "Y", False: "N", None: ""}[item.due_diligence],
        "min_age": str(item.min_age),
        "max_age": str(item.max_age),
        "sexes": _list(item.sexes, SEXES),
        "bands": _list(item.bands, BANDS),
        "supports": _list(item.supports),
        "places": str(item.places),
        "max_high": _whole(item.max_high),
        "load_limit": _whole(item.load_limit),
        "max_arrivals": _whole(item.max_arrivals),
        "contract": item.contract,
    }


def _resident(item: Any) -> Record:
    return {
        "young_person_id": item.young_person,
        "home_id": item.home,
        "borough": item.borough,
        "band": item.band,
        "date_of_birth": _day(item.born),
        "sex": item.sex,
        "leaves_on": _day(item.leaves_on),
        "leaving": item.leaving,
        "living_companions": item.companions,
        "sibling_group": item.sibling_group,
    }


def _avoid(item: Any) -> Record:
    where = item.location
    return {
        "young_person_id": item.young_person,
        "kind": item.kind,
        "borough": item.borough,
        "home_id": item.home,
        "easting": _whole(where.easting),
        "northing": _whole(where.northing),
        "miles": _miles(item.tenths),
    }


def _person(item: Any) -> Record:
    return {
        "referral_id": item.referral,
        "what": item.what,
        **_where(item.location),
        "visits_per_month": str(item.visits),
        "keep": "Y" if item.keep else "N",
    }


def _wish(item: Any) -> Record:
    return {
        "referral_id": item.referral,
        "home_id": item.home,
        "wish": item.wish,
        "on": _day(item.on),
        "words": item.words,
    }


def _decline(item: Any) -> Record:
    return {"referral_id": item.referral, "home_id": item.home, "reason": item.reason}


def _decision(item: Any) -> Record:
    return {
        "referral_id": item.referral,
        "home_id": item.home,
        "kind": item.kind,
        "by": item.by,
        "on": _day(item.on),
        "reason": item.reason,
        "override": override_text(item),
    }


def _rate(item: Any) -> Record:
    return {
        "home_id": item.home,
        "band": item.band,
        "weekly_fee": pounds(item.fee),
        "marginal_weekly_fee": pounds(item.marginal) if item.marginal_given else "",
        "from": _day(item.start),
        "to": _day(item.end),
    }


def _share(item: Any) -> Record:
    return {"contract": item.contract, "borough": item.borough, "places": str(item.places)}


def pounds(pence: int) -> str:
    """Pence as pounds with two decimals, such as 4500.00."""
    return f"{pence // 100}.{pence % 100:02d}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


def _miles(tenths: int | None) -> str:
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def _list(items: frozenset[str], order: tuple[str, ...] = ()) -> str:
    if order:
        return ";".join(item for item in order if item in items)
    return ";".join(sorted(items))


def _where(location: Location) -> Record:
    grid = location.known and location.given_as_grid
    return {
        "easting": _whole(location.easting) if grid else "",
        "northing": _whole(location.northing) if grid else "",
        "postcode": location.postcode,
    }
