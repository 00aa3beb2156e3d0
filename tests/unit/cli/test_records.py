import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from broker.database import engine_from_environment, reading
from broker.runs import get_run, problem_of_run
from broker.tables import AuditRow
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.solve import Options, match
from tests.unit.cli.conftest import SMALL, Broker, folder_after


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    by = ("--by", "the brokerage team")
    return folder_after(tmp_path_factory.mktemp("imported"), ("import", SMALL, "--hold-day", *by))


@pytest.fixture
def imported(made_once: Path, small: Path, tmp_path: Path) -> Path:
    """A copy of the small worked case, which is on record."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    return small


def test_an_import_says_what_it_took_and_a_second_one_changes_nothing(
    broker: Broker, small: Path
) -> None:
    first = broker("import", small, "--hold-day")
    assert first.code == 0
    assert "referrals.csv: 4 added" in first.out
    second = broker("import", small, "--hold-day")
    assert second.code == 0
    assert "nothing changed" in second.out
    assert json.loads(broker("import", small, "--hold-day", "--json").out)["changes"] == 0


def test_a_referral_that_is_gone_stays_until_a_reason_is_given(
    broker: Broker, imported: Path
) -> None:
    for file in ("referrals.csv", "people_and_places.csv", "wishes.csv"):
        lines = (imported / file).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("A,")]
        (imported / file).write_text("\n".join(kept) + "\n", encoding="utf-8")
    said = broker("import", imported, "--hold-day")
    assert "A is on record and not in this folder" in said.out
    assert len(json.loads(broker("match", "--from-database", "--json").out)["placements"]) == 3
    assert (
        broker("import", imported, "--hold-day", "--close-missing", "moved to her aunt").code == 0
    )
    who = json.loads(broker("match", "--from-database", "--json").out)
    assert "A" not in {one["referral_id"] for one in who["placements"] + who["unplaced"]}


def test_the_case_of_a_match_on_record_is_written_as_it_was_and_matched_again(
    broker: Broker, imported: Path
) -> None:
    before = case_sha256(read_case(imported))
    plan = json.loads(broker("match", "--from-database", "--seed", "4", "--json").out)
    homes = (imported / "homes.csv").read_text(encoding="utf-8").splitlines()
    places = homes[0].split(",").index("places")
    cells = homes[1].split(",")
    cells[places] = "0"
    (imported / "homes.csv").write_text("\n".join([homes[0], ",".join(cells), *homes[2:]]) + "\n")
    assert broker("import", imported, "--hold-day").code == 0
    said = broker("runs", "1", "--case", "then")
    assert said.code == 0
    assert "written to then: policy.toml" in said.out
    assert case_sha256(read_case(Path("then"))) == before
    assert case_sha256(read_case(imported)) != before
    again = json.loads(broker("match", "then", "--seed", "4", "--json").out)
    assert {**again, "timing": None} == {**plan, "timing": None}


def test_a_case_of_a_match_is_refused_with_the_reason(broker: Broker, imported: Path) -> None:
    assert broker("match", "--from-database").code == 0
    for words, reason in (
        (("runs", "--case", "then"), "name its ID too"),
        (("runs", "7", "--case", "then"), "There is no match 7"),
        (("runs", "1", "--case", imported), "already and not empty"),
    ):
        refused = broker(*words)
        assert refused.code == 2
        assert reason in refused.err
    assert not Path("then").exists()


def test_a_match_that_keeps_to_a_plan_is_made_again_with_that_plan(
    broker: Broker, imported: Path
) -> None:
    assert broker("match", imported, "--out", "told.json").code == 0
    keep = ("--previous", "told.json", "--stay", "20")
    plan = json.loads(broker("match", "--from-database", *keep, "--json").out)
    engine = engine_from_environment()
    with reading(engine) as session:
        run = get_run(session, 1)
        assert run is not None
        problem = problem_of_run(session, run)
    again = match(problem, Options(seed=run.seed)).to_json()
    assert "replan" in again
    assert {**again, "timing": None} == {**plan, "timing": None}
    with reading(engine) as session:
        made = sa.select(AuditRow).where(AuditRow.__table__.c.record_kind == "match")
        entry = session.execute(made).scalar_one()
    assert (entry.act, entry.record_id, entry.via) == ("match.make", "1", "command line")


def test_a_bad_case_is_not_imported(broker: Broker, small: Path) -> None:
    (small / "homes.csv").unlink()
    answer = broker("import", small, "--hold-day")
    assert answer.code == 2
    assert "homes.csv" in answer.err
    assert broker("match", "--from-database").code == 2


def test_import_export_and_match_give_the_same_case_and_plan(
    broker: Broker, imported: Path
) -> None:
    assert broker("export", "out").code == 0
    assert case_sha256(read_case(Path("out"))) == case_sha256(read_case(imported))
    plans = [
        json.loads(broker("match", *words, "--json").out)
        for words in ((imported,), ("out",), ("--from-database",))
    ]
    for plan in plans:
        del plan["timing"]
    assert plans[0] == plans[1] == plans[2]


def test_export_never_writes_into_a_folder_in_use(broker: Broker, imported: Path) -> None:
    before = sorted(file.name for file in imported.iterdir())
    assert broker("export", imported).code == 2
    assert sorted(file.name for file in imported.iterdir()) == before


@pytest.mark.usefixtures("imported")
def test_a_match_from_the_database_is_put_on_record(broker: Broker) -> None:
    assert broker("runs").out == "No match is on record yet.\n"
    answer = broker("match", "--from-database", "--seed", 5, "--by", "duty officer")
    assert "On record as run 1" in answer.err
    listed = broker("runs").out
    assert "duty officer" in listed
    kept = json.loads(broker("runs", 1, "--json").out)
    assert kept["seed"] == 5
    assert kept["plan"]["status"] == "optimal"
    assert "per_mile = 3" in kept["policy"]
    assert [one["id"] for one in json.loads(broker("runs", "--json").out)] == [1]
    assert "SC990001" in broker("runs", 1).out


def test_a_match_of_a_folder_leaves_the_records_alone(broker: Broker, imported: Path) -> None:
    assert broker("match", imported).code == 0
    assert broker("runs").out == "No match is on record yet.\n"


@pytest.mark.usefixtures("imported")
def test_a_run_that_is_not_on_record_is_bad_input(broker: Broker) -> None:
    answer = broker("runs", 7)
    assert answer.code == 2
    assert "no match 7" in answer.err
    assert broker("runs", "x").code == 2
    assert broker("runs", "0").code == 2


def test_an_empty_database_says_what_to_do(broker: Broker) -> None:
    for words in (("match", "--from-database"), ("export", "out")):
        answer = broker(*words)
        assert answer.code == 2
        assert "broker import" in answer.err


@pytest.mark.usefixtures("imported")
def test_options_and_explanations_come_from_the_database_too(broker: Broker) -> None:
    for command in ("options", "explain"):
        answer = broker(command, "--from-database", "--referral", "C")
        assert answer.code == 0
        assert "SC990001" in answer.out


def test_safety_files_never_given_can_be_required_of_the_database(
    broker: Broker, small: Path
) -> None:
    (small / "declines.csv").unlink()
    assert broker("import", small, "--hold-day").code == 0
    assert broker("match", "--from-database").out.startswith("! No information on what providers")
    answer = broker("match", "--from-database", "--require-safety")
    assert answer.code == 2
    assert "declines.csv" in answer.err


@pytest.mark.parametrize("words", [("match",), ("match", "small", "--from-database")])
@pytest.mark.usefixtures("small")
def test_a_match_is_of_a_folder_or_of_the_database(broker: Broker, words: tuple[str, ...]) -> None:
    answer = broker(*words)
    assert answer.code == 2
    assert "--from-database" in answer.err


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://localhost/x", "sqlite:////nowhere/at/all.sqlite3"]
)
def test_a_database_that_cannot_be_used_is_said_in_a_sentence(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("BROKER_DATABASE_URL", address)
    for words in (("runs",), ("match", "--from-database"), ("export", "out")):
        answer = broker(*words)
        assert answer.code == 2
        assert len(answer.err.splitlines()) == 1


def test_a_file_that_is_no_database_is_left_alone(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, small: Path, tmp_path: Path
) -> None:
    file = tmp_path / "letter.sqlite3"
    file.write_text("Dear colleague, " * 100, encoding="utf-8")
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{file}")
    assert broker("import", small, "--hold-day").code == 2
    assert file.read_text(encoding="utf-8").startswith("Dear colleague")
