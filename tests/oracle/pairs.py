"""Every pair of a referral and a home: failed rules, distance, area, fees, point components."""

from datetime import date
from typing import Any

from tests.oracle.read import BANDS, Case, Row
from tests.oracle.words import (
    age_on,
    birthday,
    companions_fit,
    day_of,
    half_up,
    high_need,
    highest_band,
    present_on,
    tenths_between,
    urgency_of,
    whole_months,
)

Pairs = dict[tuple[str, str], dict[str, Any]]

COMPONENTS = (
    "distance",
    "area",
    "people",
    "capability",
    "headroom",
    "age",
    "unsettled",
    "wish",
    "sibling",
    "cost",
)


def all_pairs(case: Case) -> Pairs:
    """Return what the contract says of each (referral_id, home_id).

    Each value has ``failed`` (codes in order; none for a referral by hand), ``eligible``,
    ``tenths`` (of a mile, or None), ``area``, ``weekly_fee`` and ``marginal_fee`` (pence, the
    stand-in where no row covers the day), ``known_fee`` (pence or None), ``points`` (the ten
    components) and ``total``.
    """
    result: Pairs = {}
    for referral in case["referrals"]:
        for home in case["homes"]:
            failed = failed_rules(case, referral, home)
            known, weekly, marginal = fees(case, referral, home)
            result[referral["referral_id"], home["home_id"]] = {
                "failed": [] if referral["by_hand"] else failed,
                "eligible": not failed and not referral["by_hand"],
                "tenths": tenths_between(referral["location"], home["location"]),
                "area": area(case, referral, home),
                "known_fee": known,
                "weekly_fee": weekly,
                "marginal_fee": marginal,
            }
    for referral in case["referrals"]:
        for home in case["homes"]:
            pair = result[referral["referral_id"], home["home_id"]]
            pair["points"] = components(case, referral, home, result)
            pair["total"] = sum(pair["points"].values())
    return result


def failed_rules(case: Case, referral: Row, home: Row) -> list[str]:
    """Return the codes of the rules R01 to R17 that this pair breaks, in order."""
    day = day_of(case, referral)
    age = age_on(referral["date_of_birth"], day)
    residents = present_on(case, home["home_id"], day)
    key = (referral["referral_id"], home["home_id"])
    holds = {
        "R01": home["registration"] == "registered",
        "R02": home["min_age"] <= age <= home["max_age"],
        "R03": referral["sex"] == "U" or referral["sex"] in home["sexes"],
        "R04": referral["band"] in home["bands"],
        "R05": referral["needs"] <= home["supports"],
        "R06": not any(_avoided(avoid, referral, home) for avoid in case["avoid"]),
        "R07": _distance_is_allowed(case, referral, home),
        "R08": not (age < 16 and home["provision"] == "supported_accommodation"),
        "R09": home["places"] - len(residents) > 0,
        "R10": key not in case["declines"],
        "R11": not any(
            frozenset((referral["young_person_id"], resident["young_person_id"]))
            in case["must_not"]
            for resident in residents
        ),
        "R12": all(_fit_each_other(referral, resident) for resident in residents),
        "R13": home["provision"] in referral["provisions"],
        "R14": referral["young_person_id"]
        not in [resident["young_person_id"] for resident in residents],
        "R15": _mix_allows(case, referral, home, residents),
        "R16": case["wishes"].get(key) != "against" or urgency_of(case, referral) == "today",
        "R17": home["judgement"] != "inadequate" and home["due_diligence"] != "N",
    }
    return [code for code, held in holds.items() if not held]


def _avoided(avoid: Row, referral: Row, home: Row) -> bool:
    if avoid["young_person_id"] != referral["young_person_id"]:
        return False
    if avoid["kind"] == "borough":
        return bool(avoid["borough"] == home["borough"])
    if avoid["kind"] == "home":
        return bool(avoid["home_id"] == home["home_id"])
    tenths = tenths_between(avoid["location"], home["location"])
    return tenths is None or tenths <= avoid["tenths"]


def _distance_is_allowed(case: Case, referral: Row, home: Row) -> bool:
    tenths = tenths_between(referral["location"], home["location"])
    if tenths is None:
        return True
    limit = referral["max_tenths"]
    if limit is None:
        limit = case["policy"]["max_distance_tenths"][urgency_of(case, referral)]
    if referral["min_tenths"] is not None and tenths < referral["min_tenths"]:
        return False
    return bool(tenths <= limit)


def _fit_each_other(referral: Row, resident: Row) -> bool:
    newcomer_born: date = referral["date_of_birth"]
    resident_born: date = resident["date_of_birth"]
    return companions_fit(referral["companions"], newcomer_born, resident_born) and companions_fit(
        resident["companions"], resident_born, newcomer_born
    )


def _mix_allows(case: Case, referral: Row, home: Row, residents: list[Row]) -> bool:
    load = case["policy"]["load"]
    high = sum(high_need(resident["band"]) for resident in residents)
    if home["max_high"] is not None and high_need(referral["band"]) and high + 1 > home["max_high"]:
        return False
    total = sum(load[resident["band"]] for resident in residents) + load[referral["band"]]
    return home["load_limit"] is None or total <= home["load_limit"]


def area(case: Case, referral: Row, home: Row) -> str:
    """Return ``in_area``, ``adjoining`` or ``distant``."""
    if home["borough"] == referral["borough"]:
        return "in_area"
    if frozenset((home["borough"], referral["borough"])) in case["adjoining"]:
        return "adjoining"
    return "distant"


def fees(case: Case, referral: Row, home: Row) -> tuple[int | None, int, int]:
    """Return the known weekly fee or None, and the weekly and marginal fee that count, in pence."""
    day = day_of(case, referral)
    on_the_day = [
        rate
        for rate in case["rates"]
        if rate["band"] == referral["band"]
        and (rate["from"] is None or rate["from"] <= day)
        and (rate["to"] is None or day < rate["to"])
    ]
    for rate in on_the_day:
        if rate["home_id"] == home["home_id"]:
            return rate["weekly_fee"], rate["weekly_fee"], rate["marginal_fee"]
    highest = max((rate["weekly_fee"] for rate in on_the_day), default=0)
    return None, highest, highest


def components(case: Case, referral: Row, home: Row, pairs: Pairs) -> dict[str, int]:
    """Return the ten point components of a pair, as if it were eligible."""
    policy = case["policy"]
    points = policy["points"]
    day = day_of(case, referral)
    residents = present_on(case, home["home_id"], day)
    own = BANDS.index(referral["band"])
    top = highest_band(home["bands"])
    pair = pairs[referral["referral_id"], home["home_id"]]
    near = referral["nearness"] == "near"

    tenths = pair["tenths"] if pair["tenths"] is not None else policy["unknown_distance_tenths"]
    area_points = {
        "in_area": 0,
        "adjoining": points["out_of_borough"],
        "distant": points["distant"],
    }[pair["area"]]
    planned = referral["planned_months"]
    if planned is None:
        planned = policy["planned_months"]
    ends = birthday(referral["date_of_birth"], home["max_age"] + 1)
    high_residents = sum(high_need(resident["band"]) for resident in residents)
    wish = case["wishes"].get((referral["referral_id"], home["home_id"]), "")
    return {
        "distance": half_up(int(points["per_mile"] * tenths), 10) if near else 0,
        "area": area_points if near else 0,
        "people": _people(case, referral, home),
        "capability": points["spare_capability"] * max(0, top - own - 1),
        "headroom": points["no_headroom"]
        if referral["band_status"] == "provisional"
        and referral["band"] != "specialist"
        and top == own
        else 0,
        "age": points["ages_out_per_month"] * max(0, planned - whole_months(day, ends)),
        "unsettled": points["unsettled"] * min(referral["moves"], 4) * high_residents,
        "wish": {"unsure": points["wish_unsure"], "against": points["wish_against"]}.get(wish, 0),
        "sibling": points["sibling_elsewhere"]
        if _sibling_lives_elsewhere(case, referral, home, pairs)
        else 0,
        "cost": points["per_100_pounds"] * (pair["weekly_fee"] // 10_000),
    }


def _people(case: Case, referral: Row, home: Row) -> int:
    points = case["policy"]["points"]
    total = 0
    for place in case["people_and_places"]:
        if place["referral_id"] != referral["referral_id"]:
            continue
        tenths = tenths_between(place["location"], home["location"])
        if tenths is None:
            continue
        total += half_up(points["per_100_visit_miles"] * place["visits"] * tenths, 1000)
        if place["keep"] and tenths > case["policy"]["reach_tenths"]:
            total += points["out_of_reach"]
    return total


def _sibling_lives_elsewhere(case: Case, referral: Row, home: Row, pairs: Pairs) -> bool:
    group = referral["sibling_group"]
    if not group or referral["siblings"] == "apart_ok":
        return False
    day = day_of(case, referral)

    def sibling_in(home_id: str) -> bool:
        residents = present_on(case, home_id, day)
        return any(resident["sibling_group"] == group for resident in residents)

    if sibling_in(home["home_id"]):
        return False
    return any(
        sibling_in(other["home_id"])
        and pairs[referral["referral_id"], other["home_id"]]["eligible"]
        for other in case["homes"]
        if other["home_id"] != home["home_id"]
    )
