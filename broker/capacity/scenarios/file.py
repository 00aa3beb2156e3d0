"""Reading scenarios: TOML, every error of it at once (docs/demand.md)."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final

from broker.capacity.demand.courses import ROUTES
from broker.capacity.scenarios import terms
from broker.capacity.scenarios.terms import (
    Change,
    EndedEarly,
    Flow,
    Growth,
    Opening,
    Practice,
    Prices,
    Scenario,
    Scenarios,
    StepDown,
    Training,
    Whom,
)
from matching.data import need_tags
from pricing.contract import BOROUGH_ALLOWED, is_borough
from pricing.money import parse_decimal
from pricing.problems import Problems, describe
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section, refuse_repeats

ROWS: Final = ("referrals", "assessments", "conferences", "plans", "entries")
FACTORS: Final = ("computed", "printed")
MOST_YEARS: Final = 30
MOST_MONTHS: Final = 84

SIGNED_ALLOWED: Final = 'a percentage from "-90" to "200", in quotes, such as "2.5" or "-10"'
LIST_ALLOWED: Final = 'percentages from 0 to 200 in quotes, one for each year, such as ["20", "15"]'
AGES_ALLOWED: Final = "age groups as in the demand file, such as [[11, 13], [16, 17]]"
ROW_ALLOWED: Final = "whole numbers of the first year and those after it, such as [4200, 4200]"

_SIGNED = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,6})?")
_WHOM: Final = ("boroughs", "age_groups", "routes")
_COUNTS: Final = (
    "new_referrals", "referrals", "assessments", "conferences", "plans", "entries",
    "entries_from_plans",
)  # fmt: skip


def read_scenarios(path: Path) -> Scenarios:
    """The scenarios of a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_scenarios(read_file(path), path.name)


def parse_scenarios(data: bytes, file: str) -> Scenarios:
    """The scenarios in the bytes of a file, called `file` in messages.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a file of scenarios"), "", file, found)
    top.check_keys(("title", "scenarios"))
    sections = top.sections("scenarios")
    made = [_scenario(section) for section in sections]
    refuse_repeats(sections, "id", [scenario.id for scenario in made])
    title = top.prose("title")
    found.raise_if_any()
    return Scenarios(file, file_version(data), title, tuple(made))


def _scenario(section: Section) -> Scenario:
    section.check_keys(("id", "name", "source", "changes"))
    changes = [_change(each) for each in section.sections("changes")]
    if section.good("changes") and not changes:
        section.refuse("changes", "none", "at least one change", "missing")
    return Scenario(
        id=section.code("id"),
        name=section.prose("name"),
        source=section.prose("source"),
        changes=tuple(change for change in changes if change is not None),
    )


def _change(section: Section) -> Change | None:
    kind = section.choice("kind", terms.KINDS) if "kind" in section.table else ""
    if kind not in _READERS:
        if "kind" not in section.table:
            section.check_keys(("kind",), tuple(section.table))
        return None
    required, optional, read = _READERS[kind]
    section.check_keys(("kind", *required), optional)
    return read(section)


def _growth(section: Section) -> Change:
    years = section.whole("years", 1, MOST_YEARS)
    return Growth(_signed(section, "percent_per_year"), years, _whom(section))


def _practice(section: Section) -> Change:
    given = section.table
    start = section.day("from") if "from" in given else None
    end = section.day("to") if "to" in given else None
    if start is not None and end is not None and section.good("from", "to") and end <= start:
        section.refuse("to", describe(end), f"a day after from, {start}", "wrong order")
    return Practice(_percent(section, "percent_of_now"), start, end, _whom(section))


def _step_down(section: Section) -> Change:
    first, last = (section.whole(key, 0, MOST_MONTHS) for key in ("from_months", "to_months"))
    if section.good("from_months", "to_months") and last <= first:
        section.refuse("to_months", str(last), f"more than from_months, {first}", "wrong order")
    return StepDown(section.percent("percent_of_stays"), first, last)


def _ended_early(section: Section) -> Change:
    return EndedEarly(section.percent("percent_of_stays"), section.percent("percent_of_length"))


def _prices(section: Section) -> Change:
    return Prices(_signed(section, "percent"), section.choice("side", terms.SIDES))


def _opening(section: Section) -> Change:
    return Opening(
        section.whole("homes", 1, 100),
        section.whole("places", 1, 20),
        section.whole("every_months", 0, MOST_MONTHS),
    )


def _training(section: Section) -> Change:
    need = section.choice("need", tuple(need_tags()))
    return Training(need, section.whole("homes", 1, 100), section.whole("months", 0, MOST_MONTHS))


def _flow(section: Section) -> Change:
    counts = {key: section.whole(key, 1) for key in _COUNTS}
    lists = [_percents(section, key) for key in ("repeat", "direct_of_now", "from_plans")]
    lengths = {len(each) for each in lists}
    if section.good("repeat", "direct_of_now", "from_plans") and len(lengths) > 1:
        shown = ", ".join(str(len(each)) for each in lists)
        allowed = "as many as direct_of_now and from_plans"
        section.refuse("repeat", f"{shown} years", allowed, "wrong number")
    printed = _printed(section, len(lists[0]) + 1)
    factors = section.choice("factors", FACTORS)
    if factors == "printed" and not printed.get("entries"):
        allowed = 'a table printed with entries, or factors = "computed"'
        section.refuse("factors", describe(factors), allowed, "missing")
    repeat, direct, from_plans = lists
    return Flow(
        **counts,
        repeat=repeat,
        direct_of_now=direct,
        from_plans=from_plans,
        printed=printed,
        factors=factors,
        whom=_whom(section),
    )


def _printed(section: Section, years: int) -> Mapping[str, tuple[int, ...]]:
    if "printed" not in section.table:
        return {}
    table = section.section("printed")
    table.check_keys((), ROWS)

    def accept(value: object) -> tuple[int, ...] | None:
        if not isinstance(value, list) or len(value) != years:
            return None
        whole = [item for item in value if type(item) is int and item >= 0]
        return tuple(whole) if len(whole) == years else None

    empty: tuple[int, ...] = ()
    allowed = f"{years} {ROW_ALLOWED}"
    return {
        key: table.take(key, table.table[key], accept, allowed, empty)
        for key in ROWS
        if key in table.table
    }


def _whom(section: Section) -> Whom:
    given = section.table
    boroughs = section.texts("boroughs") if "boroughs" in given else []
    for code in boroughs:
        if not is_borough(code):
            section.refuse("boroughs", describe(code), BOROUGH_ALLOWED, "bad value")
    routes = section.texts("routes") if "routes" in given else []
    for route in routes:
        if route not in ROUTES:
            section.refuse("routes", describe(route), " or ".join(ROUTES), "bad value")
    groups: tuple[tuple[int, int], ...] = ()
    if "age_groups" in given:
        groups = section.take("age_groups", given["age_groups"], _groups, AGES_ALLOWED, groups)
    return Whom(tuple(boroughs), groups, tuple(routes))


def _groups(value: object) -> tuple[tuple[int, int], ...] | None:
    if not isinstance(value, list) or not value:
        return None
    made = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            return None
        first, last = pair
        if type(first) is not int or type(last) is not int or not 0 <= first <= last <= 17:
            return None
        made.append((first, last))
    return tuple(made)


def _signed(section: Section, key: str) -> Fraction:
    def accept(value: object) -> Fraction | None:
        if not isinstance(value, str) or not _SIGNED.fullmatch(value):
            return None
        number = Fraction(value)
        return number if -90 <= number <= 200 else None

    if key not in section.table:
        return Fraction()
    return section.take(key, section.table[key], accept, SIGNED_ALLOWED, Fraction())


def _percent(section: Section, key: str) -> Fraction:
    """A percentage of what is now, up to 200."""
    if key not in section.table:
        return Fraction()
    allowed = 'a percentage from 0 to 200, in quotes, such as "90"'
    return section.take(key, section.table[key], _to_200, allowed, Fraction())


def _percents(section: Section, key: str) -> tuple[Fraction, ...]:
    def accept(value: object) -> tuple[Fraction, ...] | None:
        if not isinstance(value, list) or not 0 < len(value) <= MOST_YEARS:
            return None
        made = [number for number in map(_to_200, value) if number is not None]
        return tuple(number / 100 for number in made) if len(made) == len(value) else None

    empty: tuple[Fraction, ...] = ()
    if key not in section.table:
        return empty
    return section.take(key, section.table[key], accept, LIST_ALLOWED, empty)


def _to_200(value: object) -> Fraction | None:
    number = parse_decimal(value) if isinstance(value, str) else None
    return number if number is not None and number <= 200 else None


_Reader = tuple[tuple[str, ...], tuple[str, ...], Callable[[Section], Change]]
_READERS: Final[Mapping[str, _Reader]] = {
    terms.GROWTH: (("percent_per_year", "years"), _WHOM, _growth),
    terms.ARRIVALS: (("percent_of_now",), ("from", "to", *_WHOM), _practice),
    terms.STEP_DOWN: (("percent_of_stays", "from_months", "to_months"), (), _step_down),
    terms.ENDED_EARLY: (("percent_of_stays", "percent_of_length"), (), _ended_early),
    terms.PRICES: (("percent", "side"), (), _prices),
    terms.OPENING: (("homes", "places", "every_months"), (), _opening),
    terms.TRAINING: (("need", "homes", "months"), (), _training),
    terms.FLOW: (
        (*_COUNTS, "repeat", "direct_of_now", "from_plans", "factors"),
        ("printed", *_WHOM),
        _flow,
    ),
}
