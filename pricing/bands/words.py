"""The answer in words that a provider or a social worker reads in a minute."""

from collections.abc import Iterator, Sequence

from pricing.bands.answer import Answer, Views, descriptor
from pricing.bands.banding import Banding, Reason
from pricing.bands.changes import Change, Changes, Step
from pricing.bands.published import condition_words, or_list, source_words
from pricing.bands.scores import BOROUGH
from pricing.bands.scores_parts import score_words
from pricing.bands.thresholds import Score

SMALLEST = "smallest: fewest items changed, then fewest points in all"
SHOWN_WAYS = 4
"""How many of the smallest changes words list; JSON lists more."""


def render_answer(found: Answer) -> str:
    """The whole answer: band, why, dispute, higher, lower, price, thresholds, notices."""
    parts = [
        _head(found),
        _why(found),
        _dispute(found, found.views) if found.views is not None else [],
        [f"What would change the band ({SMALLEST})"],
        *[_changes(found, "higher", each) for each in found.higher],
        _changes(found, "lower", found.lower) if found.lower is not None else [],
        _price(found),
        ["Thresholds", f"  {source_words(found.thresholds)}"],
        [f"! {notice}" for notice in found.notices],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(found: Answer) -> list[str]:
    assessment = found.assessment
    band = f"{or_list(found.standing.possible)} need".upper()
    lines = [
        f"{assessment.young_person_id}: {band}, {assessment.status}",
        f"Scored on {assessment.assessed_on} by {assessment.assessed_by}.",
    ]
    if assessment.confirmation is not None:
        lines.append(f"Confirmed on {assessment.confirmation.on} by {assessment.confirmation.by}.")
    return lines


def _why(found: Answer) -> list[str]:
    standing = found.standing
    deciding = standing.deciding
    lines = [f"Why {or_list(standing.possible)}"]
    told: set[str] = set()
    for reason in deciding:
        perhaps = "" if reason.surely else f" (perhaps, then {reason.rule.band})"
        lines.append(f"  {reason.rule.code}  {reason.rule.sentence}{perhaps}")
        lines += _counted(standing, reason, told)
    if not any(reason.surely for reason in deciding):
        lines.append(f"  No rule {'surely ' if deciding else ''}holds: that is low.")
    also = [each.rule.code for each in standing.reasons if each.surely and each not in deciding]
    if also:
        lines.append(f"  Below that hold also: {', '.join(also)}")
    if standing.unknown:
        lines.append("  Not scored yet:")
        items = found.thresholds.items
        lines += [
            f"    {items[item].name} ({item}): {items[item].question}" for item in standing.unknown
        ]
    return lines


def _counted(standing: Banding, reason: Reason, told: set[str]) -> Iterator[str]:
    """What each condition counted; what a score means is said once, where it is met first."""
    thresholds = standing.thresholds
    for counted in reason.counted:
        condition = counted.condition
        yield (
            f"      {condition_words(thresholds, condition)}"
            f" (needed {condition.needed}, found {counted.value})"
        )
        adds = condition.at_least is None
        short = [item for item in counted.items if adds or item in told]
        for item in counted.items:
            if item not in short:
                score = standing.scores[item]
                words = descriptor(thresholds, item, score)
                yield f"        {score}  {thresholds.names[item]}: {words}"
                told.add(item)
        if short:
            lead = "" if len(short) == len(counted.items) else "and "
            listed = [f"{thresholds.names[item]} {standing.scores[item]}" for item in short]
            yield f"        {lead}{', '.join(listed)}"
        if counted.unknown and not reason.surely:
            names = [thresholds.names[item] for item in counted.unknown]
            yield f"        not scored: {', '.join(names)}"


def _changes(found: Answer, direction: str, changes: Changes) -> list[str]:
    standing = found.standing
    edge = standing.lowest if direction == "higher" else standing.highest
    head = f"  {direction} than {edge}: {changes.to}"
    if not changes.ways:
        unknown = ", ".join(standing.unknown)
        return [head, f"    no change of known scores makes it sure; score first: {unknown}"]
    items = "1 item" if changes.items == 1 else f"{changes.items} items"
    points = "1 point" if changes.points == 1 else f"{changes.points} points"
    points += " in all" if changes.items > 1 else ""
    ways = "in one way only" if changes.ways == 1 else f"in {changes.ways} ways"
    lines = [head, f"    {items} by {points}, {ways}:"]
    if not changes.exactly:
        lines.insert(
            1, f"    nothing gives exactly {changes.to}; the smallest that goes beyond it:"
        )
    for change in changes.shown[:SHOWN_WAYS]:
        lines += _change(found, change, changes)
    more = changes.ways - min(len(changes.shown), SHOWN_WAYS)
    if more:
        lines.append(f"    and {more} more")
    return lines


def _change(found: Answer, change: Change, changes: Changes) -> Iterator[str]:
    gives = f" ({or_list(change.possible)})" if not changes.exactly else ""
    for number, step in enumerate(change.steps):
        lead = "-" if number == 0 else "and"
        words = descriptor(found.thresholds, step.item, step.after)
        yield f"    {lead.ljust(3)} {_step(found, step)}: {words}{gives}"


def _step(found: Answer, step: Step) -> str:
    name = found.thresholds.names[step.item]
    return f"{name} from {score_words(step.before)} to {score_words(step.after)}"


def _dispute(found: Answer, views: Views) -> list[str]:
    dispute = views.dispute
    who = "the placing borough" if dispute.side == BOROUGH else "the provider"
    lines = [
        f"Two views: {who} sees it otherwise since {dispute.on}, {dispute.status}",
        f"  {dispute.by}: {_flat(dispute.reason)}",
        "",
        *_side_by_side(found, views),
        "",
        *_reasons(found, views),
        *_decisive(found, views),
    ]
    settlement = dispute.settlement
    if settlement is not None:
        lines.append(
            f"  Settled on {settlement.on} as {settlement.band} by {settlement.by}:"
            f" {_flat(settlement.reason)}"
        )
    return lines


def _side_by_side(found: Answer, views: Views) -> list[str]:
    settlement = views.dispute.settlement
    heads = ["", "assessor", views.dispute.side]
    bands = ["band", or_list(found.assessed.possible), or_list(views.other.possible)]
    if settlement is not None:
        heads.append("settled")
        bands.append(settlement.band)
    rows = [heads, bands]
    for item, scores in views.difference.items.items():
        cells: list[Score] = list(scores)
        if settlement is not None:
            cells.append(settlement.scores[item])
        rows.append([found.thresholds.names[item], *map(score_words, cells)])
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _reasons(found: Answer, views: Views) -> Iterator[str]:
    for item, (_, after) in views.difference.items.items():
        yield f"  {found.thresholds.names[item]}"
        own = found.assessment.reasons.get(item)
        yield f"    assessor: {_flat(own) if own else 'no reason given'}"
        yield f"    {views.dispute.side}: {_flat(views.dispute.reasons[item])}"
        alone = or_list(views.difference.alone[item].possible)
        yield f"    {score_words(after)} here and nothing else otherwise gives: {alone}"


def _decisive(found: Answer, views: Views) -> Iterator[str]:
    decisive = views.difference.decisive
    if decisive is None:
        yield "  Both views give the same band: the difference is about scores only."
        return
    names = found.thresholds.names
    yield "  What makes the difference between the bands:"
    for change in decisive.shown:
        yield f"    {' and '.join(names[step.item] for step in change.steps)}"
    if decisive.ways > len(decisive.shown):
        yield f"    and {decisive.ways - len(decisive.shown)} more sets of {decisive.items}"


def _price(found: Answer) -> list[str]:
    return [
        "What a placement in this band costs (contracts that come with this product hold starting"
        " assumptions)",
        *[f"  {command}" for command in found.price_commands],
    ]


def _flat(text: str) -> str:
    return " ".join(text.split())
