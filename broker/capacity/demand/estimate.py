"""Demand from returns, whole: what they tell, how sure, and what they cannot tell and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from broker.capacity.demand.asked import Asked
from broker.capacity.demand.cells import Arrivals, count_arrivals, estimate_arrivals
from broker.capacity.demand.courses import BETWEEN, ROUTES
from broker.capacity.demand.population import Population, population
from broker.capacity.demand.shares import (
    Distances,
    Endings,
    count_distances,
    count_endings,
    count_moves,
)
from broker.capacity.demand.stay_groups import LEAST_OF_ALL, Group, fit_groups
from broker.returns.whole import Returns
from matching.words import count


@dataclass(frozen=True, slots=True)
class Cannot:
    """What cannot be estimated from these returns, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Demand:
    """All that was estimated; what is None or empty has its reason in `cannot`."""

    returns: Returns
    asked: Asked
    people: Population
    arrivals: Arrivals | None
    stays: tuple[Group, ...]
    spells: tuple[Group, ...]
    endings: Endings | None
    moves: Mapping[str, int]
    distances: Distances | None
    residents: Mapping[str, int]
    cannot: tuple[Cannot, ...]

    @property
    def window(self) -> tuple[date, date]:
        """The first day of the earliest return and the day after the latest."""
        windows = self.people.windows.values()
        return min(first for first, _ in windows), max(after for _, after in windows)


def estimate(returns: Returns, asked: Asked) -> Demand:
    """Estimate demand for the places asked about."""
    people = population(returns, asked)
    cannot: list[Cannot] = []
    arrivals = _arrivals(returns, people, asked, cannot)
    stays = fit_groups(people.stays, people, asked, (*ROUTES, BETWEEN))
    if not stays:
        why = f"fewer than {LEAST_OF_ALL} stays of known beginning ended within the returns"
        cannot.append(Cannot("how long stays last", why))
    endings = count_endings(people)
    if not endings.overall.days:
        why = f"nobody of these ages lived in {' or '.join(asked.places)}"
        cannot.append(Cannot("disruption and planned endings", why))
    moves = count_moves(people)
    if not moves:
        why = "no arrival with a whole year of returns before it"
        cannot.append(Cannot("moves in the year before", why))
    distances = _distances(returns, people, cannot)
    cannot.append(
        Cannot("need bands", "the return has no column for need; the mix is an assumption")
    )
    return Demand(
        returns=returns,
        asked=asked,
        people=people,
        arrivals=arrivals,
        stays=tuple(stays),
        spells=tuple(fit_groups(people.spells, people, asked, ROUTES)),
        endings=endings if endings.overall.days else None,
        moves=moves,
        distances=distances,
        residents=_residents(people),
        cannot=tuple(cannot),
    )


def _arrivals(
    returns: Returns, people: Population, asked: Asked, cannot: list[Cannot]
) -> Arrivals | None:
    for code, why in people.draining.items():
        whose = f" of {code}" if code else ""
        cannot.append(Cannot(f"rates of arrival{whose}", why))
    if "" in returns.years:
        why = "the files name no authority (no ONS code such as E09000016 in their paths)"
        cannot.append(Cannot("anything by authority", why))
    counted = count_arrivals(people, asked, dict(returns.years))
    if not counted.authorities:
        return None
    made = estimate_arrivals(counted, asked)
    if made.growth.fixed:
        why = f"{count(len(counted.years), 'year')} of returns are too few; taken as none"
        cannot.append(Cannot("growth", why))
    return made


def _distances(returns: Returns, people: Population, cannot: list[Cannot]) -> Distances | None:
    found = count_distances(people, returns)
    begun = len(found.tenths) + found.unknown + found.unaccompanied
    if not found.tenths:
        why = f"of {count(begun, 'placement')} begun, none has both postcodes in the directory"
        cannot.append(Cannot("distance from home", why))
        return None
    if not found.area_known:
        why = "no placement has both an authority and a postcode in the directory"
        cannot.append(Cannot("the share within the authority's own area", why))
    return found


def _residents(people: Population) -> dict[str, int]:
    """How many live in such homes as the returns end, by authority."""
    found = dict.fromkeys(people.windows, 0)
    for each in people.stays:
        after = people.windows[each.stay.key[0]][1]
        if (each.stay.end is None or each.stay.end > after) and each.adult_on >= after:
            found[each.stay.key[0]] += 1
    return found
