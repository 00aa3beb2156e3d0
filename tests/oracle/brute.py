"""Every plan of a tiny case is tried: the best objective and all plans that reach it."""

from tests.oracle.pairs import Pairs, all_pairs
from tests.oracle.plan import days_that_can_bind, objective, violations
from tests.oracle.read import Case

Objective = tuple[int, int, int]


def best(case: Case, pairs: Pairs | None = None) -> tuple[Objective, list[dict[str, str]]]:
    """Return the best three levels and every plan that has them, for a few referrals and homes.

    A partial plan is given up only when it breaks a rule that more newcomers cannot mend (all but
    J4, which is tested on whole plans). Nothing is given up for its points.
    """
    known = all_pairs(case) if pairs is None else pairs
    days = days_that_can_bind(case)
    found: list[tuple[Objective, dict[str, str]]] = []

    def extend(index: int, plan: dict[str, str]) -> None:
        broken = {code for code, _ in violations(case, known, plan, days)}
        if broken - {"J4"}:
            return
        if index == len(case["referrals"]):
            if not broken:
                found.append((objective(case, known, plan), dict(plan)))
            return
        referral_id = case["referrals"][index]["referral_id"]
        extend(index + 1, plan)
        for home in case["homes"]:
            if known[referral_id, home["home_id"]]["eligible"]:
                extend(index + 1, {**plan, referral_id: home["home_id"]})

    extend(0, {})
    optimum = min(levels for levels, _ in found)
    return optimum, [plan for levels, plan in found if levels == optimum]
