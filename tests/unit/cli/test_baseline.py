"""`broker baseline` and `broker why-me`, run as people run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.baseline.samples import EPISODES, HEADER, PRICES, write
from tests.unit.cli.conftest import Broker

ROWS = ("A,01/05/2025,S,C2,K2,01/06/2025,X1,,E1 1AA,3.0", "A,01/06/2025,P,C2,U4,,,,E1 1AB,999.9")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The words that name a borough's files."""
    episodes = write(tmp_path / "e.csv", EPISODES, ROWS)
    header = write(tmp_path / "h.csv", HEADER, ["A,01/01/2011"])
    prices = write(tmp_path / "p.csv", PRICES, ["E09000025,H1,high,7100.50,2025-04-01,,invoice"])
    return [
        f"E09000025={episodes}", "--header", f"E09000025={header}", "--prices", str(prices),
        "--year", "2025-04-01",
    ]  # fmt: skip


def test_it_counts_in_words_and_as_json_from_one_source(broker: Broker, files: list[str]) -> None:
    said = broker("baseline", *files)
    assert said.code == 0
    assert "NEWHAM (E09000025)" in said.out
    assert "moves within care in the year: 1, 1 each" in said.out
    assert "median 3 miles (3 to 3), n 1; not known 1, without a home postcode 0" in said.out
    assert "weekly price, high: median £7100.50" in said.out
    assert "source: invoice (1)" in said.out
    told = json.loads(broker("baseline", *files, "--json").out)
    assert told["form"] == "baseline/1"
    assert told["all"]["figures"]["in_care"]["moves"] == 1


def test_it_is_frozen_once_and_again_only_for_a_reason(
    broker: Broker, files: list[str], region: Path
) -> None:
    assert broker("import", region).code == 0
    assert "No baseline is on record" in broker("baseline", "--show").out
    first = broker("baseline", *files, "--freeze", "--by", "Commissioner 1")
    assert (first.code, first.err) == (0, "Frozen: baseline 1 of the year from 2025-04-01.\n")
    again = broker("baseline", *files, "--freeze")
    assert again.code == 2
    assert "say why with --why" in again.err
    assert broker("baseline", *files, "--freeze", "--why", "a late file").code == 0
    shown = broker("baseline", "--show", "--year", "2025-04-01")
    assert "frozen at" in shown.out
    assert "by Commissioner 1" in shown.out
    assert "It was made because: a late file" in shown.out
    assert first.out.strip() in shown.out
    kept = json.loads(broker("baseline", "--show", "--json").out)["baselines"]
    assert [one["number"] for one in kept] == [1, 2]
    assert kept[0]["figures"] == json.loads(broker("baseline", *files, "--json").out)


def test_without_an_agreement_it_is_not_frozen_and_each_borough_is_told(
    broker: Broker, files: list[str]
) -> None:
    said = broker("baseline", *files, "--freeze")
    assert (said.code, said.out) == (2, "")
    assert "no data sharing agreement of Newham is on record." in said.err
    assert "Nothing was frozen." in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--year is needed"),
        (("e.csv",), "--year is needed"),
        (("--year", "2025-04-01"), "Name the episodes of the year, or prices"),
        (("e.csv", "--year", "9999-04-01"), "allowed: a day from 1990 to 2100"),
        (("e.csv", "--year", "2025-04-01", "--why", "x"), "--why goes with --freeze"),
        (("E09000999=e.csv", "--year", "2025-04-01"), "is no partner borough; allowed: E09000001"),
        (("absent.csv", "--year", "2025-04-01"), "absent.csv: file: cannot be read"),
        (("--show", "--freeze"), "--show takes --year and --json only"),
        (("e.csv", "--show"), "--show takes --year and --json only"),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(
    broker: Broker, words: tuple[str, ...], said: str
) -> None:
    answer = broker("baseline", *words)
    assert answer.code == 2
    assert said in answer.err
    assert not answer.out


def test_why_me_answers_for_a_provider_on_record(broker: Broker, region: Path) -> None:
    assert broker("import", region).code == 0
    words = ("why-me", "--provider", "P2", "--from", "2026-07-01", "--to", "2026-10-01")
    said = broker(*words)
    assert said.code == 0
    assert "Contract NEL-BLOCK-1" in said.out
    assert "Shortlisted and not asked: none" in said.out
    told = json.loads(broker(*words, "--json").out)
    assert told["provider"] == "P2"
    assert told["offers"] == []
    assert broker("audit", "verify").out.startswith("4 entries, unbroken")


def test_why_me_refuses_an_unknown_provider_and_days_out_of_order(
    broker: Broker, region: Path
) -> None:
    assert broker("import", region).code == 0
    unknown = broker("why-me", "--provider", "P9", "--from", "2026-07-01", "--to", "2026-10-01")
    assert (unknown.code, unknown.out) == (2, "")
    assert "No home of a provider P9 is on record." in unknown.err
    order = broker("why-me", "--provider", "P2", "--from", "2026-07-01", "--to", "2026-07-01")
    assert order.code == 2
    assert "allowed: a day after --from" in order.err
