"""Invented facts between people and homes: relations, avoidance, wishes, declines, fees, shares."""

from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.generate.dice import Dice
from tests.oracle.generate.homes import PLACES_ON_MAP, Cells
from tests.oracle.read import BANDS
from tests.oracle.words import tenths_between

COLUMNS = {
    "relationships": ["a", "b", "kind"],
    "avoid": ["young_person_id", "kind", "borough", "home_id", "easting", "northing", "miles"],
    "wishes": ["referral_id", "home_id", "wish", "on", "words"],
    "declines": ["referral_id", "home_id", "reason"],
    "rates": ["home_id", "band", "weekly_fee", "marginal_weekly_fee", "from", "to"],
    "shares": ["contract", "borough", "places"],
    "adjoining": ["a", "b"],
}
USUAL_FEES = {"low": 4500, "medium": 6000, "high": 8000, "specialist": 10500}


def relationships(dice: Dice, referrals: list[Cells], residents: list[Cells]) -> list[Cells]:
    """Return the rows of relationships.csv, in either order, some of them twice."""
    rows: list[Cells] = []
    newcomers = [row["young_person_id"] for row in referrals]
    living = [row["young_person_id"] for row in residents]
    for kind, feature in (("must_not_live_together", "must_not"), ("caution", "caution")):
        for index, one in enumerate(newcomers):
            for others, usual in ((newcomers[:index], 1.8), (living, 0.4)):
                for other in others:
                    name = (one, other)
                    if one == other or not dice.hit(feature, usual / (len(others) + 3), *name):
                        continue
                    pair = [one, other] if dice.whole(0, 1, kind, *name) else [other, one]
                    rows.append({"a": pair[0], "b": pair[1], "kind": kind})
                    if dice.whole(0, 9, kind, "twice", *name) == 0:
                        rows.append({"a": pair[1], "b": pair[0], "kind": kind})
    if rows and dice.whole(0, 3, "stranger") == 0:
        rows.append({"a": newcomers[0], "b": "YP9999", "kind": "must_not_live_together"})
    return rows


def avoid(dice: Dice, referrals: list[Cells], homes: list[Cells]) -> list[Cells]:
    """Return the rows of avoid.csv; a radius may end exactly at a home."""
    rows: list[Cells] = []
    located = [home for home in homes if home["easting"]]
    for index, referral in enumerate(referrals):
        who = referral["young_person_id"]
        empty = dict.fromkeys(COLUMNS["avoid"], "") | {"young_person_id": who}
        if dice.hit("avoid", 0.06, index, "borough"):
            borough = dice.pick(homes, "avoid", index, "borough")["borough"]
            rows.append(empty | {"kind": "borough", "borough": borough})
        if dice.hit("avoid", 0.12, index, "home"):
            home = dice.pick(homes, "avoid", index, "home")["home_id"]
            rows.append(empty | {"kind": "home", "home_id": home})
        if located and dice.hit("avoid", 0.1, index, "radius"):
            home_row = dice.pick(located, "avoid", index, "near")
            point = int(home_row["easting"]) + 1700, int(home_row["northing"]) - 600
            tenths = (
                tenths_between(point, (int(home_row["easting"]), int(home_row["northing"]))) or 0
            )
            tenths += dice.weigh({0: 3, -1: 3, 9: 2}, "avoid", index, "miles")
            rows.append(
                empty
                | {"kind": "radius", "easting": str(point[0]), "northing": str(point[1])}
                | {"miles": f"{tenths / 10}"}
            )
    return rows


def wishes_and_declines(
    dice: Dice, as_of: date, referrals: list[Cells], homes: list[Cells]
) -> tuple[list[Cells], list[Cells]]:
    """Return the rows of wishes.csv and of declines.csv."""
    wishes: list[Cells] = []
    declines: list[Cells] = []
    for one, referral in enumerate(referrals):
        for other, home in enumerate(homes):
            pair = {"referral_id": referral["referral_id"], "home_id": home["home_id"]}
            if dice.hit("wishes", 0.14, one, other):
                wish = dice.weigh({"wants": 2, "unsure": 3, "against": 4}, "wish", one, other)
                on = as_of - timedelta(days=dice.whole(0, 9, "on", one, other))
                wishes.append(
                    {**pair, "wish": wish, "on": on.isoformat(), "words": "invented, as said"}
                )
            if dice.hit("declines", 0.04, one, other):
                declines.append({**pair, "reason": "invented"})
    return wishes, declines


def rates(dice: Dice, as_of: date, days: list[date], homes: list[Cells]) -> list[Cells]:
    """Return the rows of rates.csv: some fees are missing, some change on a young person's day."""
    rows: list[Cells] = []
    one_card = dice.hit("twins", 0.4, "one rate card")
    for index, home in enumerate(homes):
        for band in BANDS:
            here = (index, band)
            if band not in home["bands"].split(";") and dice.whole(0, 2, "other", *here):
                continue
            if dice.hit("rates", 0.14, "missing", *here):
                continue
            first = USUAL_FEES[band]
            if not one_card:
                first += 50 * dice.whole(-20, 20, "fee", *here)
            spans = [("", "")]
            if dice.hit("rates", 0.3, "changes", *here):
                change = dice.pick(days, "change", *here) + timedelta(
                    days=dice.weigh({0: 3, 1: 2, -3: 1}, "change shift", *here)
                )
                start = as_of - timedelta(days=200)
                spans = [(start.isoformat(), change.isoformat()), (change.isoformat(), "")]
                if dice.whole(0, 2, "gap", *here) == 0:
                    spans.pop(dice.whole(0, 1, "which gap", *here))
            for number, (begins, ends) in enumerate(spans):
                fee = Decimal(first + 375 * number) + Decimal(
                    dice.weigh({"0.00": 5, "0.49": 1, "99.99": 1}, "pence", number, *here)
                )
                share = dice.weigh({"": 2, "0.4": 3, "0": 1, "1.1": 1}, "marginal", number, *here)
                rows.append(
                    {
                        "home_id": home["home_id"],
                        "band": band,
                        "weekly_fee": f"{fee:.2f}",
                        "marginal_weekly_fee": f"{fee * Decimal(share):.2f}" if share else "",
                        "from": begins,
                        "to": ends,
                    }
                )
    return rows


def shares(dice: Dice, referrals: list[Cells], homes: list[Cells]) -> list[Cells]:
    """Return the rows of shares.csv: the block places each borough pays for."""
    if not dice.strength["shares"]:
        return []
    rows: list[Cells] = []
    contracts = sorted({home["contract"] for home in homes if home["contract"]})
    boroughs = sorted({row["borough"] for row in referrals} | {"E09000001"})
    for contract in contracts:
        for borough in boroughs:
            here = (contract, borough)
            if dice.hit("shares", 0.5, *here):
                places = dice.weigh({0: 1, 1: 6, 2: 4, 4: 1}, "share", *here)
                rows.append({"contract": contract, "borough": borough, "places": str(places)})
    if dice.whole(0, 9, "empty contract") == 0:
        rows.append({"contract": "B9", "borough": boroughs[0], "places": "2"})
    return rows


def adjoining(dice: Dice) -> list[Cells]:
    """Return the rows of adjoining.csv: empty (the built-in table), or a table in its place."""
    if not dice.hit("adjoining", 0.3, "replaced"):
        return []
    codes = list(PLACES_ON_MAP)
    rows = [
        {"a": one, "b": other}
        for number, one in enumerate(codes)
        for other in codes[:number]
        if dice.whole(0, 9, "adjoining", one, other) < 4
    ]
    return rows + [{"a": row["b"], "b": row["a"]} for row in rows[:1]]
