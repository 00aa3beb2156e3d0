"""Reading a threshold file: every error of it at once, and no thresholds from a file with an error.

Beyond what is plainly wrong, a file is refused that could mislead: a rule that can never hold or
always holds, a band that no rule leads to, two scores of an item that read the same, an item
counted twice, bands or rules out of order. At most 60 items and 40 rules, so that people can check
them; and what the rules count, taken together, comes to at most 200,000 different results, so that
the smallest changes are found in seconds (the thresholds shipped: 9,240).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from pricing.bands.thresholds import (
    ALL,
    HIGHEST_SCORE,
    SCORES,
    STATUSES,
    Condition,
    Domain,
    Item,
    Rule,
    Thresholds,
    rank,
)
from pricing.problems import Problems, describe
from pricing.terms import BANDS, LOW
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import TEXT_ALLOWED, Section, as_text, refuse_repeats

SHIPPED: Final = Path(__file__).parent.parent / "data" / "need-bands.toml"
MOST_ITEMS: Final = 60
MOST_RULES: Final = 40
MOST_RESULTS: Final = 200_000

_KEYS = ("id", "version", "name", "status", "from", "levels", "bands", "domains", "rules")
_RULE_BANDS = tuple(band for band in reversed(BANDS) if band != LOW)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE_ALLOWED = "a short code in small letters, digits and _, such as self_harm"
_COUNT_ONLY = frozenset(("at_least", "how_many"))


@cache
def shipped_thresholds() -> Thresholds:
    """The thresholds that come with the product: starting assumptions."""
    return read_thresholds(SHIPPED)


def read_thresholds(path: Path) -> Thresholds:
    """The thresholds in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_thresholds(read_file(path), path.name)


def parse_thresholds(data: bytes, file: str) -> Thresholds:
    """The thresholds in the bytes of a TOML file; `file` is the name that messages show.

    Raises:
        BadInput: with every problem of the file.
    """
    table = parse_toml(data, file, "thresholds")
    found = Problems()
    top = Section(table, "", file, found)
    top.check_keys(_KEYS)
    domains, coded = _read_domains(top)
    thresholds = Thresholds(
        file=file,
        sha256=file_version(data),
        id=top.text("id"),
        version=top.text("version"),
        name=top.text("name"),
        status=top.choice("status", STATUSES),
        start=top.day("from"),
        levels=_read_meanings(top, "levels"),
        meanings=_read_bands(top),
        domains=domains,
        rules=_read_rules(top, domains if coded else ()),
    )
    found.raise_if_any()
    return thresholds


def _read_meanings(section: Section, key: str) -> tuple[str, ...]:
    """Four texts that differ: what 0, 1, 2 and 3 mean."""
    none = ("",) * len(SCORES)
    allowed = f"four texts, what 0, 1, 2 and 3 mean; each {TEXT_ALLOWED}"

    def accept(value: object) -> tuple[str, ...] | None:
        if not isinstance(value, list) or len(value) != len(SCORES):
            return None
        return tuple(as_text(text) or "" for text in value)

    if key not in section.table:
        return none
    texts = section.take(key, section.table[key], accept, allowed, none)
    if not section.good(key):
        return none
    given = section.table[key]
    for score, text in enumerate(texts):
        if not text and isinstance(given, list):
            section.refuse(key, f"for {score}: {describe(given[score])}", allowed, "bad value")
    if all(texts) and len(set(texts)) < len(texts):
        section.refuse(key, "two that read the same", "four texts that differ", "duplicate")
    return texts


def _read_bands(top: Section) -> Mapping[str, str]:
    sections = top.sections("bands")
    codes = []
    meanings = {}
    for section in sections:
        section.check_keys(("code", "meaning"))
        code = section.choice("code", BANDS)
        codes.append(code)
        meanings[code] = section.text("meaning")
    named = all(section.good("code") for section in sections)
    if top.good("bands") and named and codes != list(BANDS):
        found = ", ".join(codes) or "none"
        top.refuse("bands", found, f"the four in this order: {', '.join(BANDS)}", "wrong order")
    return meanings


def _read_domains(top: Section) -> tuple[tuple[Domain, ...], bool]:
    """The domains, and whether every code is good and stands once, so that rules can be judged."""
    sections = top.sections("domains")
    domains = []
    coded: list[Section] = []
    codes: list[str] = []
    for section in sections:
        section.check_keys(("code", "name", "items"))
        code = _read_code(section)
        coded.append(section)
        codes.append(code)
        items = []
        for part in section.sections("items"):
            items.append(_read_item(part, code))
            coded.append(part)
            codes.append(items[-1].code)
        if section.good("items") and not items:
            section.refuse("items", "none", "at least one item", "bad value")
        domains.append(Domain(code, section.text("name"), tuple(items)))
    refuse_repeats(coded, "code", codes)
    number = sum(len(domain.items) for domain in domains)
    if top.good("domains") and not sections:
        top.refuse("domains", "none", "at least one domain", "bad value")
    if number > MOST_ITEMS:
        top.refuse("domains", f"{number} items", f"up to {MOST_ITEMS} items", "too many")
    return tuple(domains), all(section.good("code") for section in coded)


def _read_item(section: Section, domain: str) -> Item:
    section.check_keys(("code", "name", "question", "descriptors"))
    return Item(
        code=_read_code(section),
        name=section.text("name"),
        question=section.text("question"),
        descriptors=_read_meanings(section, "descriptors"),
        domain=domain,
    )


def _read_code(section: Section) -> str:
    if "code" not in section.table:
        return ""
    return section.take(
        "code",
        section.table["code"],
        lambda value: (
            value if isinstance(value, str) and _CODE.fullmatch(value) and value != ALL else None
        ),
        f"{_CODE_ALLOWED}, but not {ALL}",
        "",
    )


def _read_rules(top: Section, domains: Sequence[Domain]) -> tuple[Rule, ...]:
    sections = top.sections("rules")
    expand = _expansion(domains)
    rules = []
    for section in sections:
        section.check_keys(("code", "band", "sentence", "when"))
        rules.append(
            Rule(
                code=section.code("code"),
                band=section.choice("band", _RULE_BANDS),
                sentence=section.text("sentence"),
                when=_read_conditions(section, expand),
            )
        )
    refuse_repeats(sections, "code", [rule.code for rule in rules])
    if len(rules) > MOST_RULES:
        top.refuse("rules", f"{len(rules)} rules", f"up to {MOST_RULES} rules", "too many")
    if top.good("rules") and all(section.good("band") for section in sections):
        _check_order(top, sections, [rule.band for rule in rules])
    results = different_results(rules)
    if results > MOST_RESULTS:
        top.refuse(
            "rules",
            f"{results} different results of counting",
            f"up to {MOST_RESULTS}: fewer rules, or rules about the same items",
            "too many",
        )
    return tuple(rules)


def different_results(rules: Sequence[Rule]) -> int:
    """How many results counting may have, each count looked at up to what is needed."""
    needed: dict[tuple[tuple[str, ...], int | None], int] = {}
    for each in (condition for rule in rules for condition in rule.when):
        count = (each.items, each.at_least)
        needed[count] = max(each.needed, needed.get(count, 0))
    results = 1
    for most in needed.values():
        results *= most + 1
    return results


def _check_order(top: Section, sections: Sequence[Section], bands: Sequence[str]) -> None:
    for missing in (band for band in _RULE_BANDS if band not in bands):
        top.refuse(
            "rules",
            f"no rule for {missing}",
            f"at least one rule for each of {', '.join(_RULE_BANDS)}",
            "band never reached",
        )
    for (before, after), section in zip(pairwise(bands), sections[1:], strict=True):
        if rank(before) < rank(after):
            section.refuse(
                "band",
                f"{describe(after)} after {describe(before)}",
                f"rules in this order of bands: {', '.join(_RULE_BANDS)}",
                "wrong order",
            )


def _read_conditions(
    section: Section, expand: Callable[[Section], tuple[str, ...]]
) -> tuple[Condition, ...]:
    parts = section.sections("when")
    if section.good("when") and not parts:
        section.refuse("when", "none", "at least one condition", "bad value")
    return tuple(_read_condition(part, expand) for part in parts)


def _read_condition(section: Section, expand: Callable[[Section], tuple[str, ...]]) -> Condition:
    """A count of items that score high enough, or a sum of scores, that can be reached."""
    adds = "total" in section.table and _COUNT_ONLY.isdisjoint(section.table)
    section.check_keys(("of", "total") if adds else ("of", *sorted(_COUNT_ONLY)))
    of = tuple(section.texts("of"))
    items = expand(section)
    key = "total" if adds else "how_many"
    needed = section.whole(key, least=1)
    most = HIGHEST_SCORE * len(items) if adds else len(items)
    if items and section.good(key) and needed > most:
        allowed = f"at most {most}, for {len(items)} items"
        section.refuse(key, describe(needed), allowed, "can never hold")
    at_least = None if adds else section.whole("at_least", least=1, most=HIGHEST_SCORE)
    return Condition(of, items, needed, at_least)


def _expansion(domains: Sequence[Domain]) -> Callable[[Section], tuple[str, ...]]:
    """What turns the names in `of` into the codes of items; nothing where they are not known."""
    items = [item.code for domain in domains for item in domain.items]
    known = {domain.code: [item.code for item in domain.items] for domain in domains}
    known |= {item: [item] for item in items}
    known[ALL] = items
    allowed = f"{ALL}, or codes of domains and items of this file"

    def expand(section: Section) -> tuple[str, ...]:
        if not section.good("of") or not domains:
            return ()
        names = section.texts("of")
        unknown = [name for name in names if name not in known]
        for name in unknown:
            section.refuse("of", describe(name), allowed, "unknown code")
        if not names:
            section.refuse("of", "none", allowed, "bad value")
        codes = [code for name in names if name in known for code in known[name]]
        for code, times in Counter(codes).items():
            if times > 1:
                section.refuse(
                    "of", f"{describe(code)} twice", "each item counted once", "duplicate"
                )
        return () if unknown else tuple(code for code in items if code in codes)

    return expand
