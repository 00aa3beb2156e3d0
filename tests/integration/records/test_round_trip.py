"""A case taken in and given out again is the same case, whatever files and rows it has."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from broker.database import make_engine, migrate, reading, writing
from broker.exporting import export_case
from broker.importing import import_case
from broker.store.clock import now
from broker.store.load import load_problem
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.faults import BadInput
from matching.sheets import SHEETS
from matching.solve import match
from tests.integration.records.whole_case import FILES, whole_case
from tests.strategies import cases, write_case

OPTIONAL = [name for name, sheet in SHEETS.items() if not sheet.required]


def taken_in(engine: Engine, folder: Path) -> None:
    with writing(engine) as session:
        import_case(session, folder, by="a tester", when=now())


def test_a_case_with_every_optional_file_comes_back_equal_with_the_same_plan(
    engine: Engine, tmp_path: Path
) -> None:
    folder = whole_case(tmp_path / "case")
    before = read_case(folder)
    assert set(FILES) >= {sheet.file for sheet in SHEETS.values()}
    assert all((before.must_not, before.cautions, before.avoids, before.declines, before.wishes))
    taken_in(engine, folder)

    with reading(engine) as session:
        on_record = load_problem(session)
        written = export_case(session, tmp_path / "out")

    after = read_case(tmp_path / "out")
    assert on_record == before
    assert after == before
    assert case_sha256(after) == case_sha256(before)
    assert set(written) == set(FILES)
    first, second = match(before).to_json(), match(on_record).to_json()
    assert {**first, "timing": None} == {**second, "timing": None}


@pytest.mark.parametrize("left_out", [*OPTIONAL, None])
def test_a_case_without_one_or_any_optional_file_comes_back_equal(
    tmp_path: Path, left_out: str | None
) -> None:
    gone = OPTIONAL if left_out is None else [left_out]
    folder = whole_case(tmp_path / "case", **dict.fromkeys(gone))
    engine = memory_engine()
    taken_in(engine, folder)

    with reading(engine) as session:
        export_case(session, tmp_path / "out")
    engine.dispose()

    before, after = read_case(folder), read_case(tmp_path / "out")
    assert after == before
    assert after.missing_safety == tuple(
        sheet.file for name, sheet in SHEETS.items() if sheet.safety and name in gone
    )


def memory_engine() -> Engine:
    engine = make_engine("sqlite://")
    migrate(engine)
    return engine


@settings(max_examples=20)
@given(files=cases(8, 5))
def test_any_case_comes_back_equal_and_a_second_time_changes_nothing(
    files: dict[str, str],
) -> None:
    engine = memory_engine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "case"
        write_case(files, folder)
        before = read_case(folder)
        taken_in(engine, folder)
        with reading(engine) as session:
            on_record = load_problem(session)
            export_case(session, Path(name) / "out")
        exported = read_case(Path(name) / "out")
        with writing(engine) as session:
            again = import_case(session, folder, by="a tester", when=now())
            from_export = import_case(session, Path(name) / "out", by="a tester", when=now())
    engine.dispose()
    assert case_sha256(on_record) == case_sha256(exported) == case_sha256(before)
    assert on_record == exported
    assert on_record.missing_safety == before.missing_safety
    assert again.changes == 0
    assert from_export.changes == 0


@settings(max_examples=15)
@given(first=cases(6, 4), second=cases(6, 4), reason=st.none() | st.just("left the partnership"))
def test_after_any_second_case_the_records_hold_it_and_all_that_nobody_gave_a_reason_for(
    first: dict[str, str], second: dict[str, str], reason: str | None
) -> None:
    engine = memory_engine()
    with tempfile.TemporaryDirectory() as name:
        write_case(first, Path(name) / "first")
        write_case(second, Path(name) / "second")
        taken_in(engine, Path(name) / "first")
        with reading(engine) as session:
            before = load_problem(session)
        wanted = read_case(Path(name) / "second")
        try:
            with writing(engine) as session:
                report = import_case(
                    session, Path(name) / "second", by="a tester", when=now(), close_missing=reason
                )
        except BadInput:
            # What stays may not fit an earlier day of the question.
            assert reason is None
            assert wanted.policy.as_of < before.policy.as_of
            with reading(engine) as session:
                assert load_problem(session) == before
            return
        with reading(engine) as session:
            after = load_problem(session)
        with writing(engine) as session:
            again = import_case(
                session, Path(name) / "second", by="a tester", when=now(), close_missing=reason
            )
    engine.dispose()
    assert again.changes == 0
    kept = {item.id for item in before.referrals} - {item.id for item in wanted.referrals}
    assert set(after.referrals) >= set(wanted.referrals)
    assert set(after.homes) >= set(wanted.homes)
    if reason is None:
        assert set(after.referrals) - set(wanted.referrals) == {
            item for item in before.referrals if item.id in kept
        }
        assert after.must_not >= before.must_not
        assert set(after.declines) >= {
            item
            for item in before.declines
            if (item.referral, item.home)
            not in {(new.referral, new.home) for new in wanted.declines}
        }
        assert {key for file, key in report.missing if file == "referrals.csv"} == kept
    else:
        assert report.missing == ()
        assert set(after.referrals) == set(wanted.referrals)
        assert set(after.homes) == set(wanted.homes)
        if not wanted.missing_safety:
            assert after.must_not == wanted.must_not
            assert set(after.avoids) == set(wanted.avoids)
            assert set(after.declines) == set(wanted.declines)
