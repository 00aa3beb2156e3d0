"""Setting aside what is wrong: a faulty row keeps its whole referral or home out of the match.

Never only the row: a young person whose row about safety cannot be read is not placed at all, and
a home whose household is not known takes nobody. What no one referral or home can answer for (a
column, the policy, an id twice, an id that is nobody's) still refuses everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from matching.faults import BadInput, Fault
from matching.problem import Problem, SetAside
from matching.sheets import SHEETS
from matching.tables import RawTable

REFERRAL, HOME = "referral", "home"
Who = tuple[str, str]
"""What is set aside, `referral` or `home`, and its id."""

_OWN_KEYS: Final = {
    "referrals": ("referral_id", "young_person_id"),
    "homes": ("home_id",),
    "residents": ("young_person_id",),
}
_BY_REFERRAL: Final = ("referrals", "people_and_places", "wishes", "declines", "decisions")
_BY_HOME: Final = ("homes", "residents", "rates")
_LOOKS_LIKE: Final = "it looks like"


def setting_aside(
    tables: Mapping[str, RawTable], read: Callable[[Mapping[str, RawTable]], Problem]
) -> Problem:
    """The problem without the referrals and homes whose rows have faults; it says which and why.

    Raises `BadInput` with the faults that concern more than one referral or home.
    """
    aside: dict[Who, list[str]] = {}
    rest = dict(tables)
    while True:
        try:
            problem = read(rest)
        except BadInput as refused:
            blamed, loose = _blame(refused.faults, rest)
            if loose or not blamed:
                raise BadInput(loose or refused.faults) from None
            rest = _without(rest, blamed, refused.faults)
            for who, faults in blamed.items():
                said = aside.setdefault(who, [])
                said += [text for text in map(_told, faults) if text not in said]
        else:
            told = (SetAside(*who, tuple(faults)) for who, faults in sorted(aside.items()))
            return replace(problem, set_aside=tuple(told))


def set_aside_notices(problem: Problem) -> tuple[str, ...]:
    """What was set aside and why, for the top of every answer."""
    return tuple(
        f"Set aside, not matched: {one.what} {one.id}: {'; '.join(one.faults)}."
        for one in problem.set_aside
    )


def _told(fault: Fault | str) -> str:
    """A fault in words; what may identify somebody is not repeated."""
    if isinstance(fault, str):
        return fault
    hidden = fault.allowed.startswith(_LOOKS_LIKE)
    return str(replace(fault, value="") if hidden else fault)


@dataclass
class _Case:
    """The tables as rows of text by column, and who in them is who."""

    tables: Mapping[str, RawTable]
    rows: dict[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)
    referrals: set[str] = field(default_factory=set)
    homes: set[str] = field(default_factory=set)
    referral_of: dict[str, str] = field(default_factory=dict)
    lives_in: dict[str, str] = field(default_factory=dict)
    together: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, table in self.tables.items():
            for number, cells in table.rows:
                named = zip(table.header, cells, strict=False)
                columns = SHEETS[name].names
                self.rows[name, number] = {
                    key: cell.strip() for key, cell in named if key in columns
                }
        groups: dict[str, list[Mapping[str, str]]] = {}
        for row in self.each("referrals"):
            self.referrals.add(row.get("referral_id", ""))
            self.referral_of[row.get("young_person_id", "")] = row.get("referral_id", "")
            groups.setdefault(row.get("sibling_group", ""), []).append(row)
        self.homes = {row.get("home_id", "") for row in self.each("homes")}
        for row in self.each("residents"):
            self.lives_in[row.get("young_person_id", "")] = row.get("home_id", "")
        for known in (self.referrals, self.homes):
            known.discard("")
        for who in (self.referral_of, self.lives_in):
            who.pop("", None)
        for name, members in groups.items():
            kinds = {row.get("siblings", "") for row in members}
            if name and kinds - {"", "preferred", "apart_ok"}:
                self.together[name] = [row.get("referral_id", "") for row in members]

    def each(self, table: str) -> Iterator[Mapping[str, str]]:
        return (row for (name, _), row in self.rows.items() if name == table)

    def of_person(self, person: str, *, everywhere: bool) -> Iterator[Who]:
        """The referral of a young person, and the home they live in (only that, if no referral)."""
        referral, home = self.referral_of.get(person), self.lives_in.get(person)
        if referral in self.referrals:
            yield REFERRAL, str(referral)
        if home in self.homes and (everywhere or referral not in self.referrals):
            yield HOME, str(home)


def _blame(
    faults: Iterable[Fault], tables: Mapping[str, RawTable]
) -> tuple[dict[Who, list[Fault | str]], list[Fault]]:
    """Whom each fault concerns, and the faults that concern nobody in particular."""
    case = _Case(tables)
    blamed: dict[Who, list[Fault | str]] = {}
    loose = []
    for fault in faults:
        concerned = list(_concerned(fault, case))
        for who in concerned:
            blamed.setdefault(who, []).append(fault)
        if not concerned:
            loose.append(fault)
    _with_those_bound(case, blamed)
    return blamed, loose


def _concerned(fault: Fault, case: _Case) -> Iterator[Who]:
    name = fault.file.removesuffix(".csv")
    row = case.rows.get((name, fault.row or 0))
    own_key = fault.kind == "key twice" and fault.column in _OWN_KEYS.get(name, ())
    if row is None or fault.row == 1 or own_key:
        return
    if name in _BY_REFERRAL and row.get("referral_id") in case.referrals:
        yield REFERRAL, row["referral_id"]
    elif name in _BY_HOME and row.get("home_id") in case.homes:
        yield HOME, row["home_id"]
    elif name == "avoid":
        yield from case.of_person(row.get("young_person_id", ""), everywhere=False)
    elif name == "relationships":
        for column in ("a", "b"):
            yield from case.of_person(row.get(column, ""), everywhere=True)


def _with_those_bound(case: _Case, blamed: dict[Who, list[Fault | str]]) -> None:
    """Whoever is bound to what is set aside goes with it: pins to a home, siblings together."""
    pins = [row for row in case.each("decisions") if row.get("kind") != "ban"]
    for what, name in list(blamed):
        for row in pins:
            who = (REFERRAL, row.get("referral_id", ""))
            if what == HOME and row.get("home_id") == name and who[1] in case.referrals:
                blamed.setdefault(who, []).append(f"a person decided on {name}, which is set aside")
    for members in case.together.values():
        lost = [member for member in members if (REFERRAL, member) in blamed]
        for member in members:
            if lost and member in case.referrals and member not in lost:
                text = f"must stay together with {lost[0]}, who is set aside"
                blamed.setdefault((REFERRAL, member), []).append(text)


def _without(
    tables: Mapping[str, RawTable], blamed: Iterable[Who], faults: Iterable[Fault]
) -> dict[str, RawTable]:
    """The tables without what is set aside, every row about it, and every row with a fault."""
    gone = set(blamed)
    case = _Case(tables)
    faulty = {(fault.file.removesuffix(".csv"), fault.row) for fault in faults}
    people = {
        person for person, referral in case.referral_of.items() if (REFERRAL, referral) in gone
    }

    living = {person for person, home in case.lives_in.items() if (HOME, home) not in gone}

    def stays(name: str, number: int) -> bool:
        row = case.rows[name, number]
        named = {row.get(column, "") for column in ("a", "b")} if name == "relationships" else set()
        home = "" if _unused(name, row) else row.get("home_id", "")
        return not (
            (name, number) in faulty
            or (REFERRAL, row.get("referral_id", "")) in gone
            or (HOME, home) in gone
            or (name == "avoid" and row.get("young_person_id") in people)
            or named & (people - living)
        )

    def cells(name: str, table: RawTable, number: int, kept: Sequence[str]) -> Sequence[str]:
        row = case.rows[name, number]
        if not (_unused(name, row) and (HOME, row.get("home_id", "")) in gone):
            return kept
        return [
            "" if column == "home_id" else cell
            for column, cell in zip(table.header, kept, strict=False)
        ]

    return {
        name: RawTable(
            table.header,
            tuple(
                (number, cells(name, table, number, kept))
                for number, kept in table.rows
                if stays(name, number)
            ),
        )
        for name, table in tables.items()
    }


def _unused(name: str, row: Mapping[str, str]) -> bool:
    """Whether a row names a home that means nothing there: only `home` in avoid names one."""
    return name == "avoid" and row.get("kind") != "home"
