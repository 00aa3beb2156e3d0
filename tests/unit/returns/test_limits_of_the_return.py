"""What the return does not take is refused in a sentence; what lies just inside is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from broker.life.state import Life
from broker.returns.write.lives import Home
from tests.unit.returns.test_written_from_lives import CARE, HOMES, life, written

CAME, MOVED, ENDED = date(2025, 1, 10), date(2025, 6, 2), date(2025, 9, 1)
SUPPORTED = {"SC990001": Home("SC990001", "RM3 7", "supported_accommodation")}
IN_NEWHAM = {"SC990001": Home("SC990001", "E13 0", "childrens_home")}


def stay(start: date = CAME, end: date | None = MOVED, **changed: Any) -> dict[str, Any]:
    """A stay elsewhere; a place told by itself has the provider and URN that go with U4."""
    return {**CARE["elsewhere"][0], "starts_on": start, "ends_on": end, **changed}


def legal(*told: tuple[date, str]) -> dict[str, Any]:
    return {"legal": tuple({"from_day": day, "legal_status": code} for day, code in told)}


def bare(place: str, start: date, end: date | None = MOVED) -> dict[str, Any]:
    """A temporary place."""
    told = {"provider": None, "urn": None, "reason_code": None, "postcode": "E8 1AA"}
    return stay(start, end, place=place, **told)


def elsewhere(*stays: dict[str, Any]) -> dict[str, Any]:
    return {"elsewhere": stays}


@dataclass(frozen=True)
class Case:
    """Care (or form, or ending) that is refused with these words, and the like that is written."""

    words: str
    care: Mapping[str, Any] = field(default_factory=dict)
    inside: Mapping[str, Any] | None = field(default_factory=dict)
    end: Mapping[str, Any] | None = None
    inside_end: Mapping[str, Any] | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    inside_form: Mapping[str, Any] = field(default_factory=dict)
    year: int = 2026
    homes: Mapping[str, Home] = field(default_factory=lambda: HOMES)

    def refused(self) -> Life:
        return _life(self.care, self.end, self.form)

    def taken(self) -> Life:
        assert self.inside is not None
        return _life(self.inside, self.inside_end, self.inside_form)


def _life(care: Mapping[str, Any], end: Mapping[str, Any] | None, form: Mapping[str, Any]) -> Life:
    ended = None if end is None else {"destination": "other", **end}
    return life(dict(care), ended, **form)


def born(day: date) -> dict[str, Any]:
    return {"date_of_birth": day}


def mother(of: date) -> dict[str, Any]:
    return {"mother": True, "mother_of_born": of}


def at_police(days: int, code: str) -> dict[str, Any]:
    return legal((CAME, "C1"), (date(2025, 7, 1), code), (date(2025, 7, 1 + days), "C2"))


def away(place: str, until: date) -> dict[str, Any]:
    """Some days in a temporary place, then back, then to us."""
    first = date(2025, 4, 2)
    there = stay(until, MOVED)
    return elsewhere(stay(CAME, first), bare(place, first, until), there)


def holidays(times: int) -> dict[str, Any]:
    """So many holidays of the foster carers, a week each, back with them between."""
    stays = [stay(CAME, date(2025, 4, 2))]
    for number in range(times):
        away = date(2025, 4, 2 + 14 * number) if number < 2 else date(2025, 4, 30)
        home = away + 7 * DAY
        until = MOVED if number == times - 1 else away + 14 * DAY
        stays += [bare("T3", away, home), stay(home, until)]
    return elsewhere(*stays)


def after_us(*stays: dict[str, Any], ceased: str) -> dict[str, Any]:
    """Where they lived after our home, and how care ended on 1 December."""
    why = ({**one, "reason_code": one["ends_on"] and "CARPL"} for one in stays)
    told = (*CARE["elsewhere"], *why)
    return {"elsewhere": told, "ended_on": date(2025, 12, 1), "ceased": ceased}


LATE = date(2025, 11, 10)
MOVED_ON = {"care_code": "X1", "reason_code": "CREQB"}
DAY = timedelta(days=1)
PARENTS: dict[str, Any] = {"place": "P1", "provider": "PR0", "urn": None}
LATER = {"looked_after_since": date(2023, 6, 1), **legal((date(2023, 6, 1), "C1"))}


CASES = [
    Case("upn UN1", {"upn": "UN1"}, {"upn": "UN2"}),
    Case("upn UN4", {"upn": "UN4"}, {"upn": "UN5"}),
    Case("a mother is 11", mother(date(2025, 5, 1)), mother(date(2025, 5, 1)),
         form=born(date(2014, 4, 2)), inside_form=born(date(2014, 4, 1))),
    Case("PR0 for P1", elsewhere(stay(**{**PARENTS, "provider": "PR2"})),
         elsewhere(stay(**PARENTS))),
    Case("which goes with P1 alone", elsewhere(stay(provider="PR0")),
         elsewhere(stay(provider="PR5"))),
    Case("it is PR3 to PR5", elsewhere(stay(place="R5", provider="PR2", urn=None)),
         elsewhere(stay(place="R5", provider="PR3", urn=None))),
    Case("runs no such place", {"place_provider": "PR3"}, {"place_provider": "PR2"}),
    Case("not in E09000025", {"place_provider": "PR1"}, {"place_provider": "PR4"}),
    Case("which is for A3 to A6", elsewhere(stay(place="R3", provider="PR4", urn="XXXXXXX")),
         elsewhere(stay(urn="XXXXXXX"))),
    Case("no freeing order", legal((CAME, "D1")), legal((CAME, "E1"))),
    Case("not yet over 10", legal((CAME, "J1")), legal((CAME, "J1")),
         form=born(date(2015, 1, 10)), inside_form=born(date(2015, 1, 9))),
    Case("not under V2", {**elsewhere(stay(**PARENTS)), **legal((CAME, "V2"))},
         {**elsewhere(stay(**PARENTS)), **legal((CAME, "C1"))}),
    Case("a placement order, E1", elsewhere(stay(place="A6")),
         {**elsewhere(stay(place="A6")), **legal((CAME, "E1"))}),
    Case("K3 from 2025-06-02: from the age of 16", form=born(date(2009, 6, 3)), homes=SUPPORTED,
         inside_form=born(date(2009, 6, 2))),
    Case("P3 from 2025-01-10: from the age of 14",
         elsewhere(stay(place="P3", provider="PR4", urn=None)),
         elsewhere(stay(place="P3", provider="PR4", urn=None)),
         form=born(date(2011, 1, 11)), inside_form=born(date(2011, 1, 10))),
    Case("from the age of 16 (rules 387, 389, 460)", end={"care_code": "E7"},
         form=born(date(2009, 9, 2)), inside_form=born(ENDED.replace(year=2009)),
         inside_end={"care_code": "E7"}),
    Case("from the age of 14 (rules 387, 389, 460)", end={"care_code": "E5"},
         form=born(date(2011, 9, 2)), inside_form=born(ENDED.replace(year=2011)),
         inside_end={"care_code": "E5"}),
    Case("from the age of 18 (rules 387, 389, 460)",
         end={"care_code": "E17", "destination": "staying_put"}, form=born(date(2007, 9, 2)),
         inside_form=born(ENDED.replace(year=2007)),
         inside_end={"care_code": "E17", "destination": "staying_put"}),
    Case("before the age of 18 (rule 407)", end={"care_code": "E48"}, form=born(date(2007, 8, 31)),
         inside_form=born(ENDED.replace(year=2007)), inside_end={"care_code": "E48"}),
    Case("for others it is E47 or E48", end={"care_code": "E45", "destination": "family"},
         inside_end={"care_code": "E47", "destination": "family"}),
    Case("legal status L1", at_police(4, "L1"), at_police(3, "L1")),
    Case("legal status L2", at_police(22, "L2"), at_police(21, "L2")),
    Case("legal status L3", at_police(8, "L3"), at_police(7, "L3")),
    Case("legal status J2", at_police(22, "J2"), at_police(21, "J2")),
    Case("T1 from 2025-04-02 to 2025-05-15: 42 days at most", away("T1", date(2025, 5, 15)),
         away("T1", date(2025, 5, 14))),
    Case("T3 from 2025-04-02 to 2025-04-24: 21 days at most", away("T3", date(2025, 4, 24)),
         away("T3", date(2025, 4, 23))),
    Case("T4 from 2025-04-02 to 2025-04-10: 7 days at most", away("T4", date(2025, 4, 10)),
         away("T4", date(2025, 4, 9))),
    Case("begin in a temporary place", elsewhere(bare("T2", CAME, MOVED)), inside=None),
    Case("no change within a temporary place",
         {**away("T1", date(2025, 4, 20)), **legal((CAME, "C1"), (date(2025, 4, 10), "C2"))},
         {**away("T1", date(2025, 4, 20)), **legal((CAME, "C1"), (date(2025, 4, 21), "C2"))}),
    Case("the day of coming back",
         {**away("T1", date(2025, 4, 20)), **legal((CAME, "C1"), (date(2025, 4, 20), "C2"))},
         {**away("T1", date(2025, 4, 20)), **legal((CAME, "C1"), (date(2025, 4, 21), "C2"))}),
    Case("not back to U4",
         elsewhere(stay(CAME, date(2025, 5, 20)), bare("T1", date(2025, 5, 20), MOVED)),
         away("T1", date(2025, 4, 20))),
    Case("it follows a foster family",
         {**elsewhere(stay(CAME, date(2025, 4, 5), place="R3", provider="PR4"),
                      stay(date(2025, 4, 5), MOVED, place="A4", postcode="E8 1AB"))},
         {**elsewhere(stay(CAME, date(2025, 4, 5)),
                      stay(date(2025, 4, 5), MOVED, place="A4", postcode="E8 1AB"))}),
    Case("no change within it; settle",
         {**elsewhere(stay(place="A3")), **legal((CAME, "C1"), (date(2025, 5, 1), "C2"))},
         elsewhere(stay(place="A3"))),
    Case("CUSTOD on 2025-06-02", elsewhere(stay(reason_code="CUSTOD")),
         elsewhere(stay(reason_code="CUSTOD")), form=born(date(2015, 6, 3)),
         inside_form=born(date(2015, 6, 2))),
    Case("P2 is no place",
         {**LATER, **elsewhere(stay(date(2023, 6, 1), MOVED, place="P2", provider="PR4",
                                    urn=None))}, inside=None, year=2024,
         form=born(date(2006, 4, 2))),
    Case("upn UN1", {"upn": "UN1"}, {"upn": "UN1"}, form=born(date(2020, 8, 31)),
         inside_form=born(date(2020, 9, 1))),
    Case("legal status L2 from 2025-05-20 to 2025-06-11",
         legal((CAME, "C1"), (date(2025, 5, 20), "L2"), (date(2025, 6, 11), "C2")),
         legal((CAME, "C1"), (date(2025, 5, 20), "L2"), (date(2025, 6, 10), "C2"))),
    Case("legal status L2 from 2026-03-09 to 2026-03-31",
         legal((CAME, "C1"), (date(2026, 3, 9), "L2")),
         legal((CAME, "C1"), (date(2026, 3, 10), "L2"))),
    Case("an adoption follows A3 to A6", after_us(stay(ENDED, None, place="U4"), ceased="E12"),
         after_us(stay(ENDED, date(2025, 10, 1)), stay(date(2025, 10, 1), None, place="A4",
                                                       postcode="E8 1AB"), ceased="E12"),
         end=MOVED_ON, inside_end=MOVED_ON),
    Case("nobody is adopted from the age of 18",
         after_us(stay(ENDED, date(2025, 10, 1)),
                  stay(date(2025, 10, 1), None, place="A4", postcode="E8 1AB"), ceased="E12"),
         after_us(stay(ENDED, date(2025, 10, 1)),
                  stay(date(2025, 10, 1), None, place="A4", postcode="E8 1AB"), ceased="E12"),
         end=MOVED_ON, inside_end=MOVED_ON,
         form=born(date(2007, 12, 1)), inside_form=born(date(2007, 12, 2))),
    Case("care does not end in a temporary place",
         after_us(stay(ENDED, LATE), bare("T1", LATE, None), ceased="E8"),
         after_us(stay(ENDED, None), ceased="E8"),
         end=MOVED_ON, inside_end=MOVED_ON),
    Case("T3 is told 3 times", holidays(3), holidays(2)),
]  # fmt: skip


def ids(case: Case) -> str:
    return case.words


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_it_is_refused_with_what_is_allowed(case: Case) -> None:
    made = written(case.refused(), year=case.year, homes=case.homes)
    (sentence,) = made.faults
    assert case.words in sentence
    assert not made.rows


@pytest.mark.parametrize("case", [one for one in CASES if one.inside is not None], ids=ids)
def test_just_inside_it_is_written(case: Case) -> None:
    made = written(case.taken(), year=case.year, homes=case.homes)
    assert not made.faults
    assert made.rows["episodes"]


def test_who_died_has_no_episode_after() -> None:
    again = date(2025, 11, 3)
    later = life({"looked_after_since": again, "elsewhere": (), **legal((again, "V2"))})
    moved = _moved_in(later, again)
    made = written(life({}, {"care_code": "E2", "destination": "other"}), moved)
    assert any("E2, after which there is no other episode" in one for one in made.faults)


def _moved_in(one: Life, day: date) -> Life:
    from dataclasses import replace

    from broker.life import steps

    assert one.moved_in is not None
    said = steps.MoveIn(kind="move_in", moved_in_on=day)
    return replace(one, moved_in=replace(one.moved_in, said=said))


def test_placed_for_adoption_with_the_foster_carer_is_a_move_to_the_same_carer() -> None:
    told = elsewhere(
        stay(CAME, date(2025, 4, 5), provider="PR2"),
        stay(date(2025, 4, 5), MOVED, place="A3", provider="PR2"),
    )
    assert [row[2] for row in written(life(told)).rows["episodes"]] == ["S", "T", "P"]
    both = {**told, **legal((CAME, "C1"), (date(2025, 4, 5), "C2"))}
    assert [row[2] for row in written(life(both)).rows["episodes"]] == ["S", "U", "P"]


def test_a_child_who_was_born_after_the_close_or_after_care_is_not_told_of_their_mother() -> None:
    def told(of: date, end: dict[str, Any] | None) -> tuple[str, ...]:
        return written(life(mother(of), end)).rows["header"][0][5:]

    ended = {"care_code": "E4B"}
    assert told(date(2026, 4, 1), None) == ("0", "")
    assert told(date(2026, 3, 31), None) == ("1", "31/03/2026")
    assert told(date(2025, 9, 2), ended) == ("0", "")
    assert told(ENDED, ended) == ("1", "01/09/2025")


def test_the_authoritys_own_provision_lies_in_the_authority() -> None:
    own = {"place_provider": "PR1", "place_postcode": "E13 0AB"}
    assert not written(life(own), homes=IN_NEWHAM).faults


def test_semi_independent_places_are_without_a_urn_until_the_collection_of_2024() -> None:
    def told(year: int) -> list[str]:
        moved = date(year - 1, 6, 2)
        since = date(year - 1, 5, 1)
        care = {"looked_after_since": since, **legal((since, "C1")),
                **elsewhere(stay(since, moved))}  # fmt: skip
        one = _moved_in(life(care, date_of_birth=date(year - 18, 5, 6)), moved)
        made = written(one, year=year, homes=SUPPORTED)
        assert not made.faults
        return [f"{row[5]} {row[12]}" for row in made.rows["episodes"]]

    assert told(2023) == ["U4 SC123456", "H5 "]
    assert told(2024) == ["U4 SC123456", "H5 SC990001"]
    assert told(2025) == ["U4 SC123456", "K3 SC990001"]


def test_a_semi_independent_place_elsewhere_has_a_urn_if_it_went_on_when_it_was_inspected() -> None:
    def told(end: date, urn: str | None) -> list[str]:
        since = date(2023, 6, 1)
        place = stay(since, end, place="H5", provider="PR4", urn=urn)
        care = {**LATER, **elsewhere(place)}
        return written(_moved_in(life(care, date_of_birth=date(2006, 5, 6)), end), year=2024).faults

    assert told(date(2023, 10, 27), None) == []
    assert told(date(2023, 10, 28), "SC123456") == []
    assert told(date(2023, 10, 28), None) == [
        "the URN of H5 from 2023-06-01 is not told: needed from 28 October 2023 (rule 230)"
    ]


def test_outside_england_nobody_asks_for_a_urn() -> None:
    cardiff: dict[str, Any] = {"postcode": "CF10 3AT"}
    assert not written(life(elsewhere(stay(urn=None, **cardiff)))).faults
    assert written(life(elsewhere(stay(**cardiff)))).faults == [
        "the URN of U4 from 2025-01-10 is told and should not be"
    ]
    moved = date(2025, 2, 1)
    before = _moved_in(life(elsewhere(stay(CAME, moved, **cardiff))), moved)
    assert not written(before, year=2025).faults


def test_a_number_is_not_known_yet_of_who_came_within_the_last_week() -> None:
    def told(since: date, **care: Any) -> list[str]:
        whole = {"looked_after_since": since, "elsewhere": (), "upn": "UN4",
                 **legal((since, "C1")), **care}  # fmt: skip
        return written(_moved_in(life(whole), since)).faults

    assert told(date(2026, 3, 25)) == []
    (sentence,) = told(date(2026, 3, 24))
    assert "within the last week of the year, not on 2026-03-24" in sentence
    assert told(date(2026, 3, 1), ended_on=date(2026, 3, 20), ceased="E8") == []


def test_the_authoritys_own_supported_accommodation_lies_anywhere_from_2026_on() -> None:
    def told(year: int) -> list[str]:
        moved = date(year - 1, 6, 2)
        care = {"looked_after_since": moved, "elsewhere": (), "place_provider": "PR1",
                **legal((moved, "C1"))}  # fmt: skip
        one = _moved_in(life(care, date_of_birth=date(year - 17, 4, 1)), moved)
        return written(one, year=year, homes=SUPPORTED).faults

    assert told(2026) == []
    (sentence,) = told(2025)
    assert "RM3 7AA lies in E09000016, not in E09000025" in sentence


@pytest.mark.parametrize(
    ("place", "year", "least"),
    [("H5", 2023, 14), ("H5", 2024, 16), ("P2", 2023, 15), ("P2", 2024, 16)],
)
def test_places_without_care_are_from_an_age(place: str, year: int, least: int) -> None:
    since, end = date(year - 1, 4, 10), date(year - 1, 10, 28)

    def told(day: date) -> list[str]:
        urn = "SC123456" if place == "H5" and year == 2024 else None
        care = {"looked_after_since": since, **legal((since, "C1")),
                **elsewhere(stay(since, end, place=place, provider="PR4", urn=urn))}  # fmt: skip
        return written(_moved_in(life(care, date_of_birth=day), end), year=year).faults

    assert told(date(since.year - least, 4, 10)) == []
    (sentence,) = told(date(since.year - least, 4, 11))
    assert f"{place} from {since}: from the age of {least}" in sentence
