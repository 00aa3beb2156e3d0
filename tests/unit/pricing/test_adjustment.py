"""Re-banding worked by hand: what is due by the new bands less what was billed, line by line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from pricing.adjustment import Adjustment, adjust
from pricing.assumed import ASSUMPTIONS
from pricing.availability import OutOfUse
from pricing.bill import bill_rows
from pricing.billed import Billed, Period, next_adjustment_id
from pricing.ledger import LedgerRow
from pricing.problems import BadInput
from pricing.render_adjustment import render_adjustment
from pricing.results import Achieved
from pricing.statement import statement
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    HACKNEY,
    HAVERING,
    NEWHAM,
    SPOT_TEXT,
    contract_of,
    stretch,
)

BLOCK = contract_of(BLOCK_TEXT)
SHORT = BLOCK.version[:12]
SEPTEMBER = (date(2026, 9, 1), date(2026, 10, 1))
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
PERIODS = [SEPTEMBER, OCTOBER]
ARRIVED = date(2026, 9, 7)
REVIEW = date(2026, 9, 21)
ISSUED = date(2026, 11, 3)


def banded(*edges: date | None, bands: Sequence[str], borough: str = HAVERING) -> list[LedgerRow]:
    """One placement from edge to edge, with 12 hours of one-to-one support throughout."""
    return [
        replace(stretch(1, borough, ARRIVED, None, band=band, one_to_one=12), start=first, end=last)
        for (first, last), band in zip(pairwise(edges), bands, strict=True)
        if first is not None
    ]


def billed(ledger: Sequence[LedgerRow], periods: Sequence[Period] = PERIODS) -> list[Billed]:
    return [
        row for period in periods for row in bill_rows(statement(BLOCK, ledger, *period), ISSUED)
    ]


LOW = banded(ARRIVED, None, bands=["low"])
RAISED = banded(ARRIVED, REVIEW, None, bands=["low", "medium"])


def placements(made: Adjustment) -> list[tuple[object, ...]]:
    return [(line.what, line.start, line.end, line.due, line.billed) for line in made.lines]


def test_a_band_that_did_not_change_needs_no_adjustment() -> None:
    made = adjust(BLOCK, LOW, billed(LOW))
    assert made.lines == ()
    assert made.rows("A1", ISSUED) == ()
    assert made.boroughs[HAVERING].due == 1542857 + 117257 + 1992857 + 151457
    assert made.total.difference == 0


def test_a_higher_band_from_an_earlier_day_is_due_line_by_line() -> None:
    made = adjust(BLOCK, RAISED, billed(LOW))
    assert placements(made) == [
        # two weeks at 4,500.00 and ten days at 6,000.00 where 24 days at 4,500.00 were billed
        ("fee", ARRIVED, SEPTEMBER[1], 900000 + 857143, 1542857),
        # 12 hours, then 2 above the 10 inside, at 28.50 where 12 hours were billed throughout
        ("one_to_one", ARRIVED, SEPTEMBER[1], 68400 + 8143, 117257),
        ("fee", *OCTOBER, 2657143, 1992857),
        ("one_to_one", *OCTOBER, 25243, 151457),
    ]
    assert [line.days for line in made.lines] == [24, 24, 31, 31]
    assert {(line.placement_id, line.borough) for line in made.lines} == {("PL1", HAVERING)}
    assert made.lines[0].rule == (
        f"contract.toml, version {SHORT}: fees.low 4500.00, × 14 days / 7"
        " + fees.medium 6000.00, × 10 days / 7"
    )
    assert made.total.difference == 214286 - 40714 + 664286 - 126214


def test_a_lower_band_gives_back() -> None:
    made = adjust(BLOCK, LOW, billed(banded(ARRIVED, None, bands=["medium"]), [OCTOBER]))
    assert [(line.what, line.difference) for line in made.lines] == [
        ("fee", -664286),
        ("one_to_one", 126214),
    ]
    assert made.to_json() == {
        "contract": "NEL-BLOCK-1",
        "version": BLOCK.version,
        "periods": [{"from": "2026-10-01", "to": "2026-11-01"}],
        "compared": ["placements"],
        "not_compared": ["voids", "results"],
        "lines": [
            {
                "period_from": "2026-10-01",
                "period_to": "2026-11-01",
                "placement": "PL1",
                "borough": HAVERING,
                "what": what,
                "from": "2026-10-01",
                "to": "2026-11-01",
                "days": 31,
                "due": due,
                "billed": was,
                "difference": difference,
                "rule": f"contract.toml, version {SHORT}: {rule}, × 31 days / 7",
            }
            for what, due, was, difference, rule in (
                ("fee", "19928.57", "26571.43", "-6642.86", "fees.low 4500.00"),
                (
                    "one_to_one",
                    "1514.57",
                    "252.43",
                    "1262.14",
                    "requirements.one_to_one 28.50 each, × 12",
                ),
            )
        ],
        "boroughs": {HAVERING: {"due": "21443.14", "billed": "26823.86", "difference": "-5380.72"}},
        "due": "21443.14",
        "billed": "26823.86",
        "difference": "-5380.72",
        "assumptions": [ASSUMPTIONS],
    }


def test_a_requirement_that_the_new_band_includes_is_given_back() -> None:
    made = adjust(BLOCK, banded(ARRIVED, None, bands=["high"]), billed(LOW, [OCTOBER]))
    assert placements(made)[1] == ("one_to_one", *OCTOBER, 0, 151457)
    assert made.lines[1].rule.endswith("no one_to_one is due in these days")


def test_a_review_that_confirms_the_band_adjusts_nothing_though_pennies_move() -> None:
    cut = banded(ARRIVED, date(2026, 9, 9), date(2026, 9, 11), None, bands=["low"] * 3)
    # 2, 2 and 20 days are all rounded down where 24 days are not: a penny less in both lines
    whole, parts = statement(BLOCK, LOW, *SEPTEMBER), statement(BLOCK, cut, *SEPTEMBER)
    assert parts.charge.placements - whole.charge.placements == -2
    assert adjust(BLOCK, cut, billed(LOW)).lines == ()
    assert adjust(BLOCK, cut, billed(cut)).lines == ()


def test_a_review_that_confirms_the_band_adjusts_nothing_after_an_adjustment_either() -> None:
    # 16 days at £8,000.00 a week are £18,285.71, but 5 and 11 of them £18,285.72.
    edges = (date(2026, 9, 15), date(2026, 9, 20), date(2026, 10, 1))
    was = billed(banded(*edges, bands=["low", "high"]), [SEPTEMBER])
    true = banded(edges[0], edges[2], bands=["high"])
    seen = banded(*edges, bands=["high", "high"])
    issued = adjust(BLOCK, true, was).rows("A1", ISSUED)
    assert issued
    assert pence_of(seen) - pence_of(true) == 1
    assert adjust(BLOCK, seen, [*was, *issued]).lines == ()


def test_a_review_that_confirms_one_of_two_bands_of_a_month_adjusts_nothing() -> None:
    # The month was billed whole at one band, so that both true bands are in one line of adjustment.
    edges = (date(2026, 9, 15), date(2026, 9, 20), date(2026, 10, 1))
    was = billed(banded(ARRIVED, edges[2], bands=["low"]), [SEPTEMBER])
    true = banded(ARRIVED, edges[0], edges[2], bands=["medium", "high"])
    seen = banded(ARRIVED, *edges, bands=["medium", "high", "high"])
    issued = adjust(BLOCK, true, was).rows("A1", ISSUED)
    assert [row.start for row in issued if row.what == "fee"] == [ARRIVED]
    assert pence_of(seen) - pence_of(true) == 1
    assert adjust(BLOCK, seen, [*was, *issued]).lines == ()


def pence_of(rows: list[LedgerRow]) -> int:
    return statement(BLOCK, rows, *SEPTEMBER).charge.placements


def test_a_placement_that_left_the_ledger_is_given_back_whole_and_says_so() -> None:
    other = [replace(row, placement_id="PL2", young_person_id="YP2") for row in LOW]
    made = adjust(BLOCK, other, billed([*LOW, *other], [OCTOBER]))
    assert [(line.placement_id, line.due, line.billed) for line in made.lines] == [
        ("PL1", 0, 1992857),
        ("PL1", 0, 151457),
    ]
    assert made.lines[0].rule == f"contract.toml, version {SHORT}: PL1 is not in the ledger"


def test_a_placement_that_ended_earlier_than_billed_says_that_it_was_not_there() -> None:
    gone = banded(ARRIVED, date(2026, 10, 1), bands=["low"])
    made = adjust(BLOCK, gone, billed(LOW))
    assert {line.rule.partition(": ")[2] for line in made.lines} == {
        "PL1 is not placed in these days"
    }
    assert made.total.difference == -1992857 - 151457


def test_a_placement_told_late_is_due_in_every_period_that_was_billed() -> None:
    late = [*LOW, *[replace(row, placement_id="PL2", young_person_id="YP2") for row in LOW]]
    made = adjust(BLOCK, late, billed(LOW))
    assert {line.placement_id for line in made.lines} == {"PL2"}
    assert made.total.difference == statement(BLOCK, LOW, *SEPTEMBER).charge.placements + (
        statement(BLOCK, LOW, *OCTOBER).charge.placements
    )


def test_a_period_on_which_nothing_was_due_was_billed_all_the_same() -> None:
    free = contract_of(BLOCK_TEXT.replace('guarantee_percent = "90.00"', 'guarantee_percent = "0"'))
    (nothing,) = bill_rows(statement(free, [], *OCTOBER), ISSUED)
    assert (nothing.what, nothing.borough, nothing.amount) == ("nothing", "", 0)
    assert adjust(free, LOW, [nothing]).total.difference == 1992857 + 151457
    assert adjust(free, [], [nothing]).boroughs == {}


def test_a_borough_put_right_is_paid_back_and_the_other_pays() -> None:
    moved = banded(ARRIVED, None, bands=["low"], borough=NEWHAM)
    made = adjust(BLOCK, moved, billed(LOW, [OCTOBER]))
    assert {code: each.difference for code, each in made.boroughs.items()} == {
        HAVERING: -2144314,
        NEWHAM: 2144314,
    }
    given_back = next(line for line in made.lines if line.borough == HAVERING)
    assert given_back.rule.endswith("PL1 is not of E09000016 in the ledger")
    assert made.total.difference == 0


def test_what_was_billed_twice_is_given_back_once() -> None:
    again = [replace(row, bill_id="TWICE") for row in billed(LOW, [OCTOBER])]
    again = [row for row in again if row.placement_id]
    made = adjust(BLOCK, LOW, [*billed(LOW, [OCTOBER]), *again])
    assert [(line.due, line.billed) for line in made.lines] == [
        (1992857, 2 * 1992857),
        (151457, 2 * 151457),
    ]


def test_voids_and_results_follow_what_changed_where_their_tables_are_at_hand() -> None:
    ledger = [*LOW, stretch(2, HACKNEY, date(2026, 10, 1), None)]
    results = [Achieved("stability", BLOCK.start, BLOCK.end, Fraction(1), "E1", False, "")]
    out = [OutOfUse("SC990001", *OCTOBER, 5, "provider", "repairs")]
    bill = bill_rows(statement(BLOCK, ledger, *OCTOBER, out, results), ISSUED)
    now = banded(ARRIVED, None, bands=["medium"])
    made = adjust(BLOCK, now, bill, out, results)
    wanted = statement(BLOCK, now, *OCTOBER, out, results)
    assert made.compared == ("placements", "voids", "results")
    assert made.left_out == ()
    for code, charge in wanted.boroughs.items():
        assert made.boroughs[code].due == charge.total
    assert made.total.billed == sum(row.amount for row in bill)
    by_what = {(line.what, line.borough): line for line in made.lines if not line.placement_id}
    assert by_what["results", HACKNEY].due == 0
    assert by_what["results", HACKNEY].rule == (
        f"contract.toml, version {SHORT}: results cap_percent 7, by standard fees"
    )
    # Hackney's unused share, and the place no longer in use, are its own again
    assert by_what["voids", HACKNEY].difference > 0
    assert by_what["voids", HACKNEY].rule == (
        f"contract.toml, version {SHORT}: voids guarantee_percent 90, rate_percent 80, by unused"
        " shares day by day"
    )


def test_a_contract_put_right_is_due_like_any_change_and_names_its_version() -> None:
    dearer = contract_of(BLOCK_TEXT.replace('low = "4500.00"', 'low = "4600.00"'))
    made = adjust(dearer, LOW, billed(LOW, [OCTOBER]))
    (line,) = made.lines
    assert (line.what, line.due, line.billed) == ("fee", 2037143, 1992857)
    assert line.rule.startswith(f"contract.toml, version {dearer.version[:12]}: fees.low 4600.00")


def test_another_home_of_the_same_placement_adjusts_nothing() -> None:
    moved = banded(ARRIVED, date(2026, 9, 9), date(2026, 9, 11), None, bands=["low"] * 3)
    moved[1] = replace(moved[1], home_id="SC990002")
    assert adjust(BLOCK, moved, billed(LOW)).lines == ()


def test_a_spot_contract_has_only_placements_to_compare() -> None:
    spot = contract_of(SPOT_TEXT)
    ledger = [stretch(1, NEWHAM, date(2026, 10, 7), None, home="SC990090")]
    bill = bill_rows(statement(spot, ledger, *OCTOBER), ISSUED)
    made = adjust(spot, ledger, bill)
    assert (made.compared, made.left_out) == (("placements",), ())


def test_nothing_billed_is_nothing_to_adjust() -> None:
    made = adjust(BLOCK, LOW, [])
    assert (made.periods, made.lines, made.boroughs) == ((), (), {})
    assert "Adjustment of no billed period" in render_adjustment(made)


def test_an_adjustment_reads_as_a_table_with_its_rules_and_boroughs() -> None:
    text = render_adjustment(adjust(BLOCK, RAISED, billed(LOW)))
    lines = text.splitlines()
    assert lines[1] == (
        "Adjustment of 2 billed periods from 2026-09-01 to 2026-11-01 (the last day is not"
        " counted); what was billed stays as it is"
    )
    assert lines[4] == (
        "1.  PL1        E09000016  fee         2026-09-07  2026-10-01    24  £17,571.43"
        "  £15,428.57   £2,142.86"
    )
    assert "all        £45,160.72  £38,044.28   £7,116.44" in lines
    assert "name --availability to compare them" in text
    assert "name --results to compare them" in text
    same = render_adjustment(adjust(BLOCK, LOW, billed(LOW)))
    assert "Nothing to adjust: what was billed is what is due." in same


def test_a_rule_of_several_lines_is_written_once() -> None:
    other = [replace(row, placement_id="PL2", young_person_id="YP2") for row in RAISED]
    first = [replace(row, placement_id="PL2", young_person_id="YP2") for row in LOW]
    text = render_adjustment(adjust(BLOCK, [*RAISED, *other], billed([*LOW, *first], [OCTOBER])))
    assert f"1, 3. contract.toml, version {SHORT}: fees.medium" in text


def test_adjustments_are_numbered_on() -> None:
    rows = billed(LOW, [OCTOBER])
    assert next_adjustment_id("C", rows) == "C-A1"
    taken = [replace(rows[0], bill_id=f"C-A{number}") for number in (1, 2, 4)]
    assert next_adjustment_id("C", taken) == "C-A3"


def test_everything_wrong_with_an_adjustment_is_said_at_once() -> None:
    rows = [replace(billed(LOW, [OCTOBER])[0], what="pond")]
    results = [Achieved("pond", BLOCK.start, BLOCK.end, Fraction(1), "E1", False, "")]
    out = [OutOfUse("SC9", *OCTOBER, 1, "provider", "")]
    with pytest.raises(BadInput) as refused:
        adjust(BLOCK, banded(ARRIVED, None, bands=["severe"]), rows, out, results)
    assert [(problem.file, problem.key) for problem in refused.value.problems] == [
        ("ledger", "column band"),
        ("billed", "column what"),
        ("availability", "column home_id"),
        ("results", "column code"),
    ]


def test_two_results_rows_that_cover_a_billed_period_are_an_error() -> None:
    rows = [Achieved("stability", BLOCK.start, BLOCK.end, Fraction(1), "E1", False, "")] * 2
    with pytest.raises(BadInput, match="one row that covers 2026-10-01 to 2026-11-01"):
        adjust(BLOCK, LOW, billed(LOW, [OCTOBER]), [], [rows[0], replace(rows[0])])
