"""The block contract of a generated case, written the way a contract file is written."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from pricing.contract import parse_contract
from pricing.rates import RateRow, case_rates

BLOCK_HOMES: Final = 9
BLOCK_PLACES: Final = (5, 5, 4, 4, 4, 4, 3, 3, 3)
"""The places of the nine block homes: 35, as the partnership set out to buy."""
CONTRACT_ID: Final = "NEL-BLOCK-1"

_WANTED: Final = {
    "E09000016": 6,
    "E09000002": 6,
    "E09000025": 6,
    "E09000026": 5,
    "E09000030": 4,
    "E09000031": 4,
    "E09000012": 3,
    "E09000001": 1,
}
_TEXT: Final = """\
# Invented, like the whole case. Fees, void terms and training costs are starting assumptions.
id = "{id}"
name = "North East London residential block (invented; fees are starting assumptions)"
kind = "block"
lead = "{lead}"
start = 2026-04-01
end = 2034-04-01
places = {places}

[providers]
{providers}

[fees]
low = "4500.00"
medium = "6000.00"
high = "8000.00"
specialist = "10500.00"

[[requirements]]
code = "one_to_one"
name = "One-to-one support"
unit = "hour"
price = "28.50"
included = {{ low = 0, medium = 10, high = 20, specialist = 40 }}

[[uplifts]]
from = 2027-04-01
percent = "2.80"

[voids]
guarantee_percent = "90.00"
rate_percent = "80.00"

[results]
cap_percent = "7.00"

[[results.items]]
code = "shared_rooms"
name = "Young people redesign the shared rooms"
kind = "innovation"
weight = 40

[[results.items]]
code = "settled"
name = "Placements that last six months or end as planned"
kind = "outcome"
weight = 60

[shares]
{shares}

[training]
courses_funded_until = 2029-04-01
course_cost_per_place = "350.00"
release_days_per_place = 6
release_cost_per_day = "140.00"
"""


def shares_of(places: int) -> dict[str, int]:
    """Return how many of the block places each partner borough pays for; they add up.

    Thirty-five are shared as in the hand-made region, other numbers in that proportion, the
    largest remainders first.
    """
    total = sum(_WANTED.values())
    shares = {code: places * part // total for code, part in _WANTED.items()}
    left = places - sum(shares.values())
    by_remainder = sorted(_WANTED, key=lambda code: (-(places * _WANTED[code] % total), code))
    for code in by_remainder[:left]:
        shares[code] += 1
    return dict(sorted(shares.items()))


def contract_text(places: int, homes_by_provider: Mapping[str, Sequence[str]]) -> str:
    """Return the contract file of a block with so many places in these providers' homes."""
    providers = (
        f"{provider} = [" + ", ".join(f'"{home}"' for home in homes) + "]"
        for provider, homes in sorted(homes_by_provider.items())
    )
    return _TEXT.format(
        id=CONTRACT_ID,
        lead=min(homes_by_provider),
        places=places,
        providers="\n".join(providers),
        shares="\n".join(f"{code} = {part}" for code, part in shares_of(places).items()),
    )


def block_rates(text: str, in_use: int, day: date) -> list[RateRow]:
    """Return the contract's rates for the stretch between uplifts in which the day lies."""
    contract = parse_contract(text.encode("utf-8"), "contract.toml")
    return [row for row in case_rates(contract, in_use) if row.start <= day < row.end]
