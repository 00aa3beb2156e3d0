"""What the contract says of a given plan: the joint rules it breaks and its three levels.

A plan is a mapping of referral_id to home_id; a referral not in it is unplaced.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.oracle.pairs import Pairs
from tests.oracle.read import Case, Row
from tests.oracle.words import (
    companions_fit,
    day_of,
    group_kind,
    have_referral,
    high_need,
    horizon,
    present_on,
    sibling_groups,
    urgency_of,
)

Plan = Mapping[str, str]


def referrals_by_id(case: Case) -> dict[str, Row]:
    """Return the referrals by their id."""
    return {referral["referral_id"]: referral for referral in case["referrals"]}


def newly_placed(case: Case, plan: Plan, home_id: str) -> list[Row]:
    """Return the referrals a plan places in a home."""
    return [row for row in case["referrals"] if plan.get(row["referral_id"]) == home_id]


def every_day(case: Case) -> list[date]:
    """Return each day from ``as_of`` to the latest day of any referral."""
    as_of: date = case["policy"]["as_of"]
    last = max((day_of(case, referral) for referral in case["referrals"]), default=as_of)
    return [as_of + timedelta(days=n) for n in range((last - as_of).days + 1)]


def days_that_can_bind(case: Case) -> list[date]:
    """Return the referrals' days: residents only leave, so no other day can be worse."""
    return sorted({day_of(case, referral) for referral in case["referrals"]})


def violations(
    case: Case, pairs: Pairs, plan: Plan, days: list[date] | None = None
) -> list[tuple[str, str]]:
    """Return each broken rule as (code, home or group), empty for a valid plan.

    Codes are J1 to J6, and R01 to R17 or ``by_hand`` for a pair that is not eligible. ``days`` are
    the days on which J1 and J3 are tested; without it, every day.
    """
    tested = every_day(case) if days is None else days
    found = []
    for referral_id, home_id in plan.items():
        pair = pairs[referral_id, home_id]
        if not pair["eligible"]:
            found += [(code, home_id) for code in pair["failed"] or ["by_hand"]]
    for home in case["homes"]:
        found += _broken_in_home(case, plan, home, tested)
    for name, members in sorted(sibling_groups(case).items()):
        if group_kind(members) == "together":
            homes = {plan.get(member["referral_id"]) for member in members}
            if homes != {None} and (None in homes or len(homes) > 1):
                found.append(("J4", name))
    return found


def _broken_in_home(case: Case, plan: Plan, home: Row, days: list[date]) -> list[tuple[str, str]]:
    home_id = home["home_id"]
    placed = newly_placed(case, plan, home_id)
    if not placed:
        return []
    broken = set()
    for day in days:
        residents = present_on(case, home_id, day)
        arrived = [referral for referral in placed if day_of(case, referral) <= day]
        if len(arrived) > max(0, home["places"] - len(residents)):
            broken.add("J1")
        if not _mix_holds(case, home, residents, arrived):
            broken.add("J3")
    for one in placed:
        for other in placed:
            if one["referral_id"] == other["referral_id"]:
                continue
            if frozenset((one["young_person_id"], other["young_person_id"])) in case["must_not"]:
                broken.add("J2")
            if not companions_fit(one["companions"], one["date_of_birth"], other["date_of_birth"]):
                broken.add("J5")
    if arrivals(case, placed) > arrivals_limit(case, home):
        broken.add("J6")
    return [(code, home_id) for code in sorted(broken)]


def _mix_holds(case: Case, home: Row, residents: list[Row], arrived: list[Row]) -> bool:
    load = case["policy"]["load"]
    if home["max_high"] is not None:
        living = sum(high_need(resident["band"]) for resident in residents)
        coming = sum(high_need(referral["band"]) for referral in arrived)
        if coming > max(0, home["max_high"] - living):
            return False
    if home["load_limit"] is not None:
        living = sum(load[resident["band"]] for resident in residents)
        coming = sum(load[referral["band"]] for referral in arrived)
        if coming > max(0, home["load_limit"] - living):
            return False
    return True


def arrivals(case: Case, placed: list[Row]) -> int:
    """Return how many arrivals these newly placed are, a ``together`` group counting once."""
    together = {
        name for name, members in sibling_groups(case).items() if group_kind(members) == "together"
    }
    groups = {row["sibling_group"] for row in placed if row["sibling_group"] in together}
    alone = [row for row in placed if row["sibling_group"] not in together]
    return len(alone) + len(groups)


def arrivals_limit(case: Case, home: Row) -> int:
    """Return the home's ``max_arrivals``, else the policy's."""
    own = home["max_arrivals"]
    limit: int = case["policy"]["max_arrivals"] if own is None else own
    return limit


def score(case: Case, pairs: Pairs, plan: Plan) -> dict[str, Any]:
    """Return ``today_unplaced``, ``points``, ``weekly_cost`` (pence), ``joint`` and ``totals``."""
    joint = {
        "wait": sum(
            wait_of(case, referral)
            for referral in case["referrals"]
            if referral["referral_id"] not in plan
        ),
        "caution": caution(case, plan),
        "siblings_apart": siblings_apart(case, plan),
        "share": sum(shortfalls(case, pairs, plan).values())
        * case["policy"]["points"]["short_of_share"],
        "balance": sum(excesses(case, plan).values())
        * case["policy"]["points"]["provider_balance"],
    }
    totals = {key[0]: pairs[key]["total"] for key in plan.items()}
    return {
        "today_unplaced": sum(
            1
            for referral in case["referrals"]
            if referral["referral_id"] not in plan
            and not referral["by_hand"]
            and urgency_of(case, referral) == "today"
        ),
        "points": sum(joint.values()) + sum(totals.values()),
        "weekly_cost": sum(pairs[key]["marginal_fee"] for key in plan.items()),
        "joint": joint,
        "totals": totals,
    }


def objective(case: Case, pairs: Pairs, plan: Plan) -> tuple[int, int, int]:
    """Return the three levels of a plan: today unplaced, points, weekly cost in pence."""
    result = score(case, pairs, plan)
    return result["today_unplaced"], result["points"], result["weekly_cost"]


def wait_of(case: Case, referral: Row) -> int:
    """Return the points for leaving a referral unplaced: none for ``today`` and for by hand."""
    urgency = urgency_of(case, referral)
    if referral["by_hand"] or urgency == "today":
        return 0
    wait = case["policy"]["wait"]
    since = referral["waiting_since"]
    days = (case["policy"]["as_of"] - since).days if since is not None else 0
    points: int = wait[urgency] + wait["per_day"] * min(days, wait["cap"])
    return points


def cautions_with_residents(case: Case, referral: Row, home_id: str) -> int:
    """Return how many caution pairs a newcomer has with residents without a referral."""
    own_referral = have_referral(case)
    return sum(
        1
        for resident in present_on(case, home_id, day_of(case, referral))
        if resident["young_person_id"] not in own_referral
        and frozenset((referral["young_person_id"], resident["young_person_id"])) in case["caution"]
    )


def caution(case: Case, plan: Plan) -> int:
    """Return the points for caution pairs that share a home under a plan."""
    count = 0
    for home in case["homes"]:
        placed = newly_placed(case, plan, home["home_id"])
        for index, one in enumerate(placed):
            count += cautions_with_residents(case, one, home["home_id"])
            for other in placed[index + 1 :]:
                both = frozenset((one["young_person_id"], other["young_person_id"]))
                count += both in case["caution"]
    points: int = case["policy"]["points"]["caution"]
    return points * count


def siblings_apart(case: Case, plan: Plan) -> int:
    """Return the points for preferred groups with two or more placed, not all in one home."""
    count = 0
    for members in sibling_groups(case).values():
        if group_kind(members) == "preferred":
            homes = [plan[row["referral_id"]] for row in members if row["referral_id"] in plan]
            count += len(homes) >= 2 and len(set(homes)) > 1
    points: int = case["policy"]["points"]["siblings_apart"]
    return points * count


def entitlements(case: Case, pairs: Pairs) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (entitled, held by residents without a referral) for each contract and borough."""
    last = horizon(case)
    own_referral = have_referral(case)
    result = {}
    for (contract, borough), places in case["shares"].items():
        homes = [home["home_id"] for home in case["homes"] if home["contract"] == contract]
        living = sum(
            1
            for home_id in homes
            for resident in present_on(case, home_id, last)
            if resident["borough"] == borough and resident["young_person_id"] not in own_referral
        )
        asking = sum(
            1
            for referral in case["referrals"]
            if referral["borough"] == borough
            and any(pairs[referral["referral_id"], home_id]["eligible"] for home_id in homes)
        )
        result[contract, borough] = min(places, living + asking), living
    return result


def shortfalls(case: Case, pairs: Pairs, plan: Plan) -> dict[tuple[str, str], int]:
    """Return how many places each borough is short of its entitlement in each contract."""
    contract_of = {home["home_id"]: home["contract"] for home in case["homes"]}
    result = {}
    for (contract, borough), (entitled, living) in entitlements(case, pairs).items():
        new = sum(
            1
            for referral in case["referrals"]
            if referral["borough"] == borough
            and contract_of.get(plan.get(referral["referral_id"], "")) == contract
        )
        result[contract, borough] = max(0, entitled - (living + new))
    return result


def balanced_contracts(case: Case) -> dict[str, dict[str, list[Row]]]:
    """Return contract -> provider -> homes, for contracts with two or more providers."""
    contracts: dict[str, dict[str, list[Row]]] = {}
    for home in case["homes"]:
        if home["contract"]:
            providers = contracts.setdefault(home["contract"], {})
            providers.setdefault(home["provider"], []).append(home)
    return {name: providers for name, providers in contracts.items() if len(providers) > 1}


def excesses(case: Case, plan: Plan) -> dict[tuple[str, str], int]:
    """Return e_p, the high-need placements above its part, for each contract and provider."""
    last = horizon(case)
    result = {}
    for contract, providers in balanced_contracts(case).items():
        count = {
            provider: sum(
                high_need(person["band"])
                for home in homes
                for person in present_on(case, home["home_id"], last)
                + newly_placed(case, plan, home["home_id"])
            )
            for provider, homes in providers.items()
        }
        part = {
            provider: sum(home["places"] for home in homes) for provider, homes in providers.items()
        }
        places = sum(part.values())
        in_all = sum(count.values())
        for provider in providers:
            excess = 0
            while places * excess < places * count[provider] - part[provider] * in_all:
                excess += 1
            result[contract, provider] = excess
    return result
