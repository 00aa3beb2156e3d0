"""Baselines counted by hand: each rule of docs/decisions/0018 in one small return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker.baseline.episodes import HEADER_TABLE
from broker.baseline.whole import Source, baseline, digest_of
from broker.baseline.words import words
from matching.geography import Grid
from pricing.problems import BadInput
from tests.unit.baseline.samples import EPISODES, HEADER, PRICES, nowhere, write

START = date(2025, 4, 1)
Count = Callable[..., dict[str, Any]]


@pytest.fixture
def count(tmp_path: Path) -> Count:
    """The baseline of rows of episodes, with earlier ones, a header and prices where given."""

    def made(
        *episodes: str,
        earlier: tuple[str, ...] | None = None,
        header: tuple[str, ...] | None = None,
        prices: tuple[str, ...] | None = None,
        heading: str = EPISODES,
        locate: Callable[[str], Grid | None] = nowhere,
    ) -> dict[str, Any]:
        sources = []
        if earlier is not None:
            sources.append(Source("earlier", "", write(tmp_path / "old.csv", heading, earlier)))
        sources.append(Source("episodes", "", write(tmp_path / "e.csv", heading, episodes)))
        if header is not None:
            sources.append(Source("header", "", write(tmp_path / "h.csv", HEADER, header)))
        if prices is not None:
            sources.append(Source("prices", "", write(tmp_path / "p.csv", PRICES, prices)))
        return baseline(sources, START, locate)

    return made


def figures(told: dict[str, Any]) -> dict[str, Any]:
    """Those of all."""
    found: dict[str, Any] = told["all"]["figures"]
    return found


def test_moving_on_within_care_is_a_move_and_coming_into_care_is_none(count: Count) -> None:
    told = figures(
        count(
            "A,01/05/2025,S,C2,U4,01/06/2025,X1,,E1 1AA,3.0",
            "A,01/06/2025,P,C2,K2,01/07/2025,X1,,E1 1AB,21.0",
            "A,01/07/2025,L,D1,K2,01/08/2025,X1,,E1 1AB,21.0",
            "A,01/08/2025,B,C2,U4,,,,E1 1AC,5.0",
            "B,01/04/2024,S,C2,U4,,,,E1 1AD,",
        )
    )["in_care"]
    assert told["young_people"] == 2
    assert told["placements"] == 4
    assert told["moves"] == 2
    assert told["moves_each"] == "1"
    assert told["three_or_more"] == {"count": 1, "of": 2, "percent": "50"}


def test_another_legal_status_or_type_with_the_same_carer_is_no_move(count: Count) -> None:
    told = figures(
        count(
            "A,01/05/2025,S,C2,U4,01/06/2025,X1,,E1 1AA,3.0",
            "A,01/06/2025,T,C2,U1,01/07/2025,X1,,E1 1AA,3.0",
            "A,01/07/2025,U,D1,U4,,,,E1 1AA,3.0",
        )
    )
    assert told["in_care"]["placements"] == 1
    assert told["in_care"]["moves"] == 0


def test_who_is_in_hospital_keeps_their_place_and_comes_back_to_it(count: Count) -> None:
    home = (
        "A,01/05/2025,S,C2,R1,01/06/2025,X1,,E1 1AA,3.0",
        "A,01/06/2025,T,C2,K2,01/07/2025,X1,,E1 1AB,3.0",
        "A,01/07/2025,P,C2,T1,10/07/2025,X1,,N1 1AA,9.0",
    )
    back = figures(count(*home, "A,10/07/2025,P,C2,K2,01/09/2025,E4A,,E1 1AB,3.0"))
    assert back["in_care"]["placements"] == 1
    assert back["in_care"]["moves"] == 0
    assert back["stays"]["ended"]["median_days"] == "123"
    elsewhere = figures(count(*home, "A,10/07/2025,P,C2,K2,01/09/2025,E4A,,E1 1AC,3.0"))
    assert elsewhere["in_care"]["moves"] == 1
    assert elsewhere["stays"]["ended"]["count"] == 1


@pytest.mark.parametrize(
    ("cell", "where"),
    [("12.4", "known"), ("999.9", "unknown"), ("999.8", "known"), ("", "blank"), ("0.0", "known")],
)
def test_a_distance_that_is_not_known_is_never_zero(count: Count, cell: str, where: str) -> None:
    told = figures(count(f"A,01/05/2025,S,C2,K2,,,E1 1AA,E1 1AB,{cell}"))["residential"]["distance"]
    assert told[where] == 1
    assert told["known"] + told["unknown"] + told["blank"] == 1
    assert (told["median_miles"] is None) == (where != "known")
    if where != "known":
        assert told["over_20_miles"] == {"count": 0, "of": 0, "percent": None}


def test_without_the_returned_distance_the_official_formula_on_postcodes_counts(
    count: Count,
) -> None:
    places = {"E1 1AA": Grid(540_000, 180_000), "N9 9AA": Grid(543_000, 184_000)}
    heading = EPISODES.removesuffix(",PL_DISTANCE")
    told = figures(
        count(
            "A,01/05/2025,S,C2,K2,,,E1 1AA,N9 9AA",
            "B,01/05/2025,S,C2,K2,,,E1 1AA,Q9 9ZZ",
            "C,01/05/2025,S,C2,K2,,,,N9 9AA",
            heading=heading,
            locate=places.get,
        )
    )["in_care"]["distance"]
    # sqrt(3000² + 4000²) / 1000 / 1.6093 = 3.10694 miles
    assert (told["median_miles"], told["known"]) == ("3.1", 1)
    assert (told["unknown"], told["blank"]) == (1, 1)


def test_exactly_twenty_miles_is_not_far(count: Count) -> None:
    told = figures(
        count("A,01/05/2025,S,C2,K2,,,,E1 1AB,20.0", "B,01/05/2025,S,C2,K2,,,,E1 1AB,20.1")
    )
    assert told["in_care"]["distance"]["over_20_miles"] == {"count": 1, "of": 2, "percent": "50"}
    assert told["in_care"]["distance"]["median_miles"] == "20.1"


def test_a_stay_goes_on_from_home_to_home_and_ends_with_the_last_day_there(count: Count) -> None:
    told = figures(
        count(
            "A,01/03/2025,S,C2,K2,01/05/2025,X1,,E1 1AA,3.0",
            "A,01/05/2025,P,C2,R1,11/05/2025,X1,,E1 1AB,3.0",
            "A,11/05/2025,P,C2,U4,,,,E1 1AC,3.0",
            "B,01/01/2020,L,C2,K2,02/04/2025,E4A,,E1 1AD,3.0",
            "C,01/04/2024,S,C2,K2,01/04/2025,E4A,,E1 1AD,3.0",
            "D,01/03/2026,S,C2,K2,01/04/2026,E4A,,E1 1AD,3.0",
            "E,31/03/2026,S,C2,K2,,,,E1 1AD,3.0",
        )
    )["stays"]
    # A lived there 71 days and D 31; B's first day is older than the files; C left before the year
    assert told["ended"] == {
        "count": 2, "median_days": "51", "least_days": 31, "most_days": 71,
        "older_than_the_files": 1,
    }  # fmt: skip
    assert told["going_on"] == {
        "count": 1, "median_days": "1", "least_days": 1, "most_days": 1, "older_than_the_files": 0,
    }  # fmt: skip


def test_back_within_twelve_months_counts_to_the_day_and_those_not_over_are_told(
    count: Count,
) -> None:
    told = figures(
        count(
            "A,02/06/2025,S,C2,K2,,,,E1 1AA,3.0",
            "B,01/06/2025,S,C2,K2,,,,E1 1AA,3.0",
            "C,01/07/2025,S,C2,K2,01/08/2025,E4A,,E1 1AA,3.0",
            "C,01/09/2025,S,C2,K2,01/10/2025,E4B,,E1 1AA,3.0",
            "D,01/07/2025,S,C2,K2,01/08/2025,E2,,E1 1AA,3.0",
            earlier=(
                "A,01/01/2024,S,C2,K2,02/06/2024,E4A,,E1 1AA,3.0",
                "B,01/01/2024,S,C2,K2,02/06/2024,E4A,,E1 1AA,3.0",
                "C,01/01/2023,S,C2,K2,01/04/2024,E4A,,E1 1AA,3.0",
                "E,01/01/2024,S,C2,K2,01/04/2025,E4A,,E1 1AA,3.0",
            ),
        )
    )["returned"]
    # A came back a year to the day, which is too late; C left on 31 March 2024, a day too early
    assert told["left_in_the_year_before"] == {
        "left": 3, "returned": 1, "not_yet_known": 0,
        "at_least": {"count": 1, "of": 3, "percent": "33.3"},
        "at_most": {"count": 1, "of": 3, "percent": "33.3"},
    }  # fmt: skip
    # C left twice: back once, and of the second time nobody can know yet; D died
    assert told["left_in_the_year"] == {
        "left": 2, "returned": 1, "not_yet_known": 1,
        "at_least": {"count": 1, "of": 2, "percent": "50"},
        "at_most": {"count": 2, "of": 2, "percent": "100"},
    }  # fmt: skip


def test_only_the_days_on_which_somebody_is_11_to_17_count(count: Count) -> None:
    told = figures(
        count(
            "A,01/04/2024,S,C2,K2,,,,E1 1AA,3.0",
            "B,01/05/2025,S,C2,U4,01/06/2025,X1,,E1 1AA,3.0",
            "B,01/06/2025,P,C2,K2,,,,E1 1AB,3.0",
            "C,01/04/2024,S,C2,K2,01/10/2025,E17,,E1 1AA,3.0",
            "D,01/04/2024,S,C2,K2,,,,E1 1AA,3.0",
            header=("A,02/04/2007", "B,10/06/2014", "C,01/10/2007", "E,01/01/2010"),
        )
    )
    # A is 18 on the second day; B is 11 after the move, which is not counted; C leaves at 18
    assert told["in_care"]["young_people"] == 3
    assert told["in_care"]["moves"] == 0
    assert told["in_care"]["placements"] == 3
    assert told["stays"]["ended"]["count"] == 1
    assert told["stays"]["going_on"]["count"] == 2
    assert told["without_birthday"] == 1


def test_who_left_at_eighteen_is_not_among_those_who_left(count: Count) -> None:
    told = figures(
        count(
            "B,01/09/2025,S,C2,K2,,,,E1 1AA,3.0",
            earlier=("A,01/01/2024,S,C2,K2,02/06/2024,E17,,E1 1AA,3.0",),
            header=("A,01/06/2006", "B,01/01/2010"),
        )
    )
    assert told["returned"]["left_in_the_year_before"]["left"] == 0


def test_who_left_before_they_were_eleven_is_not_among_those_who_left(count: Count) -> None:
    told = figures(
        count(
            "A,01/09/2025,S,C2,K2,,,,E1 1AA,3.0",
            earlier=("A,01/01/2024,S,C2,K2,01/06/2024,E4A,,E1 1AA,3.0",),
            header=("A,01/06/2013",),
        )
    )
    assert told["returned"]["left_in_the_year_before"]["left"] == 0
    assert told["in_care"]["young_people"] == 1


def test_episodes_are_mended_by_the_rules_and_counted(count: Count) -> None:
    told = count(
        "A,01/05/2025,S,C2,K2,,X1,,E1 1AA,3.0",
        "A,01/06/2025,P,C2,K2,15/07/2025,X1,,E1 1AB,3.0",
        "A,01/07/2025,P,C2,K2,01/08/2025,X1,,E1 1AC,3.0",
        "A,05/08/2025,P,C2,K2,,,,E1 1AD,3.0",
        "B,01/05/2025,S,V4,K2,,,,E1 1AD,3.0",
        "C,01/05/2026,S,C2,K2,,,,E1 1AD,3.0",
        earlier=(
            "D,01/05/2024,S,C2,K2,,,,E1 1AD,3.0",
            "A,01/05/2025,S,C2,K2,,,,E1 1AA,3.0",
        ),
    )
    assert told["mended"] == {
        "after": 1, "breaks": 1, "gap": 1, "lost": 1, "open": 1, "overlap": 1, "replaced": 1,
    }  # fmt: skip
    assert figures(told)["in_care"] | {"distance": None} == {
        "young_people": 1, "placements": 4, "moves": 3, "moves_each": "3", "distance": None,
        "three_or_more": {"count": 1, "of": 1, "percent": "100"},
    }  # fmt: skip
    assert figures(told)["stays"]["ended"]["count"] == 0


def test_weekly_prices_by_band_have_their_sources_and_unknown_is_no_price(count: Count) -> None:
    told = count(
        prices=(
            "E09000025,H1,low,3000.00,2024-04-01,2025-04-02,framework list 2024",
            "E09000025,H2,low,3000.01,2025-04-01,,invoice of May 2025",
            "E09000025,H3,low,,2025-04-01,,invoice of May 2025",
            "E09000016,H4,high,9000.00,2025-04-01,,invoice of May 2025",
            "E09000016,H4,,5000.00,2025-04-01,,invoice of May 2025",
            "E09000016,H4,high,1.00,2024-04-01,2025-04-01,framework list 2024",
            "E09000016,H4,high,2.00,2026-04-01,,framework list 2026",
        )
    )
    newham = next(one for one in told["boroughs"] if one["borough"] == "E09000025")
    assert newham["figures"] is None
    assert newham["prices"] == [
        {
            "band": "low", "count": 2, "unknown": 1, "median": "3000.01", "least": "3000.00",
            "most": "3000.01",
            "sources": {"framework list 2024": 1, "invoice of May 2025": 2},
        }
    ]  # fmt: skip
    assert [(one["band"], one["count"]) for one in told["all"]["prices"]] == [
        ("low", 2), ("high", 1), (None, 1),
    ]  # fmt: skip
    assert {gap["figure"] for gap in told["not_computed"]} >= {"prices of unbanded homes by band"}


def test_a_contract_gives_its_fees_of_every_stretch_of_the_year(tmp_path: Path) -> None:
    contract = Path("docs/examples/block/contract.toml")
    told = baseline([Source("contract", "", contract)], date(2026, 4, 1), nowhere)
    low = told["all"]["prices"][0]
    assert low["band"] == "low"
    assert all("contract.toml, version" in source for source in low["sources"])
    none = baseline([Source("contract", "", contract)], date(1999, 4, 1), nowhere)
    assert none["all"]["prices"] == []
    assert "weekly prices" in {gap["figure"] for gap in none["not_computed"]}


def test_what_cannot_be_computed_is_said_with_the_reason(count: Count) -> None:
    told = count("A,01/05/2025,S,C2,K2,,,,E1 1AA,3.0")
    said = {gap["figure"]: gap["why"] for gap in told["not_computed"]}
    assert "no header file" in said["ages"]
    assert "no column for the borough" in said["by borough"]
    assert "--earlier" in said["repeat episodes of those who left in the year before"]
    assert "no price" in said["weekly prices"]
    assert told["ages"] is None
    text = words(told)
    for gap in told["not_computed"]:
        assert gap["why"] in text


def test_earlier_files_of_one_borough_do_not_speak_for_another(tmp_path: Path) -> None:
    row = "A,01/01/2024,S,C2,K2,01/06/2024,E4A,,E1 1AA,3.0"
    now = "A,01/05/2025,S,C2,K2,,,,E1 1AA,3.0"
    sources = [
        Source("earlier", "E09000025", write(tmp_path / "1.csv", EPISODES, [row])),
        Source("episodes", "E09000025", write(tmp_path / "2.csv", EPISODES, [now])),
        Source("episodes", "E09000016", write(tmp_path / "3.csv", EPISODES, [now])),
    ]
    told = baseline(sources, START, nowhere)
    by = {one["name"]: one["figures"]["returned"] for one in told["boroughs"]}
    assert by["Havering"]["left_in_the_year_before"] is None
    assert by["Newham"]["left_in_the_year_before"]["left"] == 1
    assert figures(told)["returned"]["left_in_the_year_before"]["left"] == 1
    assert figures(told)["in_care"]["young_people"] == 2
    assert "E09000016" in {gap["borough"] for gap in told["not_computed"]}


def test_the_digest_is_of_every_input(count: Count) -> None:
    row = "A,01/05/2025,S,C2,K2,,,,E1 1AA,3.0"
    first, same = count(row), count(row)
    other = count(row.replace("3.0", "3.1"))
    assert digest_of(first) == digest_of(same) != digest_of(other)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,2025-05-01,S,C2,K2,,,,,", 'DECOM: bad value: "2025-05-01"; allowed: a day as dd/mm'),
        ("A,31/02/2025,S,C2,K2,,,,,", "DECOM: bad value"),
        ("A,01/05/2025,Q,C2,K2,,,,,", 'RNE: bad value: "Q"; allowed: B L P S T U'),
        ("A,01/05/2025,S,C2,K9,,,,,", 'PLACE: bad value: "K9"'),
        (
            "A,01/05/2025,S,C2,K2,01/05/2025,X1,,,",
            "DEC: impossible: 01/05/2025; allowed: a day after 01/05/2025",
        ),
        ("A,01/05/2025,S,C2,K2,02/05/2025,,,,", "REC: bad value: empty; allowed: E11 E12"),
        ("A,01/05/2025,S,,K2,,,,,", "LS: bad value"),
        ("A,01/05/2025,S,C9,K2,,,,,", 'LS: bad value: "C9"; allowed: C1 C2'),
        (",01/05/2025,S,C2,K2,,,,,", "CHILD: bad value"),
        ("A,01/05/2025,S,C2,K2,,,,,3.45", 'PL_DISTANCE: bad value: "3.45"; allowed: miles with'),
        ("A,01/05/2025,S,C2,K2,,,,,near", 'PL_DISTANCE: bad value: "near"'),
        ("A,01/04/2025,S,C2,K2,,,,,", "DECOM: duplicate"),
    ],
)
def test_each_fault_of_an_episode_is_told_with_its_place(count: Count, row: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        count("A,01/04/2025,S,C2,K2,,,,,", row)
    assert f"e.csv, row 3, column {said}" in str(refused.value)


def test_faults_of_all_files_are_told_at_once(count: Count) -> None:
    with pytest.raises(BadInput) as refused:
        count(
            "A,01/05/2025,S,C2,K9,,,,,",
            header=("A,2010-01-01", "B,01/01/2010", "B,02/01/2010"),
            prices=(
                "E09000099,H1,low,3000.00,2025-04-01,,x",
                "E09000025,,mid,3000,2025-04-01,2025-04-01,",
            ),
        )
    said = str(refused.value)
    for part in (
        "e.csv, row 2, column PLACE", "h.csv, row 2, column DOB: bad value",
        "h.csv, row 4, column DOB: duplicate", "p.csv, row 2, column borough",
        "p.csv, row 3, column home_id", "p.csv, row 3, column band",
        "p.csv, row 3, column weekly_fee", "p.csv, row 3, column to: wrong order",
        "p.csv, row 3, column source",
    ):  # fmt: skip
        assert part in said


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "h.csv", "CHILD,SEX", ["A,1"])
    with pytest.raises(BadInput, match=f"column {HEADER_TABLE.columns[1]}: missing column"):
        baseline([Source("header", "", file)], START, nowhere)
