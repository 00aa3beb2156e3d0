"""A backup made while work goes on is put back whole, and that is proven row by row."""

from __future__ import annotations

import json
import stat
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.audit.chain import verify
from broker.backup.make import back_up
from broker.backup.manifest import BadBackup, differences, manifest_path, tables_of
from broker.backup.restore import put_back
from broker.cli import main
from broker.database import make_engine, migrate, reading, writing
from broker.migrations import HEAD
from broker.tables import CATALOGUE, ShareRow
from tests.integration.audit.conftest import told_and_withdrawn
from tests.integration.audit.tampering import ADMINISTRATOR, add, tamper
from tests.integration.conftest import region as region
from tests.warehouse_built import build_warehouse

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def full(region: Engine) -> Engine:
    """The region on record, with a life that has words in every table."""
    with writing(region) as session:
        told_and_withdrawn(session)
    return region


@pytest.fixture
def elsewhere(address: str, tmp_path: Path) -> Iterator[Engine]:
    """A database of the same kind with nothing in it, and no tables."""
    if address.startswith("sqlite"):
        engine = make_engine(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")
        yield engine
        engine.dispose()
        return
    url = sa.make_url(address)
    name = f"broker_restore_{uuid.uuid4().hex[:10]}"
    schema = str(url.query["options"]).rpartition("=")[2]
    server = make_engine(url.set(query={}))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            engine = make_engine(url.set(database=name))
            with engine.begin() as own:
                own.exec_driver_sql(f"CREATE SCHEMA {schema}")
            yield engine
            engine.dispose()
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


def rows(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table as text, in an order of their own: a second way to compare."""
    with engine.connect() as connection:
        return {
            name: sorted(str(tuple(row)) for row in connection.execute(sa.select(table)))
            for name, table in CATALOGUE.tables.items()
        }


def seal_of(engine: Engine) -> str:
    with reading(engine) as session:
        found = verify(session)
    assert found.broken == ()
    return found.seal


def test_what_is_put_back_is_what_was_there_row_by_row_and_its_audit_holds(
    full: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    made = back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
    before = rows(full)
    put_back(elsewhere, tmp_path / "b1", ADMINISTRATOR, AT)
    after = rows(elsewhere)
    for name, expected in before.items():
        if name in ("audit", "audit_value"):
            assert set(expected) < set(after[name])
            assert len(after[name]) == len(expected) + 1, "the entry that tells of it"
        else:
            assert after[name] == expected, name
    with reading(elsewhere) as session:
        assert verify(session, expected=made.seal).broken == ()
    with elsewhere.begin() as connection, pytest.raises(sa.exc.DBAPIError, match="never changed"):
        connection.exec_driver_sql("DELETE FROM audit")


def test_what_was_put_back_is_worked_with_as_before(
    full: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    """The guards, the numbering of rows and the one place for one placement are there too."""
    back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
    put_back(elsewhere, tmp_path / "b1", ADMINISTRATOR, AT)
    with writing(elsewhere) as session:
        told_and_withdrawn(session, "YP-901")
    with elsewhere.connect() as connection:
        placement = {
            "referral_id": "", "young_person_id": "", "borough": "E09000025",
            "home_id": "SC990007", "place": 1, "starts_on": AT.date(), "planned_until": AT.date(),
        }  # fmt: skip
        table = CATALOGUE.tables["placement"]
        lives = connection.execute(sa.select(CATALOGUE.tables["life"].c.referral_id)).scalars()
        first, second = lives.all()
        connection.execute(
            sa.insert(table), {**placement, "referral_id": first, "young_person_id": "a"}
        )
        with pytest.raises(sa.exc.DBAPIError, match="ex_placement_place"):
            connection.execute(
                sa.insert(table), {**placement, "referral_id": second, "young_person_id": "b"}
            )
    assert seal_of(elsewhere)


def test_a_backup_made_while_others_write_is_one_moment_of_it(
    engine: Engine, elsewhere: Engine, address: str, tmp_path: Path
) -> None:
    stop = threading.Event()

    def work() -> None:
        own = make_engine(address)
        number = 0
        while not stop.is_set():
            number += 1
            with writing(own) as session:
                session.add(ShareRow(contract=f"B{number}", borough="E09000016", places=number))
                add(session, number)
        own.dispose()

    writer = threading.Thread(target=work)
    writer.start()
    try:
        made = [back_up(engine, tmp_path / f"b{one}", ADMINISTRATOR, AT) for one in range(3)]
    finally:
        stop.set()
        writer.join()
    for one in made:
        added = one.tables["audit"].rows - (1 + made.index(one))
        assert one.tables["share"].rows == added, "each write whole or not at all"
    assert made[0].tables["share"].rows < made[2].tables["share"].rows
    put_back(elsewhere, tmp_path / "b1", ADMINISTRATOR, AT)
    with reading(elsewhere) as session:
        assert verify(session, expected=made[1].seal).broken == ()
        count = sa.select(sa.func.count()).select_from(CATALOGUE.tables["share"])
        assert session.execute(count).scalar_one() == made[1].tables["share"].rows


def test_records_that_are_there_are_not_replaced_unless_told(full: Engine, tmp_path: Path) -> None:
    back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
    with writing(full) as session:
        session.add(ShareRow(contract="B9", borough="E09000016", places=9))
    before = rows(full)
    with pytest.raises(BadBackup, match=r"holds records already \(adjoining|holds records already"):
        put_back(full, tmp_path / "b1", ADMINISTRATOR, AT)
    assert rows(full) == before
    put_back(full, tmp_path / "b1", ADMINISTRATOR, AT, replace=True)
    assert "B9" not in str(rows(full)["share"])
    assert seal_of(full)


def test_a_backup_is_for_its_owner_alone_and_replaces_none(full: Engine, tmp_path: Path) -> None:
    file = tmp_path / "b1"
    back_up(full, file, ADMINISTRATOR, AT)
    for one in (file, manifest_path(file)):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert {one.name for one in tmp_path.iterdir()} >= {"b1", "b1.manifest.json"}
    assert not [one for one in tmp_path.iterdir() if ".part" in one.name]
    with pytest.raises(BadBackup, match="is there already"):
        back_up(full, file, ADMINISTRATOR, AT)
    file.unlink()
    with pytest.raises(BadBackup, match=r"manifest\.json is there already"):
        back_up(full, file, ADMINISTRATOR, AT)
    with pytest.raises(BadBackup, match="does not exist"):
        back_up(full, tmp_path / "no" / "b1", ADMINISTRATOR, AT)


def test_a_database_whose_audit_does_not_hold_is_not_backed_up_as_if_it_did(
    full: Engine, tmp_path: Path
) -> None:
    tamper(full, "UPDATE audit SET actor = 'x' WHERE number = 3")
    with pytest.raises(BadBackup, match="The audit does not hold: entry 3: was changed"):
        back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
    assert not (tmp_path / "b1").exists()
    assert not manifest_path(tmp_path / "b1").exists()


def test_a_backup_that_was_changed_or_lost_its_manifest_is_refused_and_nothing_is_touched(
    full: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "b1"
    back_up(full, file, ADMINISTRATOR, AT)
    whole, manifest = file.read_bytes(), manifest_path(file).read_text()

    def refused(words: str) -> None:
        with pytest.raises(BadBackup, match=words):
            put_back(elsewhere, file, ADMINISTRATOR, AT)
        assert sa.inspect(elsewhere).get_table_names() == []

    file.write_bytes(whole[:-100])
    refused("it was changed or cut off")
    file.write_bytes(whole)
    for text in ("", "{}", "[]", '{"format": "other/1"}', manifest.replace('"rows"', '"rws"')):
        manifest_path(file).write_text(text)
        refused("is not the manifest of a backup")
    manifest_path(file).unlink()
    refused("keep them together")
    manifest_path(file).write_text(manifest.replace(f'"{HEAD}"', '"9999"'))
    refused("made by a newer version")
    other = "postgresql" if full.dialect.name == "sqlite" else "sqlite"
    manifest_path(file).write_text(manifest.replace(f'"{full.dialect.name}"', f'"{other}"'))
    refused(f"is a backup of {other}")
    manifest_path(file).write_text(manifest)
    file.unlink()
    refused("cannot be read")


def test_a_warehouse_comes_back_with_its_views_here_and_elsewhere(
    full: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    build_warehouse(full, tmp_path)
    views = sorted(sa.inspect(full).get_view_names())
    assert "warehouse_fact_offer" in views
    count = sa.text("SELECT count(*) FROM warehouse_dim_home")
    with full.connect() as connection:
        homes = connection.execute(count).scalar_one()
    back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
    put_back(full, tmp_path / "b1", ADMINISTRATOR, AT, replace=True)
    put_back(elsewhere, tmp_path / "b1", ADMINISTRATOR, AT)
    for engine in (full, elsewhere):
        assert sorted(sa.inspect(engine).get_view_names()) == views
        with engine.connect() as connection:
            assert connection.execute(count).scalar_one() == homes > 0


def test_a_manifest_that_tells_of_other_rows_or_another_audit_is_found_out(
    full: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "b1"
    build_warehouse(full, tmp_path)
    back_up(full, file, ADMINISTRATOR, AT)
    told = json.loads(manifest_path(file).read_text())
    wrong_rows = {**told, "tables": {**told["tables"], "share": {"rows": 77, "sha256": "0" * 64}}}
    manifest_path(file).write_text(json.dumps(wrong_rows))
    with pytest.raises(BadBackup, match=r"share: .* rows, 77 were expected"):
        put_back(elsewhere, file, ADMINISTRATOR, AT)
    assert sa.inspect(elsewhere).get_table_names() == [], "what was empty is empty again"
    wrong_seal = {**told, "seal": told["seal"].split(":")[0] + ":" + "0" * 64}
    manifest_path(file).write_text(json.dumps(wrong_seal))
    with pytest.raises(BadBackup, match="The audit that was put back does not hold"):
        put_back(elsewhere, file, ADMINISTRATOR, AT)
    manifest_path(file).write_text(json.dumps(told))
    put_back(elsewhere, file, ADMINISTRATOR, AT)
    assert seal_of(elsewhere)


def test_every_difference_between_two_databases_is_named(full: Engine, tmp_path: Path) -> None:
    with full.connect() as connection:
        before = tables_of(connection)
    assert differences(before, before) == []
    tamper(full, "UPDATE share SET places = places + 1")
    tamper(full, "DELETE FROM vacancy")
    tamper(full, "DELETE FROM offer")
    with full.connect() as connection:
        after = dict(tables_of(connection))
    assert differences(before, after) == [
        "offer: 0 rows, 1 were expected",
        f"share: its {before['share'].rows} rows differ",
    ]
    after.pop("wish")
    assert "wish: is not there" in differences(before, after)
    assert "wish: is one too many" in differences(after, before)


def test_another_programs_database_is_left_alone(
    full: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
    with elsewhere.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE garden (rose TEXT)")
    with pytest.raises(BadBackup, match="another program's tables"):
        put_back(elsewhere, tmp_path / "b1", ADMINISTRATOR, AT, replace=True)
    assert sa.inspect(elsewhere).get_table_names() == ["garden"]


def test_without_pg_dump_it_is_told_what_to_install(
    full: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if full.dialect.name == "sqlite":
        back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
        assert (tmp_path / "b1").exists(), "SQLite needs no other program"
        return
    with pytest.raises(BadBackup, match="apt install postgresql-client"):
        back_up(full, tmp_path / "b1", ADMINISTRATOR, AT)
    assert not (tmp_path / "b1").exists()


def test_the_commands_do_the_same_and_say_so(
    full: Engine,
    elsewhere: Engine,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "b1"
    monkeypatch.setenv("BROKER_DATABASE_URL", address)
    assert main(["backup", str(file)]) == 0
    assert "The audit has" in capsys.readouterr().out
    assert main(["backup", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["restore", str(file)]) == 2
    assert "--replace" in capsys.readouterr().err
    monkeypatch.setenv("BROKER_DATABASE_URL", elsewhere.url.render_as_string(hide_password=False))
    assert main(["restore", str(file)]) == 0
    assert "are back, each as the manifest says" in capsys.readouterr().out
    assert main(["audit", "verify"]) == 0
    migrate(elsewhere)
