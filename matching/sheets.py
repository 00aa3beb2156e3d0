"""The tables of a case folder: each file's columns, what they hold and which must be there.

The one home of column names and codes: the reader, the writer, the database and the API use these.
Source: docs/case-folder.md, section Files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching import cells
from matching.cells import Kind, list_of, one_of
from matching.data import need_tags
from matching.overrides import OVERRIDE
from matching.problem import BANDS

SEXES = ("M", "F", "U")
COMPANIONS = ("solo", "with_others", "only_older", "only_younger", "no_preference")
PROVISIONS = ("childrens_home", "supported_accommodation")
REGISTRATIONS = ("registered", "restricted", "suspended", "cancelled")
JUDGEMENTS = ("outstanding", "good", "requires_improvement", "inadequate", "not_yet")
NEARNESS = ("near", "neutral", "away")
SIBLINGS = ("together", "preferred", "apart_ok")
WISHES = ("wants", "unsure", "against")
MATTERS = ("school", "family", "friend", "health", "faith", "other")

_BAND = one_of(*BANDS)
_TAGS = list_of(need_tags(), "the tags of matching/data/needs.csv")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what its cells hold, and what an empty cell means.

    `required` columns must be there and no cell of theirs may be empty.
    """

    name: str
    kind: Kind
    required: bool = False
    empty: Any = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of the folder. A `safety` file that is absent is told at the top of every answer."""

    file: str
    columns: tuple[Column, ...]
    required: bool = False
    safety: bool = False
    strict: bool = False

    @property
    def table(self) -> str:
        """The file's name without its ending."""
        return self.file.removesuffix(".csv")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def _must(name: str, kind: Kind) -> Column:
    return Column(name, kind, required=True)


_WHERE = (
    Column("easting", cells.EASTING),
    Column("northing", cells.NORTHING),
    Column("postcode", cells.TEXT, empty=""),
)

REFERRALS = Sheet(
    "referrals.csv",
    (
        _must("referral_id", cells.PSEUDONYM),
        _must("young_person_id", cells.PSEUDONYM),
        _must("borough", cells.AUTHORITY),
        _must("date_of_birth", cells.DATE),
        _must("sex", one_of(*SEXES)),
        _must("band", _BAND),
        Column("band_status", one_of("confirmed", "provisional"), empty="provisional"),
        Column("needs", _TAGS, empty=frozenset()),
        *_WHERE,
        Column("nearness", one_of(*NEARNESS), empty="near"),
        Column("min_distance_miles", cells.MILES),
        Column("max_distance_miles", cells.MILES),
        _must("needed_by", cells.DATE),
        Column("waiting_since", cells.DATE),
        Column("planned_months", cells.COUNT),
        Column("moves_last_12_months", cells.COUNT),
        Column("sibling_group", cells.PSEUDONYM, empty=""),
        Column("siblings", one_of(*SIBLINGS), empty=""),
        Column("living_companions", one_of(*COMPANIONS), empty=""),
        Column("provision", list_of(PROVISIONS), empty=frozenset({"childrens_home"})),
        Column("dol", cells.YES_NO, empty="N"),
    ),
    required=True,
)

HOMES = Sheet(
    "homes.csv",
    (
        _must("home_id", cells.TEXT),
        Column("name", cells.TEXT, empty=""),
        Column("provider", cells.TEXT, empty=""),
        _must("borough", cells.AUTHORITY),
        *_WHERE,
        Column("provision", one_of(*PROVISIONS), empty="childrens_home"),
        _must("registration", one_of(*REGISTRATIONS)),
        Column("judgement", one_of(*JUDGEMENTS), empty=""),
        Column("due_diligence", cells.YES_NO, empty=""),
        _must("min_age", cells.AGE),
        _must("max_age", cells.AGE),
        _must("sexes", list_of(SEXES)),
        _must("bands", list_of(BANDS)),
        Column("supports", _TAGS, empty=frozenset()),
        _must("places", cells.COUNT),
        Column("max_high", cells.COUNT),
        Column("load_limit", cells.COUNT),
        Column("max_arrivals", cells.COUNT),
        Column("contract", cells.TEXT, empty=""),
    ),
    required=True,
)

RESIDENTS = Sheet(
    "residents.csv",
    (
        _must("young_person_id", cells.PSEUDONYM),
        _must("home_id", cells.TEXT),
        _must("borough", cells.AUTHORITY),
        _must("band", _BAND),
        _must("date_of_birth", cells.DATE),
        Column("sex", one_of(*SEXES), empty=""),
        Column("leaves_on", cells.DATE),
        Column("leaving", one_of("confirmed", "expected"), empty=""),
        Column("living_companions", one_of(*COMPANIONS), empty=""),
        Column("sibling_group", cells.PSEUDONYM, empty=""),
    ),
)

RELATIONSHIPS = Sheet(
    "relationships.csv",
    (
        _must("a", cells.PSEUDONYM),
        _must("b", cells.PSEUDONYM),
        _must("kind", one_of("must_not_live_together", "caution")),
    ),
    safety=True,
    strict=True,
)

AVOID = Sheet(
    "avoid.csv",
    (
        _must("young_person_id", cells.PSEUDONYM),
        _must("kind", one_of("borough", "home", "radius")),
        Column("borough", cells.AUTHORITY, empty=""),
        Column("home_id", cells.TEXT, empty=""),
        Column("easting", cells.EASTING),
        Column("northing", cells.NORTHING),
        Column("miles", cells.MILES),
    ),
    safety=True,
    strict=True,
)

PEOPLE = Sheet(
    "people_and_places.csv",
    (
        _must("referral_id", cells.PSEUDONYM),
        _must("what", one_of(*MATTERS)),
        *_WHERE,
        Column("visits_per_month", cells.COUNT, empty=0),
        Column("keep", cells.YES_NO, empty="N"),
    ),
)

WISH_SHEET = Sheet(
    "wishes.csv",
    (
        _must("referral_id", cells.PSEUDONYM),
        _must("home_id", cells.TEXT),
        _must("wish", one_of(*WISHES)),
        Column("on", cells.DATE),
        Column("words", cells.TEXT, empty=""),
    ),
)

DECLINES = Sheet(
    "declines.csv",
    (
        _must("referral_id", cells.PSEUDONYM),
        _must("home_id", cells.TEXT),
        Column("reason", cells.TEXT, empty=""),
    ),
    safety=True,
    strict=True,
)

RATES = Sheet(
    "rates.csv",
    (
        _must("home_id", cells.TEXT),
        _must("band", _BAND),
        _must("weekly_fee", cells.MONEY),
        Column("marginal_weekly_fee", cells.MONEY),
        Column("from", cells.DATE),
        Column("to", cells.DATE),
    ),
)

SHARES = Sheet(
    "shares.csv",
    (
        _must("contract", cells.TEXT),
        _must("borough", cells.AUTHORITY),
        _must("places", cells.COUNT),
    ),
)

ADJOINING = Sheet("adjoining.csv", (_must("a", cells.AUTHORITY), _must("b", cells.AUTHORITY)))

DECISIONS = Sheet(
    "decisions.csv",
    (
        _must("referral_id", cells.PSEUDONYM),
        _must("home_id", cells.TEXT),
        _must("kind", one_of("pin", "ban")),
        _must("by", cells.TEXT),
        _must("on", cells.DATE),
        _must("reason", cells.TEXT),
        Column("override", OVERRIDE, empty=()),
    ),
    strict=True,
)

SHEETS: Mapping[str, Sheet] = {
    sheet.table: sheet
    for sheet in (
        REFERRALS,
        HOMES,
        RESIDENTS,
        RELATIONSHIPS,
        AVOID,
        PEOPLE,
        WISH_SHEET,
        DECLINES,
        RATES,
        SHARES,
        ADJOINING,
        DECISIONS,
    )
}
