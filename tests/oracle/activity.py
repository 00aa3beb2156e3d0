"""How much work a case gives to each rule, joint rule and point component.

A joint rule *binds* when the optimum without it is strictly better. Level 3 *decides* when plans
that are equally good in the first two levels differ in cost.
"""

from collections import Counter
from collections.abc import Mapping

from tests.oracle import milp
from tests.oracle.answer import answer
from tests.oracle.pairs import COMPONENTS, Pairs, all_pairs
from tests.oracle.plan import Plan, newly_placed, score
from tests.oracle.read import Case, read_case, table
from tests.oracle.words import group_kind, present_on, sibling_groups

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

SITUATIONS = (
    "a home with more residents than places",
    "boundaries of its own",
    "placed: after a resident has left",
    "placed: at an unknown distance",
    "placed: at a fee that is not known",
    "placed: born on 29 February",
    "placed: in supported accommodation",
    "placed: must move from another home",
    "placed: of unknown sex",
    "placed: with siblings who stay together",
)

EVERYTHING = (
    *(f"{code} alone" for code in RULES),
    *(f"{code} binds" for code in JOINT_RULES),
    *COMPONENTS,
    *JOINT_COMPONENTS,
    "today left unplaced",
    "level 3 decides",
    *(f"unplaced: {why}" for why in WHY_UNPLACED),
    *(f"empty: {why}" for why in WHY_EMPTY),
    *SITUATIONS,
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
    count.update(_situations(case, pairs, plan))
    count["boundaries of its own"] += bool(table(files.get("adjoining.csv", "")))
    return count


def _situations(case: Case, pairs: Pairs, plan: Plan) -> list[str]:
    as_of = case["policy"]["as_of"]
    found = []
    for home in case["homes"]:
        living = len(present_on(case, home["home_id"], as_of))
        placed = newly_placed(case, plan, home["home_id"])
        if living > home["places"]:
            found.append("a home with more residents than places")
        if len(placed) > home["places"] - living:
            found.append("placed: after a resident has left")
        if placed and home["provision"] == "supported_accommodation":
            found.append("placed: in supported accommodation")
    movers = {row["young_person_id"] for row in case["residents"]}
    together = {
        name for name, group in sibling_groups(case).items() if group_kind(group) == "together"
    }
    for referral in case["referrals"]:
        home_id = plan.get(referral["referral_id"])
        if home_id is None:
            continue
        pair = pairs[referral["referral_id"], home_id]
        born = referral["date_of_birth"]
        holds = {
            "at an unknown distance": pair["tenths"] is None,
            "at a fee that is not known": pair["known_fee"] is None,
            "born on 29 February": (born.month, born.day) == (2, 29),
            "must move from another home": referral["young_person_id"] in movers,
            "of unknown sex": referral["sex"] == "U",
            "with siblings who stay together": referral["sibling_group"] in together,
        }
        found += [f"placed: {name}" for name, held in holds.items() if held]
    return found
