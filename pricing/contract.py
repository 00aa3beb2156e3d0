"""Reading a contract file: every error of it at once, and no contract from a file with an error.

Beyond the page spec/contract-file.md, where it leaves room: `end` on the day of `start` is an
error (no day would be covered); every key of a table that is there is required; no percentage is
above 100 or below 0; `places` is at least 1; a provider may run no home, but some provider runs
one; a home or code stands once; a share or weight may be 0; `courses_funded_until` may be any day.
Types are those of `pricing.toml_section`, limits of the file those of `pricing.toml_file`.
"""

import re
from datetime import date
from pathlib import Path

from pricing.problems import Problems, describe
from pricing.terms import (
    BANDS,
    BLOCK,
    KINDS,
    RESULT_KINDS,
    SPOT,
    UNITS,
    Block,
    Contract,
    Requirement,
    ResultItem,
    ResultTerms,
    Training,
    Uplift,
    VoidTerms,
)
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section, refuse_repeats

_REQUIRED = ("id", "name", "kind", "lead", "start", "end", "providers", "fees")
_OPTIONAL = ("requirements", "uplifts", "results", "training")
_BLOCK_ONLY = ("places", "voids", "shares")
_BOROUGH = re.compile(r"E(06|08|09|10)[0-9]{6}")

BOROUGH_ALLOWED = "a borough's ONS code, E and eight digits, such as E09000016"


def is_borough(code: str) -> bool:
    """Whether a code has the shape of an ONS code of an English authority."""
    return _BOROUGH.fullmatch(code) is not None


def read_contract(path: Path) -> Contract:
    """The contract in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_contract(read_file(path), path.name)


def parse_contract(data: bytes, file: str) -> Contract:
    """The contract in the bytes of a TOML file; `file` is the name that messages and lines show.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a contract"), "", file, found)
    kind = _check_top_keys(top)
    term = _read_term(top)
    providers = _read_providers(top)
    contract = Contract(
        file=file,
        version=file_version(data),
        id=top.text("id"),
        name=top.text("name"),
        kind=kind,
        lead=top.text("lead"),
        start=term[0],
        end=term[1],
        providers=tuple(providers),
        homes={home: name for name, homes in providers.items() for home in homes},
        fees=_read_fees(top),
        requirements=_read_requirements(top),
        uplifts=_read_uplifts(top, *term),
        results=_read_results(top) if "results" in top.table else None,
        training=_read_training(top) if "training" in top.table else None,
        block=_read_block(top) if kind != SPOT else None,
    )
    _check_lead(top, contract)
    found.raise_if_any()
    return contract


def _check_top_keys(top: Section) -> str:
    kind = top.choice("kind", KINDS)
    if kind == BLOCK:
        top.check_keys([*_REQUIRED, *_BLOCK_ONLY], _OPTIONAL)
    else:
        top.check_keys(_REQUIRED, [*_OPTIONAL, *_BLOCK_ONLY])
    if kind == SPOT:
        for key in _BLOCK_ONLY:
            if key in top.table:
                top.refuse(
                    key, describe(top.table[key]), "nothing: only a block has it", "forbidden key"
                )
    return kind


def _read_term(top: Section) -> tuple[date, date]:
    """First day and day after the last; a day that is not known leaves that side open."""
    start, end = top.day("start", date.min), top.day("end", date.max)
    if end <= start:
        top.refuse("end", describe(end), f"a day after start, {start}", "wrong order")
        return date.min, date.max
    return start, end


def _read_providers(top: Section) -> dict[str, tuple[str, ...]]:
    section = top.section("providers")
    providers: dict[str, tuple[str, ...]] = {}
    run_by: dict[str, str] = {}
    for name in section.table:
        section.check_name(name)
        homes = section.texts(name)
        for home in homes:
            if home in run_by:
                who = "the same provider" if run_by[home] == name else f"also {run_by[home]}"
                section.refuse(
                    name,
                    f"{describe(home)}, {who}",
                    "each home once, under one provider",
                    "duplicate",
                )
            run_by.setdefault(home, name)
        providers[name] = tuple(homes)
    if top.good("providers") and not run_by and section.good(*section.table):
        top.refuse("providers", "no home", "at least one provider with a home", "bad value")
    return providers


def _read_fees(top: Section) -> dict[str, int]:
    section = top.section("fees")
    if top.good("fees"):
        section.check_keys(BANDS)
    return {band: section.pounds(band) for band in BANDS}


def _read_requirements(top: Section) -> tuple[Requirement, ...]:
    sections = top.sections("requirements")
    requirements = []
    for section in sections:
        section.check_keys(("code", "name", "unit", "price", "included"))
        included = section.section("included")
        if section.good("included"):
            included.check_keys(BANDS)
        requirements.append(
            Requirement(
                code=section.code("code"),
                name=section.text("name"),
                unit=section.choice("unit", UNITS),
                price=section.pounds("price"),
                included={band: included.number(band, "units a week") for band in BANDS},
            )
        )
    refuse_repeats(sections, "code", [requirement.code for requirement in requirements])
    return tuple(requirements)


def _read_uplifts(top: Section, start: date, end: date) -> tuple[Uplift, ...]:
    sections = top.sections("uplifts")
    uplifts = []
    for section in sections:
        section.check_keys(("from", "percent"))
        uplift = Uplift(start=section.day("from"), percent=section.percent("percent"))
        uplifts.append(uplift)
        if section.good("from") and not start < uplift.start < end:
            section.refuse(
                "from",
                describe(uplift.start),
                f"a day strictly inside the term, after {start} and before {end}",
                "outside the term",
            )
    refuse_repeats(sections, "from", [uplift.start for uplift in uplifts])
    return tuple(sorted(uplifts, key=lambda uplift: uplift.start))


def _read_results(top: Section) -> ResultTerms:
    section = top.section("results")
    if top.good("results"):
        section.check_keys(("cap_percent", "items"))
    sections = section.sections("items")
    items = []
    for item in sections:
        item.check_keys(("code", "name", "kind", "weight"))
        items.append(
            ResultItem(
                code=item.code("code"),
                name=item.text("name"),
                kind=item.choice("kind", RESULT_KINDS),
                weight=item.whole("weight"),
            )
        )
    refuse_repeats(sections, "code", [item.code for item in items])
    weights = sum(item.weight for item in items)
    if section.good("items") and all(item.good("weight") for item in sections) and weights != 100:
        section.refuse("items", f"weights that sum to {weights}", "weights sum to 100", "wrong sum")
    return ResultTerms(section.percent("cap_percent"), tuple(items))


def _read_training(top: Section) -> Training:
    section = top.section("training")
    if top.good("training"):
        section.check_keys(
            (
                "courses_funded_until",
                "course_cost_per_place",
                "release_days_per_place",
                "release_cost_per_day",
            )
        )
    return Training(
        courses_funded_until=section.day("courses_funded_until"),
        course_cost_per_place=section.pounds("course_cost_per_place"),
        release_days_per_place=section.number("release_days_per_place", "days a year"),
        release_cost_per_day=section.pounds("release_cost_per_day"),
    )


def _read_block(top: Section) -> Block:
    places = top.whole("places", least=1)
    voids = top.section("voids")
    if top.good("voids"):
        voids.check_keys(("guarantee_percent", "rate_percent"))
    shares = top.section("shares")
    for code in shares.table:
        if not is_borough(code):
            shares.refuse(code, describe(code), BOROUGH_ALLOWED, "bad value")
    block = Block(
        places=places,
        voids=VoidTerms(voids.percent("guarantee_percent"), voids.percent("rate_percent")),
        shares={code: shares.whole(code) for code in sorted(shares.table)},
    )
    shared = sum(block.shares.values())
    if top.good("places", "shares") and shares.good(*shares.table) and shared != places:
        top.refuse(
            "shares",
            f"shares that sum to {shared}",
            f"shares sum to places, which is {places}",
            "wrong sum",
        )
    return block


def _check_lead(top: Section, contract: Contract) -> None:
    if top.good("lead", "providers") and contract.lead not in contract.providers:
        names = " or ".join(describe(name) for name in contract.providers)
        top.refuse("lead", describe(contract.lead), names, "bad value")
