"""The answer to a provider's “why me, why not me”, from the records, for its own homes.

What its homes were offered by band stands beside its share of the places and, where that gives
nobody else away, the consortium's totals. A registered manager's own homes are those they manage;
what may be told of totals is decided for the provider as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor, Role
from broker.life import desk
from broker.life.judge import judge
from broker.life.scope import homes_of
from broker.life.state import LOOKING, Life
from broker.offer_reasons.lines import NotOffered, OfferLine, not_offered, offer_line
from broker.offer_reasons.totals import (
    NO_CONTRACT,
    NOT_A_QUARTER,
    TWO,
    Totals,
    a_quarter_that_is_over,
    beside_share,
    both_beside_share,
    tellable,
)
from broker.tables import HomeRow, OfferRow, StepRow
from broker.tables.life import OFFER_STATES
from matching.problem import BANDS
from pricing.money import decimal_text, rounded

_HIGH: Final = ("high", "specialist")
_BANDS: Final = (*BANDS, "")
"""The empty band is that of an offer made before the need was banded."""


_NAMES: Final = {"referral": "referral_id", "home": "home_id"}


class NoSuchProvider(Exception):
    """No home of that provider is on record, or none that whoever asks may speak for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose homes, and the days [start, end) on which they were asked or shortlisted."""

    provider: str
    start: date
    end: date


def explain_offers(session: Session, actor: Actor, asked: Asked, today: date) -> dict[str, Any]:
    """What a provider's homes were offered, and why, as JSON.

    Raises:
        NoSuchProvider: no home of it is on record that whoever asks may speak for.
    """
    homes = _homes(session)
    of_provider = {home for home, row in homes.items() if row["provider"] == asked.provider}
    own = of_provider
    if actor.provider is not None:
        own = of_provider & homes_of(session, actor)
    if not own:
        raise NoSuchProvider(asked.provider)
    offers = _offers(session, asked)
    lives = _Lives(session)
    lines = list(_offer_lines(lives, [row for row in offers if row["home_id"] in own]))
    passed_over = list(_not_offered(session, lives, own, asked, today))
    contracts = sorted({homes[home]["contract"] or "" for home in own})
    whole = a_quarter_that_is_over(asked.start, asked.end, today)
    return {
        "provider": asked.provider,
        "from": asked.start.isoformat(),
        "to": asked.end.isoformat(),
        "homes": sorted(own),
        "contracts": [
            _contract(contract, homes, own, of_provider, offers, lines, whole)
            for contract in contracts
        ],
        "declined_by_code": _counted(line.code for line in lines if line.state == "declined"),
        "not_offered_by_reason": _counted(line.reason for line in passed_over),
        "offers": [_told(line, actor) for line in lines],
        "not_offered": [_told(line, actor) for line in passed_over],
        "removed": lives.removed,
    }


def _counted(words: Iterator[str | None] | Any) -> dict[str, int]:
    return dict(sorted(Counter(word for word in words if word is not None).items()))


def _told(line: OfferLine | NotOffered, actor: Actor) -> dict[str, Any]:
    """A line as JSON; commissioners count, and are not told which young person it is."""
    told = {
        _NAMES.get(name, name): value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(line).items()
    }
    told["referral_id"] = None if actor.role is Role.COMMISSIONER else line.referral
    if isinstance(line, NotOffered):
        told["rules"] = list(line.rules)
    return told


def _homes(session: Session) -> dict[str, Mapping[str, Any]]:
    table = HomeRow.__table__
    columns = (table.c.home_id, table.c.provider, table.c.contract, table.c.places)
    rows = session.execute(sa.select(*columns, table.c.closed_at)).mappings()
    return {row["home_id"]: dict(row) for row in rows}


def _offers(session: Session, asked: Asked) -> list[Mapping[str, Any]]:
    table = OfferRow.__table__
    query = (
        sa.select(table)
        .where(table.c.made_on >= asked.start, table.c.made_on < asked.end)
        .order_by(table.c.referral_id, table.c.number)
    )
    return [dict(row) for row in session.execute(query).mappings()]


class _Lives:
    """Lives read once each; those whose words were removed are counted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[str, Life | None] = {}
        self.removed = 0

    def __getitem__(self, referral: str) -> Life | None:
        if referral not in self._read:
            try:
                self._read[referral] = desk.read_life(self._session, referral)
            except desk.NotThere:
                self._read[referral] = None
                self.removed += 1
        return self._read[referral]


def _offer_lines(lives: _Lives, rows: list[Mapping[str, Any]]) -> Iterator[OfferLine]:
    for row in rows:
        life = lives[row["referral_id"]]
        offer = None if life is None else life.offers.get(row["home_id"])
        if life is not None and offer is not None and offer.made.number == row["number"]:
            yield offer_line(life, offer, row["band"])
        else:  # a later offer of the same home, or words that were removed: the row says the rest
            yield OfferLine(
                row["referral_id"], row["home_id"], row["band"], row["made_on"], row["state"],
                row["code"], None,
            )  # fmt: skip


def _not_offered(
    session: Session, lives: _Lives, own: set[str], asked: Asked, today: date
) -> Iterator[NotOffered]:
    """Each own home first shortlisted for a referral in the period and never asked about it."""
    table = StepRow.__table__
    query = (
        sa.select(table.c.referral_id, table.c.said, table.c.taken_on)
        .where(table.c.kind == "shortlist", table.c.taken_on < asked.end)
        .order_by(table.c.referral_id, table.c.number)
    )
    first: dict[tuple[str, str], date] = {}
    for referral, words, day in session.execute(query):
        for home in (words or {}).get("homes", ()):
            if home["home_id"] in own:
                first.setdefault((referral, home["home_id"]), day)
    for (referral, home), day in first.items():
        life = lives[referral] if day >= asked.start else None
        if life is None or home in life.offers:
            continue
        failed: tuple[str, ...] = ()
        if life.state in LOOKING:
            judged = judge(session, referral, [home], today, None).get(home)
            failed = () if judged is None else tuple(code for code, _ in judged.failed)
        yield not_offered(life, home, day, failed)


def _contract(
    contract: str,
    homes: Mapping[str, Mapping[str, Any]],
    own: set[str],
    of_provider: set[str],
    offers: list[Mapping[str, Any]],
    lines: list[OfferLine],
    whole_quarter: bool,
) -> dict[str, Any]:
    inside = {home for home, row in homes.items() if (row["contract"] or "") == contract}
    providers = {homes[home]["provider"] for home in inside}
    totals = dict.fromkeys(_BANDS, 0)
    mine = dict.fromkeys(_BANDS, 0)
    for row in offers:
        if row["home_id"] in inside:
            totals[row["band"] or ""] += 1
            mine[row["band"] or ""] += row["home_id"] in of_provider
    places = _places(homes, inside)
    share = Fraction(_places(homes, inside & of_provider), places) if places else Fraction()
    if not contract:
        told = Totals(dict.fromkeys(_BANDS), None, NO_CONTRACT)
    elif not whole_quarter:
        told = Totals(dict.fromkeys(_BANDS), None, NOT_A_QUARTER)
    else:
        used = {band: number for band, number in totals.items() if band or number}
        told = tellable(mine, used, len(providers))
    beside, high_beside = _compared(mine, totals, share, told, len(providers))
    part = [line for line in lines if line.home in inside]
    return {
        "contract": contract or None,
        "places": {
            "own": _places(homes, inside & own),
            "all": places if contract else None,
            "percent": _percent(_places(homes, inside & own), places) if contract else None,
        },
        "bands": [
            {
                "band": band or None,
                "own": _states([line for line in part if (line.band or "") == band]),
                "consortium": told.bands.get(band),
            }
            for band in _BANDS
            if band or totals[band]
        ],
        "own": _states(part),
        "consortium": told.all,
        "beside_share": beside,
        "high_beside_share": high_beside,
        "hidden": told.why,
    }


def _compared(
    mine: Mapping[str, int],
    totals: Mapping[str, int],
    share: Fraction,
    told: Totals,
    providers: int,
) -> tuple[str | None, str | None]:
    """The words beside the share, in all and for high and specialist need; None for not told."""
    own = sum(mine.values()), sum(mine[band] for band in _HIGH)
    others = sum(totals.values()) - own[0], sum(totals[band] for band in _HIGH) - own[1]
    if told.why == TWO:
        return both_beside_share(own, others, share)
    return (
        None if told.all is None else beside_share(own[0], others[0], share),
        None if told.why is not None else beside_share(own[1], others[1], share),
    )


def _places(homes: Mapping[str, Mapping[str, Any]], which: set[str]) -> int:
    return sum(homes[home]["places"] for home in which if homes[home]["closed_at"] is None)


def _percent(part: int, whole: int) -> str | None:
    return decimal_text(rounded(Fraction(100 * part, whole), 1)) if whole else None


def _states(lines: list[OfferLine]) -> dict[str, int]:
    counted = Counter(line.state for line in lines)
    return {"offered": len(lines), **{state: counted[state] for state in OFFER_STATES}}
