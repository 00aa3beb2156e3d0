"""A case written down reads back the same, and its fingerprint tells every other case from it."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching.digest import case_sha256
from matching.exchange import read_case, write_case
from matching.faults import BadInput
from matching.problem import Problem
from tests.oracle import read as oracle
from tests.soak import read_files
from tests.strategies import Files, cases, shuffled

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
OTHERS = {
    "borough": ("E09000012", "E09000016", "E10000012"),
    "date_of_birth": ("2011-02-28", "2012-02-29"),
    "sex": ("M", "F", "U"),
    "band": ("low", "medium", "high", "specialist"),
    "band_status": ("confirmed", "provisional"),
    "needs": ("", "bsl", "halal;bsl"),
    "supports": ("", "bsl", "halal;bsl"),
    "nearness": ("near", "neutral", "away"),
    "min_distance_miles": ("", "0.7", "0.9"),
    "max_distance_miles": ("", "77.7", "88.8"),
    "needed_by": ("2026-04-01", "2028-05-05"),
    "waiting_since": ("", "2026-01-01", "2026-01-02"),
    "planned_months": ("", "0", "9"),
    "moves_last_12_months": ("", "0", "3"),
    "sibling_group": ("", "S77", "S78"),
    "siblings": ("", "together", "preferred", "apart_ok"),
    "living_companions": ("", "solo", "with_others", "no_preference", "only_older"),
    "provision": ("supported_accommodation", "childrens_home"),
    "dol": ("Y", "N"),
    "name": ("", "One", "Other"),
    "provider": ("", "P8", "P9"),
    "registration": ("registered", "restricted", "suspended", "cancelled"),
    "judgement": ("", "good", "inadequate", "not_yet"),
    "due_diligence": ("", "Y", "N"),
    "places": ("2", "3", "9"),
    "max_high": ("", "0", "1"),
    "load_limit": ("", "0", "7"),
    "max_arrivals": ("", "0", "2"),
    "contract": ("B7", "B8"),
    "leaves_on": ("", "2026-04-01", "2026-04-02"),
    "leaving": ("", "confirmed", "expected"),
    "kind": ("caution", "must_not_live_together"),
    "what": ("school", "other"),
    "visits_per_month": ("0", "1", "2"),
    "keep": ("Y", "N"),
    "wish": ("wants", "unsure", "against"),
    "on": ("", "2026-01-01"),
    "words": ("", "yes", "no"),
    "reason": ("", "full", "too far"),
    "weekly_fee": ("4500.00", "4500.01"),
    "marginal_weekly_fee": ("", "0.00", "1.00"),
}
"""Other values that a cell may hold in any row, whatever stands beside it."""


EMPTY = {
    "band_status": "provisional",
    "nearness": "near",
    "provision": "childrens_home",
    "dol": "N",
    "keep": "N",
    "visits_per_month": "0",
}


def written(problem: Problem) -> Problem:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "new" / "case"
        write_case(problem, folder)
        return read_case(folder)


@settings(max_examples=50, suppress_health_check=SLOW)
@given(files=cases(max_referrals=9))
def test_a_case_written_down_reads_back_the_same(files: Files) -> None:
    problem = read_files(files)
    again = written(problem)
    assert again == problem
    assert case_sha256(again) == case_sha256(problem)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(files=cases(max_referrals=9), seed=st.integers(0, 999))
def test_the_order_of_rows_changes_neither_the_problem_nor_its_fingerprint(
    files: Files, seed: int
) -> None:
    one, other = read_files(files), read_files(shuffled(files, seed))
    assert one == other
    assert case_sha256(one) == case_sha256(other)


@settings(max_examples=90, suppress_health_check=SLOW)
@given(files=cases(max_referrals=5), data=st.data())
def test_any_cell_that_means_something_else_changes_the_fingerprint(
    files: Files, data: st.DataObject
) -> None:
    names = [name for name in sorted(files) if name.endswith(".csv")]
    name = data.draw(st.sampled_from(names))
    text = files[name].removeprefix("\\ufeff")
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    places = [
        (line, column)
        for line in range(1, len(rows))
        for column, head in enumerate(rows[0])
        if head in OTHERS and not (name == "avoid.csv" and head != "young_person_id")
    ]
    assume(places)
    line, column = data.draw(st.sampled_from(places))
    head, old = rows[0][column], rows[line][column]
    rows[line][column] = data.draw(st.sampled_from(OTHERS[head]))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    other = files | {name: out.getvalue()}
    assume(meaning(head, rows[line][column]) != meaning(head, old))
    assume(name != "relationships.csv" or oracle.read_case(files) != oracle.read_case(other))
    try:
        changed = read_files(other)
    except BadInput:
        assume(False)
    assert case_sha256(read_files(files)) != case_sha256(changed)


def meaning(head: str, cell: str) -> object:
    """What a cell says: an empty one says its default, a list has no order."""
    said = cell or EMPTY.get(head, "")
    return frozenset(item.strip() for item in said.split(";"))
