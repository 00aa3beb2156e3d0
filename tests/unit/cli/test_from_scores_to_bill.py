"""One young person from scores to band, price and bill, to another band and what that costs."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from pricing.bands.history import BandDecision, rebanded
from pricing.bands.scores import Party
from pricing.contract import read_contract
from pricing.ledger import LedgerRow
from pricing.problems import Problems
from pricing.tables import read_ledger
from tests.unit.cli.conftest import CONTRACTS, Broker, ledger_text
from tests.unit.pricing.samples import HACKNEY, HAVERING, stretch

SCORES = Path(__file__).parents[3] / "docs" / "examples" / "band" / "scores.toml"
BLOCK = CONTRACTS / "block.toml"
MOVED_IN, REVIEWED = date(2026, 9, 7), date(2026, 12, 3)
AUTUMN = ("--from", "2026-09-01", "--to", "2026-12-01")
TRUE_FROM = date(2026, 10, 19)


def test_a_band_is_priced_billed_changed_and_adjusted_to_the_bill_of_the_true_bands(
    broker: Broker,
) -> None:
    def asked(*words: object) -> Any:
        answer = broker(*words, "--json")
        assert answer.code == 0, answer.err
        return json.loads(answer.out)

    # Scores of the day of referral: medium, provisional.
    first = asked("band", SCORES)
    assert (first["band"], first["status"]) == ("medium", "provisional")
    (command,) = first["price"]
    price = command.replace("CONTRACT.toml", str(BLOCK)).split()[1:]
    price[price.index("--from") + 1], price[price.index("--to") + 1] = "2026-09-07", "2026-10-01"
    september = asked(*price)

    # They move in at that band, and the autumn is billed month by month.
    lived = stretch(1, HAVERING, MOVED_IN, None, one_to_one=14)
    other = stretch(2, HACKNEY, date(2026, 9, 21), date(2026, 11, 9), home="SC990003")
    rows = [replace(lived, band=first["band"]), replace(other, band="low")]
    Path("ledger.csv").write_text(ledger_text(rows), encoding="utf-8")
    broker(
        "statement", BLOCK, "--ledger", "ledger.csv", *AUTUMN,
        "--by-month", "--bill", "bills.csv", "--issued", "2026-12-01",
    )  # fmt: skip
    billed_fee = next(
        line for line in Path("bills.csv").read_text(encoding="utf-8").splitlines()
        if ",PL1," in line and ",fee,2026-09-07," in line
    )  # fmt: skip
    assert f",{september['total']}," in billed_fee

    # A review sees more: the band has been high since 19 October.
    text = SCORES.read_text(encoding="utf-8").partition("[dispute]")[0]
    Path("reviewed.toml").write_text(
        text.replace("criminal_exploitation = 2", "criminal_exploitation = 3", 1), encoding="utf-8"
    )
    second = asked("band", "reviewed.toml")
    assert second["band"] == "high"
    history = [
        BandDecision(MOVED_IN, MOVED_IN, first["band"], "provisional", "the referral",
                     Party("Social worker", "a borough")),
        BandDecision(TRUE_FROM, REVIEWED, second["band"], "confirmed", "the review",
                     Party("Reviewing officer", "a borough")),
    ]  # fmt: skip
    reread = read_ledger_of(Path("ledger.csv"))
    now = [
        *rebanded([row for row in reread if row.placement_id == "PL1"], history, REVIEWED),
        *(row for row in reread if row.placement_id != "PL1"),
    ]
    Path("reviewed.csv").write_text(ledger_text(now), encoding="utf-8")

    # What that costs: 13 days of October and all of November at 8,000 instead of 6,000 a week, and
    # 14 hours are within what a high fee includes, 4 of them were not in the medium one.
    tables = ("--billed", "bills.csv", "--ledger", "reviewed.csv")
    adjusted = asked("adjust", BLOCK, *tables, "--out", "more.csv", "--issued", "2026-12-04")
    lines = {
        (line["what"], line["from"]): line["difference"]
        for line in adjusted["lines"]
    }  # fmt: skip
    fee = Fraction(2000 * 100, 7)
    hours = Fraction(4 * 28_50, 7)
    october = due(18 * Fraction(6000_00, 7)) + due(13 * Fraction(8000_00, 7))
    assert pence(lines["fee", "2026-10-01"]) == october - due(31 * Fraction(6000_00, 7))
    assert abs(pence(lines["fee", "2026-10-01"]) - 13 * fee) <= 1
    assert pence(lines["one_to_one", "2026-10-01"]) == due(18 * hours) - due(31 * hours)
    assert pence(lines["fee", "2026-11-01"]) == due(30 * Fraction(8000_00, 7)) - due(
        30 * Fraction(6000_00, 7)
    )
    assert pence(lines["one_to_one", "2026-11-01"]) == -due(30 * hours)
    assert len(lines) == len(adjusted["lines"]) == 4

    # Bills and adjustment are together the statement of the true bands, and nothing is left.
    true = asked("statement", BLOCK, "--ledger", "reviewed.csv", *AUTUMN, "--by-month")
    after = asked("adjust", BLOCK, *tables, "--billed", "more.csv")
    assert (after["lines"], after["difference"]) == ([], "0.00")
    for code in (HAVERING, HACKNEY):
        months = sum(pence(month["boroughs"][code]["placements"]) for month in true["months"])
        assert pence(after["boroughs"][code]["billed"]) == months > 0

    # A provider who expects that band finds the same fee in the forecast of a place.
    expected = asked(
        "forecast", BLOCK, "--occupancy", "1", "--mix", f"{second['band']}=1",
        "--provider", "P1", "--places", "1",
    )  # fmt: skip
    november = next(
        month for month in expected["cases"]["central"]["months"] if month["month"] == "2026-11"
    )
    fees = asked("price", BLOCK, "--band", second["band"], "--from", "2026-11-01",
                 "--to", "2026-12-01")  # fmt: skip
    assert november["amounts"][f"fees.{second['band']}"] == fees["total"]


def due(exact: Fraction) -> int:
    """Whole pence, a half going up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def pence(pounds: str) -> int:
    return int(pounds.replace(".", ""))


def read_ledger_of(path: Path) -> list[LedgerRow]:
    """The rows as the product reads them back."""
    found = Problems()
    rows = read_ledger(path, read_contract(BLOCK), found)
    assert not found.found
    return list(rows)
