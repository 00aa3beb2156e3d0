"""What a command answers to other programs stands, field by field, on the page of its topic."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.conftest import CONTRACTS, Broker

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"
BILLING, BLOCK, RESULTS = EXAMPLES / "billing", EXAMPLES / "block", EXAMPLES / "results"
VALUE = EXAMPLES / "value"
SAMPLE = ROOT / "broker" / "sample" / "region" / "contract.toml"
STATEMENT = (
    "statement", CONTRACTS / "block.toml", "--ledger", CONTRACTS / "ledger.csv",
    "--from", "2026-10-01", "--to", "2026-11-01",
)  # fmt: skip

ANSWERS: dict[str, tuple[str, tuple[object, ...]]] = {
    "band": ("need-bands.md", ("band", EXAMPLES / "band" / "scores.toml")),
    "band --show": ("need-bands.md", ("band", "--show")),
    "price": (
        "contract-file.md",
        ("price", SAMPLE, "--band", "low", "--from", "2026-09-07", "--to", "2026-10-01"),
    ),
    "statement": ("contract-file.md", STATEMENT),
    "statement --by-month": ("billing.md contract-file.md", (*STATEMENT, "--by-month")),
    "adjust": (
        "billing.md",
        ("adjust", BILLING / "contract.toml", "--billed", BILLING / "billed.csv",
         "--ledger", BILLING / "ledger-reviewed.csv"),
    ),
    "results": (
        "results.md",
        ("results", SAMPLE, "--proposals", RESULTS / "proposals.toml",
         "--evidence", RESULTS / "evidence.csv", "--from", "2027-04-01", "--to", "2028-04-01"),
    ),
    "block": (
        "block-contract.md",
        ("block", BLOCK / "contract.toml", "--ledger", BLOCK / "ledger.csv",
         "--trades", BLOCK / "trades.csv", "--events", BLOCK / "events.toml",
         "--homes", BLOCK / "homes.csv", "--from", "2026-10-01", "--to", "2027-02-01"),
    ),
    "forecast": (
        "forecast.md",
        ("forecast", SAMPLE, "--occupancy", "0.8", "--mix", "low=1",
         "--costs", EXAMPLES / "forecast" / "costs.toml"),
    ),
    "value": (
        "value.md",
        ("value", VALUE / "block.toml", "--ledger", VALUE / "ledger.csv",
         "--spot", VALUE / "spot.toml", "--from", "2026-10-01", "--to", "2027-05-01"),
    ),
    "parity": ("value.md", ("parity", VALUE / "paid.csv")),
    "prices": (
        "value.md",
        ("prices", SAMPLE, "--index", VALUE / "index.toml", "--to-year", "2026-27"),
    ),
    "savings": ("savings.md", ("savings", VALUE / "savings.toml")),
}  # fmt: skip


def fields(answer: object) -> Iterator[str]:
    """The fields of an answer and of the tables in its lists; what is keyed by data has none."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield name
            if isinstance(value, list):
                yield from fields(value)
    elif isinstance(answer, list):
        for each in answer:
            if isinstance(each, dict):
                yield from fields(each)


@pytest.mark.parametrize(("page", "asked"), ANSWERS.values(), ids=ANSWERS)
def test_every_field_of_an_answer_stands_on_its_page(
    broker: Broker, page: str, asked: tuple[object, ...]
) -> None:
    answer = broker(*asked, "--json")
    assert answer.code == 0
    pages = "".join((DOCS / name).read_text(encoding="utf-8") for name in page.split())
    said = set(re.findall(r'"(\w+)"', pages))
    assert set(fields(json.loads(answer.out))) - said == set()
