"""`broker block` on the example of the documents: words and JSON, and faults all at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import CONTRACTS, Broker

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "block"
PERIOD = ("--from", "2026-10-01", "--to", "2027-02-01")


def asked(*more: object, contract: Path = EXAMPLES / "contract.toml") -> tuple[object, ...]:
    return (
        "block", contract,
        "--ledger", EXAMPLES / "ledger.csv",
        "--availability", EXAMPLES / "availability.csv",
        "--trades", EXAMPLES / "trades.csv",
        "--events", EXAMPLES / "events.toml",
        "--homes", EXAMPLES / "homes.csv",
        *PERIOD, *more,
    )  # fmt: skip


@pytest.fixture
def answer(broker: Broker) -> dict[str, Any]:
    told = broker(*asked("--ceiling", 40, "--if-fails", "P1=2026-12-01", "--json"))
    assert told.code == 0
    found: dict[str, Any] = json.loads(told.out)
    return found


def test_the_answer_has_every_part(answer: dict[str, Any]) -> None:
    assert list(answer) == [
        "contract", "version", "from", "to", "as_of", "shares", "occupancy", "uses", "trades",
        "voids", "exits", "failures", "material", "notices", "working_days", "balance", "findings",
        "assumptions", "tables",
    ]  # fmt: skip
    assert (answer["from"], answer["to"]) == ("2026-10-01", "2027-02-01")
    assert answer["as_of"] == "2027-02-01"
    assert answer["balance"]["on"] == "2027-01-31"


def test_the_example_is_what_its_tables_say(answer: dict[str, Any]) -> None:
    assert [(each["from"], each["payable"], each["in_use"]) for each in answer["occupancy"]][
        :2
    ] == [
        ("2026-10-01", 10, 7),
        ("2026-10-05", 10, 7),
    ]
    assert answer["occupancy"][-1]["payable"] == 8  # P2 and its four places have failed
    agreed = [use for use in answer["uses"] if use["trade_id"]]
    assert {(use["used_by"], use["place_of"], use["price_per_place_week"]) for use in agreed} == {
        ("E09000012", "E09000002", "3600.00")
    }
    assert answer["trades"][0]["payment"] == "34457.14"  # 3,600.00 × 67 days / 7
    boroughs = answer["voids"]["boroughs"].values()
    assert sum(int(each["bears"].replace(".", "")) for each in boroughs) == int(
        answer["voids"]["charge"].replace(".", "")
    )
    (leaver,) = answer["exits"]
    assert leaver["shares_after"] == {
        "E09000002": 4, "E09000012": 2, "E09000016": 5, "E09000025": 0, "E09000030": 1,
    }  # fmt: skip
    assert [each["what_if"] for each in answer["failures"]] == [False, True]
    assert [len(each["need_another_place"]) for each in answer["failures"]] == [2, 5]
    assert [each["signs_for_the_others"] for each in answer["failures"]] == [False, True]
    (year,) = answer["material"]
    assert year["material"] is True
    by_id = {notice["id"]: notice for notice in answer["notices"]}
    assert by_id["exit E09000025"]["status"] == "told in time"
    assert by_id["failure P2"]["due"] == "2027-01-25"
    assert answer["balance"]["all"]["ceiling_places"] == 4


def test_the_words_say_the_same_as_the_json(broker: Broker, answer: dict[str, Any]) -> None:
    words = broker(*asked("--ceiling", 40, "--if-fails", "P1=2026-12-01")).out
    for amount in (
        answer["voids"]["charge"],
        answer["trades"][0]["payment"],
        answer["exits"][0]["stranded_in_the_period"],
        answer["exits"][0]["stranded_at_most_to_the_end_of_the_term"],
        answer["material"][0]["value"],
        answer["material"][0]["limit"],
        *(each["bears"] for each in answer["voids"]["boroughs"].values()),
    ):
        assert f"£{int(amount[:-3]):,}{amount[-3:]}" in words
    for text in (
        "Whose place was used beyond a borough’s own share:",
        "trade T1",
        "E09000025 leaves on 2026-10-30; notice was given on 2026-07-30:",
        "On record: P2 fails on 2027-01-11:",
        "What if P1 failed on 2026-12-01:",
        "P1 signs for the other providers: somebody else must now.",
        "OVER THE LIMIT since",
        "The ceiling: high need on 40% of places at most, in whole places:",
        *(notice["what"] for notice in answer["notices"]),
        *(finding for finding in answer["findings"]),
    ):
        assert text in words
    assert "starting assumptions" in words


def test_by_contract_is_what_the_statement_charges(broker: Broker) -> None:
    words = (
        "--ledger",
        EXAMPLES / "ledger.csv",
        "--from",
        "2026-10-01",
        "--to",
        "2026-12-01",
    )
    contract = EXAMPLES / "contract.toml"
    stated = json.loads(broker("statement", contract, *words, "--json").out)
    told = json.loads(
        broker("block", contract, *words, "--trades", EXAMPLES / "trades.csv", "--json").out
    )
    assert told["voids"]["charge"] == stated["voids"]
    for code, borough in told["voids"]["boroughs"].items():
        assert borough["voids_by_contract_shares"] == stated["boroughs"][code]["voids"]


def test_contract_and_ledger_are_enough_and_what_is_not_known_says_so(broker: Broker) -> None:
    words = (
        "block", CONTRACTS / "block.toml", "--ledger", CONTRACTS / "ledger.csv",
        "--from", "2026-10-01", "--to", "2026-11-01",
    )  # fmt: skip
    told = broker(*words, "--ceiling", 50)
    assert told.code == 0
    assert "its value is not known" in told.out
    assert "not known" in told.out
    assert "Places not known of 3 of 3 homes" in told.out
    assert "E09000033" in told.out  # no share at all, so it lives in others' places
    assert "Nothing to tell all boroughs of by 2026-11-01." in told.out


def test_nobody_beyond_its_share_is_said_in_words(broker: Broker, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    head = (EXAMPLES / "ledger.csv").read_text(encoding="utf-8").splitlines()[0]
    ledger.write_text(head + "\n", encoding="utf-8")
    told = broker("block", EXAMPLES / "contract.toml", "--ledger", ledger, *PERIOD)
    assert "No borough used a place beyond its own share." in told.out


def test_a_spot_contract_is_no_block(broker: Broker) -> None:
    told = broker("block", CONTRACTS / "spot.toml", "--ledger", EXAMPLES / "ledger.csv", *PERIOD)
    assert told.code == 2
    assert 'spot.toml, kind: no block contract: "spot"; allowed: "block"' in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ceiling", 101), "“101”: allowed: a whole number from 0 to 100"),
        (("--if-fails", "P2"), "“P2”: allowed: PROVIDER=DAY, such as P2=2027-01-11"),
        (("--if-fails", "P2=soon"), "“soon”: allowed: a day such as 2026-09-07"),
        (
            ("--if-fails", "P9=2027-01-11"),
            'block, --if-fails: unknown provider: "P9"; allowed: "P1" or "P2"',
        ),
        (
            ("--if-fails", "P2=2034-04-01"),
            "block, --if-fails: outside the term: 2034-04-01; allowed: inside the term of"
            " EXAMPLE-BLOCK, 2026-04-01 to 2034-04-01",
        ),
        (
            ("--on", "2027-02-01"),
            "block, --on: outside the period: 2027-02-01; allowed: a day of the period,"
            " 2026-10-01 to 2027-02-01",
        ),
    ],
)
def test_an_option_that_cannot_be_says_what_is_allowed(
    broker: Broker, words: tuple[object, ...], said: str
) -> None:
    told = broker(*asked(*words))
    assert told.code == 2
    assert said in told.err
    assert told.out == ""


def test_the_faults_of_all_files_are_told_at_once(broker: Broker, tmp_path: Path) -> None:
    def spoilt(name: str, old: str, new: str) -> Path:
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / name
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    told = broker(
        "block", spoilt("contract.toml", '"90.00"', '"190.00"'),
        "--ledger", spoilt("ledger.csv", "medium", "mid"),
        "--trades", spoilt("trades.csv", "3600.00", "lots"),
        "--events", spoilt("events.toml", '"less"', '"down"'),
        "--homes", spoilt("homes.csv", ",5", ",five"),
        *PERIOD,
    )  # fmt: skip
    assert told.code == 2
    for word in ("190.00", "mid", "lots", "down", "five"):
        assert f'"{word}"' in told.err
    assert told.err.startswith("5 problems in the input; nothing was computed")


def test_a_failure_without_known_places_is_refused_and_not_guessed(broker: Broker) -> None:
    told = broker(
        "block", EXAMPLES / "contract.toml", "--ledger", EXAMPLES / "ledger.csv",
        "--if-fails", "P2=2026-12-01", *PERIOD,
    )  # fmt: skip
    assert told.code == 2
    assert "homes, places of SC990003: unknown places: not known" in told.err


def test_a_period_outside_the_term_is_refused(broker: Broker) -> None:
    told = broker(
        "block", EXAMPLES / "contract.toml", "--ledger", EXAMPLES / "ledger.csv",
        "--from", "2034-03-01", "--to", "2034-05-01",
    )  # fmt: skip
    assert told.code == 2
    assert "block, to: outside the term: 2034-05-01" in told.err


def test_days_to_look_at_may_be_named(broker: Broker) -> None:
    told = json.loads(broker(*asked("--as-of", "2026-08-12", "--on", "2026-10-20", "--json")).out)
    assert told["as_of"] == "2026-08-12"
    assert [notice["id"] for notice in told["notices"]] == ["material 2026-04-01", "exit E09000025"]
    assert told["balance"]["on"] == "2026-10-20"
    assert told["balance"]["all"]["on_the_day"] == {
        "low": 1, "medium": 4, "high": 2, "specialist": 1,
    }  # fmt: skip


def test_the_page_shows_the_example_as_it_is() -> None:
    page = (EXAMPLES.parents[1] / "block-contract.md").read_text(encoding="utf-8")
    events = (EXAMPLES / "events.toml").read_text(encoding="utf-8")
    assert f"```toml\n{events}```" in page
    head = (EXAMPLES / "trades.csv").read_text(encoding="utf-8").splitlines()[0]
    assert all(f"`{column}" in page or f"{column}`" in page for column in head.split(","))
    assert {path.name for path in EXAMPLES.iterdir()} == {
        "contract.toml", "ledger.csv", "availability.csv", "trades.csv",
        "events.toml", "homes.csv",
    }  # fmt: skip
