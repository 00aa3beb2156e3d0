"""From rows to a problem: objects, keys and references, with every fault of the case as a whole.

Checks what one row cannot know: keys are unique, ids used anywhere exist, dates come in order,
rates do not overlap. Source: docs/case-folder.md, the paragraphs on keys and order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from matching import sheets
from matching.decision_rows import decision_of, pins_twice
from matching.decisions import refused_pins
from matching.faults import Fault
from matching.geography import builtin_adjoining
from matching.policy import Policy
from matching.postcodes import locate
from matching.problem import (
    Avoid,
    Decline,
    Home,
    Location,
    PersonOrPlace,
    Problem,
    Rate,
    Referral,
    Resident,
    Share,
    Wish,
    unordered,
)
from matching.sheets import Sheet
from matching.tables import Row

T = TypeVar("T")


def assemble(
    policy: Policy | None,
    rows: Mapping[str, Sequence[Row]],
    faults: list[Fault],
    unread: set[str],
    *,
    notices: Sequence[str] = (),
    missing: tuple[str, ...] = (),
) -> Problem | None:
    """The problem the rows describe, or None where a fault stands in the way.

    `unread` names tables whose file could not be read at all: references to them are not judged.
    """
    builder = _Builder(faults, policy.as_of if policy else None)
    referrals = builder.each(sheets.REFERRALS, rows, builder.referral)
    homes = builder.each(sheets.HOMES, rows, builder.home)
    residents = builder.each(sheets.RESIDENTS, rows, builder.resident)
    avoids = builder.each(sheets.AVOID, rows, builder.avoid)
    people = builder.each(sheets.PEOPLE, rows, builder.person)
    wishes = builder.each(sheets.WISH_SHEET, rows, builder.wish)
    declines = builder.each(sheets.DECLINES, rows, builder.decline)
    rates = builder.each(sheets.RATES, rows, builder.rate)
    shares = builder.each(sheets.SHARES, rows, builder.share)
    decided = [decision_of(row, faults) for row in rows["decisions"]]
    decisions = [one for one in decided if one is not None]
    must_not, cautions = builder.relationships(rows["relationships"])
    adjoining = builder.pairs(sheets.ADJOINING, rows["adjoining"])

    builder.unique(sheets.REFERRALS, rows, "referral_id")
    builder.unique(sheets.REFERRALS, rows, "young_person_id")
    builder.unique(sheets.RESIDENTS, rows, "young_person_id")
    builder.unique(sheets.HOMES, rows, "home_id")
    builder.unique(sheets.WISH_SHEET, rows, "referral_id", "home_id")
    builder.unique(sheets.DECLINES, rows, "referral_id", "home_id")
    builder.unique(sheets.SHARES, rows, "contract", "borough")
    builder.unique(sheets.DECISIONS, rows, "referral_id", "home_id")
    faults += pins_twice(rows["decisions"])
    builder.rates_apart(rows["rates"])
    if "referrals" not in unread:
        builder.exists(rows, "referral_id", rows["referrals"], sheets.REFERRALS)
    if "homes" not in unread:
        builder.exists(rows, "home_id", rows["homes"], sheets.HOMES)
    if policy is None or faults:
        return None
    problem = Problem(
        policy=policy,
        referrals=tuple(sorted(referrals, key=lambda r: r.id)),
        homes=tuple(sorted(homes, key=lambda h: h.id)),
        residents=tuple(sorted(residents, key=lambda r: r.young_person)),
        must_not=must_not,
        cautions=cautions,
        avoids=tuple(sorted(set(avoids), key=_avoid_key)),
        people=tuple(sorted(people, key=_person_key)),
        wishes=tuple(sorted(wishes, key=lambda w: (w.referral, w.home))),
        declines=tuple(sorted(declines, key=lambda d: (d.referral, d.home))),
        rates=tuple(sorted(rates, key=lambda r: (r.home, r.band, r.start or date.min))),
        shares=tuple(sorted(shares, key=lambda s: (s.contract, s.borough))),
        adjoining=adjoining or builtin_adjoining(),
        own_adjoining=bool(adjoining),
        missing_safety=missing,
        notices=tuple(notices),
        decisions=tuple(sorted(decisions, key=lambda d: (d.referral, d.home))),
    )
    numbers = {(row["referral_id"], row["home_id"]): row.number for row in rows["decisions"]}
    faults += refused_pins(problem, numbers)
    return None if faults else problem


def _avoid_key(avoid: Avoid) -> tuple[str, ...]:
    where = avoid.location
    return (
        avoid.young_person,
        avoid.kind,
        avoid.borough,
        avoid.home,
        f"{where.easting}",
        f"{where.northing}",
        f"{avoid.tenths}",
    )


def _person_key(person: PersonOrPlace) -> tuple[str, ...]:
    where = person.location
    return (
        person.referral,
        person.what,
        f"{where.easting}",
        f"{where.northing}",
        where.postcode,
        f"{person.visits:09d}",
        f"{person.keep}",
    )


class _Builder:
    """Makes objects of rows and collects what is wrong with them."""

    def __init__(self, faults: list[Fault], as_of: date | None) -> None:
        self.faults = faults
        self.as_of = as_of

    def fault(
        self, sheet: Sheet, row: int, column: str, value: object, allowed: str, kind: str
    ) -> None:
        self.faults.append(Fault(sheet.file, row, column, str(value), allowed, kind))

    def each(
        self,
        sheet: Sheet,
        rows: Mapping[str, Sequence[Row]],
        make: Callable[[Row, Sheet], T | None],
    ) -> list[T]:
        made = (make(row, sheet) for row in rows[sheet.table])
        return [item for item in made if item is not None]

    def referral(self, row: Row, sheet: Sheet) -> Referral | None:
        location = self.location(row, sheet)
        self.not_after_as_of(row, sheet, "waiting_since")
        self.not_after_as_of(row, sheet, "date_of_birth")
        if location is None or not row.whole(*sheet.names):
            return None
        return Referral(
            id=row["referral_id"],
            young_person=row["young_person_id"],
            borough=row["borough"],
            born=row["date_of_birth"],
            sex=row["sex"],
            band=row["band"],
            needed_by=row["needed_by"],
            band_status=row["band_status"],
            needs=row["needs"],
            location=location,
            nearness=row["nearness"],
            min_tenths=row["min_distance_miles"],
            max_tenths=row["max_distance_miles"],
            waiting_since=row["waiting_since"],
            planned_months=row["planned_months"],
            moves=row["moves_last_12_months"],
            sibling_group=row["sibling_group"],
            siblings=row["siblings"],
            companions=row["living_companions"],
            provision=row["provision"],
            by_hand=row["dol"] == "Y",
        )

    def home(self, row: Row, sheet: Sheet) -> Home | None:
        location = self.location(row, sheet)
        if row.whole("min_age", "max_age") and row["min_age"] > row["max_age"]:
            allowed = f"min_age must not be above max_age ({row['max_age']})"
            self.fault(sheet, row.number, "min_age", row["min_age"], allowed, "wrong order")
        if location is None or not row.whole(*sheet.names):
            return None
        checked = {"Y": True, "N": False}.get(row["due_diligence"])
        return Home(
            id=row["home_id"],
            borough=row["borough"],
            registration=row["registration"],
            min_age=row["min_age"],
            max_age=row["max_age"],
            sexes=row["sexes"],
            bands=row["bands"],
            places=row["places"],
            name=row["name"],
            provider=row["provider"],
            location=location,
            provision=row["provision"],
            judgement=row["judgement"],
            due_diligence=checked,
            supports=row["supports"],
            max_high=row["max_high"],
            load_limit=row["load_limit"],
            max_arrivals=row["max_arrivals"],
            contract=row["contract"],
        )

    def resident(self, row: Row, sheet: Sheet) -> Resident | None:
        self.not_after_as_of(row, sheet, "date_of_birth")
        if not row.whole(*sheet.names):
            return None
        return Resident(
            young_person=row["young_person_id"],
            home=row["home_id"],
            borough=row["borough"],
            band=row["band"],
            born=row["date_of_birth"],
            sex=row["sex"],
            leaves_on=row["leaves_on"],
            leaving=row["leaving"],
            companions=row["living_companions"],
            sibling_group=row["sibling_group"],
        )

    def avoid(self, row: Row, sheet: Sheet) -> Avoid | None:
        if not row.whole(*sheet.names):
            return None
        kind = row["kind"]
        needed = {"borough": ["borough"], "home": ["home_id"]}.get(
            kind, ["easting", "northing", "miles"]
        )
        empty = [column for column in needed if row[column] in (None, "")]
        for column in empty:
            self.fault(
                sheet, row.number, column, "", f"required where kind is {kind}", "empty cell"
            )
        if empty:
            return None
        location = Location()
        if kind == "radius":
            location = Location(row["easting"], row["northing"])
        return Avoid(
            young_person=row["young_person_id"],
            kind=kind,
            borough=row["borough"] if kind == "borough" else "",
            home=row["home_id"] if kind == "home" else "",
            location=location,
            tenths=row["miles"] if kind == "radius" else None,
        )

    def person(self, row: Row, sheet: Sheet) -> PersonOrPlace | None:
        location = self.location(row, sheet)
        if location is None or not row.whole(*sheet.names):
            return None
        return PersonOrPlace(
            referral=row["referral_id"],
            what=row["what"],
            location=location,
            visits=row["visits_per_month"],
            keep=row["keep"] == "Y",
        )

    def wish(self, row: Row, sheet: Sheet) -> Wish | None:
        if not row.whole(*sheet.names):
            return None
        return Wish(row["referral_id"], row["home_id"], row["wish"], row["on"], row["words"])

    def decline(self, row: Row, sheet: Sheet) -> Decline | None:
        if not row.whole(*sheet.names):
            return None
        return Decline(row["referral_id"], row["home_id"], row["reason"])

    def rate(self, row: Row, sheet: Sheet) -> Rate | None:
        if not row.whole(*sheet.names):
            return None
        if row["from"] and row["to"] and row["from"] >= row["to"]:
            allowed = f"to must be after from ({row['from']})"
            self.fault(sheet, row.number, "to", row["to"], allowed, "wrong order")
            return None
        fee, marginal = row["weekly_fee"], row["marginal_weekly_fee"]
        return Rate(
            home=row["home_id"],
            band=row["band"],
            fee=fee,
            marginal=fee if marginal is None else marginal,
            start=row["from"],
            end=row["to"],
            marginal_given=marginal is not None,
        )

    def share(self, row: Row, sheet: Sheet) -> Share | None:
        if not row.whole(*sheet.names):
            return None
        return Share(row["contract"], row["borough"], row["places"])

    def location(self, row: Row, sheet: Sheet) -> Location | None:
        if not row.whole("easting", "northing", "postcode"):
            return None
        east, north, postcode = row["easting"], row["northing"], row["postcode"]
        if (east is None) != (north is None):
            column, other = ("easting", "northing") if east is None else ("northing", "easting")
            allowed = f"required where {other} is given: both or neither"
            self.fault(sheet, row.number, column, "", allowed, "half a location")
            return None
        if east is None and postcode:
            found = locate(postcode)
            if found is not None:
                return Location(found.easting, found.northing, postcode, given_as_grid=False)
            return Location(None, None, postcode, given_as_grid=False)
        return Location(east, north, postcode)

    def not_after_as_of(self, row: Row, sheet: Sheet, column: str) -> None:
        day = row.values.get(column)
        if day is not None and self.as_of is not None and day > self.as_of:
            allowed = f"must not be after the day of the question ({self.as_of})"
            self.fault(sheet, row.number, column, day, allowed, "wrong order")

    def unique(self, sheet: Sheet, rows: Mapping[str, Sequence[Row]], *key: str) -> None:
        first: dict[tuple[str, ...], int] = {}
        for row in rows[sheet.table]:
            if not row.whole(*key):
                continue
            value = tuple(row[column] for column in key)
            if value in first:
                allowed = f"stands in row {first[value]} already; one row for each"
                self.fault(sheet, row.number, key[-1], ", ".join(value), allowed, "key twice")
            else:
                first[value] = row.number

    def rates_apart(self, rows: Iterable[Row]) -> None:
        sheet = sheets.RATES
        found: dict[tuple[str, str], list[tuple[date, date, int]]] = {}
        for row in rows:
            if row.whole("home_id", "band", "from", "to"):
                span = (row["from"] or date.min, row["to"] or date.max, row.number)
                found.setdefault((row["home_id"], row["band"]), []).append(span)
        for (home, band), spans in found.items():
            spans.sort()
            until, holder = date.min, 0
            for start, end, row_number in spans:
                if start < until:
                    allowed = f"overlaps row {holder}: two rates of one home and band on one day"
                    self.fault(sheet, row_number, "from", f"{home}, {band}", allowed, "overlap")
                if end > until:
                    until, holder = end, row_number

    def exists(
        self, rows: Mapping[str, Sequence[Row]], column: str, owners: Iterable[Row], home: Sheet
    ) -> None:
        known = {row[column] for row in owners if row.whole(column)}
        for sheet in sheets.SHEETS.values():
            if sheet is home or column not in sheet.names:
                continue
            for row in rows[sheet.table]:
                value = row.values.get(column)
                if value and value not in known:
                    allowed = f"allowed: a {column} of {home.file}"
                    self.fault(sheet, row.number, column, value, allowed, "unknown id")

    def relationships(
        self, rows: Iterable[Row]
    ) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        kinds: dict[str, set[tuple[str, str]]] = {"must_not_live_together": set(), "caution": set()}
        for row in rows:
            if self.two(row, sheets.RELATIONSHIPS) and row.whole("kind"):
                kinds[row["kind"]].add(unordered(row["a"], row["b"]))
        return frozenset(kinds["must_not_live_together"]), frozenset(kinds["caution"])

    def pairs(self, sheet: Sheet, rows: Iterable[Row]) -> frozenset[tuple[str, str]]:
        return frozenset(unordered(row["a"], row["b"]) for row in rows if self.two(row, sheet))

    def two(self, row: Row, sheet: Sheet) -> bool:
        if not row.whole("a", "b"):
            return False
        if row["a"] == row["b"]:
            self.fault(
                sheet, row.number, "b", row["b"], "a and b must be two different ones", "bad value"
            )
            return False
        return True
