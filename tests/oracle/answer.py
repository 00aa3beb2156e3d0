"""The parts of ``plan.json`` that follow from a plan: placements, levels and reasons."""

from datetime import date
from typing import Any

from tests.oracle.pairs import Pairs
from tests.oracle.plan import (
    Plan,
    arrivals,
    arrivals_limit,
    newly_placed,
    score,
    violations,
    wait_of,
)
from tests.oracle.read import Case, Row
from tests.oracle.words import (
    day_of,
    group_kind,
    horizon,
    present_on,
    sibling_groups,
    urgency_of,
)


def answer(case: Case, pairs: Pairs, plan: Plan) -> dict[str, Any]:
    """Return ``objective``, ``placements``, ``joint``, ``unplaced`` and ``empty`` of a plan.

    Money is a text with two decimals, miles a ``float`` or None, as in ``plan.json``; summaries
    are left out. Lists are sorted by id.
    """
    levels = score(case, pairs, plan)
    return {
        "objective": {
            "today_unplaced": levels["today_unplaced"],
            "points": levels["points"],
            "weekly_cost": pounds(levels["weekly_cost"]),
        },
        "placements": [
            {
                "referral_id": key[0],
                "home_id": key[1],
                "distance_miles": None
                if pairs[key]["tenths"] is None
                else pairs[key]["tenths"] / 10,
                "weekly_fee": None
                if pairs[key]["known_fee"] is None
                else pounds(pairs[key]["known_fee"]),
                "area": pairs[key]["area"],
                "points": pairs[key]["points"],
                "total": pairs[key]["total"],
            }
            for key in sorted(plan.items())
        ],
        "joint": levels["joint"],
        "unplaced": [
            {
                "referral_id": row["referral_id"],
                "urgency": urgency_of(case, row),
                "wait": wait_of(case, row),
                "why": why_unplaced(case, pairs, plan, row),
            }
            for row in sorted(case["referrals"], key=lambda row: str(row["referral_id"]))
            if row["referral_id"] not in plan
        ],
        "empty": [
            {
                "home_id": home["home_id"],
                "places": free_places(case, plan, home),
                "why": why_empty(case, pairs, plan, home),
            }
            for home in sorted(case["homes"], key=lambda home: str(home["home_id"]))
            if home["registration"] == "registered" and free_places(case, plan, home) > 0
        ],
    }


def pounds(pence: int) -> str:
    """Return pence as pounds with two decimals."""
    return f"{pence // 100}.{pence % 100:02d}"


def free_places(case: Case, plan: Plan, home: Row) -> int:
    """Return places less residents on the horizon less newly placed."""
    last: date = horizon(case)
    taken = len(present_on(case, home["home_id"], last))
    places: int = home["places"]
    return places - taken - len(newly_placed(case, plan, home["home_id"]))


def why_unplaced(case: Case, pairs: Pairs, plan: Plan, referral: Row) -> str:
    """Return the first reason that holds why a referral has no home in a plan."""
    if referral["by_hand"]:
        return "by_hand"
    members = sibling_groups(case).get(referral["sibling_group"], [])
    together = group_kind(members) == "together"
    own = [
        home["home_id"]
        for home in case["homes"]
        if pairs[referral["referral_id"], home["home_id"]]["eligible"]
    ]
    shared = [
        home_id
        for home_id in own
        if all(pairs[member["referral_id"], home_id]["eligible"] for member in members)
    ]
    if not own or (together and not shared):
        return "no_eligible_home"
    if urgency_of(case, referral) != "today" and all(
        pairs[referral["referral_id"], home_id]["total"]
        + _cautions(case, pairs, plan, referral, home_id)
        > wait_of(case, referral)
        for home_id in own
    ):
        return "waiting_is_better"
    return "group_not_together" if together else "places_went_to_others"


def _cautions(case: Case, pairs: Pairs, plan: Plan, referral: Row, home_id: str) -> int:
    before: int = score(case, pairs, plan)["joint"]["caution"]
    with_them = {**plan, referral["referral_id"]: home_id}
    after: int = score(case, pairs, with_them)["joint"]["caution"]
    return after - before


def why_empty(case: Case, pairs: Pairs, plan: Plan, home: Row) -> str:
    """Return the first reason that holds why a home has a place left in a plan."""
    unplaced = [
        row for row in case["referrals"] if row["referral_id"] not in plan and not row["by_hand"]
    ]
    if not unplaced:
        return "nobody_waiting"
    fitting = [row for row in unplaced if pairs[row["referral_id"], home["home_id"]]["eligible"]]
    if not fitting:
        return "nobody_eligible"
    if arrivals(case, newly_placed(case, plan, home["home_id"])) >= arrivals_limit(case, home):
        return "arrivals"
    days = sorted({day_of(case, row) for row in case["referrals"]})
    for row in fitting:
        with_them = {**plan, row["referral_id"]: home["home_id"]}
        broken = {
            code
            for code, where in violations(case, pairs, with_them, days)
            if where == home["home_id"]
        }
        if not broken & {"J2", "J3", "J5"}:
            return "others_fit_better"
    return "mix"
