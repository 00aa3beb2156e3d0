"""Siblings in a year's model: together or not at all, and what it costs when they live apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from broker.capacity.lookahead.year import clash

if TYPE_CHECKING:
    from broker.capacity.replay.model import YearModel


def add_siblings(year: YearModel) -> None:
    """Add the rules and points of siblings to a year."""
    groups: dict[str, list[int]] = defaultdict(list)
    for at, person in enumerate(year.options.people):
        if person.referral.sibling_group:
            groups[person.referral.sibling_group].append(at)
    for name, members in groups.items():
        for one in members:
            for other in members:
                if one != other and "together" in (_says(year, one), _says(year, other)):
                    _together(year, one, other)
            _elsewhere(year, name, one, [other for other in members if other != one])
        if not year.says(name, "together"):
            _apart(year, members)


def _says(year: YearModel, person: int) -> str:
    return year.options.people[person].referral.siblings


def _together(year: YearModel, one: int, other: int) -> None:
    """Two who must stay together move in together or not at all, while both ask.

    Only where one of the two says so: a third may have a place by then.
    """
    options = year.options
    where = {(int(options.home[k]), int(options.start[k])): k for k in year.of[other]}
    for k in year.of[one]:
        week = int(options.start[k])
        if week in options.asked_by(other):
            with_them = where.get((int(options.home[k]), week))
            may = year.moved(other, week)
            may += [] if with_them is None else [year.taken[with_them]]
            year.model.add(sum(may) >= year.taken[k])


def _apart(year: YearModel, members: Sequence[int]) -> None:
    """Points for those placed in one round who prefer to be together and are not."""
    options, points = year.options, year.options.problem.policy.points["siblings_apart"]
    for week in sorted({int(options.start[k]) for one in members for k in year.of[one]}):
        apart = year.model.new_bool_var("")
        used = False
        for place, one in enumerate(members):
            for other in members[place + 1 :]:
                if "preferred" not in (_says(year, one), _says(year, other)):
                    continue
                for k in year.of[one]:
                    away = [
                        year.taken[q]
                        for q in year.of[other]
                        if options.start[q] == week and options.home[q] != options.home[k]
                    ]
                    if options.start[k] == week and away:
                        year.model.add(apart >= year.taken[k] + sum(away) - 1)
                        used = True
        if used and points:
            year.points.append((points, apart))


def _elsewhere(year: YearModel, group: str, person: int, others: Sequence[int]) -> None:
    """Points for a home without a sibling while one lives in another that would do.

    A home would do where its own option is there and nobody who came keeps it from being taken.
    """
    options, homes = year.options, year.options.problem.homes
    points = options.problem.policy.points["sibling_elsewhere"]
    if not points or _says(year, person) == "apart_ok":
        return
    own = {(int(options.home[k]), int(options.start[k])) for k in year.of[person]}
    blocks: dict[tuple[int, int], cp_model.LinearExpr | None] = {}
    for k in year.of[person]:
        here, week = int(options.home[k]), int(options.start[k])
        with_them = cp_model.LinearExpr.sum(_living(year, group, others, here, week, person))
        charged: cp_model.IntVar | None = None
        for home in range(len(homes)):
            there = _living(year, group, others, home, week, person)
            if home == here or (home, week) not in own or not there:
                continue
            if (home, week) not in blocks:
                blocks[home, week] = _blocked(year, person, home, week)
            blocked = blocks[home, week]
            if blocked is None:
                continue
            charged = year.model.new_bool_var("") if charged is None else charged
            for sibling in there:
                year.model.add(charged >= year.taken[k] + sibling - 1 - with_them - blocked)
        if charged is not None:
            year.points.append((points, charged))


def _living(
    year: YearModel, group: str, others: Sequence[int], home: int, week: int, person: int
) -> list[cp_model.LinearExpr]:
    """Siblings who live in a home in a round: 1 for each who does, else whether they came there."""
    options, day = year.options, year.options.day(person, week)
    found = [
        cp_model.LinearExpr.sum([1])
        for one in options.staying
        if one.sibling_group == group
        and one.home == options.problem.homes[home].id
        and options.stays_on(one, week, day)
    ]
    for other in others:
        came = [
            year.taken[q]
            for q in year.of[other]
            if options.home[q] == home and options.start[q] < week < options.end[q]
        ]
        if came:
            found.append(cp_model.LinearExpr.sum(came))
    return found


def _blocked(year: YearModel, person: int, home: int, week: int) -> cp_model.LinearExpr | None:
    """Above 0 only where those who came keep a home from doing: full, mix, or a clash.

    None where somebody who lives there may have moved out, which is left out of the model.
    """
    options, of = year.options, year.options.problem.homes[home]
    day = options.day(person, week)
    if year.movers(home, week, day):
        return None
    came = [k for k in year.at[home] if options.start[k] < week < options.end[k]]
    amounts, base = year.amounts(), year.staying(home, week, day)
    blocks: list[cp_model.IntVar] = []
    for kind, limit in enumerate((of.places, of.max_high, of.load_limit)):
        need = amounts[kind][person]
        if limit is None or not need:
            continue
        taken = [amounts[kind][int(options.person[k])] * year.taken[k] for k in came]
        full = year.model.new_bool_var("")
        year.model.add(sum(taken) >= max(1, limit - base[kind] - need + 1) * full)
        blocks.append(full)
    referral = options.people[person].referral
    clashing = [
        year.taken[k] for k in came if clash(options.problem, home, referral, year.referral(k))
    ]
    against = year.model.new_bool_var("")
    year.model.add(sum(clashing) >= against)
    return cp_model.LinearExpr.sum([*blocks, against])
