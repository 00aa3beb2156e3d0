"""Why somebody waits and why a place stays empty, derived a third time from the contract's words.

Independent of the engine and of `tests/oracle/answer.py`: joint rules are asked about a home by
comparing what `violations` says with and without the newcomer.
"""

from collections.abc import Mapping

from tests.oracle.pairs import Pairs
from tests.oracle.plan import cautions_with_residents, violations, wait_of
from tests.oracle.read import Case, Row
from tests.oracle.words import (
    day_of,
    group_kind,
    horizon,
    present_on,
    sibling_groups,
    urgency_of,
)

Plan = Mapping[str, str]


def unplaced_reasons(case: Case, pairs: Pairs, plan: Plan) -> dict[str, str]:
    """Return the reason of each referral that a plan leaves unplaced."""
    waiting = [row for row in case["referrals"] if row["referral_id"] not in plan]
    return {row["referral_id"]: _why_waiting(case, pairs, row) for row in waiting}


def _why_waiting(case: Case, pairs: Pairs, referral: Row) -> str:
    if referral["by_hand"]:
        return "by_hand"
    homes = _homes(pairs, referral)
    group = [
        members
        for members in sibling_groups(case).values()
        if referral in members and group_kind(members) == "together"
    ]
    shared = homes.intersection(*(_homes(pairs, member) for members in group for member in members))
    if not shared:
        return "no_eligible_home"
    price = case["policy"]["points"]["caution"]
    least = min(
        pairs[referral["referral_id"], home]["total"]
        + price * cautions_with_residents(case, referral, home)
        for home in homes
    )
    if urgency_of(case, referral) != "today" and least > wait_of(case, referral):
        return "waiting_is_better"
    return "group_not_together" if group else "places_went_to_others"


def _homes(pairs: Pairs, referral: Row) -> set[str]:
    own = referral["referral_id"]
    return {home for (who, home), pair in pairs.items() if who == own and pair["eligible"]}


def empty_reasons(case: Case, pairs: Pairs, plan: Plan) -> dict[str, str]:
    """Return the reason of each registered home that has a place left on the horizon."""
    found = {}
    for home in case["homes"]:
        own = home["home_id"]
        placed = [who for who, where in plan.items() if where == own]
        left = home["places"] - len(present_on(case, own, horizon(case))) - len(placed)
        if home["registration"] == "registered" and left > 0:
            found[own] = _why_empty(case, pairs, plan, home, placed)
    return found


def _why_empty(case: Case, pairs: Pairs, plan: Plan, home: Row, placed: list[str]) -> str:
    waiting = {
        row["referral_id"]: row
        for row in case["referrals"]
        if row["referral_id"] not in plan and not row["by_hand"]
    }
    if not waiting:
        return "nobody_waiting"
    own = home["home_id"]
    could = [who for who in waiting if pairs[who, own]["eligible"]]
    if not could:
        return "nobody_eligible"
    if _counted(case, placed) >= _most_arrivals(case, home):
        return "arrivals"
    days = [day_of(case, row) for row in case["referrals"]]

    def breaks_the_mix(who: str) -> bool:
        beside = dict.fromkeys([*placed, who], str(own))
        return any(
            code in {"J2", "J3", "J5"} and where == own
            for code, where in violations(case, pairs, beside, days)
        )

    return "mix" if all(breaks_the_mix(who) for who in could) else "others_fit_better"


def _counted(case: Case, placed: list[str]) -> int:
    named = set()
    for who in placed:
        together = [
            name
            for name, members in sibling_groups(case).items()
            if group_kind(members) == "together" and who in {row["referral_id"] for row in members}
        ]
        named.add(("group", together[0]) if together else ("alone", who))
    return len(named)


def _most_arrivals(case: Case, home: Row) -> int:
    limit: int = (
        case["policy"]["max_arrivals"] if home["max_arrivals"] is None else home["max_arrivals"]
    )
    return limit
