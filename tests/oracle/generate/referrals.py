"""Invented young people who need a place, and what is known about them."""

from datetime import date, timedelta

from tests.oracle.generate.dice import Dice
from tests.oracle.generate.homes import COMPANIONS, NEAR_BOROUGHS, TAGS, Cells, born, spot
from tests.oracle.read import BANDS
from tests.oracle.words import tenths_between

REFERRAL_COLUMNS = [
    "referral_id",
    "young_person_id",
    "borough",
    "date_of_birth",
    "sex",
    "band",
    "band_status",
    "needs",
    "easting",
    "northing",
    "nearness",
    "min_distance_miles",
    "max_distance_miles",
    "needed_by",
    "waiting_since",
    "planned_months",
    "moves_last_12_months",
    "sibling_group",
    "siblings",
    "living_companions",
    "provision",
    "dol",
]
PLACE_COLUMNS = ["referral_id", "what", "easting", "northing", "visits_per_month", "keep"]
GROUP_SIZE = 3


def needed_days(dice: Dice, as_of: date, count: int) -> list[date]:
    """Return the day each young person needs a place by: past, today, soon or later."""
    days = []
    for index in range(count):
        shift = dice.weigh({"today": 4, "past": 2, "soon": 5, "five": 1, "later": 7}, "when", index)
        if not dice.strength["dates"]:
            shift = dice.weigh({"today": 3, "five": 3, "later": 1}, "when simply", index)
        offset = {
            "today": 0,
            "past": -dice.whole(1, 12, "past", index),
            "soon": dice.whole(1, 5, "soon", index),
            "five": 5,
            "later": dice.whole(6, 45, "later", index),
        }[shift]
        days.append(as_of + timedelta(days=offset))
    return days


def referrals(
    dice: Dice, as_of: date, needed: list[date], homes: list[Cells], residents: list[Cells]
) -> list[Cells]:
    """Return the rows of referrals.csv."""
    rows: list[Cells] = []
    for index, needed_by in enumerate(needed):
        row = _referral(dice, index, as_of, needed_by, homes)
        if rows and dice.hit("twins", 0.15, "referral", index):
            like = dice.pick(rows[-4:], "like referral", index)
            alike = ["borough", "easting", "northing", "band", "needed_by", "waiting_since"]
            if dice.whole(0, 1, "same referral", index):
                own = {"referral_id", "young_person_id", "sibling_group", "siblings"}
                alike = [column for column in row if column not in own]
            row |= {column: like[column] for column in alike}
        first = rows[index - index % GROUP_SIZE] if index % GROUP_SIZE else row
        _sibling(dice, index, row, first, residents)
        rows.append(row)
    return rows


def _referral(dice: Dice, index: int, as_of: date, needed_by: date, homes: list[Cells]) -> Cells:
    here = ("referral", index)

    def hit(feature: str, usual: float, what: str) -> bool:
        return dice.hit(feature, usual, *here, what)

    def pick(options: dict[str, int], what: str) -> str:
        return dice.weigh(options, *here, what)

    day = max(as_of, needed_by)
    borough = dice.pick(NEAR_BOROUGHS, *here, "borough")
    east, north = spot(dice, borough, 3000, *here)
    if hit("unknown", 0.1, "location"):
        east, north = "", ""
    born_on = _birth(dice, index, day, homes)
    needs = [tag for tag in TAGS if hit("needs", 0.04, tag)]
    waits = dice.weigh({-1: 2, 0: 1, 75: 2, 30: 4}, *here, "waits")
    since = as_of - timedelta(days=dice.whole(0, waits, *here, "since")) if waits >= 0 else None
    shortest, longest = _limits(dice, index, (east, north), homes)
    return {
        "referral_id": f"F{(index * 37 + 11) % 997:03d}",
        "young_person_id": f"YP{1000 + (index * 53 + 7) % 997}",
        "borough": borough,
        "date_of_birth": born_on.isoformat(),
        "sex": pick({"M": 5, "F": 5, "U": 1 if dice.strength["sexes"] else 0}, "sex"),
        "band": dice.weigh(dict(zip(BANDS, (4, 5, 4, 2), strict=True)), *here, "band"),
        "band_status": pick({"provisional": 2, "": 2, "confirmed": 3}, "status")
        if dice.strength["provisional"]
        else "confirmed",
        "needs": ";".join(needs),
        "easting": east,
        "northing": north,
        "nearness": pick({"neutral": 1, "away": 1}, "nearness")
        if hit("nearness", 0.2, "nearness")
        else pick({"": 1, "near": 2}, "near"),
        "min_distance_miles": shortest,
        "max_distance_miles": longest,
        "needed_by": needed_by.isoformat(),
        "waiting_since": since.isoformat() if since else "",
        "planned_months": str(dice.whole(0, 24, *here, "months"))
        if hit("ages", 0.3, "planned")
        else "",
        "moves_last_12_months": str(dice.whole(0, 6, *here, "moves"))
        if hit("moves", 0.5, "moves")
        else "",
        "sibling_group": "",
        "siblings": "",
        "living_companions": dice.weigh(COMPANIONS, *here, "companions")
        if hit("companions", 0.22, "companions")
        else "",
        "provision": pick(
            {
                "childrens_home;supported_accommodation": 12,
                "supported_accommodation": 1,
                "childrens_home": 1,
            },
            "provision",
        )
        if hit("supported", 0.7, "provision")
        else "",
        "dol": "Y" if hit("by_hand", 0.06, "dol") else pick({"": 3, "N": 1}, "no dol"),
    }


def _birth(dice: Dice, index: int, day: date, homes: list[Cells]) -> date:
    here = ("birth", index)
    if dice.hit("boundaries", 0.12, *here):
        home = dice.pick(homes, *here, "home")
        age = int(home["max_age"]) + 1 if dice.whole(0, 1, *here) else int(home["min_age"])
        return born(day, age, dice.weigh({0: 3, 1: 1, -1: 3, -9: 4}, *here, "shift"))
    if dice.hit("boundaries", 0.12, *here, "leap"):
        return date(dice.weigh({2008: 1, 2012: 4, 2016: 2}, *here, "year"), 2, 29)
    age = dice.weigh({9: 0, 11: 4, 12: 8, 13: 9, 14: 8, 15: 9, 16: 12, 17: 6, 18: 1}, *here, "age")
    return born(day, age, dice.whole(0, 364, *here, "birthday"))


def _limits(
    dice: Dice, index: int, spot_found: tuple[str, str], homes: list[Cells]
) -> tuple[str, str]:
    here = ("limits", index)
    shortest, longest = "", ""
    if dice.hit("limits", 0.06, *here, "min"):
        shortest = f"{dice.whole(5, 60, *here, 'min') / 10}"
    if dice.hit("limits", 0.15, *here, "max"):
        longest = dice.weigh({"4": 2, "6.5": 3, "9.9": 3, "35": 2}, *here, "max")
        located = [home for home in homes if home["easting"]]
        if spot_found[0] and located and dice.whole(0, 1, *here, "exact"):
            home = dice.pick(located, *here, "home")
            tenths = tenths_between(_grid(spot_found), _grid((home["easting"], home["northing"])))
            off = dice.weigh({0: 3, -1: 2, 1: 1}, *here, "off")
            longest = f"{max(1, (tenths or 0) + off) / 10}"
    if shortest and longest and float(shortest) > float(longest):
        shortest = ""
    return shortest, longest


def _grid(cells: tuple[str, str]) -> tuple[int, int]:
    return int(cells[0]), int(cells[1])


def _sibling(dice: Dice, index: int, row: Cells, first: Cells, residents: list[Cells]) -> None:
    group = index // GROUP_SIZE
    saying = {"together": 5, "preferred": 5, "apart_ok": 2, "": 4}
    if not dice.stream("group", group).random() < 0.5 * dice.strength["groups"]:
        if dice.hit("resident_siblings", 0.35, "single", index) and residents:
            row["sibling_group"] = f"S{index}"
            row["siblings"] = dice.weigh(saying, "single says", index)
            _resident_sibling(dice, index, row["sibling_group"], residents)
        return
    if index % GROUP_SIZE == GROUP_SIZE - 1 and dice.whole(0, 2, "third", index):
        return
    mood = dice.weigh({"together": 4, "preferred": 6, "apart_ok": 1, "": 1}, "mood", group)
    row["sibling_group"] = f"G{group}"
    row["siblings"] = (
        mood
        if dice.whole(0, 2, "agrees", index)
        else dice.weigh(
            saying if mood == "together" else {"preferred": 2, "apart_ok": 1, "": 2}, "says", index
        )
    )
    for column in ("borough", "easting", "northing", "provision"):
        row[column] = first[column]
    if dice.whole(0, 3, "same band", index):
        row["band"] = first["band"]
    if row is first and dice.hit("resident_siblings", 0.3, "group", group):
        _resident_sibling(dice, index, row["sibling_group"], residents)


def _resident_sibling(dice: Dice, index: int, group: str, residents: list[Cells]) -> None:
    if residents:
        dice.pick(residents, "resident sibling", index)["sibling_group"] = group


def movers(dice: Dice, referrals: list[Cells], residents: list[Cells]) -> None:
    """Make some young people live in one of the homes now: they must move."""
    taken: set[int] = set()
    for index, row in enumerate(referrals):
        if not residents or not dice.hit("movers", 0.13, index):
            continue
        number = dice.whole(0, len(residents) - 1, "mover", index)
        if number in taken:
            continue
        taken.add(number)
        resident = residents[number]
        resident["young_person_id"] = row["young_person_id"]
        resident["date_of_birth"] = row["date_of_birth"]
        if dice.whole(0, 3, "mover band", index):
            resident["band"] = row["band"]
            resident["borough"] = row["borough"]


def people_and_places(dice: Dice, referrals: list[Cells]) -> list[Cells]:
    """Return the rows of people_and_places.csv."""
    rows: list[Cells] = []
    for index, referral in enumerate(referrals):
        for number in range(3):
            here = ("people", index, number)
            if not dice.hit("people", 0.25, *here):
                continue
            borough = dice.weigh({referral["borough"]: 3, "E10000012": 1}, *here, "borough")
            east, north = spot(dice, borough, 5000, *here)
            if dice.hit("unknown", 0.1, *here):
                east, north = "", ""
            what = dice.pick(("school", "family", "friend", "health", "faith"), *here, "what")
            rows.append(
                {
                    "referral_id": referral["referral_id"],
                    "what": what,
                    "easting": east,
                    "northing": north,
                    "visits_per_month": dice.weigh(
                        {"": 1, "0": 1, "1": 2, "4": 4, "9": 2, "21": 2}, *here, "visits"
                    ),
                    "keep": dice.weigh({"Y": 3, "N": 2, "": 2}, *here, "keep"),
                }
            )
    return rows
