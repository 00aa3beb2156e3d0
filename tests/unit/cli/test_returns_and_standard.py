"""`export-903`, `read-903`, `export-standard` and `import-standard` from the command line."""

from __future__ import annotations

import csv
import io
import json
import random
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from broker.audit.held import held, subject_of
from broker.database import make_engine, migrate, reading, writing
from broker.life.read import read_life
from broker.life.show import Seen, show
from broker.standard.fields import fields
from broker.standard.files import as_csv, read_standard
from broker.standard.forms import CHILD
from broker.standard.lives import number_of
from broker.standard.record import has_placement
from broker.tables import PlacementRow, ResidentRow
from tests.integration.audit.conftest import entry_of, told_and_withdrawn
from tests.unit.cli.conftest import Broker
from tests.unit.returns.written import HEADER
from tests.whole_life import BROKER, Teller, sign_agreements
from tests.year_of_lives import Year


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two young people's years on record, and a third of whom the return is told nothing."""
    file = tmp_path_factory.mktemp("records") / "records.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    migrate(engine)
    with writing(engine) as session:
        year = Year(session, 2027, random.Random(5))
        year.begin()
        year.live(2)
        told = Teller(session, minutes=300)
        told.to_moved_in()
    engine.dispose()
    return file


@pytest.fixture
def on_record(records: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{records}")
    return records


def test_who_cannot_be_returned_stops_the_whole_unless_left_out(
    broker: Broker, on_record: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = broker("export-903", "--year", 2027, "--out", out)
    assert answer.code == 2
    assert "YP-900: not told: " in answer.err
    assert "what the return asks of care is not told (care)" in answer.err
    assert not out.exists()
    answer = broker("export-903", "--year", 2027, "--out", out, "--leave-out")
    assert answer.code == 0
    assert "2 of 3 young people who lived in our homes" in answer.out
    assert "Left out, with 1 reason:" in answer.out
    assert broker("export-903", "--year", 2027, "--out", out, "--leave-out").code == 2, "in use"
    facts = json.loads(
        broker("export-903", "--year", 2027, "--out", tmp_path / "b", "--leave-out", "--json").out
    )
    assert (facts["young_people"], facts["written"], len(facts["refused"])) == (3, 2, 1)
    assert (facts["from"], facts["to"]) == ("2026-04-01", "2027-03-31")


def test_a_removal_of_who_never_lived_with_us_is_a_note_and_stops_nothing(
    broker: Broker, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(records.read_bytes())
    engine = make_engine(f"sqlite:///{copy}")
    with writing(engine) as session:
        referral = told_and_withdrawn(
            session, "YP-901", date_of_birth=date(2011, 2, 3)
        ).life.referral
    entry = entry_of(engine, referral, "withdraw")
    engine.dispose()
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{copy}")
    answer = broker("audit", "remove", entry, "--reason", "entered by mistake")
    assert answer.code == 0, answer.err
    answer = broker("export-903", "--year", 2025, "--out", tmp_path / "out")
    assert answer.code == 0, answer.err
    assert "0 of 0 young people" in answer.out
    assert "Removed lawfully, and not asked for by this return:" in answer.out
    assert f"YP-901: what {referral} said was removed" in answer.out
    facts = json.loads(broker("export-903", "--year", 2025, "--out", tmp_path / "b", "--json").out)
    assert [one["young_person"] for one in facts["removed"]] == ["YP-901"]
    assert facts["refused"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--year", "2017"), "a year from 2018 to 2027"),
        (("--year", "２０２６"), "a year from 2018 to 2027"),
        (("--year", "2026", "--borough", "../../etc"), "allowed: E09000001"),
        (("--year", "2026", "--borough", "E09000007"), "allowed: E09000001"),
    ],
)
def test_a_year_or_borough_that_is_none_is_refused_before_anything_is_done(
    words: tuple[str, ...], said: str, broker: Broker, tmp_path: Path
) -> None:
    answer = broker("export-903", *words, "--out", tmp_path / "out")
    assert answer.code == 2
    assert said in answer.err
    assert not (tmp_path / "out").exists()


def test_a_year_without_anybody_is_written_as_nothing(
    broker: Broker, on_record: Path, tmp_path: Path
) -> None:
    answer = broker("export-903", "--year", 2025, "--out", tmp_path / "out")
    assert answer.code == 0
    assert "0 of 0 young people" in answer.out
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_referrals_and_placements_leave_in_the_standard_and_begin_from_it(
    kind: str, broker: Broker, on_record: Path, tmp_path: Path
) -> None:
    out, numbers = tmp_path / f"all.{kind}", tmp_path / "numbers.csv"
    answer = broker("export-standard", "--out", out, "--numbers", numbers, "--json")
    assert answer.code == 0, answer.err
    facts = json.loads(answer.out)
    read = read_standard(out)
    assert not read.problems
    assert facts["records"] == facts["lives"] == len(read.records) >= 3
    assert facts["placements"] == sum(has_placement(one) for _, one in read.records) >= 3
    one = next(record for _, record in read.records if record[CHILD] == number_of("YP-900"))
    assert one["ActualPlacement.providerURN"] == "SC990007"
    assert one["ActualPlacement.educationContinuity"] is True
    assert one["ActualPlacement.preferabilityLocation"] is True
    assert one["ActualPlacement.placementType"] == "Residential"
    assert one["ActualPlacement.totalWeeklyCost"] == 6000
    assert one["ActualPlacement.placementLocation"] == "E17 4"
    assert one["ActualPlacement.siblingsPlacedTogether"] == 0
    assert one["QualityAssurance.placementOfficerName"] == BROKER.id
    assert one["PlacementAvailability.neededBy"] == "in more than 5 days"
    assert one["Risks.riskSelfHarm"] == "No known risk"
    with numbers.open() as stream:
        told = {int(row["childId"]): row["young_person_id"] for row in csv.DictReader(stream)}
    assert told[one[CHILD]] == "YP-900"
    assert stat.S_IMODE(numbers.stat().st_mode) == 0o600
    assert broker("export-standard", "--out", out, "--numbers", numbers).code == 2, "never over"
    checked = broker("import-standard", out, "--borough", "E09000025", "--check", "--json")
    assert checked.code == 0, checked.err


def test_a_file_of_the_standard_begins_drafts_all_or_none(
    broker: Broker, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(records.read_bytes())
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{copy}")
    out = tmp_path / "all.json"
    assert broker("export-standard", "--out", out).code == 0
    whole = json.loads(out.read_text())
    seen: dict[int, Any] = {}
    for record in whole["records"]:
        seen.setdefault(record["PlacementAvailability"]["childId"], record)
    whole["records"] = list(seen.values())
    out.write_text(json.dumps(whole))
    answer = broker("import-standard", out, "--borough", "E09000025", "--json")
    assert answer.code == 0, answer.err
    begun = json.loads(answer.out)["begun"]
    assert {one["young_person"] for one in begun} == {f"STD-{number}" for number in seen}
    facts = json.loads(answer.out)
    placed = [one for one in seen.values() if "ActualPlacement" in one]
    assert len(facts["placements_to_decide"]) == len(placed) >= 3
    assert all(one["home_on_record"] for one in facts["placements_to_decide"])
    again = broker("import-standard", out, "--borough", "E09000025", "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["as_before"] == begun
    whole["records"][0]["PlacementRequirements"]["pets"] = "Yes - must"
    whole["records"][1]["Risks"]["riskMissing"] = "perhaps"
    out.write_text(json.dumps(whole))
    refused = broker("import-standard", out, "--borough", "E09000025")
    assert refused.code == 2
    assert '"perhaps"; allowed: No known risk | Risk Present' in refused.err
    del whole["records"][1:]
    out.write_text(json.dumps(whole))
    other = broker("import-standard", out, "--borough", "E09000025")
    assert other.code == 2
    assert "says something else of pets" in other.err
    assert "Nothing was begun." in other.err


@pytest.mark.parametrize(
    ("encoding", "separator", "said"),
    [
        ("utf-16", "\t", ["read as UTF-16, not UTF-8", "read with tabs between cells"]),
        ("cp1252", ",", ["read as Windows-1252, not UTF-8"]),
        ("utf-8", ";", ["read with semicolons between cells"]),
        ("utf-8-sig", ",", []),
    ],
)
def test_a_table_of_the_standard_as_windows_writes_it_is_read_and_that_is_said(
    encoding: str, separator: str, said: list[str], broker: Broker, tmp_path: Path
) -> None:
    file, plain = tmp_path / "theirs.csv", tmp_path / "plain.json"
    told = record(17)
    told["Risks"]["riskOther"] = "é; or, “near the sea”"
    plain.write_text(json.dumps(
        {"standard": "Placements Data Standard", "version": "v2", "records": [told, record(18)]}
    ))  # fmt: skip
    expected = read_standard(plain).records
    made = io.StringIO(newline="")
    rows = csv.reader(as_csv([one for _, one in expected]).splitlines())
    csv.writer(made, delimiter=separator).writerows(rows)
    file.write_bytes(made.getvalue().encode(encoding))
    read = read_standard(file)
    assert [one for _, one in read.records] == [one for _, one in expected]
    assert list(read.remarks) == [f"theirs.csv was {words}" for words in said]
    words = ("import-standard", file, "--borough", "E09000025", "--check")
    answer = broker(*words)
    assert answer.code == 0, answer.err
    assert all(f"{one}.\n" in answer.out for one in read.remarks)
    assert json.loads(broker(*words, "--json").out)["remarks"] == list(read.remarks)


def record(child: int, **placed: Any) -> dict[str, Any]:
    """A record with every field that must be told, as JSON has it."""
    plain = {"Integer": child, "Boolean": False, "Date": "2026-08-03", "String": "kept there"}
    made: dict[str, dict[str, Any]] = {}
    for one in fields().values():
        if one.required and (placed or not one.of_placement):
            value = list(one.options[:1]) if one.many else (*one.options, plain.get(one.type))[0]
            made.setdefault(one.entity, {})[one.name] = value
    if placed:
        made["ActualPlacement"] |= placed
    return made


def test_a_placement_from_elsewhere_is_kept_shown_and_given_back_and_places_nobody(
    broker: Broker, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the referral comes, then the same with its placement: it is one referral here."""
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(records.read_bytes())
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{copy}")
    file = tmp_path / "theirs.json"

    def told(*some: dict[str, Any]) -> dict[str, Any]:
        file.write_text(json.dumps(
            {"standard": "Placements Data Standard", "version": "v2", "records": list(some)}
        ))  # fmt: skip
        answer = broker("import-standard", file, "--borough", "E09000025", "--json")
        assert answer.code == 0, answer.err
        found: dict[str, Any] = json.loads(answer.out)
        return found

    begun = told(record(17), record(18))["begun"]
    placed = record(17, providerURN="SC000000", totalWeeklyCost=4321)
    later = told(placed, record(18))
    assert later["added"] == begun[:1]
    assert later["as_before"] == begun[1:]
    assert later["placements_to_decide"] == [
        {"record": 1, "home": "SC000000", "home_on_record": False}
    ]
    referral = begun[0]["referral"]
    with reading(make_engine(f"sqlite:///{copy}")) as session:
        life = read_life(session, referral)
        assert life is not None
        whole = show(life, Seen("whole", exact=True), date(2026, 9, 4))
        assert any("Nobody decided that here" in one and "£4,321 a week" in one
                   for one in whole["notices"])  # fmt: skip
        asked = show(life, Seen("asked", frozenset({"SC000000"})), date(2026, 9, 4))
        assert "4,321" not in json.dumps(asked), "a provider hears nothing of it"
        for table in (PlacementRow.__table__, ResidentRow.__table__):
            own = table.c.young_person_id == "STD-17"
            assert session.execute(sa.select(table).where(own)).first() is None
        row = subject_of(session, "STD-17")
        assert "SC000000" in str(held(session, row)["step"])
    out = tmp_path / "out.json"
    answer = broker("export-standard", "--out", out, "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["placements_as_another_system_tells"] == 1
    given = read_standard(file).records
    back = {one[CHILD]: one for _, one in read_standard(out).records}
    assert [back[one[CHILD]] for _, one in given] == [one for _, one in given]


def test_several_referrals_of_one_young_person_come_in_and_go_out_again(
    broker: Broker, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one house writes of somebody who was placed twice, another takes: one of them open."""
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    migrate(engine)
    with writing(engine) as session:
        sign_agreements(session)
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    first, last = record(17, providerURN="SC1"), record(17)
    last["QualityAssurance"]["referralDate"] = "2026-08-20"
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(json.dumps(
        {"standard": "Placements Data Standard", "version": "v2", "records": [last, first]}
    ))  # fmt: skip
    answer = broker("import-standard", file, "--borough", "E09000025")
    assert answer.code == 0, answer.err
    assert answer.out.count("STD-17: begun as R-") == 2
    assert answer.out.count("closed is R-") == 1
    assert "tells of a placement" not in answer.out, "what is over is nobody's to decide"
    assert broker("export-standard", "--out", out).code == 0
    assert [one for _, one in read_standard(out).records] == [
        one for _, one in reversed(read_standard(file).records)
    ]


@pytest.mark.parametrize("name", ["a.xml", "a"])
def test_another_kind_of_file_is_refused(name: str, broker: Broker, tmp_path: Path) -> None:
    answer = broker("export-standard", "--out", tmp_path / name)
    assert answer.code == 2
    assert "ends in .json or .csv" in answer.err


def test_a_folder_of_returns_is_counted_and_its_problems_listed(
    broker: Broker, tmp_path: Path
) -> None:
    place = tmp_path / "in" / "2019-20"
    place.mkdir(parents=True)
    (place / "header.csv").write_text(
        f"{HEADER}\n1,1,05/06/2008,WBRI,UN1,,\n2,9,05/06/2008,=1,UN1,,\n"
    )
    problems = tmp_path / "problems.csv"
    out = tmp_path / "out"
    answer = broker("read-903", tmp_path / "in", "--out", out, "--problems", problems)
    assert answer.code == 0, answer.err
    assert "header: 2, 1, 1, 0" in answer.out
    assert "Problems of refused rows: wrong value 2." in answer.out
    with problems.open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["what"], row["row"]) for row in rows] == [("refused", "3"), ("refused", "3")]
    assert (out / "2019-20" / "header.csv").read_text().count("\n") == 2
    facts = json.loads(broker("read-903", tmp_path / "in", "--json").out)
    assert facts["tables"] == [
        {"authority": None, "year": 2020, "table": "header", "file": "2019-20/header.csv",
         "read": 2, "kept": 1, "refused": 1, "deleted": 0}
    ]  # fmt: skip
    assert broker("read-903", tmp_path / "nowhere").code == 2
