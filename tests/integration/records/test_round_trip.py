"""A case taken in and given out again is the same case, whatever files and rows it has."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import reading, writing
from broker.exporting import export_case
from broker.importing import import_case
from broker.registers.agreements import newest
from broker.sample import write_region
from broker.store.clock import now
from broker.store.load import load_problem
from broker.store.report import ImportReport
from broker.store.shelves import SHELVES
from broker.tables import RowChange
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.faults import BadInput
from matching.geography import authorities
from matching.sheets import SHEETS
from matching.solve import match
from tests.integration.records.whole_case import FILES, whole_case
from tests.strategies import cases, write_case
from tests.whole_life import sign_agreements

OPTIONAL = [name for name, sheet in SHEETS.items() if not sheet.required]

Emptied = Callable[[], Engine]
Files = dict[str, str]


def take(engine: Engine, folder: Path, close_missing: str | None = None) -> ImportReport:
    with writing(engine) as session:
        if not newest(session, "agreements"):
            sign_agreements(session, others=authorities())
        return import_case(
            session, folder, by="me", when=now(), close_missing=close_missing, hold_day=True
        )


def complete(files: Files) -> Files:
    """The case with every file that was left out given with its header only."""
    headers = {sheet.file: ",".join(sheet.names) + "\n" for sheet in SHEETS.values()}
    return {**headers, **files}


def test_a_case_with_every_optional_file_comes_back_equal_with_the_same_plan(
    engine: Engine, tmp_path: Path
) -> None:
    folder = whole_case(tmp_path / "case")
    before = read_case(folder)
    assert set(FILES) >= {sheet.file for sheet in SHEETS.values()}
    assert all((before.must_not, before.cautions, before.avoids, before.declines, before.wishes))
    take(engine, folder)

    with reading(engine) as session:
        on_record = load_problem(session)
        written = export_case(session, tmp_path / "out")

    after = read_case(tmp_path / "out")
    assert on_record == before
    assert after == before
    assert case_sha256(after) == case_sha256(before)
    assert set(written) == set(FILES)
    first, second = match(before).to_json(), match(on_record).to_json()
    assert len(first["placements"]) > 1
    assert {**first, "timing": None} == {**second, "timing": None}


def test_the_sample_region_comes_back_equal_with_its_contract_word_for_word(
    engine: Engine, tmp_path: Path
) -> None:
    write_region(tmp_path / "region")
    take(engine, tmp_path / "region")
    with reading(engine) as session:
        export_case(session, tmp_path / "out")
    assert read_case(tmp_path / "out") == read_case(tmp_path / "region")
    contracts = {(tmp_path / name / "contract.toml").read_bytes() for name in ("out", "region")}
    assert len(contracts) == 1


@pytest.mark.parametrize("left_out", [*OPTIONAL, None])
def test_a_case_without_one_or_any_optional_file_comes_back_equal(
    emptied: Emptied, tmp_path: Path, left_out: str | None
) -> None:
    gone = OPTIONAL if left_out is None else [left_out]
    folder = whole_case(tmp_path / "case", **dict.fromkeys(gone))
    engine = emptied()
    take(engine, folder)

    with reading(engine) as session:
        export_case(session, tmp_path / "out")

    before, after = read_case(folder), read_case(tmp_path / "out")
    assert after == before
    assert after.missing_safety == tuple(
        sheet.file for name, sheet in SHEETS.items() if sheet.safety and name in gone
    )


@settings(max_examples=12)
@given(files=cases(8, 5))
def test_any_case_comes_back_equal_and_a_second_time_changes_nothing(
    emptied: Emptied, files: Files
) -> None:
    engine = emptied()
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "case", Path(name) / "out"
        write_case(files, folder)
        before = read_case(folder)
        take(engine, folder)
        with reading(engine) as session:
            on_record = load_problem(session)
            export_case(session, out)
        exported = read_case(out)
        assert take(engine, folder).changes == 0
        assert take(engine, out).changes == 0
    assert case_sha256(on_record) == case_sha256(exported) == case_sha256(before)
    assert on_record == exported
    assert on_record.missing_safety == before.missing_safety


@settings(max_examples=10)
@given(first=cases(6, 4), second=cases(6, 4))
def test_without_a_reason_no_referral_home_or_safety_row_is_ever_lost(
    emptied: Emptied, first: Files, second: Files
) -> None:
    engine = emptied()
    with tempfile.TemporaryDirectory() as name:
        write_case(first, Path(name) / "first")
        write_case(second, Path(name) / "second")
        take(engine, Path(name) / "first")
        with reading(engine) as session:
            before = load_problem(session)
        wanted = read_case(Path(name) / "second")
        try:
            report = take(engine, Path(name) / "second")
        except BadInput:
            # What stays may not fit an earlier day of the question; then nothing is done.
            assert wanted.policy.as_of < before.policy.as_of
            with reading(engine) as session:
                assert load_problem(session) == before
            return
        with reading(engine) as session:
            after = load_problem(session)
        assert take(engine, Path(name) / "second").changes == 0
    named = {item.id for item in wanted.referrals}
    kept = {item for item in before.referrals if item.id not in named}
    assert set(after.referrals) == {*wanted.referrals, *kept}
    assert {key for file, key in report.missing if file == "referrals.csv"} == {
        item.id for item in kept
    }
    assert {home.id for home in after.homes} == {home.id for home in (*wanted.homes, *before.homes)}
    assert after.must_not == before.must_not | wanted.must_not
    pairs = {(item.referral, item.home) for item in after.declines}
    assert pairs == {(item.referral, item.home) for item in (*before.declines, *wanted.declines)}


@settings(max_examples=10)
@given(first=cases(6, 4).map(complete), second=cases(6, 4).map(complete), third=st.booleans())
def test_with_a_reason_the_records_become_the_folder_and_the_history_tells_every_step(
    emptied: Emptied, first: Files, second: Files, third: bool
) -> None:
    engine = emptied()
    steps = [first, second, *([first] if third else [])]
    with tempfile.TemporaryDirectory() as name:
        for number, files in enumerate(steps):
            folder = Path(name) / str(number)
            write_case(files, folder)
            take(engine, folder, close_missing="gone from the list")
            with reading(engine) as session:
                assert case_sha256(load_problem(session)) == case_sha256(read_case(folder))
                assert told_by_history(session) == on_record(session)


def told_by_history(session: Session) -> Counter[str]:
    """What the history says is on record: every state it gave a row less every state it took."""
    rows: Counter[str] = Counter()
    for change in session.execute(sa.select(RowChange)).scalars():
        for state, sign in ((change.before, -1), (change.after, 1)):
            if state is not None and change.table_name in {
                shelf.name for shelf in SHELVES.values()
            }:
                rows[text(change.table_name, state)] += sign
    assert min(rows.values(), default=0) >= 0
    return +rows


def on_record(session: Session) -> Counter[str]:
    """What is on record, closed or not."""
    return Counter(
        text(shelf.name, shelf.record(dict(row)))
        for shelf in SHELVES.values()
        for row in session.execute(sa.select(shelf.table)).mappings()
    )


def text(table: str, state: dict[str, str]) -> str:
    cells = {name: cell for name, cell in state.items() if not name.startswith("closed_")}
    return json.dumps([table, cells], sort_keys=True)
