"""Reading a register of savings: TOML, every error of it at once (docs/savings.md).

What a saving needs and the file does not say is no error: the entry is not a saving yet. A value
that cannot be read, a key that is not known, two owners of one saving: those are errors.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from pricing.problems import Problems, describe
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section
from pricing.value.figures import YEAR_ALLOWED, figure, is_year, known, year
from pricing.value.register import (
    EVIDENCE,
    KINDS,
    Baseline,
    Entry,
    QuotedRatio,
    Register,
    UnitCost,
)

OWNER_ALLOWED = "one owner, text in quotes: one saving, one owner"
COST_ALLOWED = 'pounds above 0.00 with two decimals, in quotes, such as "975000.00", or "unknown"'

_ENTRY_KEYS: Final = (
    "beneficiary",
    "owner",
    "evidence",
    "outcome",
    "checked_by",
    "baseline",
    "unit_cost",
    "years",
    "quoted_ratio",
)


def read_register(path: Path) -> Register:
    """The register in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_register(read_file(path), path.name)


def parse_register(data: bytes, file: str) -> Register:
    """The register in the bytes of a TOML file; `file` is the name that messages show.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a register of savings"), "", file, found)
    top.check_keys(("title", "savings"))
    sections = top.sections("savings")
    entries = [_entry(section) for section in sections]
    _refuse_claimed_twice(sections, entries)
    found.raise_if_any()
    version = file_version(data)
    return Register(file, version, top.prose("title"), tuple(entries))


def _entry(section: Section) -> Entry:
    section.check_keys(("id", "what", "kind"), _ENTRY_KEYS)
    return Entry(
        id=section.code("id"),
        what=section.prose("what"),
        kind=section.choice("kind", KINDS),
        beneficiary=section.text("beneficiary"),
        owner=_owner(section),
        evidence=section.choice("evidence", tuple(EVIDENCE)),
        outcome=section.prose("outcome"),
        checked_by=section.text("checked_by"),
        baseline=_baseline(section),
        unit_cost=_unit_cost(section),
        years=_years(section),
        ratio=_ratio(section),
    )


def _owner(section: Section) -> str:
    value = section.table.get("owner")
    if isinstance(value, list):
        section.refuse("owner", describe(value), OWNER_ALLOWED, "more than one owner")
        return ""
    return section.text("owner")


def _baseline(section: Section) -> Baseline | None:
    own = _table(section, "baseline", ("value", "unit", "period", "source"))
    if own is None:
        return None
    return Baseline(
        value=known(own, "value", lambda key: figure(own, key)),
        unit=own.text("unit"),
        period=own.text("period"),
        source=own.prose("source"),
    )


def _unit_cost(section: Section) -> UnitCost | None:
    own = _table(section, "unit_cost", ("amount", "unit", "source", "year"))
    if own is None:
        return None
    return UnitCost(
        amount=known(own, "amount", own.pounds),
        unit=own.text("unit"),
        source=own.prose("source"),
        year=year(own, "year"),
    )


def _years(section: Section) -> Mapping[str, Fraction | None]:
    if "years" not in section.table:
        return {}
    own = section.section("years")
    quantities = {}
    for name in own.table:
        if not is_year(name):
            own.refuse(name, describe(name), YEAR_ALLOWED, "bad value")
            continue
        quantities[name] = known(own, name, lambda key: figure(own, key))
    return dict(sorted(quantities.items()))


def _ratio(section: Section) -> QuotedRatio | None:
    own = _table(section, "quoted_ratio", (), ("ratio", "benefit", "cost", "source"))
    if own is None:
        return None
    quoted = figure(own, "ratio")
    text = str(own.table.get("ratio", ""))
    cost = known(own, "cost", own.pounds)
    if cost == 0 and own.good("cost"):
        own.refuse("cost", '"0.00"', COST_ALLOWED, "bad value")
    return QuotedRatio(
        quoted=quoted,
        decimals=len(text.partition(".")[2]),
        benefit=known(own, "benefit", own.pounds),
        cost=cost,
        source=own.prose("source"),
    )


def _table(
    section: Section, key: str, optional: Sequence[str], required: Sequence[str] = ()
) -> Section | None:
    """The table under a key with no key but these, or None where there is none."""
    if key not in section.table:
        return None
    own = section.section(key)
    if section.good(key):
        own.check_keys(required, optional)
    return own


def _refuse_claimed_twice(sections: Sequence[Section], entries: Sequence[Entry]) -> None:
    """No id stands twice, and no saving of one beneficiary is claimed by two owners."""
    ids: dict[str, tuple[Section, Entry]] = {}
    claims: dict[tuple[str, str], tuple[Section, Entry]] = {}
    for section, entry in zip(sections, entries, strict=True):
        if section.good("id"):
            before, first = ids.setdefault(entry.id, (section, entry))
            if before is not section:
                two = _two_owners(first, entry)
                kind = "two owners" if two else "duplicate"
                section.refuse(
                    "id", describe(entry.id) + two, f"each once; {before.path} has it", kind
                )
                continue
        if section.good("what", "beneficiary"):
            before, first = claims.setdefault(claim(entry), (section, entry))
            if two := _two_owners(first, entry):
                allowed = f"one owner; {before.path} ({describe(first.id)}) claims the same saving"
                section.refuse("owner", two.removeprefix(", "), allowed, "two owners")


def claim(entry: Entry) -> tuple[str, str]:
    """What is claimed and for whom, whatever the case of letters and the blanks between words."""
    return _plain(entry.what), _plain(entry.beneficiary)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _two_owners(first: Entry, second: Entry) -> str:
    owners = (first.owner, second.owner)
    if not all(owners) or _plain(first.owner) == _plain(second.owner):
        return ""
    return f", claimed by {describe(owners[0])} and by {describe(owners[1])}"
