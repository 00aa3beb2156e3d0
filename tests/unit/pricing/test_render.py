"""What a provider and a borough read."""

from datetime import date

from pricing.assumed import ASSUMPTIONS, is_assumed
from pricing.inputs import statement_from_files
from pricing.quote import quote
from pricing.render import render_quote, render_statement
from pricing.statement import statement
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    CASES,
    NEWHAM,
    SPOT_TEXT,
    contract_of,
    stretch,
)

BLOCK = contract_of(BLOCK_TEXT)
SPOT = contract_of(SPOT_TEXT)


def test_a_quote_reads_as_a_table_with_its_rules_and_source() -> None:
    priced = quote(
        BLOCK,
        "medium",
        {"one_to_one": 14, "family_session": 1},
        date(2027, 3, 25),
        date(2027, 4, 8),
    )
    short = BLOCK.version[:12]
    name = BLOCK.name
    what = "One-to-one support (one_to_one): 4 hours above 10"
    gap = " " * (len(what) - len("medium band fee"))
    fee = f"medium band fee{gap}"
    assert render_quote(priced) == "\n".join(
        [
            f"{name} (NEL-BLOCK-1), block contract",
            "medium band, 2027-03-25 to 2027-04-08 (the last day is not counted)",
            "",
            f"    {'what'.ljust(len(what))}        from          to  days     a week      amount",
            f"1.  {fee}  2027-03-25  2027-04-01     7  £6,000.00   £6,000.00",
            f"2.  {fee}  2027-04-01  2027-04-08     7  £6,168.00   £6,168.00",
            f"3.  {what}  2027-03-25  2027-04-01     7    £114.00     £114.00",
            f"4.  {what}  2027-04-01  2027-04-08     7    £117.20     £117.20",
            f"    {'total'.ljust(len(what))}                                           £12,399.20",
            "",
            "How each line is worked out (amount in force × days / 7, a half penny goes up):",
            f"1. contract.toml, version {short}: fees.medium 6000.00, × 7 days / 7",
            f"2. contract.toml, version {short}: fees.medium 6000.00, uplifts 2.8% from 2027-04-01"
            " = 6168.00, × 7 days / 7",
            f"3. contract.toml, version {short}: requirements.one_to_one 28.50 each, × 4,"
            " × 7 days / 7",
            f"4. contract.toml, version {short}: requirements.one_to_one 28.50 each, uplifts 2.8%"
            " from 2027-04-01 = 29.30, × 4, × 7 days / 7",
            "",
            "Supervised family time (family_session): the medium fee includes 1 a week; asked for"
            " 1: nothing more to pay.",
            f"Contract file contract.toml, version {BLOCK.version}",
            ASSUMPTIONS,
            "",
        ]
    )


def test_prices_are_called_assumptions_where_the_contract_says_so() -> None:
    assert is_assumed(BLOCK)
    assert not is_assumed(SPOT)
    priced = quote(SPOT, "low", {}, date(2026, 2, 1), date(2026, 3, 1))
    assert ASSUMPTIONS not in render_quote(priced)
    empty = statement(BLOCK, [], date(2026, 5, 1), date(2026, 6, 1))
    assert ASSUMPTIONS in render_statement(empty)


def test_a_requirement_within_the_fee_is_shown_as_included() -> None:
    priced = quote(
        BLOCK, "high", {"one_to_one": 20, "family_session": 2}, date(2026, 5, 1), date(2026, 6, 1)
    )
    text = render_quote(priced)
    assert "the high fee includes 20 hours a week; asked for 20: nothing more to pay." in text
    assert "the high fee includes 2 a week; asked for 2: nothing more to pay." in text


def test_a_statement_shows_boroughs_occupancy_voids_and_results() -> None:
    text = render_statement(
        statement_from_files(
            CASES / "block.toml",
            CASES / "ledger.csv",
            date(2026, 10, 1),
            date(2026, 11, 1),
            CASES / "availability.csv",
            CASES / "results.csv",
        )
    )
    lines = text.splitlines()
    assert lines[1] == "Statement 2026-10-01 to 2026-11-01 (the last day is not counted)"
    assert lines[5] == "E09000002       £0.00   £66,192.51      £0.00   £66,192.51"
    assert lines[13] == "all        £96,656.65  £441,257.14  £6,089.37  £544,003.16"
    assert "Occupancy: 83 place days used of 941 payable: 8.8%" in lines
    assert "2026-10-10  2026-10-12     2       29       3      26         £3,600.00" in lines
    assert "stability       outcome         60         1  achieved, with evidence" in lines
    assert "one cap on the standard fees" in text


def test_a_full_block_has_no_table_of_voids() -> None:
    rows = [
        stretch(number, NEWHAM, date(2026, 5, 1), None, home="SC990003") for number in range(35)
    ]
    text = render_statement(statement(BLOCK, rows, date(2026, 5, 1), date(2026, 6, 1)))
    assert "not used" not in text
    assert "Occupancy: 1085 place days used of 1085 payable: 100.0%" in text


def test_a_spot_statement_says_that_only_places_in_use_are_paid() -> None:
    text = render_statement(statement(SPOT, [], date(2026, 5, 1), date(2026, 6, 1)))
    assert "Occupancy: 0 place days used of 0 payable: no place was payable" in text
    assert "Spot purchase pays only for places in use" in text
    assert "Results:" not in text


def test_the_word_young_people_asked_not_to_use_is_in_no_text() -> None:
    text = render_statement(statement(BLOCK, [], date(2026, 5, 1), date(2026, 6, 1)))
    text += render_quote(quote(BLOCK, "low", {}, date(2026, 5, 1), date(2026, 6, 1)))
    assert "b" + "ed" not in text.lower().split()
