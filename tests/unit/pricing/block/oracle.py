"""Trades, exits and voids written a second time, place by place and day by day.

Places are things in lists here, not counts: a released place changes lists, an idle place is
offered to everybody who needs one in equal parts. Nothing is shared with `pricing`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.unit.pricing.oracle import Out, Stay, days, in_force, share_out, to_penny


@dataclass(frozen=True)
class Deal:
    name: str
    giver: str
    taker: str
    start: date
    end: date
    places: int
    pounds: Decimal


@dataclass
class Found:
    """Place days by (user, owner, deal or ""), and each borough's voids in pounds by reading."""

    place_days: dict[tuple[str, str, str], Fraction]
    voids: dict[str, dict[str, Decimal]]
    charge: Decimal
    charge_without_use: Decimal


def shares_by_day(
    contract: Mapping[str, Any], exits: Sequence[tuple[str, date]], until: date
) -> Iterator[tuple[date, dict[str, int]]]:
    """The shares of each day from the contract's start, a leaver's places handed out one by one."""
    shares = dict(contract["shares"])
    for day in days(contract["start"], until):
        gone = [code for code, leaves in exits if leaves == day]
        if gone:
            shares = handed_out(shares, gone)
        yield day, dict(shares)


def handed_out(shares: Mapping[str, int], gone: Sequence[str]) -> dict[str, int]:
    stay = {code: share for code, share in shares.items() if code not in gone}
    total, kept = sum(shares.values()), sum(stay.values())
    after = {code: total * share // kept for code, share in stay.items()}
    waiting = sorted(stay, key=lambda code: (-(total * stay[code] % kept), code))
    for code in waiting[: total - sum(after.values())]:
        after[code] += 1
    return {code: after.get(code, 0) for code in shares}


def split(
    void: Fraction, shares: Mapping[str, int], using: Mapping[str, int]
) -> dict[str, Fraction]:
    left = {code: max(0, share - using.get(code, 0)) for code, share in shares.items()}
    if not sum(left.values()):
        left = dict(shares)
    return {code: void * part / sum(left.values()) for code, part in left.items()}


def find(
    contract: Mapping[str, Any],
    stays: Sequence[Stay],
    outs: Sequence[Out],
    deals: Sequence[Deal],
    exits: Sequence[tuple[str, date]],
    start: date,
    end: date,
) -> Found:
    place_days: dict[tuple[str, str, str], Fraction] = {}
    exact: dict[str, dict[str, Fraction]] = {}
    for day, own in shares_by_day(contract, exits, end):
        if day < start:
            continue
        living = [stay for stay in stays if stay.start <= day < stay.end]
        using: dict[str, int] = {}
        for stay in living:
            using[stay.borough] = using.get(stay.borough, 0) + 1
        on = [deal for deal in deals if deal.start <= day < deal.end]
        held = {code: own.get(code, 0) for code in {*own, *(deal.taker for deal in on)}}
        for deal in on:
            held[deal.giver] -= deal.places
            held[deal.taker] += deal.places
        for key, part in used_places(own, held, using, on):
            place_days[key] = place_days.get(key, Fraction()) + part

        out = sum(
            each.places for each in outs if each.side == "provider" and each.start <= day < each.end
        )
        guaranteed = int(
            Fraction(contract["places"]) * Fraction(contract["voids"]["guarantee_percent"]) / 100
        )
        payable = min(guaranteed, contract["places"] - out)
        one = Fraction(in_force(contract, contract["fees"]["low"], day)) / 7
        one *= Fraction(contract["voids"]["rate_percent"]) / 100
        void = max(0, payable - len(living)) * one
        capped = {code: min(number, own.get(code, 0)) for code, number in using.items()}
        other = max(0, payable - sum(capped.values())) * one
        for name, parts in {
            "contract": split(void, contract["shares"], using),
            "after_exits": split(void, own, using),
            "after_trades": split(void, held, using),
            "without_use": split(other, own, capped),
        }.items():
            table = exact.setdefault(name, {})
            for code, part in parts.items():
                table[code] = table.get(code, Fraction()) + part
    everybody = {code for table in exact.values() for code in table}
    sums = {name: to_penny(sum(table.values(), Fraction())) for name, table in exact.items()}
    return Found(
        place_days=place_days,
        voids={
            name: share_out(sums[name], {code: table.get(code, Fraction()) for code in everybody})
            for name, table in exact.items()
        },
        charge=sums["after_trades"],
        charge_without_use=sums["without_use"],
    )


def used_places(
    own: Mapping[str, int],
    held: Mapping[str, int],
    using: Mapping[str, int],
    on: Sequence[Deal],
) -> Iterator[tuple[tuple[str, str, str], Fraction]]:
    """Who used whose places on one day: each place of another that is used is named in parts."""
    everybody = {*held, *using}
    for user in everybody:
        bought = [deal for deal in on if deal.taker == user for _ in range(deal.places)]
        sold = sum(deal.places for deal in on if deal.giver == user)
        needs = max(0, using.get(user, 0) - (own.get(user, 0) - sold))
        filled = min(needs, len(bought))
        for deal in bought:
            if filled:
                yield (user, deal.giver, deal.name), Fraction(filled, len(bought))
    idle = [owner for owner in everybody for _ in range(held.get(owner, 0) - using.get(owner, 0))]
    for user in everybody:
        for _ in range(using.get(user, 0) - held.get(user, 0)):
            for owner in idle:
                yield (user, owner, ""), Fraction(1, len(idle))


def paid(deals: Sequence[Deal], start: date, end: date) -> dict[str, Decimal]:
    """What each borough gets (above 0) or pays (below) for deals, a penny rounding for each."""
    balance: dict[str, Decimal] = {}
    for deal in deals:
        number = sum(1 for day in days(deal.start, deal.end) if start <= day < end)
        amount = to_penny(Fraction(deal.pounds) * deal.places * number / 7)
        balance[deal.giver] = balance.get(deal.giver, Decimal()) + amount
        balance[deal.taker] = balance.get(deal.taker, Decimal()) - amount
    return balance


def worth_of_mix(
    contract: Mapping[str, Any],
    mix: Mapping[str, Fraction],
    extra: Decimal,
    start: date,
    end: date,
) -> Decimal:
    """Pounds: fees, requirements and voids of each day of a year with the same places in use."""
    void_rate = Fraction(contract["voids"]["rate_percent"]) / 100
    guarantee = Fraction(contract["voids"]["guarantee_percent"]) / 100
    guaranteed = int(contract["places"] * guarantee)
    worth = Fraction()
    for day in days(start, end):
        fees = {
            band: Fraction(in_force(contract, fee, day)) for band, fee in contract["fees"].items()
        }
        a_week = sum(mix[band] * fees[band] for band in fees)
        empty = guaranteed - sum(mix.values())
        if empty > 0:
            a_week += empty * void_rate * fees["low"]
        worth += (a_week + Fraction(in_force(contract, str(extra), day))) / 7
    return to_penny(worth)
