"""Steps that only narrow what is possible, named by the rule they touch."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.oracle.generate.change import Change, Draft, one_of, set_in_home, shift_in_home
from tests.oracle.generate.homes import Cells
from tests.oracle.read import BANDS


def _always(_: Cells) -> bool:
    return True


def _registered(row: Cells) -> bool:
    return row["registration"] == "registered"


def _fewer(home_column: str) -> "_Fewer":
    return _Fewer(home_column)


class _Fewer:
    """Take one item out of a list of a home that has more than one."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __call__(self, draft: Draft, chance: Random) -> bool:
        home = one_of(draft.tables["homes"], chance, lambda row: ";" in row[self.column])
        if home is None:
            return False
        items = [item.strip() for item in home[self.column].split(";")]
        items.remove(chance.choice(items))
        home[self.column] = ";".join(items)
        return True


def _lower_band(draft: Draft, chance: Random) -> bool:
    home = one_of(draft.tables["homes"], chance, lambda row: ";" in row["bands"])
    if home is None:
        return False
    bands = sorted((band.strip() for band in home["bands"].split(";")), key=BANDS.index)
    bands.remove(chance.choice(bands[:-1]))
    home["bands"] = ";".join(bands)
    return True


def _raise_min_age(draft: Draft, chance: Random) -> bool:
    home = one_of(
        draft.tables["homes"], chance, lambda row: int(row["min_age"]) < int(row["max_age"])
    )
    if home is None:
        return False
    home["min_age"] = str(chance.randint(int(home["min_age"]) + 1, int(home["max_age"])))
    return True


def _need_more(draft: Draft, chance: Random) -> bool:
    referral = one_of(draft.tables["referrals"], chance, lambda row: "bsl" not in row["needs"])
    if referral is None:
        return False
    referral["needs"] = ";".join(filter(None, (referral["needs"], "bsl")))
    return True


def _avoid_home(draft: Draft, chance: Random) -> bool:
    referral, home = _pair(draft, chance)
    empty = dict.fromkeys(("borough", "easting", "northing", "miles"), "")
    draft.tables["avoid"].append(
        empty
        | {"young_person_id": referral["young_person_id"], "kind": "home"}
        | {"home_id": home["home_id"]}
    )
    return True


def _avoid_borough(draft: Draft, chance: Random) -> bool:
    referral, home = _pair(draft, chance)
    empty = dict.fromkeys(("home_id", "easting", "northing", "miles"), "")
    draft.tables["avoid"].append(
        empty
        | {"young_person_id": referral["young_person_id"], "kind": "borough"}
        | {"borough": home["borough"]}
    )
    return True


def _wider_radius(draft: Draft, chance: Random) -> bool:
    row = one_of(draft.tables["avoid"], chance, lambda row: row["kind"] == "radius")
    if row is None:
        return False
    row["miles"] = str(Decimal(row["miles"]) + Decimal(chance.randint(1, 40)) / 10)
    return True


def _lower_max_distance(draft: Draft, chance: Random) -> bool:
    referral = chance.choice(draft.tables["referrals"])
    old = Decimal(referral["max_distance_miles"] or "3.4")
    least = Decimal(referral["min_distance_miles"] or "0.1")
    new = old - Decimal(chance.randint(1, 30)) / 10
    referral["max_distance_miles"] = str(max(least, new))
    return max(least, new) < old


def _raise_min_distance(draft: Draft, chance: Random) -> bool:
    referral = chance.choice(draft.tables["referrals"])
    old = Decimal(referral["min_distance_miles"] or "0")
    new = old + Decimal(chance.randint(1, 30)) / 10
    if referral["max_distance_miles"]:
        new = min(new, Decimal(referral["max_distance_miles"]))
    if new <= old or not referral["max_distance_miles"]:
        return False
    referral["min_distance_miles"] = str(new)
    return True


def _accept_less(draft: Draft, chance: Random) -> bool:
    referral = one_of(draft.tables["referrals"], chance, lambda row: ";" in row["provision"])
    if referral is None:
        return False
    referral["provision"] = chance.choice(("childrens_home", "supported_accommodation"))
    return True


def _stay_longer(draft: Draft, chance: Random) -> bool:
    resident = one_of(
        draft.tables["residents"],
        chance,
        lambda row: row["leaving"] == "confirmed" and row["leaves_on"] != "",
    )
    if resident is None:
        return False
    if chance.randint(0, 1):
        resident["leaving"] = "expected"
    else:
        later = date.fromisoformat(resident["leaves_on"]) + timedelta(days=chance.randint(1, 15))
        resident["leaves_on"] = later.isoformat()
    return True


def _decline(draft: Draft, chance: Random) -> bool:
    referral, home = _pair(draft, chance)
    key = {"referral_id": referral["referral_id"], "home_id": home["home_id"]}
    if any(key.items() <= row.items() for row in draft.tables["declines"]):
        return False
    draft.tables["declines"].append(key | {"reason": "invented"})
    return True


def _must_not_with_resident(draft: Draft, chance: Random) -> bool:
    if not draft.tables["residents"]:
        return False
    referral = chance.choice(draft.tables["referrals"])
    resident = chance.choice(draft.tables["residents"])
    return _relate(draft, referral, resident)


def _must_not_between_newcomers(draft: Draft, chance: Random) -> bool:
    if len(draft.tables["referrals"]) < 2:
        return False
    one, other = chance.sample(draft.tables["referrals"], 2)
    return _relate(draft, one, other)


def _relate(draft: Draft, one: Cells, other: Cells) -> bool:
    ids = one["young_person_id"], other["young_person_id"]
    if ids[0] == ids[1]:
        return False
    draft.tables["relationships"].append(
        {"a": ids[0], "b": ids[1], "kind": "must_not_live_together"}
    )
    return True


def _companions(table: str) -> "_Companions":
    return _Companions(table)


class _Companions:
    """Give somebody without one a condition on who lives with them."""

    def __init__(self, table: str) -> None:
        self.table = table

    def __call__(self, draft: Draft, chance: Random) -> bool:
        free = ("", "with_others", "no_preference")
        row = one_of(draft.tables[self.table], chance, lambda row: row["living_companions"] in free)
        if row is None:
            return False
        row["living_companions"] = chance.choice(("solo", "only_older", "only_younger"))
        return True


def _against(draft: Draft, chance: Random) -> bool:
    referral, home = _pair(draft, chance)
    key = {"referral_id": referral["referral_id"], "home_id": home["home_id"]}
    for row in draft.tables["wishes"]:
        if key.items() <= row.items():
            if row["wish"] != "wants":
                return False
            row["wish"] = "against"
            return True
    draft.tables["wishes"].append(
        key | {"wish": "against", "on": draft.as_of.isoformat(), "words": "invented"}
    )
    return True


def _lower_or_set(column: str, first: int) -> "_LowerOrSet":
    return _LowerOrSet(column, first)


class _LowerOrSet:
    """Lower a home's limit by one, or set one where there was none."""

    def __init__(self, column: str, first: int) -> None:
        self.column = column
        self.first = first

    def __call__(self, draft: Draft, chance: Random) -> bool:
        home = one_of(draft.tables["homes"], chance, lambda row: row[self.column] != "0")
        if home is None:
            return False
        old = home[self.column]
        home[self.column] = str(int(old) - 1) if old else str(self.first)
        return True


def _lower_arrivals(draft: Draft, chance: Random) -> bool:
    usual = int(draft.policy.get("max_arrivals", 2))
    home = one_of(draft.tables["homes"], chance, lambda row: int(row["max_arrivals"] or usual) > 0)
    if home is None:
        return False
    home["max_arrivals"] = str(int(home["max_arrivals"] or usual) - 1)
    return True


def _group_together(draft: Draft, chance: Random) -> bool:
    groups: dict[str, list[Cells]] = {}
    for row in draft.tables["referrals"]:
        if row["sibling_group"]:
            groups.setdefault(row["sibling_group"], []).append(row)
    loose = [
        members
        for _, members in sorted(groups.items())
        if len(members) > 1 and not any(row["siblings"] == "together" for row in members)
    ]
    if not loose:
        return False
    members = chance.choice(loose)
    chance.choice(members)["siblings"] = "together"
    usual = int(draft.policy.get("max_arrivals", 2))
    for home in draft.tables["homes"]:
        limit = int(home["max_arrivals"] or usual)
        home["max_arrivals"] = str(max(0, limit - len(members) + 1))
    return True


def _pair(draft: Draft, chance: Random) -> tuple[Cells, Cells]:
    return chance.choice(draft.tables["referrals"]), chance.choice(draft.tables["homes"])


TIGHTENINGS: tuple[Change, ...] = (
    Change("cancel a registration", "R01", set_in_home("registration", "cancelled", _registered)),
    Change("raise a min_age", "R02", _raise_min_age),
    Change("take a sex from a home", "R03", _fewer("sexes")),
    Change("take a lower band from a home", "R04", _lower_band),
    Change("take a support from a home", "R05", _fewer("supports")),
    Change("add a need", "R05", _need_more),
    Change("avoid a home", "R06", _avoid_home),
    Change("avoid a borough", "R06", _avoid_borough),
    Change("widen an avoided radius", "R06", _wider_radius),
    Change("lower a max_distance", "R07", _lower_max_distance),
    Change("raise a min_distance", "R07", _raise_min_distance),
    Change("accept one provision less", "R13", _accept_less),
    Change("a resident stays longer", "R09", _stay_longer),
    Change("take a place", "R09", shift_in_home("places", -1, lambda row: int(row["places"]) > 1)),
    Change("decline", "R10", _decline),
    Change("must not live with a resident", "R11", _must_not_with_resident),
    Change("must not live with a newcomer", "J2", _must_not_between_newcomers),
    Change("a resident's living companions", "R12", _companions("residents")),
    Change("a newcomer's living companions", "J5", _companions("referrals")),
    Change("lower a max_high", "R15", _lower_or_set("max_high", 1)),
    Change("lower a load_limit", "R15", _lower_or_set("load_limit", 6)),
    Change("be against a home", "R16", _against),
    Change("fail due diligence", "R17", set_in_home("due_diligence", "N", _always)),
    Change("judge inadequate", "R17", set_in_home("judgement", "inadequate", _always)),
    Change("ask for siblings together", "J4", _group_together, whole_objective=True),
    Change("lower a max_arrivals", "J6", _lower_arrivals, whole_objective=True),
)
