"""What stands in the way of returning a young person is told, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from broker.life import steps
from broker.life.state import Life, Taken
from broker.returns.write.lives import Home, put_together
from broker.returns.write.rows import Rows, rows_of, tables_of

HOMES = {"SC990001": Home("SC990001", "RM3 7", "childrens_home")}
YEAR, LAST = 2026, date(2026, 3, 31)
CARE: dict[str, Any] = {
    "child": "4711", "ethnicity": "WBRI", "upn": "A123456789012", "mother": False,
    "home_postcode": "E13 0AA", "place_postcode": "RM3 7AA", "place_provider": "PR4",
    "category_of_need": "N1", "looked_after_since": date(2025, 1, 10),
    "legal": ({"from_day": date(2025, 1, 10), "legal_status": "C1"},),
    "elsewhere": (
        {"starts_on": date(2025, 1, 10), "ends_on": date(2025, 6, 2), "place": "U4",
         "provider": "PR1", "postcode": "E17 6AA", "urn": "SC123456", "reason_code": "CREQB"},
    ),
}  # fmt: skip
END = {
    "ended_on": date(2025, 9, 1), "planned": False, "reason_code": None, "care_code": "E4B",
    "destination": "family", "words": "w",
}  # fmt: skip


def life(
    care: dict[str, Any] | None = None,
    end: dict[str, Any] | None = None,
    review: dict[str, Any] | None = None,
    **form: Any,
) -> Life:
    """A life of somebody who moved in on 2 June 2025."""
    told = {"young_person_id": "YP-1", "borough": "E09000025", "date_of_birth": date(2011, 5, 6),
            "sex": "F", **form}  # fmt: skip
    said: list[dict[str, Any]] = [
        {"kind": "open", "form": told},
        {"kind": "confirm", "home_id": "SC990001", "starts_on": date(2025, 6, 2),
         "planned_until": date(2026, 6, 2), "reason": "r"},
        {"kind": "move_in", "moved_in_on": date(2025, 6, 2)},
    ]  # fmt: skip
    if review is not None:
        said.append({"kind": "reviewed", "outcome": "stay", "words": "w", **review})
    if end is not None:
        said.append({"kind": "end", **END, **end})
    if care is not None:
        said.append({"kind": "care", **CARE, **care})
    made = Life("R-1")
    for number, one in enumerate(said, start=1):
        at = datetime(2025, 6, 2, 8, number, tzinfo=UTC)
        step = steps.SAID.validate_python(one)
        made = made.after(Taken(number, at, at.date(), "x", "broker", "p", step))
    return made


def written(one: Life, *others: Life, year: int = YEAR, homes: Any = HOMES) -> Rows:
    told = put_together([one, *others], homes, year, date(year, 3, 31))
    if told.person is None:
        return Rows(faults=told.faults)
    made = rows_of(told.person, year)
    return Rows(made.rows, told.faults + made.faults)


def test_a_young_person_who_came_from_a_foster_family_and_went_home() -> None:
    missed = ({"kind": "M", "starts_on": date(2025, 7, 1), "ends_on": date(2025, 7, 3)},)
    review = {"reviewed_on": date(2025, 6, 30), "participation": "PN1"}
    made = written(life({"missing": missed}, {}, review))
    assert not made.faults
    assert made.rows == {
        "episodes": [
            ("4711", "10/01/2025", "S", "C1", "N1", "U4", "PR1", "02/06/2025", "X1", "CREQB",
             "E13 0AA", "E17 6AA", "SC123456"),
            ("4711", "02/06/2025", "P", "C1", "N1", "K2", "PR4", "01/09/2025", "E4B", "",
             "E13 0AA", "RM3 7AA", "SC990001"),
        ],
        "header": [("4711", "F", "06/05/2011", "WBRI", "A123456789012", "0", "")],
        "reviews": [("4711", "06/05/2011", "30/06/2025", "PN1")],
        "missing": [("4711", "06/05/2011", "M", "01/07/2025", "03/07/2025")],
        "dolo": [],
    }  # fmt: skip


def test_the_codes_are_those_of_the_collection() -> None:
    early = {"looked_after_since": date(2024, 1, 10),
             "legal": ({"from_day": date(2024, 1, 10), "legal_status": "C1"},),
             "elsewhere": ({**CARE["elsewhere"][0], "starts_on": date(2024, 1, 10)},)}  # fmt: skip
    made = put_together([life(early)], HOMES, 2024, date(2024, 3, 31))
    assert made.person is not None
    assert rows_of(made.person, 2024).rows["header"][0][1] == "2"
    assert rows_of(replace(made.person, sex="U"), 2024).faults == [
        "sex U: the collection of 2024 has no code for it"
    ]
    assert rows_of(made.person, 2025).rows["header"][0][1] == "F"
    home = {"SC990001": Home("SC990001", "RM3 7", "supported_accommodation")}
    old = life(early, date_of_birth=date(2009, 6, 2))
    assert written(old, year=2026, homes=home).rows["episodes"][1][5] == "K3"
    assert written(life(early), year=2024, homes=home).rows["episodes"][0][5] == "U4"


def test_days_after_the_close_are_blank() -> None:
    late = {"ended_on": date(2026, 4, 2)}
    made = written(life({}, late))
    assert not made.faults
    assert made.rows["episodes"][-1][7:10] == ("", "", "")
    same = {"ended_on": date(2026, 3, 31)}
    assert written(life({}, same)).rows["episodes"][-1][7:10] == ("31/03/2026", "E4B", "")


SHUT: list[tuple[str, Life]] = [
    ("what the return asks of care is not told", life()),
    ("the day of birth is not told", life({}, date_of_birth=None)),
    ("whether she is a mother is not told", life({"mother": None})),
    ("the full postcode of SC990001 is not told", life({"place_postcode": None})),
    ("does not lie in RM3 7", life({"place_postcode": "RM4 1AA"})),
    ("began and ended on 2025-06-02", life({}, {"ended_on": date(2025, 6, 2)})),
    ("where until 2025-06-02 is not told", life({"elsewhere": ()})),
    ("is not told (reason_code)",
     life({"elsewhere": ({**CARE["elsewhere"][0], "reason_code": None},)})),
    ("from 2025-05-02 to 2025-06-02 is not told",
     life({"elsewhere": ({**CARE["elsewhere"][0], "ends_on": date(2025, 5, 2)},)})),
    ("began on 2025-06-02, before U4 elsewhere had ended",
     life({"elsewhere": ({**CARE["elsewhere"][0], "ends_on": date(2025, 6, 5)},)})),
    ("care went on: where is not told",
     life({}, {"care_code": "X1", "reason_code": "CREQB", "destination": "other"})),
    ("yet the placement of R-1 lasted longer",
     life({"ended_on": date(2025, 8, 1), "ceased": "E4A"}, {"ended_on": date(2026, 5, 1)})),
    ("where the young person was between is not told",
     life({"ended_on": date(2025, 10, 1), "ceased": "E4A"}, {})),
    ("how the young person took part in the review of 2025-06-30 is not told",
     life({}, None, {"reviewed_on": date(2025, 6, 30)})),
    ("PN0 goes with being under four",
     life({}, None, {"reviewed_on": date(2025, 6, 30), "participation": "PN0"})),
    ("missing from 2025-07-01 has no end",
     life({"missing": ({"kind": "M", "starts_on": date(2025, 7, 1)},)}, {})),
    ("missing from 2025-12-01: not looked after that day",
     life({"missing": ({"kind": "M", "starts_on": date(2025, 12, 1),
                        "ends_on": date(2025, 12, 3)},)}, {})),
    ("18 on 2025-12-01", life({}, date_of_birth=date(2007, 12, 1))),
    ("came into care on 2025-01-10, aged 18", life({}, {}, date_of_birth=date(2007, 1, 1))),
    ("the collection of 2026 does not know it",
     life({"elsewhere": ({**CARE["elsewhere"][0], "place": "H5"},)})),
    ("the provider of T1 from 2025-01-10 is told",
     life({"elsewhere": ({**CARE["elsewhere"][0], "place": "T1", "urn": None},)})),
    ("the provider of U4 from 2025-01-10 is not told",
     life({"elsewhere": ({**CARE["elsewhere"][0], "provider": None},)})),
    ("the URN of U4 from 2025-01-10 is not told",
     life({"elsewhere": ({**CARE["elsewhere"][0], "urn": None},)})),
    ("the URN of R1 from 2025-01-10 is told and should not be",
     life({"elsewhere": ({**CARE["elsewhere"][0], "place": "R1"},)})),
    ("the postcode of U4 from 2025-01-10 is not told",
     life({"elsewhere": ({**CARE["elsewhere"][0], "postcode": None},)})),
    ("is that of home", life({"elsewhere": ({**CARE["elsewhere"][0], "postcode": "E13 0AA"},)})),
    ("short breaks", life({"legal": ({"from_day": date(2025, 1, 10), "legal_status": "V4"},)})),
]  # fmt: skip


@pytest.mark.parametrize(("words", "one"), SHUT, ids=[words for words, _ in SHUT])
def test_what_is_not_told_or_cannot_be_is_a_reason_and_there_are_no_rows(
    words: str, one: Life
) -> None:
    made = written(one)
    assert any(words in sentence for sentence in made.faults), made.faults
    assert not made.rows


def deprived(order: dict[str, date], end: date | None = None) -> Life:
    """Somebody still in our home in the collection of 2027, or not, and an order on them."""

    ended = None if end is None else {"ended_on": end}
    return life({"liberty": (order,)}, ended)


def test_orders_that_deprive_of_liberty_are_told_from_the_collection_of_2027_on() -> None:
    order = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 4, 20)}
    made = written(deprived(order), year=2027)
    assert not made.faults
    assert made.rows["dolo"] == [("4711", "06/05/2011", "01/03/2026", "20/04/2026")]
    assert [table.name for table in tables_of(2027)][-1] == "dolo"
    assert written(deprived(order)).rows["dolo"] == []
    assert "dolo" not in [table.name for table in tables_of(2026)]


def test_an_order_is_over_when_care_is_and_not_in_every_place() -> None:
    still = {"starts_on": date(2026, 5, 1)}
    assert written(deprived(still, date(2026, 9, 1)), year=2027).faults == [
        "deprivation of liberty from 2026-05-01 has no end, yet the place ended on 2026-09-01"
    ]
    moved = {**CARE["elsewhere"][0], "starts_on": date(2026, 6, 1), "ends_on": None}
    secure = {**moved, "place": "K1", "provider": "PR4", "reason_code": None}
    order = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 8, 1)}
    end = {"ended_on": date(2026, 6, 1), "care_code": "X1", "reason_code": "CREQB",
           "destination": "other"}  # fmt: skip
    care = {"liberty": (order,), "elsewhere": (*CARE["elsewhere"], secure)}
    assert written(life(care, end), year=2027).faults == [
        "deprivation of liberty from 2026-07-01 while in K1: not possible"
    ]


BAD_CARE: list[tuple[str, dict[str, Any]]] = [
    ("the first legal status", {"looked_after_since": date(2025, 1, 9)}),
    ("each from a later day", {"legal": (CARE["legal"][0], CARE["legal"][0])}),
    ("told once", {"legal": (CARE["legal"][0],
                             {"from_day": date(2025, 2, 1), "legal_status": "C1"})}),
    ("go together", {"ended_on": date(2025, 8, 1)}),
    ("goes with mother", {"mother_of_born": date(2025, 8, 1)}),
    ("needs mother_of_born", {"mother": True}),
    ("before looked_after_since", {"missing": ({"kind": "M", "starts_on": date(2024, 1, 1)},)}),
    ("a day after starts_on", {"liberty": ({"starts_on": date(2025, 7, 1),
                                            "ends_on": date(2025, 7, 1)},)}),
    ("before the last has ended", {"liberty": ({"starts_on": date(2025, 7, 1)},
                                               {"starts_on": date(2025, 8, 1)})}),
    ("String should match", {"upn": "I123456789012"}),
    ("String should match", {"home_postcode": "E13 0"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "change"), BAD_CARE)
def test_care_that_contradicts_itself_cannot_be_told(words: str, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=words):
        steps.SAID.validate_python({"kind": "care", **CARE, **change})


def test_the_codes_of_care_are_those_of_the_return() -> None:
    from typing import get_args

    from broker.life import care
    from broker.returns import codes

    assert set(get_args(care.LegalStatus)) == set(codes.LS)
    assert set(get_args(care.CategoryOfNeed)) == set(codes.CIN)
    assert set(get_args(care.Ethnicity)) == set(codes.ETHNIC)
    assert set(get_args(care.Place)) == set(codes.PLACE)
    assert set(get_args(care.Provider)) == set(codes.PLACE_PROVIDER)
    assert set(get_args(care.Participation)) == set(codes.REVIEW_CODE)
    assert set(get_args(care.CareCeased)) == set(codes.REC) - {"X1"}
    assert set(get_args(care.Absence)) == set(codes.MISSING)


def test_a_second_period_of_care_has_what_was_told_of_it() -> None:
    again = date(2025, 11, 3)
    later = life(
        {"looked_after_since": again, "elsewhere": (), "category_of_need": "N5",
         "legal": ({"from_day": again, "legal_status": "V2"},)},
    )  # fmt: skip
    moved = replace(
        later,
        moved_in=replace(later.moved_in, said=steps.MoveIn(kind="move_in", moved_in_on=again)),
    ) if later.moved_in else later  # fmt: skip
    made = written(life({}, {}), moved)
    assert not made.faults
    assert [(row[1], row[2], row[3], row[4], row[8]) for row in made.rows["episodes"]] == [
        ("10/01/2025", "S", "C1", "N1", "X1"),
        ("02/06/2025", "P", "C1", "N1", "E4B"),
        ("03/11/2025", "S", "V2", "N5", ""),
    ]
