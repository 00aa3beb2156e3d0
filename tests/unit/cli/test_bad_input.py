from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Broker

Spoil = Callable[[Path], None]


def replaced(file: str, old: str, new: str) -> Spoil:
    def spoil(case: Path) -> None:
        text = (case / file).read_text(encoding="utf-8")
        assert old in text
        (case / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def added(file: str, text: str) -> Spoil:
    def spoil(case: Path) -> None:
        with (case / file).open("a", encoding="utf-8") as stream:
            stream.write(text)

    return spoil


def with_bytes(file: str, content: bytes) -> Spoil:
    def spoil(case: Path) -> None:
        (case / file).write_bytes(content)

    return spoil


def without(file: str) -> Spoil:
    return lambda case: (case / file).unlink()


def column(file: str, name: str) -> Spoil:
    """One more column of that name, empty but for its header."""

    def spoil(case: Path) -> None:
        header, *rows = (case / file).read_text(encoding="utf-8").splitlines()
        lines = [f"{header},{name}", *(f"{row}," for row in rows)]
        (case / file).write_text("\n".join(lines) + "\n", encoding="utf-8")

    return spoil


BAD: dict[str, tuple[Spoil, str]] = {
    "no policy": (without("policy.toml"), "policy.toml"),
    "no referrals": (without("referrals.csv"), "referrals.csv"),
    "policy without its day": (with_bytes("policy.toml", b"[points]\n"), "as_of"),
    "policy that is not TOML": (with_bytes("policy.toml", b"as_of = \n"), "TOML"),
    "unknown key of the policy": (added("policy.toml", "\nper_mile = 3\n"), "per_mile"),
    "weight that is not whole": (added("policy.toml", "\n[points]\nper_mile = 2.5\n"), "2.5"),
    "weight below nothing": (added("policy.toml", "\n[points]\nper_mile = -1\n"), "-1"),
    "required column missing": (replaced("referrals.csv", "needed_by", "when"), "needed_by"),
    "misspelt column": (column("homes.csv", "suports"), "suports"),
    "column nobody knows in a safety file": (column("avoid.csv", "remarks"), "remarks"),
    "column twice": (column("homes.csv", "places"), "places"),
    "required cell empty": (replaced("homes.csv", "SC990002,", ","), "home_id"),
    "bad date": (replaced("referrals.csv", "2026-04-01", "1/4/2026"), "1/4/2026"),
    "bad band": (replaced("residents.csv", "high", "High"), "High"),
    "bad kind of relation": (replaced("relationships.csv", "caution", "danger"), "danger"),
    "bad money": (replaced("rates.csv", ".00", ".0"), "rates.csv"),
    "bad wish": (replaced("wishes.csv", "unsure", "perhaps"), "perhaps"),
    "bad whole number": (replaced("shares.csv", "E09000012,", "E09000012,x"), "shares.csv"),
    "district": (replaced("referrals.csv", "E09", "E07"), "E07"),
    "unknown tag": (replaced("referrals.csv", ",autism,", ",autism;magic,"), "magic"),
    "home nobody knows": (added("declines.csv", "A,SC1,full\n"), "SC1"),
    "referral nobody knows": (replaced("people_and_places.csv", "\nA,", "\nZ,"), "Z"),
    "key twice": (added("shares.csv", "B1,E09000012,1\n"), "shares.csv"),
    "one coordinate without the other": (
        added("people_and_places.csv", "A,school,53,,,\n"),
        "northing",
    ),
    "row too short": (added("wishes.csv", "A\n"), "wishes.csv"),
    "not text": (with_bytes("homes.csv", b"home_id\xff\n"), "UTF-8"),
    "NUL bytes": (with_bytes("rates.csv", b"home_id\0\n"), "NUL"),
    "empty file": (with_bytes("residents.csv", b""), "residents.csv"),
    "NHS number": (added("relationships.csv", "9434765919,YP9,caution\n"), "NHS"),
    "UPN": (added("relationships.csv", "A123456789012,YP9,caution\n"), "UPN"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_and_nothing_is_written(broker: Broker, small: Path, name: str) -> None:
    spoil, word = BAD[name]
    spoil(small)
    before = {file: file.read_bytes() for file in small.iterdir()}
    answer = broker("match", small, "--out", "plan.json", "--pairs", "pairs.csv")
    assert answer.code == 2
    assert answer.out == ""
    assert word in answer.err
    assert "Nothing was done" in answer.err
    assert not Path("plan.json").exists()
    assert not Path("pairs.csv").exists()
    assert {file: file.read_bytes() for file in small.iterdir()} == before


def test_all_faults_of_all_files_are_named_at_once(broker: Broker, small: Path) -> None:
    for name in ("bad band", "bad wish", "bad money", "weight below nothing"):
        BAD[name][0](small)
    answer = broker("match", small)
    assert answer.code == 2
    for word in ("residents.csv, row", "wishes.csv, row", "rates.csv, row", "policy.toml"):
        assert word in answer.err


@pytest.mark.parametrize("command", ["check", "options", "explain", "import"])
def test_every_command_on_a_case_refuses_a_bad_one(
    broker: Broker, small: Path, command: str
) -> None:
    BAD["bad band"][0](small)
    Path("plan.json").write_text("{}", encoding="utf-8")
    more = {"check": ["plan.json"], "options": ["--referral", "A"], "explain": ["--referral", "A"]}
    answer = broker(command, small, *more.get(command, []))
    assert answer.code == 2
    assert "“High”" in answer.err


@pytest.mark.parametrize(
    ("option", "target", "words"),
    [
        ("--out", "no/such/plan.json", "does not exist"),
        ("--out", ".", "that is a folder"),
        ("--out", "small/referrals.csv", "that is also small/referrals.csv"),
        ("--pairs", "small/policy.toml", "that is also small/policy.toml"),
        ("--out", "small/homes.csv/plan.json", "is not a folder"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_any_work(
    broker: Broker, small: Path, monkeypatch: pytest.MonkeyPatch, option: str, target: str,
    words: str,
) -> None:  # fmt: skip
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the case was read before the outputs were checked")

    monkeypatch.setattr("broker.commands.match_command.read_seen", never)
    before = {file: file.read_bytes() for file in small.iterdir()}
    answer = broker("match", "small", option, target)
    assert answer.code == 2
    assert option in answer.err
    assert words in answer.err
    assert {file: file.read_bytes() for file in small.iterdir()} == before


def test_one_file_cannot_hold_plan_and_pairs(broker: Broker, small: Path) -> None:
    answer = broker("match", small, "--out", "x", "--pairs", "./x")
    assert answer.code == 2
    assert not Path("x").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("march",),
        ("match", "small", "--tiem-limit", "3"),
        ("match", "small", "--time", "3"),
        ("match", "small", "--time-limit", "0"),
        ("match", "small", "--time-limit", "nan"),
        ("match", "small", "--seed", "-1"),
        ("match", "small", "--workers", "0"),
        ("match", "small", "--workers", "65"),
        ("match", "small", "--by", " "),
        ("--nothing",),
        ("serve", "--port", "x"),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_command_line_that_means_nothing_is_bad_input(
    broker: Broker, words: tuple[str, ...]
) -> None:
    answer = broker(*words)
    assert answer.code == 2
    assert answer.said


def test_a_folder_that_is_not_there_is_bad_input(broker: Broker, small: Path) -> None:
    assert "is not a folder" in broker("match", "nowhere").err
    assert broker("match", small / "homes.csv").code == 2
