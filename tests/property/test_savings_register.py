"""A register's totals against a second reading of its file, and what holds whatever the order."""

import tomllib
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.value.register import QuotedRatio
from pricing.value.register_file import parse_register
from pricing.value.register_totals import same_baselines
from pricing.value.show_register import register_json

QUICK = settings(max_examples=35, deadline=None)
KINDS = ("cashable", "avoided", "social")
YEARS = ("2026-27", "2027-28", "2028")
NEEDED = ("beneficiary", "owner", "evidence", "baseline", "unit_cost", "years")

hundredths = st.integers(0, 99_999_999)
quantities = st.one_of(
    st.just("unknown"), st.integers(0, 40_000).map(lambda each: f"{each // 8}.{each % 8 * 125:03d}")
)


def money(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


@st.composite
def entries(draw: st.DrawFn) -> list[str]:
    made = []
    for number in range(draw(st.integers(0, 7))):
        years = draw(st.lists(st.sampled_from(YEARS), min_size=1, max_size=3, unique=True))
        profile = ", ".join(f'"{year}" = "{draw(quantities)}"' for year in years)
        lines = {
            "beneficiary": f'beneficiary = "{draw(st.sampled_from(("Boroughs", "Health")))}"',
            "owner": f'owner = "Owner {number}"',
            "evidence": 'evidence = "estimated"',
            "baseline": 'baseline = { value = "52", unit = "week", period = "2025", '
            f'source = "Base {draw(st.integers(1, 2))}" }}',
            "unit_cost": f'unit_cost = {{ amount = "{money(draw(hundredths))}", '
            f'unit = "{draw(st.sampled_from(("week", "visit")))}", source = "S", year = "2026" }}',
            "years": f"years = {{ {profile} }}",
        }
        for name in draw(st.lists(st.sampled_from(NEEDED), max_size=1)):
            del lines[name]
        kind = draw(st.sampled_from(KINDS))
        head = f'[[savings]]\nid = "S{number}"\nwhat = "Saving {number}"\nkind = "{kind}"'
        made.append("\n".join([head, *lines.values()]))
    return made


def file_of(parts: list[str]) -> str:
    return 'title = "Made up"\n' + ("\n".join(parts) if parts else "savings = []") + "\n"


def penny(amount: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def read_again(text: str) -> dict[str, dict[tuple[str, str], tuple[Decimal, int]]]:
    """Known pounds and unknown amounts of each kind, by beneficiary and year, from plain TOML."""
    found: dict[str, dict[tuple[str, str], tuple[Decimal, int]]] = {
        kind: defaultdict(lambda: (Decimal(), 0)) for kind in KINDS
    }
    for entry in tomllib.loads(text)["savings"]:
        if not all(name in entry for name in NEEDED):
            continue
        for year, quantity in entry["years"].items():
            key = entry["beneficiary"], year
            known, unknown = found[entry["kind"]][key]
            if quantity == "unknown":
                found[entry["kind"]][key] = known, unknown + 1
            else:
                saved = penny(Decimal(quantity) * Decimal(entry["unit_cost"]["amount"]))
                found[entry["kind"]][key] = known + saved, unknown
    return found


@QUICK
@given(entries())
def test_the_totals_are_those_of_a_second_reading(parts: list[str]) -> None:
    text = file_of(parts)
    answer: Any = register_json(parse_register(text.encode(), "register.toml"))
    wanted = read_again(text)
    assert set(answer["totals"]) == set(KINDS)
    for kind, cells in wanted.items():
        found = answer["totals"][kind]
        by_both = {
            (who, year): (Decimal(cell["known"]), cell["unknown"])
            for who, part in found["beneficiaries"].items()
            for year, cell in part["years"].items()
        }
        assert by_both == dict(cells)
        assert Decimal(found["known"]) == sum((known for known, _ in cells.values()), Decimal())
        assert found["unknown"] == sum(unknown for _, unknown in cells.values())
        assert (found["total"] is None) == bool(found["unknown"])
        for year, cell in found["years"].items():
            own = [each for (_, name), each in cells.items() if name == year]
            assert Decimal(cell["known"]) == sum((known for known, _ in own), Decimal())


@QUICK
@given(entries(), st.integers(0, 1000))
def test_the_order_of_entries_changes_no_total(parts: list[str], seed: int) -> None:
    one: Any = register_json(parse_register(file_of(parts).encode(), "r.toml"))
    mixed = Random(seed).sample(parts, len(parts))
    other: Any = register_json(parse_register(file_of(mixed).encode(), "r.toml"))
    for name in ("totals", "same_claims", "same_baselines"):
        assert one[name] == other[name]


@QUICK
@given(entries())
def test_claims_against_one_baseline_are_told_and_summed(parts: list[str]) -> None:
    made = parse_register(file_of(parts).encode(), "r.toml")
    wanted = set()
    for source in ("Base 1", "Base 2"):
        for year in YEARS:
            own = [
                entry
                for entry in made.savings
                if entry.baseline and entry.baseline.source == source and year in entry.years
            ]
            quantities = [entry.years[year] for entry in own]
            same_unit = all(entry.unit_cost and entry.unit_cost.unit == "week" for entry in own)
            known = [each for each in quantities if each is not None]
            claimed = sum(known, Fraction()) if same_unit and len(known) == len(own) else None
            if len(own) > 1 or (own and claimed is not None and claimed > 52):
                ids = tuple(sorted(entry.id for entry in own))
                wanted.add((ids, year, claimed, claimed is not None and claimed > 52))
    found = {
        (each.ids, each.year, each.claimed, each.too_much) for each in same_baselines(made.savings)
    }
    assert found == wanted


@QUICK
@given(st.integers(0, 10**9), st.integers(1, 10**8), st.integers(0, 3), st.integers(-2, 2))
def test_a_ratio_agrees_only_with_its_own_figures_at_its_own_decimals(
    benefit: int, cost: int, decimals: int, off: int
) -> None:
    with localcontext() as context:
        context.prec = 60
        own = (Decimal(benefit) / Decimal(cost)).quantize(
            Decimal(1).scaleb(-decimals), ROUND_HALF_UP
        )
        quoted = own + off * Decimal(1).scaleb(-decimals)
    if quoted >= 0:
        ratio = QuotedRatio(Fraction(quoted), decimals, benefit, cost, "made up")
        assert ratio.agrees is (off == 0)
        assert ratio.own == Fraction(benefit, cost)
