"""Invented replications and settings that hold together: nobody in two places, no home too full.

`invent` draws everything from one seed. Contracts are odd on purpose: uplifts within a month, fees
that do not divide by seven, shares that leave a borough out, homes that are not in the contract.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import numpy as np

from broker.capacity.figures import HomeOf, Setting
from broker.capacity.record import (
    ELSEWHERE,
    EMPTY,
    EMPTY_REASONS,
    ENDINGS,
    REFUSALS,
    SPELLS,
    WAITING,
    Replication,
)
from pricing.contract import parse_contract
from pricing.terms import BANDS, Contract
from pricing.value.spot import NoSpotPrices, SpotContract, SpotFees, SpotPrices

BOROUGHS = ("E09000016", "E09000002", "E09000030", "E09000012")
_ENDED = [ENDINGS.index(name) for name in (
    "planned", "unplanned", "step_down", "turned_18", "home_closed", "care_ended"
)]  # fmt: skip


@dataclass(frozen=True)
class Invented:
    setting: Setting
    replications: tuple[Replication, ...]


def invent(
    seed: int, weeks: int = 30, people: int = 12, replications: int = 3, results: bool | None = None
) -> Invented:
    """A setting and its replications."""
    dice = Random(seed)
    first = date(2026, 4, 6) + timedelta(weeks=dice.randrange(60))
    sizes = [dice.randint(1, 4) for _ in range(dice.randint(2, 4))]
    under = [True, *(dice.random() < 0.75 for _ in sizes[1:])]
    homes = [
        HomeOf(f"SC99000{place}", f"P{place % 2 + 1}" if under[place] else "")
        for place in range(len(sizes))
    ]
    places = sum(size for size, own in zip(sizes, under, strict=True) if own) + dice.randint(0, 1)
    contract = invented_contract(dice, first, weeks, homes, places, results)
    setting = Setting(
        first=first,
        weeks=weeks,
        boroughs=BOROUGHS[: dice.randint(2, 4)],
        homes=tuple(homes),
        contract=contract,
        spot=_spot(dice, first, weeks),
        achieved=dice.choice([None, Fraction(0), Fraction(1, 3), Fraction(1)]),
        void_limit=dice.choice([None, 0, 1_000_000]),
    )
    made = tuple(
        _replication(dice, number, setting, sizes, under, people) for number in range(replications)
    )
    return Invented(setting, made)


def invented_contract(
    dice: Random, first: date, weeks: int, homes: list[HomeOf], places: int, results: bool | None
) -> Contract:
    """A block contract around the days, in the words of its file."""
    start = first - timedelta(days=dice.randrange(40))
    end = first + timedelta(days=7 * weeks + 1 + dice.randrange(30))
    shares = dict.fromkeys(dice.sample(BOROUGHS, dice.randint(1, 4)), 0)
    for _ in range(places):
        shares[dice.choice(sorted(shares))] += 1
    low = dice.randint(300_000, 500_000)
    fees = [low, low + dice.randint(1, 99_999), 2 * low + 33, 3 * low + 7]
    providers: dict[str, list[str]] = {"P1": [], "P2": []}
    for home in homes:
        if home.provider:
            providers[home.provider].append(home.id)
    days = sorted(dice.sample(range(1, (end - start).days), dice.randint(0, 3)))
    lines = [
        'id = "INVENTED"', 'name = "Invented, for a test"', 'kind = "block"', 'lead = "P1"',
        f"start = {start}", f"end = {end}", f"places = {places}",
        "[providers]", *(f"{name} = {own}" for name, own in providers.items() if own),
        "[fees]", *(f'{band} = "{fee // 100}.{fee % 100:02d}"'
                    for band, fee in zip(BANDS, fees, strict=True)),
        "[voids]", f'guarantee_percent = "{dice.choice(["100", "90.00", "62.5"])}"',
        f'rate_percent = "{dice.choice(["80.00", "33.33", "100"])}"',
        "[shares]", *(f"{code} = {share}" for code, share in shares.items()),
    ]  # fmt: skip
    for day in days:
        percent = dice.choice(["2.80", "0.07", "11.11"])
        lines += ["[[uplifts]]", f"from = {start + timedelta(days=day)}", f'percent = "{percent}"']
    if dice.random() < 0.6 if results is None else results:
        lines += ["[results]", 'cap_percent = "7.00"']
        for code, weight in (("a", 41), ("b", 59)):
            kind = "innovation" if code == "a" else "outcome"
            lines += ["[[results.items]]", f'code = "{code}"', 'name = "x"', f'kind = "{kind}"',
                      f"weight = {weight}"]  # fmt: skip
    return parse_contract("\n".join(lines).encode(), "invented.toml")


def _spot(dice: Random, first: date, weeks: int) -> SpotPrices:
    kind = dice.randrange(4)
    if kind == 0:
        return NoSpotPrices()
    end = first + timedelta(weeks=weeks if dice.random() < 0.7 else max(1, weeks // 2))
    fees = {band: 512_345 + 98_765 * place for place, band in enumerate(BANDS)}
    if kind == 1:
        fees.pop(dice.choice(BANDS))
    if kind in (1, 2):
        return SpotFees("fees.toml", "0" * 64, "Fees", "invented", first, end, True, fees)
    uplift = first + timedelta(days=dice.randrange(1, max(2, (end - first).days)))
    text = "\n".join([
        'id = "SPOT"', 'name = "Invented"', 'kind = "spot"', 'lead = "S"', f"start = {first}",
        f"end = {end}", "[providers]", 'S = ["SC990099"]', "[fees]",
        *(f'{band} = "{fee // 100}.{fee % 100:02d}"' for band, fee in fees.items()),
        *(["[[uplifts]]", f"from = {uplift}", 'percent = "3.33"'] if uplift < end else []),
    ])  # fmt: skip
    return SpotContract(parse_contract(text.encode(), "spot.toml"))


def _replication(
    dice: Random, number: int, setting: Setting, sizes: list[int], under: list[bool], people: int
) -> Replication:
    free = [[size] * setting.horizon for size in sizes]
    spells: list[tuple[int, ...]] = []
    for person in range(people):
        spells += _course(dice, person, setting, free, under)
    rows = np.array(spells, dtype=SPELLS)
    return Replication(
        number=number,
        seed=(7, number),
        weeks=setting.weeks,
        first=setting.first,
        spells=rows,
        empty=np.array(list(_empty(dice, free)), dtype=EMPTY),
        refusals=np.empty(0, dtype=REFUSALS),
        rounds={"trivial": setting.weeks},
    )


def _course(
    dice: Random, person: int, setting: Setting, free: list[list[int]], under: list[bool]
) -> list[tuple[int, ...]]:
    """What becomes of one person, spell by spell."""
    horizon = setting.horizon
    borough, band = dice.randrange(len(setting.boroughs)), dice.randrange(4)
    sex, age = dice.randrange(3), dice.randint(4000, 6500)
    from_before = dice.random() < 0.25
    arrived = -dice.randint(1, 300) if from_before else dice.randrange(horizon)
    day = 0 if from_before else arrived
    made: list[tuple[int, ...]] = []

    def add(start: int, end: int, where: int, ended: int, metres: int, local: int) -> None:
        block = int(where >= 0 and under[where])
        going = -1 if end == horizon and ended >= 0 and dice.random() < 0.9 else ended
        made.append((person, borough, band, sex, age + start - arrived, arrived, start, end, where,
                     block, going, metres, local))  # fmt: skip

    for step in range(4):
        if not (from_before and step == 0):
            wait = dice.choice([0, 0, 1, 6, 7, 8, 28, 29, dice.randrange(100)])
            if day + wait >= horizon:
                if day < horizon:
                    add(day, horizon, WAITING, -1, -1, -1)
                return made
            leaves = dice.random() < 0.1 and wait
            if wait:
                ended = ENDINGS.index("withdrawn" if leaves else "placed")
                add(day, day + wait, WAITING, ended, -1, -1)
            day += wait
            if leaves:
                return made
        where = dice.choice([*range(len(free)), *range(len(free)), ELSEWHERE])
        stay = dice.choice([1, 10, 60, 181, 184, 365, 400, dice.randint(1, 500)])
        end = min(horizon, day + stay)
        if where >= 0:
            while end > day and min(free[where][day:end]) == 0:
                end -= 1
            if end == day:
                where, end = ELSEWHERE, min(horizon, day + stay)
        if where >= 0:
            for each in range(day, end):
                free[where][each] -= 1
        local = dice.choice([-1, 0, 1, 2, 3])
        metres = dice.choice([-1, 0, 32_186, 32_187, dice.randrange(90_000)])
        ended = dice.choice(_ended_of(end, horizon))
        add(day, end, where, ended, metres, local)
        day = end
        if day >= horizon or ended != ENDINGS.index("unplanned"):
            return made
    return made


def _ended_of(end: int, horizon: int) -> list[int]:
    return [-1] if end == horizon else [*_ENDED, ENDINGS.index("unplanned")]


def _empty(dice: Random, free: list[list[int]]) -> list[tuple[int, int, int, int]]:
    rows = []
    for home, days in enumerate(free):
        for week in range(len(days) // 7):
            left = sum(days[7 * week : 7 * week + 7])
            reasons = dice.sample(range(len(EMPTY_REASONS)), 2)
            one = dice.randint(0, left)
            for reason, number in zip(reasons, (one, left - one), strict=True):
                if number:
                    rows.append((home, week, reason, number))
    return rows
