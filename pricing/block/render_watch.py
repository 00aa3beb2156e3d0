"""What is watched in the life of a block, in words: material change, notices, the mix of need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pricing.block.balance import Balance, Mix
from pricing.block.material import MaterialYear
from pricing.block.notices import Notice
from pricing.money import decimal_text, pounds_for_people, round_half_up
from pricing.render import table
from pricing.tenths import as_text
from pricing.terms import BANDS
from pricing.working_days import SOURCE

if TYPE_CHECKING:
    from pricing.block.life import BlockLife

NOT_KNOWN = "not known"


def material_lines(year: MaterialYear) -> list[str]:
    """A contract year: its value, its changes with what they come to, whether they are material."""
    head = f"Changes of the contract year {year.start} to {year.end}:"
    percent = decimal_text(year.percent)
    if year.value is None or year.limit is None:
        value = ["  its value is not known, so nothing can be said to be over or within"]
    else:
        value = [
            f"  value {pounds_for_people(year.value.total)}: {year.value.basis};",
            f"  {percent}% of it is {pounds_for_people(round_half_up(year.limit))}; exactly that is"
            " within.",
        ]
    rows = [["on", "change", "id", "what", "net", "counts", "comes to"]]
    for change in year.changes:
        rows.append(
            [
                str(change.day),
                change.kind,
                change.id,
                change.what,
                pounds_for_people(change.net),
                pounds_for_people(change.moved),
                pounds_for_people(year.cumulated(change.day)),
            ]
        )
    changes = table(rows, left=4) if year.changes else ["  no change is known."]
    return [head, *value, *changes, *_spend(year), *_verdict(year)]


def _spend(year: MaterialYear) -> list[str]:
    if not year.spends:
        return []
    rows = [["to", "spent", "planned", "difference", "changes come to"]]
    for spend in year.spends:
        amounts = (spend.actual, spend.planned, spend.difference, year.cumulated(spend.day))
        rows.append([str(spend.day), *map(pounds_for_people, amounts)])
    counts = (
        "the last month’s difference counts"
        if year.spend_counts
        else "not counted, since over- or underspends are on record"
    )
    return [f"Spend of the year to date without re-bandings ({counts}):", *table(rows, left=1)]


def _verdict(year: MaterialYear) -> list[str]:
    if year.limit is None:
        return []
    over = year.first_over
    if over is None:
        return ["Within the limit."]
    return [
        f"OVER THE LIMIT since {over}, at {pounds_for_people(year.cumulated(over))}: the agreement"
        " is open again, and all boroughs are told."
    ]


def notice_lines(life: BlockLife) -> list[str]:
    """What all boroughs must be told, by when, and what is overdue."""
    within = life.scene.events.terms.tell_within
    if not life.notices:
        return [f"Nothing to tell all boroughs of by {life.question.as_of}."]
    rows = [["notice", "since", "due", "told", "how it stands", "what"]]
    rows += [_notice(notice) for notice in life.notices]
    unknown = sorted({notice.unknown for notice in life.notices if notice.unknown})
    return [
        f"To tell all boroughs within {within} working days ({SOURCE}):",
        *table(rows, left=6),
        *(f"Not worked out: {reason}." for reason in unknown),
    ]


def _notice(notice: Notice) -> list[str]:
    status = notice.status
    if notice.late and notice.late > 0:
        status += f" by {notice.late} working day{'' if notice.late == 1 else 's'}"
    return [
        notice.id,
        str(notice.day),
        NOT_KNOWN if notice.due is None else str(notice.due),
        "" if notice.told is None else str(notice.told),
        status,
        notice.what,
    ]


def balance_lines(balance: Balance) -> list[str]:
    """The mix of bands by provider and in all, against the places, and the ceiling if there is."""
    mixes = [*balance.providers, balance.all]
    rows = [["provider", "places", *(f"{band} days" for band in BANDS), "high need of places"]]
    for mix in mixes:
        days = (str(mix.place_days[band]) for band in BANDS)
        high = _percent(mix.of_places(mix.high_days))
        rows.append([mix.name, _known(mix.places), *days, high])
    lines = [
        "The mix of need over the period, in place days (high need: high or specialist):",
        *table(rows, left=1),
        f"On {balance.day}:",
        *table(_on_the_day(balance, mixes), left=1),
    ]
    if balance.ceiling is not None:
        lines += ["", *_ceiling(balance, mixes)]
    return lines


def _on_the_day(balance: Balance, mixes: list[Mix]) -> list[list[str]]:
    rows = [["provider", *BANDS, "high need", "of places", "part by places"]]
    for mix in mixes:
        part = balance.part(mix)
        tenths = NOT_KNOWN if part is None else as_text(round_half_up(part * 10))
        rows.append(
            [
                mix.name,
                *(str(mix.on_the_day[band]) for band in BANDS),
                str(mix.high_on_the_day),
                _percent(mix.high_of_places_on_the_day),
                tenths,
            ]
        )
    return rows


def _ceiling(balance: Balance, mixes: list[Mix]) -> list[str]:
    rows = [["provider", "most", "that day", "how it stands", "days over"]]
    for mix in mixes:
        if mix.most_high is None:
            rows.append([mix.name, NOT_KNOWN, str(mix.high_on_the_day), NOT_KNOWN, NOT_KNOWN])
            continue
        over = mix.high_on_the_day - mix.most_high
        stands = f"over by {over}" if over > 0 else f"within, room for {-over}"
        rows.append(
            [
                mix.name,
                str(mix.most_high),
                str(mix.high_on_the_day),
                stands,
                f"{mix.days_over} of {mix.days}",
            ]
        )
    return [
        f"The ceiling: high need on {balance.ceiling}% of places at most, in whole places:",
        *table(rows, left=1),
    ]


def _known(number: int | None) -> str:
    return NOT_KNOWN if number is None else str(number)


def _percent(tenths: int | None) -> str:
    return NOT_KNOWN if tenths is None else f"{as_text(tenths)}%"
