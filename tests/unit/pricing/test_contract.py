"""What a good contract file becomes, and what may be written in more than one way."""

import hashlib
from datetime import date
from fractions import Fraction

import pytest

from pricing.contract import parse_contract, read_contract
from pricing.terms import Block, Requirement, ResultItem, Training, Uplift, VoidTerms
from tests.unit.pricing.samples import BLOCK_TEXT, CASES, SPOT_TEXT, contract_of, edited


def test_the_version_of_a_contract_is_the_sha256_of_its_bytes() -> None:
    path = CASES / "block.toml"
    contract = read_contract(path)
    assert contract.version == hashlib.sha256(path.read_bytes()).hexdigest()
    assert contract.source == f"block.toml, version {contract.version[:12]}"


def test_every_part_of_a_block_contract_is_read() -> None:
    contract = contract_of(BLOCK_TEXT)
    assert (contract.id, contract.kind, contract.lead) == ("NEL-BLOCK-1", "block", "P1")
    assert (contract.start, contract.end) == (date(2026, 4, 1), date(2034, 4, 1))
    assert contract.providers == ("P1", "P2")
    assert contract.homes == {"SC990001": "P1", "SC990002": "P1", "SC990003": "P2"}
    assert contract.fees == {
        "low": 450000,
        "medium": 600000,
        "high": 800000,
        "specialist": 1050000,
    }
    assert contract.requirement("family_session") == Requirement(
        "family_session",
        "Supervised family time",
        "week",
        9535,
        {
            "low": Fraction(1),
            "medium": Fraction(1),
            "high": Fraction(2),
            "specialist": Fraction(5, 2),
        },
    )
    assert contract.requirement("swimming") is None
    assert contract.uplifts == (
        Uplift(date(2027, 4, 1), Fraction(28, 10)),
        Uplift(date(2028, 4, 1), Fraction(315, 100)),
        Uplift(date(2029, 4, 1), Fraction(0)),
    )
    assert contract.results is not None
    assert contract.results.cap_percent == 7
    assert contract.results.items[1] == ResultItem(
        "stability", "No unplanned move for six months", "outcome", 60
    )
    assert contract.training == Training(date(2029, 4, 1), 35000, Fraction(6), 14000)
    assert contract.block is not None
    assert contract.block.places == 35
    assert contract.block.voids == VoidTerms(Fraction(90), Fraction(80))
    assert contract.block.shares["E09000016"] == 9


def test_a_spot_contract_needs_no_more_than_its_fees() -> None:
    contract = contract_of(SPOT_TEXT)
    assert contract.block is None
    assert contract.results is None
    assert contract.training is None
    assert contract.requirements == ()
    assert contract.uplifts == ()


def test_the_guarantee_is_rounded_down_to_whole_places() -> None:
    def block(percent: Fraction) -> Block:
        return Block(35, VoidTerms(percent, Fraction(80)), {})

    assert block(Fraction(90)).guaranteed == 31
    assert block(Fraction("88.58")).guaranteed == 31
    assert block(Fraction("88.57")).guaranteed == 30
    assert block(Fraction(100)).guaranteed == 35
    assert block(Fraction(0)).guaranteed == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"2.80"', '"2.8"'),
        ('"2.80"', '"2.8000"'),
        ('"7.00"', '"7"'),
        ("specialist = 2.5", 'specialist = "2.50"'),
        ("medium = 10", "medium = 10.0"),
        ('"4500.00"', '"04500.00"'),
        ("start = 2026-04-01", "\nstart   =   2026-04-01 # first day"),
    ],
)
def test_other_ways_of_writing_the_same_value_make_the_same_contract(old: str, new: str) -> None:
    one, other = contract_of(BLOCK_TEXT), contract_of(edited(BLOCK_TEXT, (old, new)))
    assert one.version != other.version
    for part in ("fees", "requirements", "uplifts", "results", "start", "block"):
        assert getattr(one, part) == getattr(other, part)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    data = b"\xef\xbb\xbf" + SPOT_TEXT.replace("\n", "\r\n").encode()
    assert parse_contract(data, "contract.toml").fees["medium"] == 672550


def test_a_provider_of_the_consortium_may_run_no_home_and_a_share_may_be_zero() -> None:
    text = edited(
        BLOCK_TEXT,
        ('P2 = ["SC990003"]', 'P2 = ["SC990003"]\nP3 = []'),
        ('lead = "P1"', 'lead = "P3"'),
        ("E09000001 = 1\nE09000002 = 5", "E09000001 = 0\nE09000002 = 6"),
        ("weight = 40", "weight = 0"),
        ("weight = 60", "weight = 100"),
    )
    contract = contract_of(text)
    assert contract.providers == ("P1", "P2", "P3")
    assert "P3" not in contract.homes.values()


def test_names_and_codes_may_be_of_any_script() -> None:
    text = edited(SPOT_TEXT, ('P9"', 'Ålesund Häuser"'), ("P9 =", '"Ålesund Häuser" ='))
    assert contract_of(text).homes["SC990090"] == "Ålesund Häuser"
