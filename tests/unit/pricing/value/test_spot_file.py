"""Every error of a table of spot fees, alone in an otherwise good file, with its message."""

from datetime import date

import pytest

from pricing.problems import BadInput
from pricing.value.spot_file import parse_spot_fees
from tests.unit.pricing.samples import edited

GOOD = """name = "Weekly fees"
source = "our starting assumption"
from = 2026-04-01
to = 2027-04-01
requirements = "not priced"
[fees]
low = "5100.00"
high = "8999.99"
"""

TEXT = "text in quotes, not blank, in one paragraph of up to 2000 characters"
DAY = "a day without quotes, such as 2026-04-01"
POUNDS = 'pounds from 0.00 with two decimals, in quotes, such as "4500.00"'
KEYS = "name source from to requirements fees"

ONE_WRONG = {
    "an unknown key": (("[fees]", "vat = 1\n[fees]"), f"vat: unknown key: 1; allowed: {KEYS}"),
    "no name": (
        ('name = "Weekly fees"\n', ""),
        "name: missing key: missing; allowed: this key is required",
    ),
    "no source": (
        ('source = "our starting assumption"\n', ""),
        "source: missing key: missing; allowed: this key is required",
    ),
    "a blank source": (
        ('"our starting assumption"', '" "'),
        f'source: bad value: " "; allowed: {TEXT}',
    ),
    "a day in quotes": (
        ("from = 2026-04-01", 'from = "2026-04-01"'),
        f'from: bad value: "2026-04-01"; allowed: {DAY}',
    ),
    "an end before the start": (
        ("to = 2027-04-01", "to = 2026-04-01"),
        "to: wrong order: 2026-04-01; allowed: a day after from, 2026-04-01",
    ),
    "an unknown word": (
        ('"not priced"', '"yes"'),
        'requirements: bad value: "yes"; allowed: "included" or "not priced"',
    ),
    "an unknown band": (
        ('low = "5100.00"', 'lower = "5100.00"'),
        'fees.lower: unknown key: "5100.00"; allowed: low medium high specialist',
    ),
    "a fee without pence": (
        ('"8999.99"', '"8999"'),
        f'fees.high: bad value: "8999"; allowed: {POUNDS}',
    ),
    "a negative fee": (
        ('"8999.99"', '"-1.00"'),
        f'fees.high: negative value: "-1.00"; allowed: {POUNDS}',
    ),
    "no fee at all": (
        ('low = "5100.00"\nhigh = "8999.99"\n', ""),
        "fees: missing key: no fee; allowed: a fee for at least one of low, medium, high,"
        " specialist",
    ),
}


@pytest.mark.parametrize(("change", "message"), ONE_WRONG.values(), ids=ONE_WRONG)
def test_each_error_is_said(change: tuple[str, str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_spot_fees(edited(GOOD, change).encode(), "fees.toml")
    assert [str(problem) for problem in refused.value.problems] == [f"fees.toml, {message}"]


def test_all_errors_are_said_at_once() -> None:
    text = edited(
        GOOD, ('name = "Weekly fees"\n', ""), ('"not priced"', '"no"'), ('"8999.99"', "1")
    )
    with pytest.raises(BadInput) as refused:
        parse_spot_fees(text.encode(), "fees.toml")
    assert [problem.key for problem in refused.value.problems] == [
        "name",
        "requirements",
        "fees.high",
    ]


def test_a_good_file_is_read_and_a_band_left_out_stays_unknown() -> None:
    fees = parse_spot_fees(GOOD.encode(), "fees.toml")
    assert fees.fees == {"low": 510_000, "high": 899_999}
    assert (fees.start, fees.end) == (date(2026, 4, 1), date(2027, 4, 1))
    assert not fees.requirements_included
    assert fees.source.startswith("Weekly fees; our starting assumption; fees.toml, version ")
    included = edited(GOOD, ('"not priced"', '"included"'))
    assert parse_spot_fees(included.encode(), "fees.toml").requirements_included
