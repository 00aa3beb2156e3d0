"""How much work a case gives to each rule, joint rule and point component.

A joint rule *binds* when the optimum without it is strictly better. Level 3 *decides* when plans
that are equally good in the first two levels differ in cost.
"""

from collections import Counter
from collections.abc import Mapping

from tests.oracle import milp
from tests.oracle.answer import answer
from tests.oracle.pairs import COMPONENTS, all_pairs
from tests.oracle.plan import score
from tests.oracle.read import read_case

RULES = tuple(f"R{number:02d}" for number in range(1, 18))
JOINT_RULES = tuple(f"J{number}" for number in range(1, 7))
JOINT_COMPONENTS = ("wait", "caution", "siblings_apart", "share", "balance")
WHY_UNPLACED = (
    "no_eligible_home",
    "places_went_to_others",
    "waiting_is_better",
    "group_not_together",
    "by_hand",
)
WHY_EMPTY = ("nobody_waiting", "nobody_eligible", "mix", "arrivals", "others_fit_better")

EVERYTHING = (
    *(f"{code} alone" for code in RULES),
    *(f"{code} binds" for code in JOINT_RULES),
    *COMPONENTS,
    *JOINT_COMPONENTS,
    "today left unplaced",
    "level 3 decides",
    *(f"unplaced: {why}" for why in WHY_UNPLACED),
    *(f"empty: {why}" for why in WHY_EMPTY),
)


def activity(files: Mapping[str, str]) -> Counter[str]:
    """Return how often each of ``EVERYTHING`` is at work in one case.

    ``Rnn alone`` counts pairs that fail by that rule only; ``Jn binds`` counts the case once; a
    pair component counts the eligible pairs where it is not zero; a joint component counts the
    case once if it is not zero in the best plan; the reasons are those of the best plan. Also
    ``eligible`` pairs, ``referrals`` and ``placed``.
    """
    case = read_case(files)
    pairs = all_pairs(case)
    count: Counter[str] = Counter(referrals=len(case["referrals"]))
    for pair in pairs.values():
        if len(pair["failed"]) == 1:
            count[f"{pair['failed'][0]} alone"] += 1
        if pair["eligible"]:
            count["eligible"] += 1
            count.update(name for name in COMPONENTS if pair["points"][name])
    levels, plan = milp.best(case, pairs)
    for code in JOINT_RULES:
        if milp.best(case, pairs, without=frozenset({code}))[0] < levels:
            count[f"{code} binds"] += 1
    count["placed"] += len(plan)
    count["today left unplaced"] += levels[0] > 0
    count["level 3 decides"] += milp.dearest(case, pairs) > levels[2]
    joint = score(case, pairs, plan)["joint"]
    count.update(name for name in JOINT_COMPONENTS if joint[name])
    told = answer(case, pairs, plan)
    count.update(f"unplaced: {row['why']}" for row in told["unplaced"])
    count.update(f"empty: {row['why']}" for row in told["empty"])
    return count
