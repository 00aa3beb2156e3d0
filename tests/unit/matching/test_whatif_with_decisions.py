"""What-if answers of a case in which people have decided: a pin and a ban bind in every one."""

from pathlib import Path

import pytest

from matching.changes import remedies_for
from matching.conflict import conflict_of
from matching.exchange import read_case
from matching.held import Region
from matching.pairs import find_pairs
from matching.search import Limits
from matching.solve import match

CASE = Path(__file__).parents[2] / "cases" / "case-small"
DECISIONS = """referral_id,home_id,kind,by,on,reason,override
B,SC990002,ban,"Panel, invented",2026-03-30,would meet somebody there,
D,SC990001,pin,"Registered manager, invented",2026-03-31,calmer there,R15=registered manager
"""


@pytest.fixture
def region(tmp_path: Path) -> Region:
    for path in CASE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    problem = read_case(tmp_path)
    return Region(find_pairs(problem), match(problem).homes)


def test_a_conflict_counts_those_whom_a_pin_holds_in_the_home(region: Region) -> None:
    waiting = {who for who in "ABC" if who not in region.plan}
    assert waiting
    for who in sorted(waiting):
        told = conflict_of(region, who, Limits())
        assert told.referral == who
        for limit in told.limits:
            assert limit.found
            assert limit.allowed


def test_no_change_is_proposed_that_would_make_a_decision_void(region: Region) -> None:
    for who in sorted(set("ABC") - set(region.plan)):
        for remedy in remedies_for(region, who, Limits()).found:
            assert match(remedy.problem).homes["D"] == "SC990001"
