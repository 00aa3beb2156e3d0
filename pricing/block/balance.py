"""The mix of need over the contract: bands by provider and in all, against the places each has.

Providers feared that a block would bring them the young people of greatest need, and two of high
need in a small home make its other places hard to fill. So the share of high and specialist need is
shown of the places, on a day and over the days of a period, and may have a ceiling, in percent of
places, counted in whole places; exactly at it is within. Places that nobody gave stay unknown.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from pricing.block.scene import Scene
from pricing.ledger import LedgerRow
from pricing.money import round_half_up
from pricing.tenths import as_number, tenths_of_percent
from pricing.terms import BANDS

HIGH_NEED: Final = ("high", "specialist")
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Mix:
    """Who lives with one provider, or all: places, place days by band, and the counts on the day.

    `places` is None where the places of some home are not known. `most_high` is the whole places
    that the ceiling leaves for high and specialist need, None without a ceiling or places; then
    `days_over` is None too.
    """

    name: str
    places: int | None
    days: int
    place_days: Mapping[str, int]
    on_the_day: Mapping[str, int]
    most_high: int | None
    days_over: int | None

    @property
    def high_days(self) -> int:
        return sum(self.place_days[band] for band in HIGH_NEED)

    @property
    def high_on_the_day(self) -> int:
        return sum(self.on_the_day[band] for band in HIGH_NEED)

    def of_places(self, place_days: int) -> int | None:
        """Place days as a share of the places over the period, in tenths of a percent."""
        return tenths_of_percent(
            place_days, None if self.places is None else self.places * self.days
        )

    def of_used(self, place_days: int) -> int | None:
        """Place days as a share of those used, in tenths of a percent."""
        return tenths_of_percent(place_days, sum(self.place_days.values()))

    @property
    def high_of_places_on_the_day(self) -> int | None:
        return tenths_of_percent(self.high_on_the_day, self.places)

    def to_json(self) -> dict[str, object]:
        """The mix with its percentages, numbers with one decimal."""
        return {
            "places": self.places,
            "place_days": dict(self.place_days),
            "percent_of_used": {
                band: as_number(self.of_used(days)) for band, days in self.place_days.items()
            },
            "high_need_percent_of_places": as_number(self.of_places(self.high_days)),
            "on_the_day": dict(self.on_the_day),
            "high_need_on_the_day": self.high_on_the_day,
            "high_need_percent_of_places_on_the_day": as_number(self.high_of_places_on_the_day),
            "ceiling_places": self.most_high,
            "days_over_the_ceiling": self.days_over,
        }


@dataclass(frozen=True, slots=True)
class Balance:
    """The mix of each provider and of all, over a period and on a day, under an optional ceiling.

    `unknown` are the homes whose places nobody gave.
    """

    day: date
    ceiling: int | None
    providers: tuple[Mix, ...]
    all: Mix
    unknown: tuple[str, ...]

    def part(self, mix: Mix) -> Fraction | None:
        """The provider's part, by places, of all who are of high or specialist need on the day."""
        if mix.places is None or not self.all.places:
            return None
        return Fraction(self.all.high_on_the_day * mix.places, self.all.places)

    def to_json(self) -> dict[str, object]:
        """The balance, by provider and in all."""
        providers = {}
        for mix in self.providers:
            part = self.part(mix)
            tenths = None if part is None else round_half_up(part * 10)
            providers[mix.name] = {
                **mix.to_json(),
                "part_of_high_need_by_places": as_number(tenths),
            }
        return {
            "on": self.day.isoformat(),
            "ceiling_percent": self.ceiling,
            "providers": providers,
            "all": self.all.to_json(),
            "homes_with_unknown_places": list(self.unknown),
        }


def balance(scene: Scene, start: date, end: date, day: date, ceiling: int | None) -> Balance:
    """The mix over the days of [start, end) and on a day of it."""
    contract = scene.contract
    rows: dict[str, list[LedgerRow]] = {name: [] for name in contract.providers}
    places: dict[str, int | None] = dict.fromkeys(contract.providers, 0)
    unknown = []
    for row in scene.ledger:
        rows[contract.homes[row.home_id]].append(row)
    for home, provider in sorted(contract.homes.items()):
        number, known = places[provider], scene.places.get(home)
        places[provider] = None if number is None or known is None else number + known
        if known is None:
            unknown.append(home)
    days = (start, end)
    return Balance(
        day=day,
        ceiling=ceiling,
        providers=tuple(
            _mix(name, rows[name], places[name], days, day, ceiling)
            for name in sorted(contract.providers)
        ),
        all=_mix(ALL, scene.ledger, scene.block.places, days, day, ceiling),
        unknown=tuple(unknown),
    )


def _mix(
    name: str,
    rows: Sequence[LedgerRow],
    places: int | None,
    period: tuple[date, date],
    day: date,
    ceiling: int | None,
) -> Mix:
    place_days: Counter[str] = Counter()
    on_the_day: Counter[str] = Counter()
    high_changes: dict[date, int] = defaultdict(int)
    for row in rows:
        if days := row.clip(*period):
            place_days[row.band] += (days[1] - days[0]).days
            if row.band in HIGH_NEED:
                high_changes[days[0]] += 1
                high_changes[days[1]] -= 1
        on_the_day[row.band] += bool(row.clip(day, day + timedelta(days=1)))
    most = None if ceiling is None or places is None else ceiling * places // 100
    over = None if most is None else _days_over(high_changes, most)
    return Mix(
        name=name,
        places=places,
        days=(period[1] - period[0]).days,
        place_days={band: place_days[band] for band in BANDS},
        on_the_day={band: on_the_day[band] for band in BANDS},
        most_high=most,
        days_over=over,
    )


def _days_over(changes: Mapping[date, int], most: int) -> int:
    over = living = 0
    for first, last in pairwise(sorted(changes)):
        living += changes[first]
        over += (last - first).days if living > most else 0
    return over
