"""`broker band`: from a scores file to a band, in words and JSON, and what it refuses."""

import json
from pathlib import Path

import pytest

from pricing.bands.threshold_file import SHIPPED, shipped_thresholds
from tests.unit.cli.conftest import CONTRACTS, Broker

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "band" / "scores.toml"


def spoilt(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = tmp_path / "scores.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_banded_in_words_and_in_json_alike(broker: Broker) -> None:
    words, answer = broker("band", EXAMPLE), broker("band", EXAMPLE, "--json")
    assert (words.code, answer.code) == (0, 0)
    said = json.loads(answer.out)
    assert said["band"] == "medium"
    assert said["dispute"]["other"]["band"] == "high"
    assert words.out.startswith("YP-EXAMPLE-7: MEDIUM NEED, provisional\n")
    for notice in said["notices"]:
        assert f"! {notice}" in words.out
    assert said["thresholds"]["sha256"] in words.out
    assert "invented" in EXAMPLE.read_text(encoding="utf-8").splitlines()[0].lower()


def test_the_price_a_band_leads_to_is_one_that_broker_price_gives(broker: Broker) -> None:
    said = json.loads(broker("band", EXAMPLE, "--json").out)
    (command,) = said["price"]
    words = command.replace("YYYY-MM-DD", "2026-09-07", 1).replace("YYYY-MM-DD", "2026-10-05")
    program, *asked = words.replace("CONTRACT.toml", str(CONTRACTS / "block.toml")).split()
    assert program == "broker"
    priced = broker(*asked, "--json")
    assert priced.code == 0
    assert json.loads(priced.out)["total"] == "24000.00"  # four weeks at £6,000.00


def test_the_thresholds_are_shown_in_words_and_in_json(broker: Broker) -> None:
    words, answer = broker("band", "--show"), broker("band", "--show", "--json")
    assert (words.code, answer.code) == (0, 0)
    assert "starting assumptions" in words.out
    said = json.loads(answer.out)
    assert len(said["rules"]) == len(shipped_thresholds().rules)
    for rule in said["rules"]:
        assert rule["counted"] in words.out


def test_a_form_filled_in_is_a_scores_file(broker: Broker, tmp_path: Path) -> None:
    form = broker("band", "--form")
    assert form.code == 0
    path = tmp_path / "filled.toml"
    text = form.out.replace('id = ""', 'id = "YP-3"', 1).replace('"unknown"\n', "0\n")
    text = text.replace('_on = ""', "_on = 2026-09-01").replace('= ""', '= "A role"')
    path.write_text(text, encoding="utf-8")
    said = json.loads(broker("band", path, "--json").out)
    assert said["band"] == "low"
    blank = tmp_path / "blank.toml"
    blank.write_text(form.out, encoding="utf-8")
    refused = broker("band", blank)
    assert refused.code == 2
    for key in ("young_person_id", "assessed_on", "assessed_by.role", "assessed_by.organisation"):
        assert f"blank.toml, {key}: " in refused.err
    assert refused.err.startswith("4 problems")


def test_other_thresholds_are_named_with_an_option(broker: Broker, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    text = SHIPPED.read_text(encoding="utf-8").replace('version = "1"', 'version = "2"')
    path.write_text(text, encoding="utf-8")
    refused = broker("band", EXAMPLE, "--thresholds", path)
    assert refused.code == 2
    assert 'thresholds.version: other thresholds: "1"; allowed: "2", as in ours.toml' in refused.err
    agreeing = spoilt(tmp_path, ('version = "1"', 'version = "2"'))
    assert broker("band", agreeing, "--thresholds", path).code == 0


@pytest.mark.parametrize("number", ["943 476 5919", "9434765919", "A12345678901B"])
def test_an_nhs_number_or_upn_is_no_pseudonym(broker: Broker, tmp_path: Path, number: str) -> None:
    refused = broker("band", spoilt(tmp_path, ("YP-EXAMPLE-7", number)))
    assert refused.code == 2
    assert refused.out == ""
    assert "a pseudonym; it looks like an NHS number or a UPN" in refused.err


def test_everything_wrong_with_the_scores_is_said_at_once(broker: Broker, tmp_path: Path) -> None:
    path = spoilt(tmp_path, ("anger = 1", "anger = 7"), ("mood = 2", "moods = 2"))
    refused = broker("band", path)
    assert refused.code == 2
    assert refused.out == ""
    assert "scores.anger: bad value: 7" in refused.err
    assert "scores.moods: unknown item: 2" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name a scores file"),
        (("--json",), "Name a scores file"),
        (("scores.toml", "--show"), "--show is about the thresholds"),
        (("scores.toml", "--form"), "--form is about the thresholds"),
        (("--form", "--json"), "leave out --json"),
        (("--form", "--show"), "not allowed with"),
        (("none.toml",), "none.toml: file: cannot be read"),
        (("--show", "--thresholds", "none.toml"), "none.toml: file: cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_refused(broker: Broker, words: tuple[str, ...], said: str) -> None:
    refused = broker("band", *words)
    assert refused.code == 2
    assert refused.out == ""
    assert said in refused.err
