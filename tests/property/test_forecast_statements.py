"""A forecast of whole numbers of people is the statement of the ledger in which they live there."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.forecast.asked import Asked
from pricing.forecast.forecast import forecast
from pricing.ledger import LedgerRow
from pricing.results import Achieved
from pricing.statement import statement
from pricing.terms import BANDS, Contract
from tests.unit.pricing.samples import contract_of
from tests.unit.pricing.strategies import END, HOMES, START, TERM, contract_texts

FEW = settings(max_examples=25, deadline=None)


@st.composite
def full_houses(draw: st.DrawFn, exact: bool) -> tuple[Contract, list[str], dict[str, int]]:
    """A contract, the band of everybody who lives under it, and the units they all need.

    Where `exact`, every price of a day is whole pence, so that no line of either side is rounded.
    """
    if exact:
        fees = sorted(draw(st.lists(st.integers(1, 20), min_size=4, max_size=4)))
        uplifts = draw(st.lists(st.integers(1, TERM - 1), max_size=2, unique=True))
        places = draw(st.integers(1, 9))
        text = f'id = "C"\nname = "Made up"\nkind = "block"\nlead = "P1"\nstart = {START}\n'
        text += f"end = {END}\n"
        text += f'places = {places}\n[providers]\nP1 = ["{HOMES[0]}"]\n[fees]\n'
        text += "".join(
            f'{band} = "{700 * fee}.00"\n' for band, fee in zip(BANDS, fees, strict=True)
        )
        text += '[[requirements]]\ncode = "tea"\nname = "tea"\nunit = "week"\nprice = "700.00"\n'
        text += "included = { low = 0, medium = 1, high = 2, specialist = 4 }\n"
        for day in uplifts:
            text += f"[[uplifts]]\nfrom = {START + timedelta(days=day)}\n"
            text += f'percent = "{draw(st.integers(0, 12))}"\n'
        text += f'[voids]\nguarantee_percent = "{draw(st.integers(0, 100))}"\nrate_percent = "75"\n'
        text += f"[shares]\nE09000016 = {places}\n"
        text += '[results]\ncap_percent = "7.00"\n[[results.items]]\ncode = "stability"\n'
        text += 'name = "stability"\nkind = "outcome"\nweight = 100\n'
    else:
        text = draw(contract_texts())
    contract = contract_of(text)
    assert contract.block is not None
    most = contract.block.places
    bands = draw(st.lists(st.sampled_from(BANDS), min_size=1, max_size=most))
    units = {each.code: draw(st.integers(0, 12)) for each in contract.requirements}
    return contract, bands, units


def lived_in(contract: Contract, bands: list[str], units: dict[str, int]) -> list[LedgerRow]:
    """A ledger in which so many live under the contract from its first day to its last."""
    needed = {code: Fraction(number) for code, number in units.items()}
    return [
        LedgerRow(f"PL{n}", f"YP{n}", "E09000016", HOMES[0], band, contract.start, None, needed)
        for n, band in enumerate(bands)
    ]


def asked_for(contract: Contract, bands: list[str], units: dict[str, int]) -> Asked:
    assert contract.block is not None
    return Asked(
        occupancy=Fraction(len(bands), contract.block.places),
        mix={band: Fraction(bands.count(band), len(bands)) for band in set(bands)},
        requirements={code: Fraction(number) for code, number in units.items()},
        results=Fraction(3, 8) if contract.results else None,
    )


def all_achieved(contract: Contract) -> list[Achieved]:
    items = contract.results.items if contract.results else ()
    return [Achieved(item.code, START, END, Fraction(3, 8), "E1", True, "PR1") for item in items]


@FEW
@given(full_houses(exact=True))
def test_where_no_line_is_rounded_each_month_is_the_statement_of_a_ledger_to_the_penny(
    house: tuple[Contract, list[str], dict[str, int]],
) -> None:
    contract, bands, units = house
    made = forecast(contract, asked_for(contract, bands, units))
    ledger = lived_in(contract, bands, units)
    for each in made.central.months:
        start, end = each.month.start, each.month.end
        charge = statement(contract, ledger, start, end, results=all_achieved(contract)).charge
        assert each.sums.fees + each.sums.requirements == charge.placements
        assert each.sums.voids == charge.voids
        assert each.sums.results == charge.results
        assert each.sums.income == charge.total


@FEW
@given(full_houses(exact=False))
def test_each_month_is_the_statement_of_a_ledger_but_for_the_rounding_of_its_lines(
    house: tuple[Contract, list[str], dict[str, int]],
) -> None:
    contract, bands, units = house
    made = forecast(contract, asked_for(contract, bands, units))
    ledger = lived_in(contract, bands, units)
    for each in made.central.months:
        start, end = each.month.start, each.month.end
        answer = statement(contract, ledger, start, end, results=all_achieved(contract))
        pieces = 1 + sum(start < uplift.start < end for uplift in contract.uplifts)
        lines = pieces * len(bands) * (1 + len(units)) + len(BANDS) + len(units)
        apart = abs(each.sums.fees + each.sums.requirements - answer.charge.placements)
        assert apart <= Fraction(lines, 2)
        assert each.sums.voids == answer.charge.voids
        cap = contract.results.cap_percent / 100 if contract.results else Fraction()
        assert abs(each.sums.results - answer.charge.results) <= Fraction(lines, 2) * cap + 1
