"""Options and explanations in words, as a placement officer reads them in a terminal."""

from __future__ import annotations

from datetime import date

from matching.explain import Explanation, NotChosen, Option, Options
from matching.geography import authority_name
from matching.words import (
    and_list,
    band_words,
    count,
    day_words,
    miles_words,
    pounds_words,
    tag_words,
)

OPTIONS_SHOWN = 8
MISSES_SHOWN = 5

AREA_WORDS = {
    "in_area": "in the young person’s borough",
    "adjoining": "in a borough next to theirs",
    "distant": "at a distance in law",
}
URGENCY_WORDS = {
    "today": "needs a place today",
    "within_5_days": "needs a place within 5 days",
    "over_5_days": "needs a place later than in 5 days",
}
COMPONENT_WORDS = {
    "distance": "distance",
    "area": "outside the borough",
    "people": "people and places that matter",
    "capability": "home meant for higher need",
    "headroom": "no room if the band goes up",
    "age": "soon too old for the home",
    "unsettled": "unsettled among high need",
    "wish": "what they said of it",
    "sibling": "away from a sibling",
    "cost": "weekly fee",
}


def points_text(option: Option) -> str:
    """Points by component in words, what costs nothing left out."""
    parts = [f"{COMPONENT_WORDS[name]} {value}" for name, value in option.points.items() if value]
    if option.cautions:
        parts.append(f"someone there to be careful with {option.cautions}")
    return ", ".join(parts) if parts else "nothing counts against it"


def who_text(options: Options) -> str:
    """Who the question is about, in one line."""
    referral = options.referral
    needs = and_list([tag_words(tag) for tag in sorted(referral.needs)]) if referral.needs else ""
    about = [
        f"aged {options.age}",
        f"{band_words(referral.band)} ({referral.band_status})",
        authority_name(referral.borough),
        f"{URGENCY_WORDS[options.urgency]}, {day_words(date.fromisoformat(options.day))}",
    ]
    return f"{referral.id}: " + ", ".join(about) + (f". Needs: {needs}." if needs else ".")


def options_text(options: Options) -> str:
    """The homes to ring, best first, and the near misses with both facts."""
    lines = [*options.notices, who_text(options), ""]
    if options.referral.by_hand:
        lines.append("By hand: a court decides part of this plan, so no home is proposed.")
        return "\n".join(lines)
    if options.homes:
        lines.append(f"Homes to ring, best first ({len(options.homes)} fit):")
    else:
        lines.append("No home fits.")
    for place, option in enumerate(options.homes[:OPTIONS_SHOWN], 1):
        lines += _option_lines(f"{place:>3}. ", option)
    if len(options.homes) > OPTIONS_SHOWN:
        lines.append(f"     … and {len(options.homes) - OPTIONS_SHOWN} more (--json shows all)")
    lines += misses_lines(options)
    return "\n".join(lines)


def _option_lines(lead: str, option: Option) -> list[str]:
    fee = "fee not known" if option.fee is None else f"{pounds_words(option.fee)} a week"
    about = [
        distance_text(option),
        f"{authority_name(option.home.borough)}, {AREA_WORDS[option.area]}",
        f"{count(option.free, 'place')} free",
        fee,
    ]
    return [
        f"{lead}{option.home.label}: {', '.join(about)}",
        f"{' ' * len(lead)}{count(option.cost, 'point')}: {points_text(option)}",
    ]


def distance_text(option: Option) -> str:
    """How far, or that it is not known."""
    return "distance not known" if option.tenths is None else miles_words(option.tenths)


def misses_lines(options: Options) -> list[str]:
    """The near misses, a line each, with both facts."""
    if not options.near_misses:
        return []
    lines = ["", "Nearly:"]
    for option in options.near_misses[:MISSES_SHOWN]:
        failed = "; ".join(f"{rule.code} {rule.found}, {rule.allowed}" for rule in option.failed)
        free = ""
        if option.may_be_free:
            days = [day_words(date.fromisoformat(day)) for day in option.may_be_free]
            free = f" (may be free from {and_list(days)})"
        lines.append(f"  {option.home.label}: {failed}{free}")
    more = len(options.near_misses) - MISSES_SHOWN
    if more > 0:
        lines.append(f"  … and {more} more (--json shows them)")
    return lines


def explanation_text(found: Explanation) -> str:
    """The funnel, the choice and its reasons; for somebody unplaced the sentence to say."""
    lines = [*found.options.notices, who_text(found.options), ""]
    lines.append(f"Of {count(found.homes, 'home')}, left after each rule:")
    before = found.homes
    for step in found.funnel:
        if step.left != before:
            lines.append(f"  {step.left:>4}  {step.code} {step.sentence}")
        before = step.left
    if not found.homes:
        lines.append("  no home is on file")
    elif before == found.homes:
        lines.append(f"  {before:>4}  every rule holds everywhere")
    lines.append("")
    if found.chosen is not None:
        lines.append("The plan proposes:")
        lines += _option_lines("  ", found.chosen)
        lines += [f"  {found.lookahead.why}"] if found.lookahead is not None else []
        better = [one for one in found.others if one.option.cost < found.chosen.cost]
        lines += _others("Better for them alone, and why not:", better)
        worse = len(found.others) - len(better)
        if worse:
            lines.append(f"{count(worse, 'other home')} fit and would cost as many points or more.")
    else:
        lines.append(f"Not placed ({found.why.replace('_', ' ')}). To say to them:")
        lines.append(f"  “{found.summary}”")
        lines += _others("Homes that fit, and why not now:", list(found.others))
        lines += misses_lines(found.options)
    lines += ["", "This is a proposal. A named person decides."]
    return "\n".join(lines)


def _others(title: str, others: list[NotChosen]) -> list[str]:
    lines = [title] if others else []
    for one in others[:MISSES_SHOWN]:
        label = f"  {one.option.home.label}, {count(one.option.cost, 'point')}: "
        if one.in_the_way:
            why = "; ".join(f"{b.code} {b.found}, {b.allowed}" for b in one.in_the_way)
            who = f" (moving in: {and_list(list(one.living_there))})" if one.living_there else ""
            lines.append(f"{label}{why}{who}")
        else:
            lines.append(f"{label}there is room, but the whole plan is better without it")
    if len(others) > MISSES_SHOWN:
        lines.append(f"  … and {len(others) - MISSES_SHOWN} more (--json shows them)")
    return lines
