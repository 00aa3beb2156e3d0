"""Contracts are kept word for word, each version beside the others, the newest in force."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.database import reading, writing
from broker.exporting import export_case
from broker.importing import import_case
from broker.store.contracts import contracts_in_force
from broker.store.history import history_of
from broker.store.report import ImportReport
from broker.tables import ContractRow
from matching.faults import BadInput
from tests.integration.records.whole_case import FILES, whole_case, with_changed

WHEN = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
TEXT = FILES["contract.toml"]
DEARER = with_changed("contract.toml", '"4500.00"', '"4600.00"')


def take(engine: Engine, folder: Path) -> ImportReport:
    with writing(engine) as session:
        return import_case(session, folder, by="Contracts", when=WHEN, hold_day=True)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_changed_contract_is_a_new_version_and_the_old_one_stays(
    engine: Engine, tmp_path: Path
) -> None:
    take(engine, whole_case(tmp_path / "first"))
    report = take(engine, whole_case(tmp_path / "second", contract=DEARER))
    assert [str(row) for row in report.contracts.changed] == ["B1 (a new version)"]
    assert report.changes == 1
    back = take(engine, whole_case(tmp_path / "third"))
    assert back.changes == 1
    with reading(engine) as session:
        rows = session.execute(sa.select(ContractRow).order_by(sa.text("row_id"))).scalars().all()
        assert [(row.version, row.text) for row in rows] == [
            (digest(TEXT), TEXT),
            (digest(DEARER), DEARER),
            (digest(TEXT), TEXT),
        ]
        (current,) = contracts_in_force(session)
        assert current.row_id == rows[-1].row_id
        versions = [(c.before, c.after) for c in history_of(session, "contract", ("B1",))]
    first, second = {"version": digest(TEXT)}, {"version": digest(DEARER)}
    assert versions == [(None, first), (first, second), (second, first)]


def test_a_contract_is_exported_byte_for_byte(engine: Engine, tmp_path: Path) -> None:
    folder = whole_case(tmp_path / "case")
    data = b"\xef\xbb\xbf# caf\xc3\xa9\r\n" + TEXT.replace("\n", "\r\n").encode()
    (folder / "contract.toml").write_bytes(data)
    take(engine, folder)
    assert take(engine, folder).changes == 0
    with reading(engine) as session:
        export_case(session, tmp_path / "out")
    assert (tmp_path / "out" / "contract.toml").read_bytes() == data


def test_several_contracts_go_out_under_numbers_and_come_in_again(
    engine: Engine, tmp_path: Path
) -> None:
    take(engine, whole_case(tmp_path / "first"))
    other = TEXT.replace('"B1"', '"A/7"').replace("An invented block", "Another invented block")
    report = take(engine, whole_case(tmp_path / "second", contract=other))
    assert report.contracts.added == ("A/7",)
    with reading(engine) as session:
        written = export_case(session, tmp_path / "out")
        assert [row.contract_id for row in contracts_in_force(session)] == ["A/7", "B1"]
    assert {"contract-1.toml", "contract-2.toml"} <= set(written)
    assert (tmp_path / "out" / "contract-1.toml").read_text() == other
    again = take(engine, tmp_path / "out")
    assert again.changes == 0
    assert again.contracts.unchanged == 2


def test_a_folder_without_its_contract_leaves_the_one_on_record(
    engine: Engine, tmp_path: Path
) -> None:
    take(engine, whole_case(tmp_path / "first"))
    report = take(engine, whole_case(tmp_path / "second", contract=None))
    assert report.changes == 0
    assert "contract.toml is not in this folder; on record stays B1" in report.render()


def test_one_contract_in_two_files_is_refused(engine: Engine, tmp_path: Path) -> None:
    folder = whole_case(tmp_path / "case")
    (folder / "contract-2.toml").write_text(DEARER)
    with pytest.raises(
        BadInput, match=r"contract-2\.toml, id: found “B1”; stands in contract\.toml"
    ):
        take(engine, folder)
    with reading(engine) as session:
        assert contracts_in_force(session) == []


def test_the_faults_of_a_contract_are_told_with_key_value_and_what_is_allowed(
    engine: Engine, tmp_path: Path
) -> None:
    folder = whole_case(
        tmp_path / "case", contract=with_changed("contract.toml", '"8000.00"', '"-8000.00"')
    )
    with pytest.raises(BadInput) as refused:
        take(engine, folder)
    (fault,) = refused.value.faults
    assert (fault.file, fault.column, fault.kind) == (
        "contract.toml",
        "fees.high",
        "negative value",
    )
    assert "-8000.00" in str(fault)
