"""The synthetic returns shared with everyone: a draining cohort without authorities.

They come from cs-demand-model (MIT, Social Finance). The rows copied here are theirs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.capacity.demand.as_json import demand_json
from broker.capacity.demand.asked import Asked
from broker.capacity.demand.estimate import Demand, estimate
from broker.returns.whole import Returns, read_returns
from tests.unit.returns.shared import shared
from tests.unit.returns.written import EPISODES, HEADER

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def returns() -> Returns:
    return read_returns(shared("ssda903"))


@pytest.fixture(scope="module")
def demand(returns: Returns) -> Demand:
    return estimate(returns, Asked())


def test_every_row_has_one_fate(returns: Returns) -> None:
    fates = returns.fates
    rows = sum(
        len(path.read_text().splitlines()) - 1 for path in returns.folder.glob("*-episodes.csv")
    )
    assert fates["read"] == rows == 3484
    assert fates["kept"] + fates["repeated"] + fates["deleted"] + fates["refused"] == rows


def test_its_years_name_the_beginning_and_its_other_tables_are_passed_over(
    returns: Returns,
) -> None:
    assert returns.named_by == "start"
    assert returns.years == {"": (2018, 2019, 2020, 2021)}
    assert len(returns.passed_over) == 12


def test_its_faults_and_repairs_are_told_by_kind(returns: Returns) -> None:
    assert returns.refused_by_kind == {"two places": 58}
    assert returns.repaired == {
        "RULE_1": 7, "RULE_1A": 3, "RULE_2": 39, "RULE_4": 8, "RULE_5": 3,
        "another year's code": 142, "end after the collection": 3, "reason without an end": 934,
    }  # fmt: skip


def test_it_says_exactly_what_cannot_be_estimated_from_it_and_why(demand: Demand) -> None:
    told = {each.what: each.why for each in demand.cannot}
    assert told == {
        "rates of arrival": (
            "the returns drain: 687, 454, 299 and 185 young people in the 4 years; after the first "
            "year 34 came into care and 473 went. It is a group followed until it leaves, not "
            "everybody who came: from such returns a rate of arrival would be far too low"
        ),
        "anything by authority": (
            "the files name no authority (no ONS code such as E09000016 in their paths)"
        ),
        "distance from home": "of 99 placements begun, none has both postcodes in the directory",
        "need bands": "the return has no column for need; the mix is an assumption",
    }


def test_what_it_cannot_tell_is_absent_and_never_zero(demand: Demand) -> None:
    made = demand_json(demand)
    assert made["arrivals"] == []
    assert made["arrivals_in_all"] is None
    assert made["growth"] is None
    assert made["distance"] is None
    assert made["boroughs"] == [None]


def test_how_long_stays_last_and_how_they_end_can_be_told(demand: Demand) -> None:
    made = demand_json(demand)
    assert {group["pooled"] for group in made["stays"]["groups"]} == {
        "own stays", "all stays from 11 to 13", "all stays from 14 to 15", "all stays",
    }  # fmt: skip
    assert made["endings"]["unplanned_per_1000_days"]["all"]["n"] == 38


def test_a_slice_of_it_is_read_mended_and_told_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "2017-header.csv").write_text(
        f"{HEADER}\n296227,2,23/06/2002,NOBT,R056024362409,,\n"
        "640353,1,19/02/2004,REFU,Z053273524673,,\n"
    )
    (tmp_path / "2017-episodes.csv").write_text(
        f"{EPISODES}\n"
        "296227,11/09/2017,S,C1,N2,U5,PR4,13/09/2017,X1,PLACE,C13 6WC,C26 9VP,9961998\n"
        "296227,13/09/2017,P,C1,N2,U4,PR1,,X1,,B12 2KE,S19 8BX,3013387\n"
        "640353,10/11/2017,S,C2,N2,U5,PR4,,X1,CLOSE,M26 1OB,V7 1WK,6082332\n"
    )
    (tmp_path / "2018-header.csv").write_text(f"{HEADER}\n640353,1,19/02/2004,REFU,Z05327,,\n")
    (tmp_path / "2018-episodes.csv").write_text(
        f"{EPISODES}\n"
        "640353,10/11/2017,S,C2,N2,U5,PR4,01/03/2019,X1,CLOSE,M26 1OB,V7 1WK,6082332\n"
        "640353,01/03/2019,P,C2,N2,P1,PR0,,E46,,I11 4XK,Q7 9TL,9839837\n"
    )
    returns = read_returns(tmp_path)
    assert [str(repair) for repair in returns.repairs] == [
        "2017-episodes.csv, row 3: reason without an end: REC X1 and no DEC: read as going on at "
        "31 March",
        "2017-episodes.csv, row 4: reason without an end: REC X1 and no DEC: read as going on at "
        "31 March",
        "2018-episodes.csv, row 3: reason without an end: REC E46 and no DEC: read as going on at "
        "31 March",
        "2017-episodes.csv, row 3: RULE_2: open, and in no later return: ended on 31 March; ended "
        "on 31/03/2018",
    ]
    assert returns.fates == {"read": 5, "kept": 4, "repeated": 1, "deleted": 0, "refused": 0}
