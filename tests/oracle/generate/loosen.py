"""Steps that only widen what is possible, named by the rule they touch."""

from random import Random

from tests.oracle.generate.change import Change, Draft, one_of, set_in_home, shift_in_home
from tests.oracle.generate.homes import Cells


def _always(_: Cells) -> bool:
    return True


def _not_registered(row: Cells) -> bool:
    return row["registration"] != "registered"


def _one_more_home(draft: Draft, chance: Random) -> bool:
    like = chance.choice(draft.tables["homes"])
    new = {**like, "home_id": "SC999998", "contract": "", "registration": "registered"}
    draft.tables["homes"].append(new)
    known = [row for row in draft.tables["rates"] if row["home_id"] == like["home_id"]]
    draft.tables["rates"] += [{**row, "home_id": new["home_id"]} for row in known]
    return True


def _higher_arrivals(draft: Draft, chance: Random) -> bool:
    home = chance.choice(draft.tables["homes"])
    usual = int(draft.policy.get("max_arrivals", 2))
    home["max_arrivals"] = str(int(home["max_arrivals"] or usual) + 1)
    return True


def _take_back(table: str) -> "_TakeBack":
    return _TakeBack(table)


class _TakeBack:
    """Take one row of a small file away."""

    def __init__(self, table: str, kind: str = "") -> None:
        self.table = table
        self.kind = kind

    def __call__(self, draft: Draft, chance: Random) -> bool:
        rows = draft.tables[self.table]
        row = one_of(rows, chance, lambda row: not self.kind or row.get("kind") == self.kind)
        if row is None:
            return False
        rows.remove(row)
        return True


def _release_group(draft: Draft, chance: Random) -> bool:
    said = one_of(
        draft.tables["referrals"],
        chance,
        lambda row: row["siblings"] == "together" and row["sibling_group"] != "",
    )
    if said is None:
        return False
    members = [
        row for row in draft.tables["referrals"] if row["sibling_group"] == said["sibling_group"]
    ]
    for row in members:
        if row["siblings"] in {"together", "preferred"}:
            row["siblings"] = ""
    usual = int(draft.policy.get("max_arrivals", 2))
    for home in draft.tables["homes"]:
        home["max_arrivals"] = str(int(home["max_arrivals"] or usual) + len(members))
    return True


LOOSENINGS: tuple[Change, ...] = (
    Change("one more place", "R09", shift_in_home("places", 1, _always)),
    Change("one more home", "R09", _one_more_home, whole_objective=True),
    Change("register", "R01", set_in_home("registration", "registered", _not_registered)),
    Change("stop avoiding", "R06", _take_back("avoid")),
    Change("take a decline back", "R10", _take_back("declines")),
    Change("forget a must-not", "R11", _TakeBack("relationships", "must_not_live_together")),
    Change("raise a max_high", "R15", shift_in_home("max_high", 1, _always)),
    Change("raise a load_limit", "R15", shift_in_home("load_limit", 2, _always)),
    Change(
        "drop a load_limit", "R15", set_in_home("load_limit", "", lambda r: r["load_limit"] != "")
    ),
    Change("raise a max_arrivals", "J6", _higher_arrivals, whole_objective=True),
    Change("release a sibling group", "J4", _release_group, whole_objective=True),
)
