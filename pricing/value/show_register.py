"""A register of savings as a page for people and as the same facts for programs."""

from collections.abc import Iterable, Mapping

from pricing.money import decimal_text, pounds, pounds_for_people
from pricing.numbers import with_decimals
from pricing.render import page, table
from pricing.value.register import EVIDENCE, KIND_WORDS, Entry, QuotedRatio, Register
from pricing.value.register_totals import (
    KindTotal,
    SameBaseline,
    Sum,
    same_baselines,
    same_claims,
    totals,
)
from pricing.value.show_value import amount, amount_json

NEVER_ADDED = (
    "The three kinds are never added to each other. Amounts are at the prices of each unit cost's"
    " year, not indexed."
)
OWN_SCALE = "The scale of evidence is this product's own, strongest first:"


def register_json(made: Register) -> dict[str, object]:
    """The answer of `broker savings --json`; null is unknown."""
    return {
        "register": made.file,
        "version": made.version,
        "totals": {kind: _total_json(total) for kind, total in totals(made.savings).items()},
        "savings": [_saving_json(entry) for entry in made.savings],
        "not_yet": [
            {"id": entry.id, "what": entry.what, "kind": entry.kind, "missing": entry.missing}
            for entry in made.not_yet
        ],
        "quoted_ratios": [
            {"id": entry.id, **_ratio_json(entry.ratio)} for entry in made.entries if entry.ratio
        ],
        "same_claims": same_claims(made.savings),
        "same_baselines": [_baseline_json(each) for each in same_baselines(made.savings)],
    }


def render_register(made: Register) -> str:
    """Totals by kind, the savings, what is none yet, quoted ratios, what may count twice."""
    found = totals(made.savings)
    return page(
        [made.title, f"{len(made.savings)} savings, {len(made.not_yet)} not a saving yet"],
        *(_kind(total) for total in found.values()),
        [NEVER_ADDED],
        _savings(made.savings),
        _not_yet(made.not_yet),
        _ratios(made.entries),
        _twice(made.savings),
        _weak(made.savings),
        [OWN_SCALE, *(f"  {level}: {words}" for level, words in EVIDENCE.items())],
        [f"Register file {made.file}, version {made.version}"],
    )


def sum_text(found: Sum) -> str:
    """A sum as people read it; what is unknown of it is said beside what is known."""
    if not found.unknown:
        return pounds_for_people(found.known)
    if not found.known:
        return f"{found.unknown} unknown"
    return f"{pounds_for_people(found.known)} and {found.unknown} unknown"


def _kind(total: KindTotal) -> list[str]:
    head = f"{total.kind.capitalize()}: {KIND_WORDS[total.kind]}"
    if not total.savings:
        return [head, "  no saving of this kind"]
    years = list(total.by_year)
    rows = [["who gains", *years, "all years"]]
    for who, whole in total.by_beneficiary.items():
        cells = [total.by_both.get((who, year)) for year in years]
        rows.append([who, *(sum_text(cell) if cell else "-" for cell in cells), sum_text(whole)])
    rows.append(["all", *map(sum_text, total.by_year.values()), sum_text(total.whole)])
    return [head, *table(rows, left=1)]


def _savings(savings: Iterable[Entry]) -> list[str]:
    lines = []
    for entry in savings:
        base, cost = entry.baseline, entry.unit_cost
        if base is None or cost is None or base.value is None:
            continue
        quantities = ", ".join(
            f"{year} {'unknown' if quantity is None else decimal_text(quantity)}"
            for year, quantity in entry.years.items()
        )
        lines += [
            f"  {entry.id} ({entry.kind}, {entry.evidence}): {entry.what}",
            f"    gains: {entry.beneficiary}; owner: {entry.owner}",
            f"    before: {decimal_text(base.value)} {base.unit}, {base.period} ({base.source})",
            f"    one {cost.unit}: {amount(cost.amount)}, {cost.year} ({cost.source})",
            f"    so many: {quantities}",
        ]
    return ["The savings:", *lines] if lines else []


def _not_yet(entries: Iterable[Entry]) -> list[str]:
    lines = [
        f"  {entry.id} ({entry.kind}): {entry.what}\n    missing: {', '.join(entry.missing)}"
        for entry in entries
    ]
    return ["Not a saving yet, and in no total:", *lines] if lines else []


def _ratios(entries: Iterable[Entry]) -> list[str]:
    lines = [f"  {entry.id}: {_ratio_text(entry.ratio)}" for entry in entries if entry.ratio]
    return ["Quoted ratios, each worked out again from its own figures:", *lines] if lines else []


def _ratio_text(ratio: QuotedRatio) -> str:
    quoted = f"{with_decimals(ratio.quoted, ratio.decimals)} quoted"
    figures = f"{amount(ratio.benefit)} for {amount(ratio.cost)}"
    if ratio.own is None:
        return f"{quoted}; cannot be worked out again: {figures} ({ratio.source})"
    own = f"{with_decimals(ratio.own, ratio.decimals)} by its own figures, {figures}"
    flag = "agrees" if ratio.agrees else "FLAG: its own figures do not give it; both are kept"
    return f"{quoted}, {own}; {flag} ({ratio.source})"


def _twice(savings: Iterable[Entry]) -> list[str]:
    savings = tuple(savings)
    lines = [
        f"  {', '.join(ids)}: the same claim, in a common year" for ids in same_claims(savings)
    ]
    for each in same_baselines(savings):
        claimed = (
            "how much of it cannot be said"
            if each.claimed is None
            else f"together {decimal_text(each.claimed)} of {decimal_text(each.value)} {each.unit}"
        )
        more = "; MORE THAN THERE WAS" if each.too_much else ""
        lines.append(
            f"  {', '.join(each.ids)}, {each.year}: against one baseline, {each.period}"
            f" ({each.source}): {claimed}{more}"
        )
    return ["May count the same pounds twice:", *lines] if lines else []


def _weak(savings: Iterable[Entry]) -> list[str]:
    lines = [f"  {entry.id}: no {', no '.join(entry.weak)}" for entry in savings if entry.weak]
    return ["Savings that still lack something to stand on:", *lines] if lines else []


def _total_json(total: KindTotal) -> dict[str, object]:
    def sums(found: Mapping[str, Sum]) -> dict[str, object]:
        return {name: _sum_json(each) for name, each in found.items()}

    return {
        "savings": total.savings,
        **_sum_json(total.whole),
        "years": sums(total.by_year),
        "beneficiaries": {
            who: {
                **_sum_json(whole),
                "years": {
                    year: _sum_json(each)
                    for (name, year), each in total.by_both.items()
                    if name == who
                },
            }
            for who, whole in total.by_beneficiary.items()
        },
    }


def _sum_json(found: Sum) -> dict[str, object]:
    return {
        "total": None if found.unknown else pounds(found.known),
        "known": pounds(found.known),
        "unknown": found.unknown,
    }


def _saving_json(entry: Entry) -> dict[str, object]:
    base, cost = entry.baseline, entry.unit_cost
    return {
        "id": entry.id,
        "what": entry.what,
        "kind": entry.kind,
        "beneficiary": entry.beneficiary,
        "owner": entry.owner,
        "evidence": entry.evidence,
        "baseline": base
        and {
            "value": None if base.value is None else decimal_text(base.value),
            "unit": base.unit,
            "period": base.period,
            "source": base.source,
        },
        "unit_cost": cost
        and {
            "amount": amount_json(cost.amount),
            "unit": cost.unit,
            "year": cost.year,
            "source": cost.source,
        },
        "years": {
            year: {
                "quantity": None if quantity is None else decimal_text(quantity),
                "amount": amount_json(entry.amounts[year]),
            }
            for year, quantity in entry.years.items()
        },
        "lacks": entry.weak,
    }


def _ratio_json(ratio: QuotedRatio) -> dict[str, object]:
    return {
        "quoted": with_decimals(ratio.quoted, ratio.decimals),
        "own": None if ratio.own is None else with_decimals(ratio.own, ratio.decimals),
        "own_exact": None if ratio.own is None else str(ratio.own),
        "agrees": ratio.agrees,
        "benefit": amount_json(ratio.benefit),
        "cost": amount_json(ratio.cost),
        "source": ratio.source,
    }


def _baseline_json(each: SameBaseline) -> dict[str, object]:
    return {
        "ids": each.ids,
        "source": each.source,
        "period": each.period,
        "unit": each.unit,
        "year": each.year,
        "claimed": None if each.claimed is None else decimal_text(each.claimed),
        "baseline": decimal_text(each.value),
        "too_much": each.too_much,
    }
