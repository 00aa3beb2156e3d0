"""A plan file as a plan again: believed only when it stands the check."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from broker.commands.endings import Refused
from broker.commands.json_file import read_json
from matching.beside import beside, with_told
from matching.check import check_json
from matching.evaluate import Levels, evaluate
from matching.pairs import Pairs
from matching.plan import Plan
from matching.reasons import describe
from matching.words import count

SHOWN = 5


def read_plan(path: Path, pairs: Pairs) -> Plan:
    """The plan in a file, with its reasons worked out again.

    Raises:
        Refused: the file is no JSON, or its plan is not one for this case.
    """
    written = read_json(path)
    faults = check_json(pairs, written)
    if faults:
        lines = [f"  {fault}" for fault in faults[:SHOWN]]
        more = len(faults) - SHOWN
        lines += [f"  and {more} more: broker check"] if more > 0 else []
        raise Refused(f"{path}: {count(len(faults), 'violation')} of this case:", *lines)
    pairs = with_told(pairs, written)
    homes = {row["referral_id"]: row["home_id"] for row in written["placements"]}
    worth, described = evaluate(pairs, homes), describe(pairs, homes)
    return Plan(
        case_sha256=written["case_sha256"],
        as_of=pairs.problem.policy.as_of,
        seed=written["seed"],
        status=written["status"],
        levels=worth.levels,
        bound=_bound(written["bound"], worth.levels),
        placements=described.placements,
        joint=worth.joint,
        unplaced=described.unplaced,
        empty=described.empty,
        notices=described.notices,
        beside=beside(pairs, homes),
    )


def _bound(written: Mapping[str, Any], levels: Levels) -> Levels:
    """The written bounds; below the first that is not reached nothing is known but 0."""
    today = int(Decimal(written["today_unplaced"]))
    if today != levels.today:
        return Levels(today, 0, 0)
    points = int(Decimal(written["points"]))
    if points != levels.points:
        return Levels(today, points, 0)
    return Levels(today, points, int(Decimal(written["weekly_cost"]) * 100))
