import importlib
import json
import secrets
from pathlib import Path

import pytest

from matching.exchange import read_case
from tests.unit.cli.conftest import Broker


def test_the_sample_region_is_a_case_that_can_be_matched(broker: Broker) -> None:
    answer = broker("sample", "mine")
    assert answer.code == 0
    assert "nvented" in answer.out
    assert "broker match mine" in answer.out
    assert len(read_case(Path("mine")).referrals) == 30


def test_a_case_of_any_size_is_the_same_for_the_same_seed(broker: Broker) -> None:
    sizes = ("--referrals", 13, "--homes", 7)
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert broker("sample", folder, *sizes, "--seed", seed).code == 0
    first = json.loads(broker("match", "a", "--json").out)
    assert len(first["placements"]) + len(first["unplaced"]) == 13
    texts = [Path(folder, "referrals.csv").read_text(encoding="utf-8") for folder in "abc"]
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize(
    "words",
    [
        ("--referrals", "5"),
        ("--homes", "5"),
        ("--seed", "5"),
        ("--referrals", "5", "--homes", "0"),
        ("--referrals", "-5", "--homes", "3"),
    ],
)
def test_sizes_that_make_no_case_are_bad_input(broker: Broker, words: tuple[str, ...]) -> None:
    assert broker("sample", "mine", *words).code == 2
    assert not Path("mine").exists()


def test_a_sample_never_overwrites_anything(broker: Broker, small: Path) -> None:
    before = {file: file.read_bytes() for file in small.iterdir()}
    answer = broker("sample", small)
    assert answer.code == 2
    assert "not empty" in answer.err
    assert {file: file.read_bytes() for file in small.iterdir()} == before


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org", ""])
def test_the_service_answers_on_this_computer_only(broker: Broker, host: str) -> None:
    answer = broker("serve", "--host", host, "--port", 0)
    assert answer.code == 2
    assert len(answer.err.splitlines()) == 1
    assert "127.0.0.1" in answer.err


def test_the_service_is_opened_on_the_port_asked_for(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int, int | None, bool]] = []
    service = importlib.import_module("api.serve")

    def serve(host: str, port: int, workers: int | None, *, sample: bool) -> None:
        asked.append((host, port, workers, sample))

    monkeypatch.setattr(service, "serve", serve)
    assert broker("serve", "--port", 8123).code == 0
    assert broker("serve", "--host", "::1", "--sample").code == 0
    assert asked == [("127.0.0.1", 8123, None, False), ("::1", 8000, None, True)]


def test_the_sample_with_its_accounts_is_refused_in_production(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("BROKER_ENV", "production"),
        ("BROKER_SECRET", secrets.token_urlsafe()),
        ("BROKER_HOSTS", "broker.example"),
    ):
        monkeypatch.setenv(name, value)
    answer = broker("serve", "--sample")
    assert answer.code == 2
    assert "BROKER_ENV=production it is refused" in answer.err
