"""Reading options: TOML, every error of it at once (docs/buying.md)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from broker.capacity.buying.options import (
    Assumed,
    Kind,
    Limits,
    Options,
    Table,
    Terms,
    Training,
)
from matching.data import need_tags
from matching.postcodes import locate
from matching.problem import Location, Problem
from pricing.contract import BOROUGH_ALLOWED, is_borough
from pricing.problems import BadInput, Problems, describe
from pricing.terms import BANDS, Contract
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section, refuse_repeats

MOST_PLACES: Final = 60
MOST_HOMES: Final = 20
MOST_IN_A_HOME: Final = 20
OLDEST: Final = 17
SEXES: Final = ("M", "F")
POSTCODE_ALLOWED: Final = 'a full postcode that exists, such as "RM1 3BD"'


def read_options(path: Path, case: Problem, contract: Contract) -> Options:
    """The options of a TOML file, for a case and its present contract.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_options(read_file(path), path.name, case, contract)


def parse_options(data: bytes, file: str, case: Problem, contract: Contract) -> Options:
    """The options in the bytes of a file, called `file` in messages.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a file of options"), "", file, found)
    top.check_keys(
        ("title", "source", "limits", "homes", "terms"), ("training", "assumptions", "tables")
    )
    given = top.table
    terms_at = top.sections("terms")
    terms = [_terms(each, contract) for each in terms_at]
    kinds_at = top.sections("homes")
    known = [one.id for one in terms]
    kinds = [_kind(each, case, contract, known) for each in kinds_at]
    names = [kind.id for kind in kinds]
    for key, sections, ids in (("terms", terms_at, known), ("homes", kinds_at, names)):
        refuse_repeats(sections, "id", ids)
        if top.good(key) and key in given and not sections:
            top.refuse(key, "none", f"at least one [[{key}]]", "missing")
    options = Options(
        file=file,
        version=file_version(data),
        title=top.prose("title"),
        source=top.prose("source"),
        limits=_limits(top.section("limits")),
        kinds=tuple(kinds),
        terms=tuple(terms),
        training=tuple(_training(each, names) for each in _some(top, "training")),
        assumed=tuple(_assumed(each) for each in _some(top, "assumptions")),
        tables=tuple(_table(each) for each in _some(top, "tables")),
    )
    _check_names(found, options, case)
    if not found.found and next(options.every(), None) is None:
        value = f"{options.limits.places} places"
        found.add(file, "limits.places", value, "at least one home of some kind", "nothing fits")
    found.raise_if_any()
    return options


def check_scenarios(options: Options, known: Collection[str], where: str) -> None:
    """Refuse assumptions and tables that name a scenario nobody gave; `where` names the file.

    Raises:
        BadInput: with every scenario that is not known.
    """
    found = Problems()
    allowed = " or ".join(known) or "none: name a file with --scenarios"
    for number, each in enumerate(options.assumed, start=1):
        for key, name in (("low", each.low), ("high", each.high)):
            if name not in known:
                at = f"assumptions[{number}].{key}"
                found.add(options.file, at, describe(name), f"{allowed} ({where})", "unknown")
    for number, table in enumerate(options.tables, start=1):
        for key, names in (("rows", table.rows), ("columns", table.columns)):
            for name in names:
                if name not in known:
                    at = f"tables[{number}].{key}"
                    found.add(options.file, at, describe(name), f"{allowed} ({where})", "unknown")
    if found.found:
        raise BadInput(found)


def _some(top: Section, key: str) -> Sequence[Section]:
    return top.sections(key) if key in top.table else []


def _limits(section: Section) -> Limits:
    section.check_keys(
        ("places", "void_year"), ("budget_year", "local_percent", "void_risk_percent")
    )
    given = section.table
    return Limits(
        places=section.whole("places", 1, MOST_PLACES),
        void_year=section.pounds("void_year"),
        budget=section.pounds("budget_year") if "budget_year" in given else None,
        local=_share(section, "local_percent", Fraction()),
        void_risk=_share(section, "void_risk_percent", Fraction(1)),
    )


def _share(section: Section, key: str, otherwise: Fraction) -> Fraction:
    return section.percent(key) / 100 if key in section.table else otherwise


def _terms(section: Section, contract: Contract) -> Terms:
    section.check_keys(("id", "years", "guarantee_percent"), ("fees",))
    most = max(1, contract.end.year - contract.start.year)
    fees = None
    if "fees" in section.table:
        table = section.section("fees")
        table.check_keys(BANDS)
        fees = {band: table.pounds(band) for band in BANDS}
    return Terms(
        section.code("id"),
        section.whole("years", 1, most),
        section.percent("guarantee_percent"),
        fees,
    )


_OWN: Final = (
    "provider", "borough", "postcode", "bands", "sexes", "supports", "min_age", "max_age", "terms",
)  # fmt: skip


def _kind(section: Section, case: Problem, contract: Contract, terms: Sequence[str]) -> Kind:
    section.check_keys(("id", "name", "like", "most", "places"), _OWN)
    given = section.table
    homes = {home.id: home for home in case.homes}
    like = section.text("like")
    if section.good("like") and "like" in given and like not in homes:
        section.refuse("like", describe(like), "the id of a home of the case", "unknown")
    borough, location = _place(section)
    provider = section.text("provider") if "provider" in given else None
    if provider is not None and section.good("provider") and provider not in contract.providers:
        allowed = f"{' or '.join(contract.providers)}, of {contract.file}"
        section.refuse("provider", describe(provider), allowed, "unknown")
    if provider is None and like in homes and like not in contract.homes:
        section.refuse(
            "provider", "missing", f"needed: {like} is not in {contract.file}", "missing key"
        )
    ages = [section.whole(key, 0, OLDEST) if key in given else None for key in _OWN[6:8]]
    if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
        section.refuse("max_age", str(ages[1]), f"{ages[0]} or more, as min_age", "wrong order")
    return Kind(
        id=section.code("id"),
        name=section.prose("name"),
        like=like,
        most=section.whole("most", 1, MOST_HOMES),
        places=section.whole("places", 1, MOST_IN_A_HOME),
        provider=provider,
        borough=borough,
        location=location,
        bands=_words(section, "bands", BANDS),
        sexes=_words(section, "sexes", SEXES),
        supports=_words(section, "supports", tuple(need_tags()), least=0),
        min_age=ages[0],
        max_age=ages[1],
        terms=tuple(sorted(_words(section, "terms", terms) or ())),
    )


def _place(section: Section) -> tuple[str | None, Location | None]:
    given = section.table
    borough = section.text("borough") if "borough" in given else None
    if borough is not None and section.good("borough") and not is_borough(borough):
        section.refuse("borough", describe(borough), BOROUGH_ALLOWED, "bad value")
    if ("borough" in given) != ("postcode" in given):
        missing = "postcode" if "borough" in given else "borough"
        section.refuse(missing, "missing", "borough and postcode together, or neither", "missing")
    if "postcode" not in given:
        return borough, None
    text = section.text("postcode")
    grid = locate(text) if section.good("postcode") else None
    if grid is None:
        if section.good("postcode"):
            section.refuse("postcode", describe(text), POSTCODE_ALLOWED, "unknown")
        return borough, None
    return borough, Location(grid.easting, grid.northing, text, given_as_grid=False)


def _words(
    section: Section, key: str, known: Sequence[str], least: int = 1
) -> frozenset[str] | None:
    if key not in section.table:
        return None

    def accept(value: object) -> frozenset[str] | None:
        if not isinstance(value, list) or len(value) < least:
            return None
        words = [word for word in value if isinstance(word, str) and word in known]
        return frozenset(words) if len(words) == len(value) == len(set(words)) else None

    empty: frozenset[str] = frozenset()
    allowed = f"a list, each once, of {', '.join(known)}"
    return section.take(key, section.table[key], accept, allowed, empty)


def _training(section: Section, kinds: Sequence[str]) -> Training:
    section.check_keys(("home", "need", "cost"))
    home = section.text("home")
    if section.good("home") and "home" in section.table and home not in kinds:
        section.refuse("home", describe(home), "the id of one of [[homes]]", "unknown")
    need = section.choice("need", tuple(need_tags()))
    return Training(home, need, section.pounds("cost"))


def _assumed(section: Section) -> Assumed:
    section.check_keys(("name", "low", "high"))
    return Assumed(section.prose("name"), section.text("low"), section.text("high"))


def _table(section: Section) -> Table:
    section.check_keys(("down", "across", "rows", "columns"))
    return Table(
        section.prose("down"),
        section.prose("across"),
        tuple(section.texts("rows")),
        tuple(section.texts("columns")),
    )


def _check_names(found: Problems, options: Options, case: Problem) -> None:
    """Homes get their ids from their kind: none may be that of a home that stays."""
    taken = {home.id for home in case.homes if not home.contract}
    for number, kind in enumerate(options.kinds, start=1):
        if taken & set(home_ids(kind)):
            allowed = "an id that no home outside the contract has"
            found.add(options.file, f"homes[{number}].id", describe(kind.id), allowed, "duplicate")


def home_ids(kind: Kind) -> tuple[str, ...]:
    """Ids of the homes of a kind: the kind's own where there is at most one of it."""
    if kind.most == 1:
        return (kind.id,)
    return tuple(f"{kind.id}-{number}" for number in range(1, kind.most + 1))
