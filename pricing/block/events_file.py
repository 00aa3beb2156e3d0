"""Reading an events file: every error of it at once, checked against its contract.

`contract` is required; every other part may be absent. Each key of a table that is there is
required, but for those the page docs/block-contract.md calls optional.
"""

from datetime import date
from fractions import Fraction
from pathlib import Path

from pricing.block.events import (
    CHANGE_KINDS,
    EFFECTS,
    AgreedYear,
    BlockTerms,
    Events,
    Exit,
    Failure,
    RecordedChange,
    Told,
)
from pricing.calendar_months import add_months, years_of
from pricing.money import decimal_text
from pricing.problems import BadInput, Problems, describe
from pricing.terms import BANDS, Contract
from pricing.text_file import read_file
from pricing.toml_file import parse_toml
from pricing.toml_section import Section, refuse_repeats

_PARTS = ("terms", "years", "changes", "exits", "failures", "told")


def read_events(path: Path, contract: Contract | None, found: Problems) -> Events:
    """The events in a TOML file, fit for use only if no problem was added.

    Without a contract (None), when that has problems of its own, only what the file alone shows to
    be wrong is found.
    """
    try:
        table = parse_toml(read_file(path), path.name, "a file of events")
    except BadInput as refused:
        found.extend(refused.problems)
        return Events()
    top = Section(table, "", path.name, found)
    top.check_keys(("contract",), _PARTS)
    named = top.text("contract")
    if contract is not None and top.good("contract") and named != contract.id:
        top.refuse("contract", describe(named), describe(contract.id), "another contract")
    terms = _read_terms(top)
    return Events(
        terms=terms,
        years=_read_years(top, contract),
        changes=_read_changes(top, contract),
        exits=_read_exits(top, contract, terms),
        failures=_read_failures(top, contract),
        told=_read_told(top),
    )


def _read_terms(top: Section) -> BlockTerms:
    section = top.section("terms")
    section.check_keys((), ("material_percent", "notice_months", "notice_working_days"))
    usual = BlockTerms()
    return BlockTerms(
        material_percent=section.percent("material_percent")
        if "material_percent" in section.table
        else usual.material_percent,
        notice_months=section.whole("notice_months")
        if "notice_months" in section.table
        else usual.notice_months,
        tell_within=section.whole("notice_working_days")
        if "notice_working_days" in section.table
        else usual.tell_within,
    )


def _read_years(top: Section, contract: Contract | None) -> tuple[AgreedYear, ...]:
    sections = top.sections("years")
    years = []
    for section in sections:
        section.check_keys(("start",), ("amount", "mix", "requirements_a_week"))
        start = section.day("start")
        if contract is not None and section.good("start"):
            starts = [first for first, _ in years_of(contract.start, contract.end)]
            if start not in starts:
                section.refuse(
                    "start", describe(start), f"first day of a year of {contract.id}: "
                    f"{', '.join(map(str, starts))}", "no contract year",
                )  # fmt: skip
        years.append(
            AgreedYear(
                start=start,
                amount=section.pounds("amount") if "amount" in section.table else None,
                mix=_read_mix(section, contract),
                requirements_a_week=section.pounds("requirements_a_week"),
            )
        )
        _check_one_value(section)
    refuse_repeats(sections, "start", [year.start for year in years])
    return tuple(sorted(years, key=lambda year: year.start))


def _check_one_value(section: Section) -> None:
    ways = [key for key in ("amount", "mix") if key in section.table]
    if len(ways) != 1:
        section.refuse(
            "amount",
            "amount and mix" if ways else "neither amount nor mix",
            "one of the two: an amount, or a mix of places by band",
            "value of the year",
        )
    if "amount" in ways and "requirements_a_week" in section.table:
        section.refuse(
            "requirements_a_week",
            describe(section.table["requirements_a_week"]),
            "nothing beside an amount, which has everything in it",
            "forbidden key",
        )


def _read_mix(section: Section, contract: Contract | None) -> dict[str, Fraction]:
    if "mix" not in section.table:
        return {}
    mix = section.section("mix")
    if section.good("mix"):
        mix.check_keys(BANDS)
    places = {band: mix.number(band, "places in use") for band in BANDS}
    block = contract.block if contract is not None else None
    if block is not None and mix.good(*BANDS) and sum(places.values()) > block.places:
        section.refuse(
            "mix",
            f"{decimal_text(sum(places.values(), Fraction()))} places in use",
            f"up to the contract's places, {block.places}",
            "more in use than places",
        )
    return places


def _read_changes(top: Section, contract: Contract | None) -> tuple[RecordedChange, ...]:
    sections = top.sections("changes")
    changes = []
    for section in sections:
        section.check_keys(("id", "on", "kind", "effect", "amount", "reason"))
        change = RecordedChange(
            id=section.text("id"),
            day=section.day("on"),
            kind=section.choice("kind", CHANGE_KINDS),
            effect=section.choice("effect", EFFECTS),
            amount=section.pounds("amount"),
            reason=section.text("reason"),
        )
        _check_in_term(section, "on", change.day, contract)
        changes.append(change)
    refuse_repeats(sections, "id", [change.id for change in changes])
    return tuple(sorted(changes, key=lambda change: (change.day, change.id)))


def _read_exits(top: Section, contract: Contract | None, terms: BlockTerms) -> tuple[Exit, ...]:
    sections = top.sections("exits")
    exits = []
    for section in sections:
        section.check_keys(("borough", "notice_given", "leaves_on"))
        leaver = Exit(
            borough=section.text("borough"),
            notice_given=section.day("notice_given"),
            leaves_on=section.day("leaves_on"),
        )
        exits.append(leaver)
        if section.good("notice_given", "leaves_on"):
            _check_notice(section, leaver, terms.notice_months)
        shares = contract.block.shares if contract is not None and contract.block else None
        if shares is not None and section.good("borough") and leaver.borough not in shares:
            section.refuse(
                "borough",
                describe(leaver.borough),
                f"a borough of the shares: {', '.join(shares)}",
                "unknown borough",
            )
        if contract is not None and section.good("leaves_on"):
            _check_leaves_inside(section, leaver, contract)
    refuse_repeats(sections, "borough", [leaver.borough for leaver in exits])
    _check_somebody_stays(top, contract, exits)
    return tuple(sorted(exits, key=lambda leaver: (leaver.leaves_on, leaver.borough)))


def _check_leaves_inside(section: Section, leaver: Exit, contract: Contract) -> None:
    if not contract.start < leaver.leaves_on < contract.end:
        section.refuse(
            "leaves_on",
            describe(leaver.leaves_on),
            f"a day after {contract.start} and before {contract.end}, the term of {contract.id}",
            "outside the term",
        )


def _check_notice(section: Section, leaver: Exit, months: int) -> None:
    try:
        earliest = add_months(leaver.notice_given, months)
    except ValueError:
        earliest = date.max
    if leaver.leaves_on < earliest:
        section.refuse(
            "leaves_on",
            describe(leaver.leaves_on),
            f"{earliest} or later: {months} months' notice, given on {leaver.notice_given}",
            "notice too short",
        )


def _check_somebody_stays(top: Section, contract: Contract | None, exits: list[Exit]) -> None:
    if contract is None or contract.block is None or not exits:
        return
    gone = {leaver.borough for leaver in exits}
    if not any(share for code, share in contract.block.shares.items() if code not in gone):
        top.refuse(
            "exits",
            "every borough with a share leaves",
            "at least one borough with a share that stays",
            "nobody stays",
        )


def _read_failures(top: Section, contract: Contract | None) -> tuple[Failure, ...]:
    sections = top.sections("failures")
    failures = []
    for section in sections:
        section.check_keys(("provider", "on"))
        failure = Failure(section.text("provider"), section.day("on"))
        known = contract.providers if contract is not None else (failure.provider,)
        if section.good("provider") and failure.provider not in known:
            section.refuse(
                "provider",
                describe(failure.provider),
                " or ".join(map(describe, known)),
                "unknown provider",
            )
        _check_in_term(section, "on", failure.day, contract)
        failures.append(failure)
    refuse_repeats(sections, "provider", [failure.provider for failure in failures])
    return tuple(sorted(failures, key=lambda failure: (failure.day, failure.provider)))


def _read_told(top: Section) -> tuple[Told, ...]:
    sections = top.sections("told")
    told = []
    for section in sections:
        section.check_keys(("of", "on"))
        told.append(Told(section.text("of"), section.day("on")))
    refuse_repeats(sections, "of", [each.of for each in told])
    return tuple(told)


def _check_in_term(section: Section, key: str, day: date, contract: Contract | None) -> None:
    if contract is not None and section.good(key) and not contract.start <= day < contract.end:
        section.refuse(
            key,
            describe(day),
            f"inside the term of {contract.id}, {contract.start} to {contract.end}",
            "outside the term",
        )
