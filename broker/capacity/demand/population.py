"""Whose stays the returns show, from when to when, and whether they show everybody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from broker.capacity.demand.asked import SEXES, Asked
from broker.capacity.demand.courses import Stay, placements, spells, stays
from broker.returns import codes
from broker.returns.episode import Child, year_ends, year_starts
from broker.returns.whole import Returns
from matching.calendar import age_on, birthday
from matching.words import count

ADULT: Final = 18
LEAST_TO_JUDGE: Final = 50
"""So few young people in the first return may dwindle by chance: no judgement (our assumption)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A stay of a young person of the ages asked about, with who they are."""

    stay: Stay
    child: Child
    group: int

    @property
    def adult_on(self) -> date:
        """The day on which they turn 18: no stay is counted beyond."""
        return birthday(self.child.born, ADULT)


@dataclass(frozen=True, slots=True)
class Population:
    """The stays and spells seen, and what was left out and why.

    `windows` are the days [first, after last) that an authority's returns cover; `draining` says,
    for each authority whose returns do not show everybody, why not.
    """

    stays: tuple[Seen, ...]
    spells: tuple[Seen, ...]
    windows: Mapping[str, tuple[date, date]]
    left_out: Counter[str]
    draining: Mapping[str, str]


def population(returns: Returns, asked: Asked) -> Population:
    """The stays in the places asked about."""
    windows = {
        code: (year_starts(years[0]), year_ends(years[-1])) for code, years in returns.years.items()
    }
    left_out: Counter[str] = Counter()
    seen: list[Seen] = []
    whole: list[Seen] = []
    for key, episodes in returns.episodes.items():
        child = returns.children[key]
        own = placements(episodes, asked.places, left_out)
        found = list(stays(own, key, windows[key[0]][0]))
        for into, each in ((seen, found), (whole, spells(found))):
            for stay in each:
                group = asked.group(age_on(child.born, stay.start))
                if group is not None:
                    into.append(Seen(stay, child, group))
                elif into is seen:
                    left_out["other_ages"] += 1
    left_out["sex_not_known"] = sum(each.child.sex not in SEXES for each in seen)
    return Population(tuple(seen), tuple(whole), windows, left_out, _draining(returns))


def _draining(returns: Returns) -> dict[str, str]:
    """Why an authority's returns do not show everybody who came into care, where they do not.

    A return of everybody is filled again as it empties. Where the young people in it become fewer
    in each return, and over the later years fewer than half as many came into care as went, it is a
    group that somebody followed until it drained (our reading, said where it is used).
    """
    reasons = {}
    for code, years in returns.years.items():
        numbers, came, gone = _flows(returns, code, years)
        falls = all(a > b for a, b in pairwise(numbers))
        if len(years) > 1 and numbers[0] >= LEAST_TO_JUDGE and falls and 2 * came < gone:
            listed = ", ".join(str(number) for number in numbers[:-1])
            reasons[code] = (
                f"the returns drain: {listed} and {numbers[-1]} young people in the "
                f"{len(years)} years; after the first year {came} came into care and {gone} went. "
                "It is a group followed until it leaves, not everybody who came: from such returns "
                "a rate of arrival would be far too low"
            )
    return reasons


def _flows(returns: Returns, code: str, years: tuple[int, ...]) -> tuple[list[int], int, int]:
    """Young people in each return, and how many came into care and went after the first."""
    came = gone = 0
    later = year_ends(years[0])
    for (authority, _), episodes in returns.episodes.items():
        if authority != code:
            continue
        came += sum(e.began == codes.CAME_INTO_CARE and e.start >= later for e in episodes)
        gone += sum(
            e.end is not None and e.end >= later and e.ceased != codes.CONTINUES for e in episodes
        )
    return [returns.young_people[code, year] for year in years], came, gone


def left_out_words(left_out: Counter[str]) -> list[str]:
    """What was left out of the stays, in words."""
    said = {
        "short_breaks": ("episode", "of short breaks (LS V3 or V4): nobody lives there"),
        "other_ages": ("stay", "of young people of other ages"),
        "sex_not_known": ("stay", "whose SEX is not known: in lengths, in no rate of arrival"),
    }
    return [f"{count(left_out[key], noun)} {words}" for key, (noun, words) in said.items()
            if left_out[key]]  # fmt: skip
