"""How placements ended: what a code means, what a statement changes, and what the ledger says."""

from datetime import date
from pathlib import Path

import pytest

from pricing.ledger import LedgerRow
from pricing.outcomes.endings import (
    CODES,
    IN_INTEREST,
    NO_MOVE,
    OUTSIDE,
    PLANNED,
    STATED_BY,
    UNPLANNED,
    PlacementEnding,
    Statement,
)
from pricing.outcomes.read_endings import (
    against_ledger,
    moved_inside,
    placements_of,
    read_endings,
)
from pricing.problems import InputProblem, Problems
from tests.unit.outcomes.samples import END, ENDINGS, ENDINGS_HEAD, START, ending_of, one, table
from tests.unit.pricing.samples import HAVERING, edited, stretch

HOMES = {"SC990001", "SC990002"}
MOVED = "PL2,0,2027-01-05,CHILD,in_interest,advocate,2027-01-02,said so"


def read(text: str, folder: Path) -> tuple[tuple[PlacementEnding, ...], list[InputProblem]]:
    path = folder / "endings.csv"
    path.write_text(text, encoding="utf-8")
    found = Problems()
    return read_endings(path, found), list(found)


def test_the_departments_disruption_codes_are_unplanned_by_themselves() -> None:
    disruption = {"CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND", "APPRR"}
    assert {code for code in disruption if CODES[code].endings[0] == UNPLANNED} == disruption
    assert CODES["CARPL"].endings == (PLANNED,)
    assert CODES["PLACE"].endings == (NO_MOVE,)


def test_a_statement_never_excuses_what_the_provider_asked_for_or_the_home_itself_caused() -> None:
    for code in ("CREQB", "CREQO", "STAND", "APPRR", "CLOSE"):
        assert CODES[code].endings == (UNPLANNED,)
    for code in ("CHILD", "LAREQ", "ALLEG", "E4B"):
        assert CODES[code].endings == (UNPLANNED, IN_INTEREST)
    for code in ("OTHER", "E8", "E13", "E16"):
        assert CODES[code].endings == (UNPLANNED, IN_INTEREST, PLANNED)
    for code in ("CUSTOD", "E9", "E2"):
        assert CODES[code].endings == (OUTSIDE,)
    assert "provider" not in STATED_BY


def test_endings_are_read_and_a_code_alone_says_what_it_means(tmp_path: Path) -> None:
    rows, problems = read(ENDINGS, tmp_path)
    assert problems == []
    assert rows == (
        PlacementEnding("PL1", 3, None, "", "", None, row=2),
        PlacementEnding("PL2", 0, date(2027, 1, 5), "CREQB", UNPLANNED, None, row=3),
        PlacementEnding(
            "PL3",
            1,
            date(2027, 2, 1),
            "CHILD",
            IN_INTEREST,
            Statement("young_person", date(2027, 1, 20), "nearer home"),
            row=4,
        ),
    )


BAD_CELLS = [
    (MOVED, "PL2", "", "placement_id", "bad value", "a name or id, not empty"),
    (MOVED, "PL2,0", "PL2,", "moves_before", "bad value", "a whole number from 0"),
    (MOVED, "PL2,0", "PL2,-1", "moves_before", "negative value", "a whole number from 0"),
    (MOVED, "2027-01-05", "5 January", "ended_on", "bad value", "or empty"),
    (MOVED, "CHILD", "KID", "code", "bad value", "CARPL, CREQB"),
    (MOVED, "CHILD", "", "code", "bad value", "CARPL, CREQB"),
    (MOVED, "in_interest", "fine", "ending", "bad value", "unplanned, in_interest, planned, out"),
    (MOVED, "in_interest", "planned", "ending", "bad value", "unplanned, in_interest with CHILD"),
    (MOVED, "CHILD", "CREQB", "ending", "bad value", "unplanned with CREQB"),
    (MOVED, "advocate", "provider", "stated_by", "bad value", "young_person, advocate, reviewing"),
    (MOVED, "advocate", "", "stated_by", "bad value", "young_person, advocate, reviewing"),
    (MOVED, "2027-01-02", "", "stated_on", "bad value", "a day as year-month-day"),
    (MOVED, "said so", "", "statement", "bad value", "the words, or where they are kept"),
    (
        MOVED,
        "advocate,2027-01-02,said so",
        ",,",
        "ending",
        "no statement",
        "CHILD by itself is unplanned",
    ),
    ("PL2,0,,CHILD,,,,", "X", "X", "code", "forbidden value", "empty while ended_on is empty"),
    ("PL2,0,,,planned,,,", "X", "X", "ending", "forbidden value", "empty while ended_on is empty"),
]


@pytest.mark.parametrize(
    ("row", "old", "new", "column", "kind", "allowed"),
    BAD_CELLS,
    ids=[f"{case[3]}-{case[4]}-{case[2]}" for case in BAD_CELLS],
)
def test_a_row_with_one_fault_has_one_problem(
    row: str, old: str, new: str, column: str, kind: str, allowed: str, tmp_path: Path
) -> None:
    changed = row if old == new else edited(row, (old, new))
    _, (problem,) = read(table(ENDINGS_HEAD, changed), tmp_path)
    assert (problem.file, problem.row) == ("endings.csv", 2)
    assert (problem.key, problem.kind) == (f"column {column}", kind)
    assert allowed in problem.allowed


def test_a_placement_has_one_row(tmp_path: Path) -> None:
    _, problems = read(table(ENDINGS_HEAD, MOVED, MOVED), tmp_path)
    assert one(problems) == (
        'endings.csv, row 3, column placement_id: duplicate: "PL2"; allowed: each once; row 2 has'
        " it"
    )


def test_a_statement_may_be_kept_where_the_code_says_enough(tmp_path: Path) -> None:
    row = edited(MOVED, ("in_interest", "unplanned"))
    (ending,), problems = read(table(ENDINGS_HEAD, row), tmp_path)
    assert problems == []
    assert ending.ending == UNPLANNED
    assert ending.statement is not None


def compared(
    ledger: list[LedgerRow], *endings: PlacementEnding, homes: set[str] = HOMES
) -> list[InputProblem]:
    placed = placements_of(ledger)
    return list(against_ledger(endings, placed, homes, (START, END), "endings.csv"))


LIVES_ON = stretch(1, HAVERING, date(2026, 9, 1), None)
LEFT = stretch(2, HAVERING, date(2026, 9, 1), date(2027, 1, 5), home="SC990002")


def test_ledger_and_endings_that_say_the_same_have_no_problem() -> None:
    ended = ending_of("PL2", 1, date(2027, 1, 5), "CARPL")
    assert compared([LIVES_ON, LEFT], ending_of("PL1", 0), ended) == []


def test_a_placement_that_the_ledger_does_not_have_is_unknown() -> None:
    assert one(compared([LIVES_ON], ending_of("PL1", 0), ending_of("PL9", 0))) == (
        'endings.csv, column placement_id: unknown placement: "PL9"; allowed: a placement of the'
        " ledger"
    )


def test_a_placement_of_a_measured_home_needs_its_moves_before() -> None:
    assert one(compared([LIVES_ON])) == (
        'endings.csv, column placement_id: missing placement: "PL1" is missing; allowed: a row for'
        " each placement in 2026-10-01 to 2027-04-01, with the moves before it"
    )
    assert compared([LIVES_ON], homes={"SC990002"}) == []
    over = stretch(3, HAVERING, date(2026, 5, 1), date(2026, 10, 1))
    assert compared([over]) == []


def test_a_placement_that_ended_in_the_ledger_has_its_ending_told() -> None:
    assert one(compared([LEFT], ending_of("PL2", 0))) == (
        'endings.csv, column ended_on: ending not told: ""; allowed: 2027-01-05, when it ended by'
        " the ledger, and by which code"
    )
    at_the_end = stretch(2, HAVERING, date(2026, 9, 1), END)
    assert "ending not told" in one(compared([at_the_end], ending_of("PL2", 0)))
    later = stretch(2, HAVERING, date(2026, 9, 1), date(2027, 4, 2))
    assert compared([later], ending_of("PL2", 0)) == []


def test_an_ending_is_of_the_day_that_the_ledger_has() -> None:
    ended = ending_of("PL2", 0, date(2027, 1, 6), "CREQB")
    assert one(compared([LEFT], ended)) == (
        "endings.csv, column ended_on: not as in the ledger: 2027-01-06; allowed: 2027-01-05, the"
        " day the ledger has"
    )
    still = ending_of("PL1", 0, date(2027, 1, 6), "CREQB")
    assert "by the ledger they live there still" in one(compared([LIVES_ON], still))


def test_a_change_of_status_is_no_move_only_if_they_live_on_in_the_same_home() -> None:
    ended = ending_of("PL2", 0, date(2027, 1, 5), "PLACE")
    elsewhere = stretch(3, HAVERING, date(2027, 1, 5), None, home="SC990001", young_person="YP2")
    on = stretch(3, HAVERING, date(2027, 1, 5), None, home="SC990002", young_person="YP2")
    another = stretch(3, HAVERING, date(2027, 1, 5), None, home="SC990002")
    later = stretch(3, HAVERING, date(2027, 1, 6), None, home="SC990002", young_person="YP2")
    third = ending_of("PL3", 0)
    assert compared([LEFT, on], ended, third) == []
    for other in (elsewhere, another, later):
        assert one(compared([LEFT, other], ended, third)) == (
            'endings.csv, column code: a move that is called none: "PLACE"; allowed: another code:'
            " they do not live on in SC990002 from 2027-01-05"
        )


def test_who_moves_to_another_home_begins_another_placement() -> None:
    first = stretch(1, HAVERING, date(2026, 9, 1), date(2026, 11, 1))
    second = stretch(1, HAVERING, date(2026, 11, 1), None, home="SC990002")
    assert list(moved_inside([first, LEFT], "ledger.csv")) == []
    assert one(moved_inside([first, second], "ledger.csv")).startswith(
        'ledger.csv, column home_id: placement in two homes: "SC990002"; allowed: SC990001'
    )


def test_a_placement_is_made_of_its_stretches_in_order_of_time() -> None:
    late = stretch(1, HAVERING, date(2026, 11, 1), date(2027, 1, 1), band="high")
    early = stretch(1, HAVERING, date(2026, 9, 1), date(2026, 11, 1), band="low")
    (placed,) = placements_of([late, early]).values()
    assert (placed.start, placed.end) == (date(2026, 9, 1), date(2027, 1, 1))
    assert (placed.stretches[0].band, placed.last_band) == ("low", "high")


def test_the_page_has_every_code_as_the_program_has_it() -> None:
    page = (Path(__file__).parents[3] / "docs" / "results.md").read_text(encoding="utf-8")
    told = {}
    for line in page.partition("| code | by itself |")[2].split("\n\n")[0].splitlines()[2:]:
        codes, by_itself, with_statement = (cell.strip() for cell in line.strip("|").split("|"))
        also = with_statement.partition(":")[0]
        others = [] if also in ("", "nothing") else also.split(", ")
        names = codes.replace("E45 to E48", "E45, E46, E47, E48").split(", ")
        told.update({name: (by_itself.partition(":")[0], *others) for name in names})
    assert told == {code: known.endings for code, known in CODES.items()}
