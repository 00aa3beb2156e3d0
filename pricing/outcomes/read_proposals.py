"""Reading a proposals file: every error of it at once (docs/results.md, "Proposals").

`agreed_on` lies before `from`, and what was agreed was known: the wish was said, and the baseline
measured to its end, by the day of agreement. Each side agreed. Two proposals of one item never
cover the same day, since only one could be paid.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from pricing.money import decimal_text
from pricing.outcomes.proposal import (
    ALL_PROVIDERS,
    PARTNERSHIP,
    PROVIDER,
    SIDES,
    Agreement,
    Baseline,
    Proposal,
    StabilityTerms,
    Wish,
)
from pricing.problems import BadInput, Problems, describe
from pricing.terms import OUTCOME, Contract
from pricing.text_file import read_file
from pricing.toml_file import parse_toml
from pricing.toml_section import Section, refuse_repeats

_SHA_256: Final = re.compile(r"[0-9a-f]{64}")
_REQUIRED: Final = (
    "id",
    "item",
    "provider",
    "from",
    "to",
    "agreed_on",
    "agreed_by",
    "what",
    "for_whom",
    "wish",
    "measure",
    "baseline",
    "target",
)


def read_proposals(path: Path, contract: Contract | None, found: Problems) -> tuple[Proposal, ...]:
    """The proposals in a TOML file, checked against their contract if that could be read."""
    try:
        table = parse_toml(read_file(path), path.name, "a file of proposals")
    except BadInput as refused:
        found.extend(refused.problems)
        return ()
    top = Section(table, "", path.name, found)
    top.check_keys(("contract", "proposals"))
    named = top.text("contract")
    if contract is not None and top.good("contract") and named != contract.id:
        top.refuse("contract", describe(named), describe(contract.id), "another contract")
    sections = top.sections("proposals")
    proposals = [_proposal(section, contract) for section in sections]
    refuse_repeats(sections, "id", [proposal.id for proposal in proposals])
    _refuse_shared_days(sections, proposals)
    return tuple(proposals)


def _proposal(section: Section, contract: Contract | None) -> Proposal:
    section.check_keys(_REQUIRED, ("stability",))
    start, end = _period(section)
    agreed_on = section.day("agreed_on")
    if section.good("from", "agreed_on") and agreed_on >= start:
        section.refuse(
            "agreed_on",
            describe(agreed_on),
            f"a day before from, {start}: a proposal is agreed beforehand",
            "not agreed beforehand",
        )
    counted, unit = _measure(section)
    baseline, baseline_known = _baseline(section, agreed_on)
    proposal = Proposal(
        id=section.code("id"),
        item=section.text("item"),
        provider=section.text("provider"),
        start=start,
        end=end,
        agreed_on=agreed_on,
        agreed_by=_agreed_by(section),
        what=section.prose("what"),
        for_whom=section.prose("for_whom"),
        wish=_wish(section, agreed_on),
        counted=counted,
        unit=unit,
        baseline=baseline,
        target=section.number("target", "what is counted"),
        stability=_stability(section) if "stability" in section.table else None,
    )
    _check_way(section, proposal, baseline_known)
    if contract is not None:
        _check_contract(section, proposal, contract)
    return proposal


def _period(section: Section) -> tuple[date, date]:
    start, end = section.day("from"), section.day("to", date.max)
    if section.good("from", "to") and end <= start:
        section.refuse("to", describe(end), f"a day after from, {start}", "wrong order")
    return start, end


def _agreed_by(section: Section) -> tuple[Agreement, ...]:
    agreements = []
    for each in section.sections("agreed_by"):
        each.check_keys(("side", "role", "organisation"))
        agreements.append(
            Agreement(each.choice("side", SIDES), each.text("role"), each.text("organisation"))
        )
    sides = {agreement.side for agreement in agreements}
    if section.good("agreed_by"):
        for side in (PROVIDER, PARTNERSHIP):
            if side not in sides and "" not in sides:
                section.refuse(
                    "agreed_by",
                    f"nobody of the {side}",
                    f'at least one entry with side = "{PROVIDER}" and one with "{PARTNERSHIP}"',
                    "one side only",
                )
    return tuple(agreements)


def _wish(section: Section, agreed_on: date) -> Wish:
    wish = section.section("wish")
    if section.good("wish"):
        wish.check_keys(("words", "where", "said_on"))
    said_on = wish.day("said_on")
    if wish.good("said_on") and section.good("agreed_on") and said_on > agreed_on:
        wish.refuse(
            "said_on", describe(said_on), f"a day not after agreed_on, {agreed_on}", "wrong order"
        )
    return Wish(wish.prose("words"), wish.text("where"), said_on)


def _measure(section: Section) -> tuple[str, str]:
    measure = section.section("measure")
    if section.good("measure"):
        measure.check_keys(("counted", "unit"))
    return measure.prose("counted"), measure.text("unit")


def _baseline(section: Section, agreed_on: date) -> tuple[Baseline, bool]:
    """The baseline, and whether its value is one to compare with."""
    baseline = section.section("baseline")
    if section.good("baseline"):
        baseline.check_keys(("value", "from", "to", "source"))
    start, end = _period(baseline)
    if baseline.good("to") and section.good("agreed_on") and end > agreed_on:
        baseline.refuse(
            "to",
            describe(end),
            f"a day not after agreed_on, {agreed_on}: measured when it was agreed",
            "wrong order",
        )
    value = baseline.number("value", "what is counted")
    return Baseline(value, start, end, baseline.prose("source")), baseline.good("value")


def _stability(section: Section) -> StabilityTerms:
    stability = section.section("stability")
    if section.good("stability"):
        stability.check_keys(("reference", "reference_version", "least_expected"))
    least = stability.number("least_expected", "expected unplanned endings")
    if stability.good("least_expected") and least < 1:
        stability.refuse(
            "least_expected",
            decimal_text(least),
            "1 or more: on fewer expected unplanned endings nothing can be told",
            "bad value",
        )
    version = stability.text("reference_version")
    if stability.good("reference_version") and not _SHA_256.fullmatch(version):
        stability.refuse(
            "reference_version",
            describe(version),
            "the SHA-256 of the reference file: 64 digits and letters a to f",
            "bad value",
        )
    return StabilityTerms(stability.text("reference"), version, least)


def _check_way(section: Section, proposal: Proposal, baseline_known: bool) -> None:
    """A way leads from the baseline to the target; fewer unplanned endings are better."""
    if not (baseline_known and section.good("target")):
        return
    before = decimal_text(proposal.baseline.value)
    if proposal.target == proposal.baseline.value:
        section.refuse(
            "target",
            decimal_text(proposal.target),
            f"another value than the baseline, {before}: there is nothing to achieve",
            "no way to go",
        )
    elif proposal.stability is not None and proposal.target > proposal.baseline.value:
        section.refuse(
            "target",
            decimal_text(proposal.target),
            f"a ratio below the baseline, {before}: fewer unplanned endings are better",
            "wrong order",
        )


def _check_contract(section: Section, proposal: Proposal, contract: Contract) -> None:
    items = contract.results.items if contract.results else ()
    item = next((each for each in items if each.code == proposal.item), None)
    if section.good("item") and item is None:
        known = ", ".join(each.code for each in items) or f"none: {contract.id} pays no results"
        section.refuse("item", describe(proposal.item), known, "unknown item")
    if item is not None and item.kind != OUTCOME and proposal.stability is not None:
        section.refuse(
            "stability", f"on an {item.kind} item", "only on an outcome item", "forbidden key"
        )
    if section.good("provider") and proposal.provider not in (*contract.providers, ALL_PROVIDERS):
        names = ", ".join([*contract.providers, ALL_PROVIDERS])
        section.refuse("provider", describe(proposal.provider), names, "unknown provider")
    term = f"a day inside the term of {contract.id}, {contract.start} to {contract.end}"
    if section.good("from") and not contract.start <= proposal.start < contract.end:
        section.refuse("from", describe(proposal.start), term, "outside the term")
    if section.good("to") and not contract.start < proposal.end <= contract.end:
        section.refuse("to", describe(proposal.end), term, "outside the term")


def _refuse_shared_days(sections: Sequence[Section], proposals: Sequence[Proposal]) -> None:
    by_item = defaultdict(list)
    for section, proposal in zip(sections, proposals, strict=True):
        if section.good("item", "from", "to"):
            by_item[proposal.item].append((proposal.start, proposal.end, section))
    for periods in by_item.values():
        periods.sort(key=lambda period: period[:2])
        _, latest, holder = periods[0]
        for start, end, section in periods[1:]:
            if start < latest:
                section.refuse(
                    "from",
                    describe(start),
                    f"{latest} or later: until then {holder.path} is paid for the same item",
                    "two proposals on one day",
                )
            if end > latest:
                latest, holder = end, section
