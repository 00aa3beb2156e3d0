"""Every figure of a run: what it is called, what it counts, in which unit, and what it is split by.

The words are those of docs/capacity-figures.md, of the report and of the answer for programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

from broker.capacity.record import EMPTY_REASONS


class Measure(Enum):
    """What a figure's values are."""

    PENCE = "pounds"
    SHARE = "share"
    PROBABILITY = "probability"
    COUNT = "count"
    WEEKS = "weeks"
    MILES = "miles"
    RATE = "per 1,000 placement days"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its value in a replication is above / below × scale, unknown where below is 0.

    `of` says what the denominator counts, "" where there is none. `needs` is an amount that must be
    known in every replication: where a price is missing, the replications that happen not to need
    it are no sample of all, and nothing is told.
    """

    id: str
    theme: str
    name: str
    words: str
    measure: Measure
    of: str = ""
    scale: Fraction = Fraction(1)
    needs: str = ""


PLACES: Final = "Places"
PLACING: Final = "Where young people are placed"
WAITING: Final = "Waiting"
STABILITY: Final = "Moves and stability"
COST: Final = "Cost"
THEMES: Final = (PLACES, PLACING, WAITING, STABILITY, COST)

METRES_A_MILE: Final = Fraction(1_609_344, 1000)
TWENTY_MILES_M: Final = 32_186
WITHIN_WEEKS: Final = (1, 4, 12)
SAME_HOME_MONTHS: Final = (6, 12)

CLOSED: Final = "closed"
WHY_EMPTY: Final = {
    "nobody_waiting": ("nobody waiting", "nobody was waiting for a place"),
    "nobody_eligible": ("nobody eligible", "nobody waiting could live in that home by the rules"),
    "mix": ("the mix", "those waiting did not fit with who lives there"),
    "arrivals": ("arrivals", "somebody moves in, or who fits is referred, later that week"),
    "provider": ("provider's side", "the provider declined or had no staff for it"),
    CLOSED: ("home not open", "the home had not opened, or had closed"),
    "fits_better": ("a better plan", "somebody could live there, and the best plan has them wait"
                    " or live elsewhere"),
    "between_rounds": ("left since the round", "somebody left without notice since the week's"
                       " round"),
}  # fmt: skip

_SHARE, _COUNT, _PENCE = Measure.SHARE, Measure.COUNT, Measure.PENCE
_OPEN = "place-days of homes of the contract that are open"
_MOVES_IN = "moves in"
_THOUSAND = Fraction(1000)


def _empty(reason: str) -> Figure:
    name, why = WHY_EMPTY[reason]
    of = "place-days of homes of the contract" if reason == CLOSED else _OPEN
    words = f"Place-days empty because {why}, of all {of}."
    return Figure(f"empty_{reason}", PLACES, f"Empty: {name}", words, _SHARE, of)


def _placed_in(weeks: int) -> Figure:
    name = f"Placed within {weeks} week{'' if weeks == 1 else 's'}"
    of = f"young people referred at least {weeks} weeks before the end".replace("1 weeks", "1 week")
    words = (
        f"Of the {of}, those whose first move in was at most {7 * weeks} days after the referral;"
        " who withdrew first counts as not placed. By year of referral."
    )
    return Figure(f"placed_in_{weeks}_weeks", WAITING, name, words, _SHARE, of)


def _same_home(months: int, staying: bool) -> Figure:
    seen = f"moves in at least {months} months before the end"
    words = (
        f"Of the {seen}, those who lived in that home without a break to the same day {months}"
        " months later; later moves in cannot be observed and are left out."
    )
    if not staying:
        return Figure(
            f"same_home_{months}_months", STABILITY, f"In the same home after {months} months",
            words + " By year of moving in.", _SHARE, seen,
        )  # fmt: skip
    return Figure(
        f"same_home_{months}_months_in_care", STABILITY,
        f"In the same home after {months} months, of those still in care",
        words + " Who turned 18 or left care before that day is left out too.",
        _SHARE, f"{seen}, without those who turned 18 or left care",
    )  # fmt: skip


FIGURES: Final = (
    Figure("occupancy", PLACES, "Occupancy", f"Place-days lived in homes of the contract, of all"
           f" {_OPEN}.", _SHARE, _OPEN),
    Figure("contract_use", PLACES, "Use of the contract's places", "Place-days used under the"
           " contract, of its places × days, open or not.", _SHARE, "the contract's place-days"),
    Figure("living_there", PLACES, "Young people living in the contract's places",
           "How many live there on an average day.", _COUNT, "days"),
    *(_empty(reason) for reason in EMPTY_REASONS),
    Figure("moves_in", PLACING, "Moves in", "Placements that begin on a simulated day; who lives"
           " there from before is not counted.", _COUNT),
    Figure("in_borough", PLACING, "Placed in their borough", "Moves in to a home in the young"
           " person's own borough, of the moves in where that is known; a place bought outside the"
           " modelled homes counts as none.", _SHARE, "moves in with a known place"),
    Figure("in_partnership", PLACING, "Placed in the partnership", "Moves in to a home in the young"
           " person's borough or another of the partnership's, of the moves in where that is"
           " known; a place bought outside the modelled homes counts as none.", _SHARE,
           "moves in with a known place"),
    Figure("within_20_miles", PLACING, "Placed within 20 miles", "Moves in to a home at most 20"
           " miles (32,186 m) in a straight line from home, of the moves in where the distance or"
           " its side of 20 miles is known; of places bought outside the modelled homes it is not.",
           _SHARE, "moves in with a known distance"),
    Figure("distance", PLACING, "Distance", "The mean distance of the moves in whose distance is"
           " known.", Measure.MILES, "moves in with a known distance", 1 / METRES_A_MILE),
    Figure("elsewhere", PLACING, "Placed outside the modelled homes", "Moves in to a place bought"
           " outside the homes of the run, of all moves in.", _SHARE, _MOVES_IN),
    Figure("referrals", WAITING, "Referrals", "Young people referred on a simulated day.", _COUNT),
    *(_placed_in(weeks) for weeks in WITHIN_WEEKS),
    Figure("mean_wait", WAITING, "Mean wait of those placed", "Weeks from referral to the first"
           " move in, of those who moved in before the end; who still waits is not in it.",
           Measure.WEEKS, "young people referred and placed", Fraction(1, 7)),
    Figure("waiting_at_once", WAITING, "Waiting on an average day", "How many wait, for a first"
           " place or after leaving one.", _COUNT, "days"),
    Figure("still_waiting", WAITING, "Still waiting", "How many wait on the last day of the year,"
           " and over all years on the last day of the run.", _COUNT),
    Figure("withdrew", WAITING, "Withdrew while waiting", "Spells of waiting that ended in"
           " withdrawal, by year of their end.", _COUNT),
    Figure("moves", STABILITY, "Moves between homes", "Moves in of young people who had a placement"
           " in the run before, for each 1,000 placement days.", Measure.RATE, "placement days",
           _THOUSAND),
    Figure("unplanned", STABILITY, "Unplanned endings", "Placements that ended unplanned, by the"
           " last day lived there, for each 1,000 placement days.", Measure.RATE, "placement days",
           _THOUSAND),
    *(_same_home(m, staying) for m in SAME_HOME_MONTHS for staying in (False, True)),
    Figure("placements", COST, "Placement fees", "Fees of the places under the contract, by band,"
           " at the prices in force, billed by calendar month.", _PENCE),
    Figure("uplifts", COST, "Of the fees, uplifts", "What the same fees come to above the prices of"
           " the contract's start.", _PENCE),
    Figure("voids", COST, "Voids", "Guaranteed places not used, at the contract's rate, split by"
           " unused shares.", _PENCE),
    Figure("results", COST, "Results", "Payment by results on the fees, at the share achieved that"
           " the run assumes.", _PENCE),
    Figure("block_total", COST, "Block in all", "Placement fees, voids and results.", _PENCE),
    Figure("spot_same", COST, "The same at spot", "The same young people's days in the contract's"
           " places, bought at spot prices by band: no voids, no results.", _PENCE,
           needs="spot_same"),
    Figure("saving", COST, "Saving against all-spot", "The same at spot less the block in all;"
           " below 0 it is a loss.", _PENCE, needs="saving"),
    Figure("block_cheaper", COST, "Probability that block is cheaper", "The share of replications"
           " in which the block in all costs less than the same at spot.", Measure.PROBABILITY,
           "replications where both are known", needs="saving"),
    Figure("block_per_week", COST, "Block cost of a used place-week", "Block in all by the"
           " place-weeks used.", _PENCE, "place-days used", Fraction(7)),
    Figure("spot_per_week", COST, "Spot cost of the same place-week", "The same at spot by the"
           " same place-weeks.", _PENCE, "place-days used", Fraction(7), needs="spot_same"),
    Figure("void_weeks", COST, "Guaranteed place-weeks not used", "Place-weeks paid for and not"
           " used.", Measure.WEEKS, "", Fraction(1, 7)),
    Figure("voids_over_limit", COST, "Probability of voids over the limit", "The share of"
           " replications whose voids of a financial year are above the stated limit; over all"
           " years, of at least one year.", Measure.PROBABILITY, "replications"),
    Figure("other_placements", COST, "Other placements at spot", "Days in places that are not under"
           " the contract, at spot prices by band; the same on both sides.", _PENCE,
           needs="other_placements"),
)  # fmt: skip
BY_ID: Final = {figure.id: figure for figure in FIGURES}
