"""Counted plans, two plans side by side, and one home's view, in words for a terminal."""

from __future__ import annotations

from datetime import date

from matching.anyplan import PART_SENTENCES, Broken, Evaluated, Person
from matching.contrast import Change, Contrast, Move
from matching.geography import authority_name
from matching.homeview import Fit, HomeView
from matching.problem import Problem
from matching.tell import (
    AREA_WORDS,
    COMPONENT_WORDS,
    MISSES_SHOWN,
    URGENCY_WORDS,
    distance_text,
    points_text,
)
from matching.words import and_list, band_words, count, day_words, miles_words, pounds_words

PART_WORDS = {
    **COMPONENT_WORDS,
    "wait": "waiting",
    "caution": "together only with caution",
    "siblings_apart": "siblings apart",
    "share": "borough shares",
    "balance": "balance between providers",
    "borough_shortfall": "boroughs falling behind",
    "stay": "changes of the plan before",
    "lookahead": "places worth keeping",
}
_CODE_WORDS = {"known": "not in the case:", "one": "placed twice:", "by_hand": "by hand:"}
PROPOSAL = "This is a proposal. A named person decides."


def label(problem: Problem, home: str | None) -> str:
    """A home's name and number; `no place yet` for none."""
    return "no place yet" if home is None else problem.home_by_id[home].label


def change_words(change: Change) -> str:
    """What changes in each level, such as `12 points more, £400.00 a week less`."""
    parts = []
    if change.today:
        who = count(abs(change.today), "young person", "young people")
        more = "more" if change.today > 0 else "fewer"
        parts.append(f"{who} {more} without the place they need today")
    if change.points:
        points = count(abs(change.points), "point")
        parts.append(f"{points} {'more' if change.points > 0 else 'fewer'}")
    if change.cost:
        pounds = pounds_words(abs(change.cost))
        parts.append(f"{pounds} a week {'more' if change.cost > 0 else 'less'}")
    return ", ".join(parts) if parts else "no level changes"


def move_words(problem: Problem, move: Move) -> str:
    """Who lives elsewhere, such as `R-03: Elm (H2) instead of Ash (H1)`."""
    if move.after is None:
        return f"{move.referral}: waits instead of {label(problem, move.before)}"
    if move.before is None:
        return f"{move.referral}: {label(problem, move.after)} instead of waiting"
    return f"{move.referral}: {label(problem, move.after)} instead of {label(problem, move.before)}"


def level_words(today: int, points: int, cost: int) -> str:
    """The three levels in one line."""
    return (
        f"{today} needing a place today without one, {points:,} points, {pounds_words(cost)} a week"
    )


def evaluated_text(found: Evaluated, problem: Problem) -> str:
    """What a plan breaks and what it is worth, by rule and by young person."""
    levels = found.levels
    lines = [*found.notices]
    if found.holds:
        lines.append("Every rule holds.")
    else:
        lines.append(f"{count(len(found.broken), 'rule')} broken:")
        lines += [f"  {_broken(one, problem)}" for one in found.broken]
    lines += ["", f"Worth: {level_words(levels.today, levels.points, levels.cost)}.", "By rule:"]
    lines += [
        f"  {points:>6,}  {PART_WORDS[name]}: {PART_SENTENCES[name]}"
        for name, points in found.parts.items()
        if points
    ]
    for term in found.terms:
        who = f" ({', '.join(term.referrals)})" if term.referrals else ""
        where = f" at {label(problem, term.home)}" if term.home else ""
        lines.append(
            f"{'':>10}{term.found}{where}; {term.allowed}: {count(term.points, 'point')}{who}"
        )
    lines += ["", "By young person:"]
    lines += [f"  {_person(one, problem)}" for one in found.people]
    return "\n".join([*lines, "", PROPOSAL])


def _broken(one: Broken, problem: Problem) -> str:
    where = f" at {label(problem, one.home)}" if one.home in problem.home_by_id else ""
    signed = " (a named person may override it, signed)" if one.overridable else ""
    who = ", ".join(one.referrals)
    code = _CODE_WORDS.get(one.code, one.code)
    return f"{code} {who}{where}: {one.found}; {one.allowed} ({one.sentence}){signed}"


def _person(one: Person, problem: Problem) -> str:
    if one.home is None:
        waits = f"{count(one.wait, 'point')} for waiting" if one.wait else "no points"
        return f"{one.referral}: no place yet, {URGENCY_WORDS[one.urgency]}: {waits}"
    far = "distance not known" if one.tenths is None else miles_words(one.tenths)
    fee = "fee not known" if one.fee is None else f"{pounds_words(one.fee)} a week"
    broken = f"; breaks {', '.join(b.code for b in one.broken)}" if one.broken else ""
    return (
        f"{one.referral}: {label(problem, one.home)}, {far}, {fee}, "
        f"{count(one.total, 'point')} ({_points(one)}){broken}"
    )


def _points(one: Person) -> str:
    parts = [
        f"{COMPONENT_WORDS[name]} {value}" for name, value in (one.points or {}).items() if value
    ]
    return ", ".join(parts) if parts else "nothing counts against it"


def contrast_text(found: Contrast, problem: Problem) -> str:
    """The second plan against the first: levels, parts, and who lives elsewhere."""
    first, second = found.first.levels, found.second.levels
    lines = [
        f"First:  {level_words(first.today, first.points, first.cost)}.",
        f"Second: {level_words(second.today, second.points, second.cost)}.",
        f"The second against the first: {change_words(found.change)}.",
    ]
    for title, plan in (("first", found.first), ("second", found.second)):
        if plan.broken:
            lines.append(f"The {title} breaks {count(len(plan.broken), 'rule')}:")
            lines += [f"  {_broken(one, problem)}" for one in plan.broken]
    if found.parts:
        lines += ["", "By rule, first and second:"]
    lines += [
        f"  {part.after - part.before:>+6,}  {PART_WORDS[part.rule]}: {part.before:,} and "
        f"{part.after:,}. {part.sentence}"
        for part in found.parts
    ]
    if found.moved:
        lines += ["", "Who lives elsewhere:"]
    for before, after in found.moved:
        move = Move(before.referral, before.home, after.home)
        lines.append(
            f"  {move_words(problem, move)}: {count(before.total, 'point')} before, "
            f"{count(after.total, 'point')} after"
        )
    return "\n".join([*lines, "", PROPOSAL])


def home_text(view: HomeView) -> str:
    """Who fits one home and who nearly fits, with both facts."""
    lines = [
        *view.notices,
        f"{view.home.label}, {authority_name(view.home.borough)}: {_house(view)}",
    ]
    if view.may_be_free:
        days = and_list([day_words(date.fromisoformat(day)) for day in view.may_be_free])
        lines.append(f"A resident leaves, or may leave, on {days}.")
    lines += ["", f"Of {count(view.people, 'young person', 'young people')}, left after each rule:"]
    before = view.people
    for step in view.funnel:
        if step.left != before:
            lines.append(f"  {step.left:>4}  {step.code} {step.sentence}")
        before = step.left
    lines.append("")
    if view.fits:
        lines.append(f"Who fits, the most pressing first ({len(view.fits)}):")
    else:
        lines.append("Nobody fits.")
    for place, fit in enumerate(view.fits, 1):
        lines += _fit(f"{place:>3}. ", fit)
    if view.near_misses:
        lines += ["", "Nearly:"]
    for fit in view.near_misses[:MISSES_SHOWN]:
        failed = "; ".join(f"{r.code} {r.found}, {r.allowed}" for r in fit.option.failed)
        lines.append(f"  {fit.referral.id}: {failed}")
    more = len(view.near_misses) - MISSES_SHOWN
    if more > 0:
        lines.append(f"  … and {more} more (--json shows them)")
    return "\n".join(lines)


def _house(view: HomeView) -> str:
    house = view.household
    parts = [f"{count(house.free, 'place')} free, {count(house.present, 'resident')}"]
    if house.max_high is not None:
        parts.append(f"{house.high} of high or specialist need (at most {house.max_high})")
    if house.load_limit is not None:
        parts.append(f"household load {house.load} (limit {house.load_limit})")
    parts.append(f"{count(house.max_arrivals, 'arrival')} at once")
    return ", ".join(parts)


def _fit(lead: str, fit: Fit) -> list[str]:
    option = fit.option
    about = [
        f"aged {fit.age}",
        f"{band_words(fit.referral.band)} ({fit.referral.band_status})",
        URGENCY_WORDS[fit.urgency],
        distance_text(option),
        AREA_WORDS[option.area],
    ]
    waits = "" if fit.urgency == "today" else f"; waiting would cost {fit.wait}"
    return [
        f"{lead}{fit.referral.id}: {', '.join(about)}",
        f"{' ' * len(lead)}{count(option.cost, 'point')}: {points_text(option)}{waits}",
    ]
