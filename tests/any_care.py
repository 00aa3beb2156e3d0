"""What a borough may tell of care, drawn from every code of the return. All invented.

Most draws are such as could be so, for else everything would be refused; some are not. What can be
written is for the writer to say, and what is wrong with it for the validator that councils use.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from broker.life.care import CareCeased
from broker.life.endings import CareEnded, ReasonEnded
from broker.returns import codes
from tests.year_of_lives import HOMES_OF_FAMILIES, postcodes

DAY = timedelta(days=1)
REASONS = list(ReasonEnded.__args__)  # type: ignore[attr-defined]
ENDED = list(CareEnded.__args__)  # type: ignore[attr-defined]
CEASED = list(CareCeased.__args__)  # type: ignore[attr-defined]
BRIEF = {"L1": 3, "L2": 21, "L3": 7, "J2": 21, "T1": 42, "T2": 21, "T3": 21, "T4": 7}
"""At most so many days, by the words of the validator's rules; one day in six draws more."""


def days(chance: random.Random, code: str, most: int) -> int:
    limit = BRIEF.get(code)
    if limit is None or chance.random() < 0.15:
        return chance.randint(1, most)
    return chance.randint(1, limit)


def any_form(chance: random.Random, number: int, start: date, code: str) -> dict[str, Any]:
    born = start - DAY * chance.randint(10 * 365, 18 * 365 + 30)
    return {"young_person_id": f"YP-{number:04d}", "borough": code, "date_of_birth": born,
            "sex": chance.choice("MFFU")}


def any_end(chance: random.Random, start: date) -> dict[str, Any]:
    on = start + DAY * chance.randint(1, 400)
    code = chance.choice(ENDED)
    return {"ended_on": on, "planned": False, "care_code": code, "destination": "other", "words": "w",
            "reason_code": chance.choice(REASONS) if code == "X1" else None}


def _legal(chance, since, until, born=None):
    made = [(since, chance.choice(list(codes.LS)))]
    while chance.random() < 0.6:
        day = made[-1][0] + DAY * days(chance, made[-1][1], 300)
        if day >= until: break
        code = chance.choice(sorted(codes.LS))
        if code != made[-1][1]: made.append((day, code))
    return [{"from_day": d, "legal_status": c} for d, c in made]


def _stay(chance, start, end, place, number, year):
    sector = chance.choice(sorted(HOMES_OF_FAMILIES.values()))
    bare = place in codes.NO_PROVIDER
    return {"starts_on": start, "ends_on": end, "place": place,
      "provider": None if bare else "PR0" if place == "P1" and chance.random()<.9 else chance.choice(sorted(codes.PLACE_PROVIDER)),
      "postcode": chance.choice(postcodes(sector)),
      "urn": None if place in codes.no_urn(year) else chance.choice([f"SC{500000+number}"]*6+["XXXXXXX"]),
      "reason_code": chance.choice(REASONS) if end is not None else None}


def any_care(chance, number, year, start, end, home, code):
    since = start - DAY * chance.choice([0, 0, chance.randint(1, 800)])
    places = list(codes.to_write("PLACE", year)) if chance.random() < .95 else sorted(codes.PLACE)
    elsewhere, day, n = [], since, number * 10
    while day < start:
        place = chance.choice(places); n += 1
        until = min(start, day + DAY * days(chance, place, 500))
        if chance.random() < .2 and elsewhere and elsewhere[-1]["place"] not in codes.TEMPORARY and until < start:
            kept = elsewhere[-1]
            place = chance.choice(sorted(codes.TEMPORARY))
            until = min(start, day + DAY * days(chance, place, 100))
            if until < start:
                elsewhere.append(_stay(chance, day, until, place, n, year))
                back = min(start, until + DAY * chance.randint(1, 300))
                elsewhere.append({**kept, "starts_on": until, "ends_on": back, "reason_code": chance.choice(REASONS)})
                day = back
                continue
        elsewhere.append(_stay(chance, day, until, place, n, year))
        day = until
    over = None
    last = date(year, 3, 31)
    if end is not None and end["care_code"] == "X1" :
        day = end["ended_on"]
        while True:
            place = chance.choice(places); n += 1
            until = day + DAY * days(chance, place, 300)
            final = chance.random() < .6
            stay = _stay(chance, day, None if final else until, place, n, year)
            if final: stay["reason_code"] = None
            elsewhere.append(stay)
            if final:
                if chance.random() < .5:
                    over = (until, chance.choice(CEASED))
                break
            day = until
    legal = _legal(chance, since, start + DAY * 300)
    mother = chance.random() < .4
    missing, liberty = [], []
    if chance.random() < .4:
        a = start + DAY * chance.randint(0, 200)
        missing.append({"kind": chance.choice("MA"), "starts_on": a, "ends_on": chance.choice([None, a + DAY * chance.randint(1, 20), a + DAY * chance.randint(1, 20)])})
    if chance.random() < .3:
        a = since + DAY * chance.randint(0, 300)
        liberty.append({"starts_on": a, "ends_on": chance.choice([None, a + DAY * chance.randint(1, 90)])})
    return {
        "child": str(100000 + number), "ethnicity": chance.choice(sorted(codes.ETHNIC)),
        "upn": chance.choice([f"A{number:012d}"] * 8 + ["UN1", "UN2", "UN3", "UN4", "UN5"]),
        "mother": mother, "mother_of_born": start + DAY * chance.randint(-500, 400) if mother else None,
        "home_postcode": chance.choice(postcodes(HOMES_OF_FAMILIES[code])),
        "place_postcode": postcodes(home.postcode)[0], "place_provider": chance.choice(sorted(codes.PLACE_PROVIDER)),
        "category_of_need": chance.choice(sorted(codes.CIN)), "looked_after_since": since,
        "ended_on": over[0] if over else None, "ceased": over[1] if over else None,
        "legal": tuple(legal), "elsewhere": tuple(elsewhere), "missing": tuple(missing),
        "liberty": tuple(liberty),
    }
