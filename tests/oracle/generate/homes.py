"""Invented homes and who lives in them."""

from datetime import date, timedelta

from tests.oracle.generate.dice import Dice
from tests.oracle.read import BANDS

Cells = dict[str, str]

# Rough grid points for the boroughs and two counties; invented homes lie around them.
PLACES_ON_MAP = {
    "E09000016": (551300, 187800),
    "E09000002": (547900, 185300),
    "E09000025": (541200, 183600),
    "E09000026": (543600, 188900),
    "E09000031": (537400, 189700),
    "E09000012": (534500, 185300),
    "E09000030": (536200, 182100),
    "E09000001": (532400, 181200),
    "E09000011": (542700, 177400),
    "E10000012": (570300, 208800),
    "E10000016": (596200, 151700),
}
NEAR_BOROUGHS = list(PLACES_ON_MAP)[:8]
TAGS = (
    "autism",
    "adhd",
    "therapeutic_support",
    "self_harm",
    "exploitation",
    "waking_night",
    "wheelchair",
    "halal",
)
HOME_COLUMNS = [
    "home_id",
    "name",
    "provider",
    "borough",
    "easting",
    "northing",
    "provision",
    "registration",
    "judgement",
    "due_diligence",
    "min_age",
    "max_age",
    "sexes",
    "bands",
    "supports",
    "places",
    "max_high",
    "load_limit",
    "max_arrivals",
    "contract",
]
RESIDENT_COLUMNS = [
    "young_person_id",
    "home_id",
    "borough",
    "band",
    "date_of_birth",
    "sex",
    "leaves_on",
    "leaving",
    "living_companions",
    "sibling_group",
]
COMPANIONS = {"with_others": 2, "no_preference": 1, "solo": 3, "only_older": 5, "only_younger": 5}


def home_id(index: int) -> str:
    """Return an id whose order is not the order of the rows."""
    return f"SC{990000 + (index * 379 + 101) % 997}"


def spot(dice: Dice, borough: str, spread: int, *name: object) -> tuple[str, str]:
    """Return easting and northing around a borough's grid point."""
    chance = dice.stream("spot", *name)
    east, north = PLACES_ON_MAP[borough]
    return (
        str(east + chance.randint(-spread, spread)),
        str(north + chance.randint(-spread, spread)),
    )


def born(day: date, age: int, days_after_birthday: int) -> date:
    """Return the birth date of somebody who became ``age`` so many days before a day."""
    had = day - timedelta(days=days_after_birthday)
    if (had.month, had.day) == (2, 29):
        had += timedelta(days=1)
    return had.replace(year=had.year - age)


def homes(dice: Dice, count: int) -> list[Cells]:
    """Return the rows of homes.csv."""
    rows: list[Cells] = []
    for index in range(count):
        row = _home(dice, index)
        if rows and dice.hit("twins", 0.12, "home", index):
            like = dice.pick(rows, "like", index)
            alike = ["borough", "easting", "northing", "bands", "min_age", "max_age", "provision"]
            if dice.whole(0, 1, "same home", index):
                alike = [column for column in row if column not in {"home_id", "name"}]
            row |= {column: like[column] for column in alike}
        rows.append(row)
    return rows


def _home(dice: Dice, index: int) -> Cells:
    def hit(feature: str, usual: float, what: str) -> bool:
        return dice.hit(feature, usual, "home", index, what)

    def pick(options: dict[str, int], what: str) -> str:
        return dice.weigh(options, "home", index, what)

    far = hit("limits", 0.06, "far")
    counties = {"E10000012": 2, "E10000016": 1}
    borough = pick(counties if far else dict.fromkeys(NEAR_BOROUGHS, 1), "borough")
    if hit("nearness", 0.1, "borough outside"):
        borough = "E09000011"
    east, north = spot(dice, borough, 2600, "home", index)
    if hit("unknown", 0.08, "location"):
        east, north = "", ""
    supported = hit("supported", 0.15, "provision")
    lowest, highest = dice.whole(8, 10, "home", index, "min"), 17
    if supported:
        lowest = int(pick({"16": 3, "14": 2, "15": 1}, "supported min"))
    if hit("ages", 0.09, "narrow"):
        lowest = max(lowest, dice.whole(11, 14, "home", index, "narrow min"))
        highest = max(lowest, dice.whole(14, 17, "home", index, "narrow max"))
    first, last = 0, dice.weigh({3: 4, 2: 2}, "home", index, "top band")
    if hit("bands", 0.2, "some"):
        first = dice.weigh({0: 5, 1: 3, 2: 1}, "home", index, "first band")
        last = max(first, dice.weigh({0: 1, 1: 3, 2: 4, 3: 3}, "home", index, "last band"))
    bands = list(BANDS[first : last + 1])
    if len(bands) > 2 and hit("bands", 0.1, "hole"):
        bands.remove(bands[1])
    if hit("sexes", 0.12, "one"):
        sexes = pick({"M": 2, "F": 3}, "sex")
    else:
        sexes = pick({"M;F": 5, "F;M": 1}, "sexes")
    lacks = {tag for tag in TAGS if hit("needs", 0.15, tag)}
    places = dice.weigh({1: 1, 2: 3, 3: 5, 4: 3, 5: 1}, "home", index, "places")
    contract = ""
    if dice.strength["contracts"] or dice.strength["shares"]:
        contract = pick({"": 2, "B1": 5, "B2": 2}, "contract")
    return {
        "home_id": home_id(index),
        "name": f"Invented home {index + 1}",
        "provider": pick({"P1": 4, "P2": 3, "P3": 1, "": 1}, "provider"),
        "borough": borough,
        "easting": east,
        "northing": north,
        "provision": "supported_accommodation"
        if supported
        else pick({"": 2, "childrens_home": 1}, "own provision"),
        "registration": pick({"restricted": 2, "suspended": 1, "cancelled": 1}, "not registered")
        if hit("registration", 0.05, "registration")
        else "registered",
        "judgement": "inadequate"
        if hit("quality", 0.03, "judgement")
        else pick(
            {"outstanding": 1, "good": 5, "requires_improvement": 2, "not_yet": 1, "": 1},
            "judgement",
        ),
        "due_diligence": "N"
        if hit("quality", 0.03, "due diligence")
        else pick({"Y": 3, "": 1}, "due diligence"),
        "min_age": str(lowest),
        "max_age": str(highest),
        "sexes": sexes,
        "bands": ";".join(bands),
        "supports": ";".join(tag for tag in TAGS if tag not in lacks),
        "places": str(places),
        "max_high": pick({"0": 1, "1": 5, "2": 4}, "max high") if hit("mix", 0.3, "high") else "",
        "load_limit": str(3 * places + dice.whole(-3, 2, "home", index, "load limit"))
        if hit("mix", 0.4, "load")
        else "",
        "max_arrivals": pick({"0": 1, "1": 5, "2": 2, "3": 3}, "max arrivals")
        if hit("arrivals", 0.3, "own")
        else "",
        "contract": contract,
    }


def residents(dice: Dice, rows: list[Cells], as_of: date, days: list[date]) -> list[Cells]:
    """Return the rows of residents.csv: most places are taken, and places are scarce."""
    found: list[Cells] = []
    for index, home in enumerate(rows):
        free = dice.weigh({1: 5, 2: 6, 3: 2}, "free", index)
        if dice.hit("full", 0.1, "home", index):
            free = dice.weigh({0: 3, -1: 1}, "full", index)
        for number in range(max(0, int(home["places"]) - free)):
            found.append(_resident(dice, index, number, home, as_of, days))
    return found


def _resident(
    dice: Dice, index: int, number: int, home: Cells, as_of: date, days: list[date]
) -> Cells:
    here = ("resident", index, number)
    age = dice.whole(max(10, int(home["min_age"])), 17, *here, "age")
    leaves_on, leaving = "", ""
    if dice.hit("leaving", 0.35, *here):
        day = dice.pick([*days, as_of], *here, "near") + timedelta(
            days=dice.weigh({0: 4, 1: 2, -1: 2, 12: 1, -20: 1}, *here, "shift")
        )
        leaves_on = day.isoformat()
        leaving = dice.weigh({"confirmed": 6, "expected": 2, "": 1}, *here, "leaving")
    if dice.hit("bands", 0.05, *here, "other band"):
        band = dice.pick(BANDS, *here, "band")
    else:
        band = dice.pick(home["bands"].split(";")[:3], *here, "band")
    return {
        "young_person_id": f"YP{5000 + (index * 10 + number) * 7 % 2003}",
        "home_id": home["home_id"],
        "borough": dice.pick(NEAR_BOROUGHS[:6], *here, "borough"),
        "band": band,
        "date_of_birth": born(as_of, age, dice.whole(0, 364, *here, "birthday")).isoformat(),
        "sex": dice.pick(home["sexes"].split(";"), *here, "sex"),
        "leaves_on": leaves_on,
        "leaving": leaving,
        "living_companions": dice.weigh(COMPANIONS, *here, "companions")
        if dice.hit("companions", 0.04, *here)
        else "",
        "sibling_group": "",
    }
