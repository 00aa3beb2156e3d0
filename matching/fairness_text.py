"""The fairness report in words and small tables: each says what it counts, each rate its counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from matching.fair_figures import Contract, Group, Held, Part, Provider, Rate, Sum
from matching.fair_policy import FairnessLimits
from matching.geography import authority_name
from matching.words import and_list, band_words, count, day_words

if TYPE_CHECKING:
    from matching.fairness import Fairness

NOT_KNOWN = "not known"
NOBODY = "–"
PROVIDERS_SHOWN = 40
PLAN_POINTS = {
    "caution": "cautions",
    "siblings_apart": "siblings apart",
    "balance": "balance between providers",
    "borough_shortfall": "boroughs behind the policy’s limit",
}
SEX_WORDS = {"F": "female", "M": "male", "U": NOT_KNOWN}


def fairness_text(report: Fairness) -> str:
    """The whole report."""
    parts = [
        _opening(report),
        _placed_table("By borough (the young person’s own)", report.boroughs, authority_name),
        _share_table(report),
        _area_table(report),
        _points_table(report),
        _held_table(report),
        _provider_table(report),
        *(_contract_table(contract, report) for contract in report.contracts),
        _placed_table("By sex", report.sexes, SEX_WORDS.__getitem__),
        _placed_table("By age, on the day the place is needed", report.ages, str),
        _placed_table("By band", report.bands, band_words),
        *_limit_tables(report),
        _reading(),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _opening(report: Fairness) -> list[str]:
    everybody = report.everybody
    lines = [
        f"Fairness of the plan for {day_words(report.as_of)}",
        f"{rate_text(everybody.rate)} of those who need a place are placed; "
        f"{everybody.waiting} wait, {everybody.waiting_today} of them needing a place today; "
        f"for {everybody.nothing_fits} of those who wait no home fits.",
    ]
    if everybody.by_hand:
        lines.append(
            f"{count(everybody.by_hand, 'young person', 'young people')} by hand: a named person "
            "looks for the place. They are in no other figure."
        )
    return lines


def _placed_table(title: str, groups: Sequence[Group], name: Callable[[str], str]) -> list[str]:
    head = ("", "placed", "waiting", "no home", "miles", "days placed", "days waiting")
    rows = [
        (
            name(group.name),
            rate_text(group.rate),
            str(group.waiting),
            str(group.nothing_fits),
            mean_text(group.tenths, tenths=True),
            mean_text(group.waited_placed),
            mean_text(group.waited_waiting),
        )
        for group in groups
    ]
    lines = [title, *table(head, rows)]
    by_hand = [f"{name(group.name)} {group.by_hand}" for group in groups if group.by_hand]
    if by_hand:
        lines.append(f"  By hand, in no column above: {and_list(by_hand)}.")
    return lines


def _share_table(report: Fairness) -> list[str]:
    head = ("", "share of those to place", "share of those placed", "difference")
    rows = []
    for group in report.boroughs:
        asking, placing = report.asking(group), report.placing(group)
        rows.append(
            (
                authority_name(group.name),
                rate_text(asking),
                rate_text(placing),
                _difference(asking, placing),
            )
        )
    return [
        "Each borough’s share of those placed beside its share of those to place, and the "
        "difference in percentage points",
        *table(head, rows),
    ]


def _difference(asking: Rate, placing: Rate) -> str:
    """Percentage points by which the second share lies above the first, rounded half-up."""
    if asking.of == 0 or placing.of == 0:
        return NOBODY
    over, under = placing.count * asking.of - asking.count * placing.of, asking.of * placing.of
    size = (2000 * abs(over) + under) // (2 * under)
    sign = "" if size == 0 else "+" if over > 0 else "−"
    return sign + decimal(size)


def _area_table(report: Fairness) -> list[str]:
    head = ("", "in it", "next to it", "further", "longest, miles", "should live away")
    rows = []
    for group in report.boroughs:
        most = group.tenths.most
        nobody = NOT_KNOWN if group.placed else NOBODY
        rows.append(
            (
                authority_name(group.name),
                *(rate_text(Rate(number, group.placed)) for number in group.areas.values()),
                nobody if most is None else decimal(most),
                str(group.away),
            )
        )
    return ["Where those placed will live, seen from their borough", *table(head, rows)]


def _points_table(report: Fairness) -> list[str]:
    head = ("", "placements", "a placement", "waiting", "short of its share", "in all")
    rows = []
    for group in report.boroughs:
        short = report.short_points.get(group.name, 0)
        mean = Sum(group.placed, 0, group.points_placed).mean
        rows.append(
            (
                authority_name(group.name),
                f"{group.points_placed:,}",
                NOBODY if mean is None else f"{mean:,} ({group.placed})",
                f"{group.points_waiting:,}",
                f"{short:,}",
                f"{group.points_placed + group.points_waiting + short:,}",
            )
        )
    own = report.points - sum(report.plan_points.values())
    joint = report.plan_points
    return [
        "Points by borough, lower is better",
        *table(head, rows),
        f"  Boroughs {own:,}, and of the plan as a whole: "
        + ", ".join(f"{PLAN_POINTS[name]} {points:,}" for name, points in joint.items())
        + f"; in all {report.points:,}.",
        *_no_points(report.everybody.waiting_today),
    ]


def _no_points(today: int) -> list[str]:
    if not today:
        return []
    who = "who waits and needs" if today == 1 else "who wait and need"
    return [f"  The {today} {who} a place today: no points, for that comes before all points."]


def _held_table(report: Fairness) -> list[str]:
    if not report.held:
        return []
    head = (
        "contract",
        "borough",
        "pays for",
        "entitled to",
        "living there",
        "placed",
        "holds",
        "short",
    )
    rows = [_held_row(one) for one in report.held]
    return [
        "Places of a contract that each borough holds, against its entitlement",
        *table(head, rows, words=2),
    ]


def _held_row(one: Held) -> tuple[str, ...]:
    known = [NOT_KNOWN if n is None else str(n) for n in (one.paid_for, one.entitled, one.short)]
    return (
        one.contract,
        authority_name(one.borough),
        *known[:2],
        str(one.living),
        str(one.placed),
        str(one.held),
        known[2],
    )


def _provider_table(report: Fairness) -> list[str]:
    every = report.every_provider
    asked = sorted(report.providers, key=lambda one: (-one.proposals, -one.places, one.name))
    shown = [one for one in asked if one.proposals or len(asked) <= PROVIDERS_SHOWN]
    shown = shown[:PROVIDERS_SHOWN]
    head = (
        "",
        "places",
        "proposals",
        "low",
        "medium",
        "high",
        "specialist",
        "of all high or specialist",
    )
    rows = [_provider_row(one, every) for one in shown]
    lines = [
        "Proposals by provider, beside its part of the places in registered homes",
        *table(head, rows),
    ]
    if len(asked) > len(shown):
        rest = asked[len(shown) :]
        lines.append(
            f"  … and {count(len(rest), 'more provider')} with "
            f"{count(sum(one.proposals for one in rest), 'proposal')} (--json lists them)"
        )
    return lines


def _provider_row(one: Provider, every: Provider) -> tuple[str, ...]:
    high = one.proposed["high"] + one.proposed["specialist"]
    return (
        one.name or NOT_KNOWN,
        rate_text(Rate(one.places, every.places)),
        rate_text(Rate(one.proposals, every.proposals)),
        *(str(number) for number in one.proposed.values()),
        rate_text(Rate(high, every.proposed["high"] + every.proposed["specialist"])),
    )


def _contract_table(contract: Contract, report: Fairness) -> list[str]:
    head = (
        "",
        "places",
        "living there",
        "proposed",
        "high or specialist",
        "of its places",
        "above its part",
    )
    rows = [_part_row(part.provider or NOT_KNOWN, part) for part in contract.parts]
    rows.append(_part_row("the contract", contract.all))
    day = day_words(report.horizon)
    return [
        f"Contract {contract.name}: high or specialist need of all who live there on {day}",
        *table(head, rows),
    ]


def _part_row(name: str, part: Part) -> tuple[str, ...]:
    return (
        name,
        str(part.places),
        str(part.living),
        str(part.proposed),
        rate_text(Rate(part.high, part.people)),
        rate_text(Rate(part.high, part.places)),
        NOBODY if part.above is None else str(part.above),
    )


def _limit_tables(report: Fairness) -> list[list[str]]:
    limits = report.limits
    if limits is None:
        return []
    return [
        _ceiling_table(report, limits.ceiling) if limits.ceiling is not None else [],
        _behind_table(report, limits) if limits.shortfall is not None else [],
    ]


def _ceiling_table(report: Fairness, percent: int) -> list[str]:
    head = ("", "places", "ceiling", "living there", "proposed", "room left")
    rows = []
    for one in report.ceilings:
        numbers = (one.places, one.most, one.living, one.placed, one.room - one.placed)
        rows.append((one.contract, *(f"{number:,}" for number in numbers)))
    return [
        f"The policy’s ceiling: high or specialist need on {percent}% of a contract’s places at "
        "most",
        *table(head, rows),
    ]


def _behind_table(report: Fairness, limits: FairnessLimits) -> list[str]:
    head = ("", "of those some home fits", "of those placed", "short")
    rows = [
        (
            authority_name(one.borough),
            rate_text(Rate(one.asking, one.asking_of)),
            rate_text(Rate(one.placed, one.placed_of)),
            f"{one.short:,}",
        )
        for one in report.behind
    ]
    cost = "a hard limit" if limits.hard else f"{count(limits.weight, 'point')} a place short"
    return [
        "The policy’s limit: a borough’s share of those placed at most "
        f"{limits.shortfall} percentage points below, {cost}",
        *table(head, rows),
    ]


def _reading() -> list[str]:
    return [
        "How to read it",
        "  placed        of those who need a place and are not by hand",
        "  no home       how many of those waiting no home may take by the rules on a pair",
        "  miles         mean of those placed whose distance is known, and how many that is;",
        "                those who should live away are among them",
        "  days placed   mean days waited so far by those placed, where it is known since when;",
        "  days waiting  likewise by those whom the plan leaves waiting",
        f"  {NOBODY}             nobody to count; what is not known is never counted as 0",
        "It counts one plan and says what is so, not why; a person judges whether it is fair.",
    ]


def rate_text(rate: Rate) -> str:
    """`3 of 9 (33.3%)`; of none there is no percentage."""
    share = rate.per_mille
    return NOBODY if share is None else f"{rate.count:,} of {rate.of:,} ({decimal(share)}%)"


def mean_text(found: Sum, tenths: bool = False) -> str:
    """A mean with how many it is of: `4.5 (3 of 4)`."""
    if found.all == 0:
        return NOBODY
    mean = found.mean
    shown = NOT_KNOWN if mean is None else decimal(mean) if tenths else f"{mean:,}"
    return f"{shown} ({found.known} of {found.all})"


def decimal(tenths: int) -> str:
    """Tenths with one decimal."""
    return f"{tenths // 10:,}.{tenths % 10}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> list[str]:
    """Aligned lines: the first `words` columns to the left, figures to the right."""
    lines = [head, *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
