"""What a second folder changes: updates with history, no loss in silence, nothing by halves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.database import DatabaseProblem, make_engine, reading, writing
from broker.exporting import export_case
from broker.importing import Intake, import_case, import_intake
from broker.registers.agreements_file import read_agreements
from broker.store.history import history_of
from broker.store.load import NothingOnRecord, load_problem
from broker.store.report import ImportReport
from broker.tables import CATALOGUE, HomeRow, ReferralRow
from matching.exchange import read_case
from matching.faults import BadInput
from matching.sheets import SHEETS
from tests.integration.records.whole_case import FILES, whole_case, with_changed, without

MONDAY = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)

Import = Callable[..., ImportReport]


@pytest.fixture
def take(engine: Engine, tmp_path: Path) -> Import:
    """Import the whole case with the changes named; the first call makes the records."""
    folders = iter(range(100))

    def run(
        when: datetime = MONDAY, *, close_missing: str | None = None, **changed: str | None
    ) -> ImportReport:
        folder = whole_case(tmp_path / f"case{next(folders)}", **changed)
        with writing(engine) as session:
            return import_case(
                session,
                folder,
                by="Duty desk",
                when=when,
                close_missing=close_missing,
                hold_day=True,
            )

    return run


def contents(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(sa.select(table))))
            for name, table in CATALOGUE.tables.items()
        }


def sheet(report: ImportReport, file: str) -> Any:
    return next(table for table in report.tables if table.file == file)


def test_the_same_folder_a_second_time_changes_not_one_row_of_any_table(
    engine: Engine, take: Import
) -> None:
    assert take().changes > 0
    before = contents(engine)
    report = take(TUESDAY, close_missing="nothing is missing")
    assert report.changes == 0
    assert contents(engine) == before
    assert report.render().startswith("Everything was on record already; nothing changed.")


def test_rows_in_another_order_with_another_spelling_change_nothing(
    engine: Engine, take: Import
) -> None:
    take()
    before = contents(engine)
    header, *rows = FILES["relationships.csv"].splitlines()
    turned = [",".join((*reversed(row.split(",")[:2]), row.split(",")[2])) for row in rows]
    rates = with_changed("rates.csv", "medium,6000,", "medium,6000.00,")
    report = take(TUESDAY, relationships="\n".join([header, *reversed(turned)]), rates=rates)
    assert report.changes == 0
    assert contents(engine) == before


def test_a_changed_row_is_an_update_whose_history_tells_both_states(
    engine: Engine, take: Import
) -> None:
    take()
    changed = with_changed("referrals.csv", "M,high,,,5344", "M,specialist,confirmed,,5344")
    report = take(TUESDAY, referrals=changed)
    assert [str(row) for row in sheet(report, "referrals.csv").changed] == [
        "R-2 (band, band_status)"
    ]
    assert report.changes == 1
    with reading(engine) as session:
        first, second = history_of(session, "referral", ("R-2",))
        assert (first.kind, first.changed_at, first.before) == ("insert", MONDAY, None)
        assert (second.kind, second.changed_at) == ("update", TUESDAY)
        assert second.changed_by == "Duty desk"
        assert second.before is not None
        assert second.after is not None
        assert (second.before["band"], second.after["band"]) == ("high", "specialist")
        assert second.before["max_distance_miles"] == second.after["max_distance_miles"] == "30.0"
        now = session.get(ReferralRow, "R-2")
        assert now is not None
        assert now.band == "specialist"


def test_a_new_policy_is_an_update_that_names_the_keys_and_keeps_the_old_text(
    engine: Engine, take: Import
) -> None:
    take()
    report = take(TUESDAY, policy=with_changed("policy.toml", "per_mile = 4", "per_mile = 9"))
    assert [str(row) for row in report.policy.changed] == ["policy (points.per_mile)"]
    with reading(engine) as session:
        _, change = history_of(session, "policy", ("policy",))
        assert change.before is not None
        assert "per_mile = 4" in change.before["text"]


def test_a_referral_that_is_gone_is_listed_and_stays_open_with_all_that_belongs_to_it(
    engine: Engine, take: Import
) -> None:
    take()
    with reading(engine) as session:
        before = load_problem(session)
    gone = {
        "referrals": without("referrals.csv", "R-1"),
        "wishes": without("wishes.csv", "R-1", "and my"),
        "people_and_places": "\n".join(
            row for row in FILES["people_and_places.csv"].splitlines() if not row.startswith("R-1")
        ),
    }
    report = take(TUESDAY, **gone)
    assert report.missing == (("referrals.csv", "R-1"),)
    assert report.changes == 0
    assert sheet(report, "wishes.csv").kept == ("R-1, SC990001",)
    assert len(sheet(report, "people_and_places.csv").kept) == 3
    assert (
        "referrals.csv: R-1 is on record and not in this folder; it stays. "
        "Close it with --close-missing REASON." in report.render()
    )
    with reading(engine) as session:
        assert load_problem(session) == before


def test_a_reason_closes_what_is_gone_and_its_return_reopens_it(
    engine: Engine, take: Import, tmp_path: Path
) -> None:
    take()
    gone = {
        "referrals": without("referrals.csv", "R-3"),
        "people_and_places": without("people_and_places.csv", "R-3"),
        "declines": without("declines.csv", "R-3"),
    }
    report = take(TUESDAY, close_missing="moved in with an aunt", **gone)
    assert sheet(report, "referrals.csv").closed == ("R-3",)
    assert report.changes == 1, "what belongs to a closed referral is left as it is"
    with reading(engine) as session:
        closed = session.get(ReferralRow, "R-3")
        assert closed is not None
        assert (closed.closed_at, closed.closed_reason) == (TUESDAY, "moved in with an aunt")
        open_now = load_problem(session)
        export_case(session, tmp_path / "out")
    assert "R-3" not in {item.id for item in open_now.referrals}
    assert "R-3" not in {item.referral for item in open_now.people}
    assert "R-3" not in {item.referral for item in open_now.declines}
    assert read_case(tmp_path / "out") == open_now
    assert take(TUESDAY, **gone).changes == 0

    back = take(WEDNESDAY)
    assert sheet(back, "referrals.csv").reopened == ("R-3",)
    assert back.changes == 1
    with reading(engine) as session:
        assert load_problem(session) == read_case(whole_case(tmp_path / "again"))
        kinds = [change.kind for change in history_of(session, "referral", ("R-3",))]
        reasons = [change.reason for change in history_of(session, "referral", ("R-3",))]
    assert kinds == ["insert", "close", "reopen"]
    assert reasons == [None, "moved in with an aunt", None]


def test_a_decline_on_record_holds_again_when_a_closed_referral_comes_back_without_it(
    engine: Engine, take: Import
) -> None:
    take()
    gone = {
        "referrals": without("referrals.csv", "R-3"),
        "people_and_places": without("people_and_places.csv", "R-3"),
        "declines": without("declines.csv", "R-3"),
    }
    take(TUESDAY, close_missing="paused", **gone)
    report = take(WEDNESDAY, declines=gone["declines"])
    assert report.missing == (("declines.csv", "R-3, SC990001"),)
    with reading(engine) as session:
        assert ("R-3", "SC990001") in {
            (item.referral, item.home) for item in load_problem(session).declines
        }


@pytest.mark.parametrize(
    ("stem", "start", "shown", "table", "key"),
    [
        (
            "relationships", "YP02,YP03", "YP02, YP03, must_not_live_together",
            "relationship", ("YP02", "YP03", "must_not_live_together"),
        ),
        (
            "avoid", "YP03,radius,,,551000,188000,2.5", "YP03, radius, 551000, 188000, 2.5",
            "avoid", ("YP03", "radius", "", "", "551000", "188000"),
        ),
        ("declines", "R-2", "R-2, SC990004", "decline", ("R-2", "SC990004")),
    ],
)  # fmt: skip
def test_a_safety_row_that_is_gone_stays_in_force_until_somebody_gives_a_reason(
    engine: Engine,
    take: Import,
    stem: str,
    start: str,
    shown: str,
    table: str,
    key: tuple[str, ...],
) -> None:
    take()
    with reading(engine) as session:
        before = load_problem(session)
    shorter = without(f"{stem}.csv", start)
    report = take(TUESDAY, **{stem: shorter})
    assert report.missing == ((f"{stem}.csv", shown),)
    with reading(engine) as session:
        assert load_problem(session) == before

    closed = take(WEDNESDAY, close_missing="entered by mistake", **{stem: shorter})
    assert sheet(closed, f"{stem}.csv").closed == (shown,)
    assert closed.changes == 1
    with reading(engine) as session:
        after = load_problem(session)
        last = history_of(session, table, key)[-1]
    assert (last.kind, last.reason, last.after) == ("close", "entered by mistake", None)
    assert len((*before.must_not, *before.avoids, *before.declines)) == 1 + len(
        (*after.must_not, *after.avoids, *after.declines)
    )


def test_a_relation_made_milder_stands_beside_the_hard_one_until_a_reason_is_given(
    engine: Engine, take: Import
) -> None:
    take()
    milder = with_changed(
        "relationships.csv", "YP02,YP03,must_not_live_together", "YP02,YP03,caution"
    )
    report = take(TUESDAY, relationships=milder)
    assert report.missing == (("relationships.csv", "YP02, YP03, must_not_live_together"),)
    with reading(engine) as session:
        problem = load_problem(session)
    assert ("YP02", "YP03") in problem.must_not & problem.cautions


@pytest.mark.parametrize("stem", [name for name, sheet in SHEETS.items() if not sheet.required])
def test_an_absent_file_leaves_what_is_on_record_and_says_so(
    engine: Engine, take: Import, stem: str
) -> None:
    take()
    with reading(engine) as session:
        before = load_problem(session)
    report = take(TUESDAY, close_missing="closing what is gone", **{stem: None})
    assert report.changes == 0
    assert f"{stem}.csv is not in this folder" in report.render()
    with reading(engine) as session:
        assert load_problem(session) == before


def test_a_file_with_only_its_header_says_there_are_none(engine: Engine, take: Import) -> None:
    take()
    report = take(TUESDAY, residents=FILES["residents.csv"].splitlines()[0])
    assert sheet(report, "residents.csv").removed == ("YP90", "YP91", "YP92")
    with reading(engine) as session:
        assert load_problem(session).residents == ()
        last = history_of(session, "resident", ("YP91",))[-1]
        assert last.kind == "remove"
        assert last.before is not None
        assert last.before["leaves_on"] == "2026-04-15"


def test_a_safety_file_never_given_is_missing_until_it_is_given_and_never_again(
    engine: Engine, take: Import
) -> None:
    report = take(avoid=None)
    assert "never given so far: avoid.csv" in report.render()
    with reading(engine) as session:
        assert load_problem(session).missing_safety == ("avoid.csv",)
        with pytest.raises(BadInput, match=r"avoid\.csv"):
            load_problem(session, require_safety=True)
    take(TUESDAY, avoid=FILES["avoid.csv"].splitlines()[0])
    take(WEDNESDAY, avoid=None)
    with reading(engine) as session:
        assert load_problem(session, require_safety=True).missing_safety == ()


def test_a_home_that_is_gone_stays_with_its_residents_until_a_reason_is_given(
    engine: Engine, take: Import
) -> None:
    take()
    gone = {
        "homes": without("homes.csv", "SC990002"),
        "residents": without("residents.csv", "YP91"),
        "wishes": without("wishes.csv", "R-4"),
        "rates": without("rates.csv", "SC990002,high", "SC990002,spec"),
    }
    report = take(TUESDAY, **gone)
    assert report.missing == (("homes.csv", "SC990002"),)
    assert report.changes == 0
    take(WEDNESDAY, close_missing="the provider left", **gone)
    with reading(engine) as session:
        problem = load_problem(session)
        closed = session.get(HomeRow, "SC990002")
    assert closed is not None
    assert closed.closed_reason == "the provider left"
    assert "SC990002" not in {home.id for home in problem.homes}
    assert "YP91" not in {resident.young_person for resident in problem.residents}


def test_a_home_that_comes_back_is_open_again_with_everything_it_had(
    engine: Engine, take: Import, tmp_path: Path
) -> None:
    take()
    gone = {
        "homes": without("homes.csv", "SC990004"),
        "declines": without("declines.csv", "R-2"),
    }
    take(TUESDAY, close_missing="it moved away", **gone)
    report = take(WEDNESDAY)
    assert sheet(report, "homes.csv").reopened == ("SC990004",)
    assert report.changes == 1
    with reading(engine) as session:
        assert load_problem(session) == read_case(whole_case(tmp_path / "again"))


def test_a_resident_of_a_closed_home_may_turn_up_in_another(engine: Engine, take: Import) -> None:
    take()
    gone = {
        "homes": without("homes.csv", "SC990002"),
        "wishes": without("wishes.csv", "R-4"),
        "rates": without("rates.csv", "SC990002,high", "SC990002,spec"),
    }
    elsewhere = with_changed("residents.csv", "YP91,SC990002", "YP91,SC990001")
    take(TUESDAY, close_missing="it closed", residents=without("residents.csv", "YP91"), **gone)
    report = take(WEDNESDAY, residents=elsewhere, **gone)
    assert [str(row) for row in sheet(report, "residents.csv").changed] == ["YP91 (home_id)"]


def test_a_new_referral_of_a_young_person_whose_old_one_is_open_needs_a_reason_for_the_old_one(
    engine: Engine, take: Import
) -> None:
    take()
    before = contents(engine)
    renamed = {
        "referrals": with_changed("referrals.csv", "R-2,YP02", "R-22,YP02"),
        "wishes": without("wishes.csv", "R-2"),
        "declines": without("declines.csv", "R-2"),
    }
    with pytest.raises(BadInput) as refused:
        take(TUESDAY, **renamed)
    assert "YP02" in str(refused.value)
    assert "close R-2 with --close-missing REASON" in str(refused.value)
    assert contents(engine) == before
    report = take(TUESDAY, close_missing="referred anew", **renamed)
    assert sheet(report, "referrals.csv").closed == ("R-2",)
    assert sheet(report, "referrals.csv").added == ("R-22",)


def test_two_referrals_may_exchange_their_young_people(engine: Engine, take: Import) -> None:
    take()
    swapped = with_changed("referrals.csv", "R-1,YP01", "R-1,YP05").replace("R-5,YP05", "R-5,YP01")
    report = take(TUESDAY, referrals=swapped)
    assert len(sheet(report, "referrals.csv").changed) == 2
    with reading(engine) as session:
        problem = load_problem(session)
        assert problem.referral_by_id["R-1"].young_person == "YP05"
        assert problem.referral_by_id["R-5"].young_person == "YP01"
        kinds = [change.kind for change in history_of(session, "referral", ("R-1",))]
    assert kinds == ["insert", "update"]


def test_what_stays_on_record_must_stand_together_with_the_folder(
    engine: Engine, take: Import
) -> None:
    take()
    before = contents(engine)
    with pytest.raises(BadInput) as refused:
        take(
            TUESDAY,
            policy="as_of = 2026-02-15\n",
            referrals="".join(
                row
                for row in FILES["referrals.csv"].splitlines(keepends=True)
                if not row.startswith(("R-2", "R-4"))
            ),
            wishes=without("wishes.csv", "R-4", "R-2"),
            people_and_places=without("people_and_places.csv", "R-4"),
            declines=without("declines.csv", "R-2"),
        )
    assert "referrals.csv, R-2, waiting_since: found “2026-03-02”" in str(refused.value)
    assert contents(engine) == before


def test_a_changed_visit_or_radius_is_an_update_and_not_a_loss(
    engine: Engine, take: Import
) -> None:
    take()
    report = take(
        TUESDAY,
        people_and_places=with_changed("people_and_places.csv", "188000,,20,Y", "188000,,12,Y"),
        avoid=with_changed("avoid.csv", "188000,2.5", "188000,3.5"),
    )
    assert [str(row) for row in sheet(report, "people_and_places.csv").changed] == [
        "R-1, school (visits_per_month)"
    ]
    assert [str(row) for row in sheet(report, "avoid.csv").changed] == [
        "YP03, radius, 551000, 188000, 2.5 (miles)"
    ]
    assert report.changes == 2
    assert report.missing == ()


def test_one_of_two_equal_people_that_is_gone_is_taken_off_once(
    engine: Engine, take: Import
) -> None:
    take()
    rows = FILES["people_and_places.csv"].splitlines()
    rows.remove("R-1,family,541500,184000,,4,N")
    report = take(TUESDAY, people_and_places="\n".join(rows))
    assert sheet(report, "people_and_places.csv").removed == ("R-1, family",)
    with reading(engine) as session:
        assert [item.what for item in load_problem(session).people].count("family") == 1


def test_a_fault_anywhere_leaves_the_records_exactly_as_they_were(
    engine: Engine, take: Import
) -> None:
    take()
    before = contents(engine)
    with pytest.raises(BadInput) as refused:
        take(
            TUESDAY,
            rates=with_changed("rates.csv", "10500.07", "ten thousand"),
            referrals=with_changed("referrals.csv", "M,high,,,5344", "M,highest,,,5344"),
            contract=with_changed("contract.toml", "places = 5", "places = 6"),
        )
    assert {fault.file for fault in refused.value.faults} == {
        "contract.toml",
        "rates.csv",
        "referrals.csv",
    }
    assert contents(engine) == before


def test_an_exception_in_the_middle_of_the_writing_leaves_the_records_as_they_were(
    engine: Engine, take: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    take()
    before = contents(engine)

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("broker.importing.record_contracts", fail)
    with pytest.raises(RuntimeError):
        take(TUESDAY, close_missing="gone", declines="referral_id,home_id,reason\n")
    assert contents(engine) == before


def test_the_same_folder_imported_by_two_at_once_is_taken_in_once(
    address: str, engine: Engine, tmp_path: Path
) -> None:
    folder = whole_case(tmp_path / "case")
    gate = threading.Barrier(2)

    def take_in(by: str) -> int:
        own = make_engine(address)
        gate.wait()
        with writing(own) as session:
            changes = import_case(session, folder, by=by, when=MONDAY, hold_day=True).changes
        own.dispose()
        return changes

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(take_in, ["Duty desk", "Night desk"]))
    assert first == 0
    assert second > 0
    with reading(engine) as session:
        assert load_problem(session) == read_case(folder)


def test_an_empty_reason_closes_nothing(engine: Engine, take: Import) -> None:
    take()
    before = contents(engine)
    with pytest.raises(BadInput, match="--close-missing"):
        take(TUESDAY, close_missing="  ", referrals=without("referrals.csv", "R-5"), decisions=None)
    assert contents(engine) == before


def test_a_day_of_the_question_that_goes_back_is_told(take: Import) -> None:
    take()
    report = take(TUESDAY, policy=with_changed("policy.toml", "2026-04-01", "2026-03-31"))
    assert "goes back, from 2026-04-01 to 2026-03-31" in report.render()


def test_a_wrong_folder_does_not_bury_the_screen_but_json_lists_every_row(
    engine: Engine, take: Import
) -> None:
    header = FILES["relationships.csv"].splitlines()[0]
    many = [f"YP{first},YP{first + 1},caution" for first in range(1000, 1301)]
    take(relationships="\n".join([header, *many]))
    report = take(TUESDAY, relationships=header)
    assert report.render().count("is on record and not in this folder") == 200
    assert "relationships.csv: and 101 more that stay" in report.render()
    tables = {table["file"]: table for table in report.to_json()["tables"]}
    assert len(tables["relationships.csv"]["missing"]) == 301


def test_a_case_handed_in_without_files_counts_every_table_that_has_rows(
    engine: Engine, take: Import, tmp_path: Path
) -> None:
    folder = whole_case(tmp_path / "case")
    problem = read_case(folder)
    signed = tuple(read_agreements(folder, []))
    with writing(engine) as session:
        intake = Intake(problem, given=frozenset(), agreements=signed)
        assert import_intake(session, intake, by="me", when=MONDAY, hold_day=True).changes
    with reading(engine) as session:
        assert load_problem(session) == problem


def test_the_report_as_json_lists_every_key(take: Import) -> None:
    take()
    report = take(TUESDAY, referrals=without("referrals.csv", "R-5"), decisions=None).to_json()
    assert report["schema"] == "import/1"
    assert report["as_of"] == "2026-04-01"
    referrals = next(table for table in report["tables"] if table["file"] == "referrals.csv")
    assert referrals["missing"] == ["R-5"]
    assert referrals["unchanged"] == 4


def test_records_can_be_asked_for_another_day_than_the_policy_names(
    engine: Engine, take: Import
) -> None:
    take()
    with reading(engine) as session:
        later = load_problem(session, as_of=datetime(2026, 4, 9, tzinfo=UTC).date())
        assert later.policy.as_of.isoformat() == "2026-04-09"
        assert later.urgency(later.referral_by_id["R-4"]) == "today"
        with pytest.raises(DatabaseProblem, match="R-3, date_of_birth"):
            load_problem(session, as_of=datetime(2009, 1, 9, tzinfo=UTC).date())


def test_with_nothing_on_record_the_answer_says_what_to_do(engine: Engine, tmp_path: Path) -> None:
    with reading(engine) as session:
        with pytest.raises(NothingOnRecord, match="broker import CASE"):
            load_problem(session)
        with pytest.raises(NothingOnRecord):
            export_case(session, tmp_path / "out")
    assert not (tmp_path / "out").exists()
