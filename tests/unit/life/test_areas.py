"""Who approves a home, for each of the 28 pairs of partner boroughs and both ways round.

The 13 pairs that adjoin are written down from the boundaries (field.md, section 3), not read from
the table that the product uses.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from broker.life.gates_of_placing import AREA_EVIDENCE, approvals_needed
from matching.geography import PARTNER_BOROUGHS, Area, area
from tests.unit.life.story import Story
from tests.whole_life import HOME, STARTS

ADJOIN = """
Havering - Barking and Dagenham
Havering - Redbridge
Barking and Dagenham - Newham
Barking and Dagenham - Redbridge
Tower Hamlets - City of London
Tower Hamlets - Hackney
Tower Hamlets - Newham
Newham - Hackney
Newham - Waltham Forest
Newham - Redbridge
Waltham Forest - Hackney
Waltham Forest - Redbridge
Hackney - City of London
"""
PAIRS = {frozenset(line.split(" - ")) for line in ADJOIN.strip().splitlines()}
BOTH_WAYS = list(permutations(PARTNER_BOROUGHS, 2))


def test_of_28_pairs_13_adjoin_and_15_are_at_a_distance() -> None:
    assert len(PAIRS) == 13
    assert len(BOTH_WAYS) == 2 * 28
    found = [area(one, other) for one, other in BOTH_WAYS]
    assert (found.count(Area.ADJOINING), found.count(Area.DISTANT)) == (2 * 13, 2 * 15)


@pytest.mark.parametrize(("borough", "of_home"), BOTH_WAYS)
def test_the_law_decides_who_approves_and_what_the_area_is_owed(borough: str, of_home: str) -> None:
    adjoin = frozenset({PARTNER_BOROUGHS[borough], PARTNER_BOROUGHS[of_home]}) in PAIRS
    found = area(borough, of_home)
    assert found == ("adjoining" if adjoin else "distant")
    life = Story().to("open", borough=borough).life
    needed = set(approvals_needed(life, HOME, found, STARTS))
    assert needed == ({"nominated_officer"} if adjoin else {"director"})
    owed = {"area_notified"} if adjoin else {"area_notified", "area_consulted", "care_plan_copied"}
    assert set(AREA_EVIDENCE[found]) == owed


def test_at_home_nobody_need_approve() -> None:
    life = Story().to("open").life
    for borough in PARTNER_BOROUGHS:
        assert area(borough, borough) == "in_area"
    assert approvals_needed(life, HOME, "in_area", STARTS) == {}
    assert "in_area" not in AREA_EVIDENCE
