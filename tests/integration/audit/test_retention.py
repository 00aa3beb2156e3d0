"""What is due goes, by an entry that says so, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.accounts import Changes, NewAccount, add_account, change_account
from broker.access.actor import PARTNERSHIP, Role
from broker.access.sessions import give_access
from broker.audit.amend import correct_value, entry_with_values, remove_value, says_of
from broker.audit.chain import Record, add_entry, verify
from broker.audit.held import held, subject_of
from broker.database import reading, writing
from broker.life import desk
from broker.retention.due import Due, HeldBack, due_on
from broker.retention.remove import remove
from broker.retention.schedule import Schedule, schedule_in_force
from broker.store.clock import now
from broker.tables import CATALOGUE, KeyRow, MatchRun, RowChange
from tests.integration.audit.conftest import MARKS, entry_of, told_and_withdrawn, where
from tests.integration.audit.tampering import ADMINISTRATOR
from tests.whole_life import ASSESSOR, HOME, Teller

SCHEDULE: Schedule = {
    kind: replace(period, confirmed=True) for kind, period in schedule_in_force().items()
}
BORN = date(2012, 3, 9)
AT_75 = date(2087, 3, 9)


def look(engine: Engine, day: date) -> tuple[list[Due], list[HeldBack]]:
    with reading(engine) as session:
        return due_on(session, SCHEDULE, day)


def of_kind(engine: Engine, kind: str, day: date) -> list[Due]:
    return [one for one in look(engine, day)[0] if one.kind == kind]


def take(engine: Engine, one: Due, day: date) -> None:
    with writing(engine) as session:
        remove(
            session, ADMINISTRATOR, one, SCHEDULE[one.kind], at=now(), today=day, reason="its time"
        )


def whole(engine: Engine) -> None:
    with reading(engine) as session:
        assert verify(session).broken == ()


def count(engine: Engine, table: str) -> int:
    with reading(engine) as session:
        query = sa.select(sa.func.count()).select_from(CATALOGUE.tables[table])
        found: int = session.execute(query).scalar_one()
        return found


def moved_in_and_ended(session: Session, care_code: str = "X1", **changed: Any) -> str:
    """A placement that began on 14 September 2026 and ended a while later."""
    told = Teller(session)
    told.to_moved_in()
    told.today = date(2026, 12, 24)
    told.take(ASSESSOR, "visited", visited_on=told.today, words="well")
    told.take(ASSESSOR, "reviewed", reviewed_on=told.today, outcome="move", words="moves on")
    ended: dict[str, Any] = {
        "ended_on": told.today,
        "planned": True,
        "reason_code": "CARPL" if care_code == "X1" else None,
        "care_code": care_code,
        "destination": "family",
        "words": "MARK-END",
    }
    told.take(ASSESSOR, "end", **{**ended, **changed})
    return told.life.referral


@pytest.mark.parametrize(("day", "due"), [(AT_75 - timedelta(days=1), 0), (AT_75, 1)])
def test_a_young_person_is_due_75_years_from_birth_and_not_a_day_before(
    region: Engine, withdrawn: str, day: date, due: int
) -> None:
    found = [one for one in of_kind(region, "young_person", day) if one.record == "YP-900"]
    assert len(found) == due
    for one in found:
        assert (one.event, one.due_on) == (BORN, AT_75)
        assert one.rows > 20


def test_everything_about_them_goes_and_everybody_else_stays(
    region: Engine, withdrawn: str
) -> None:
    with writing(region) as session:
        other = told_and_withdrawn(session, "YP-901", date_of_birth=date(2013, 3, 9)).life.referral
        session.add(
            KeyRow(
                actor="a", key="k", digest="0" * 64, used_at=now(), status=201,
                location=f"/api/referrals/{withdrawn}", body={"words": "MARK-VIEW"},
            )
        )  # fmt: skip
    before = {name: count(region, name) for name in CATALOGUE.tables}
    for words in MARKS:
        assert where(region, words)
    with reading(region) as session:
        mine = held(session, subject_of(session, "YP-900"))
        theirs = held(session, subject_of(session, "YP-901"))
    (one,) = (one for one in of_kind(region, "young_person", AT_75) if one.record == "YP-900")
    take(region, one, AT_75)
    whole(region)
    with reading(region) as session:
        assert desk.read_life(session, withdrawn) is None
        assert desk.read_life(session, other) is not None
        left = held(session, subject_of(session, "YP-900"))
        assert set(left) <= {"audit", "audit_value"}, "the chain, and why it was removed"
        assert held(session, subject_of(session, "YP-901")) == theirs
    after = {name: count(region, name) for name in CATALOGUE.tables}
    for name in CATALOGUE.tables:
        gone = 0 if name == "audit" else len(mine.get(name, ()))
        told = 2 if name in ("audit", "audit_value") else 0
        if name == "out_of_use":
            gone = 0
        assert after[name] == before[name] - gone + told, name
    assert withdrawn not in where_ids(region)
    assert "YP-900" not in where_ids(region)


def where_ids(engine: Engine) -> str:
    """All that is on record besides the chain and the reasons of removals."""
    from tests.integration.audit.conftest import everything

    found = everything(engine)
    return "".join(text for name, text in found.items() if name not in ("audit",))


def test_what_was_corrected_about_them_goes_as_well(region: Engine, withdrawn: str) -> None:
    with writing(region) as session:
        number = entry_of(region, withdrawn, "view")
        says = says_of(entry_with_values(session, number))
        says["after"] = {**says["after"], "said": {**says["after"]["said"], "words": "MARK-NEW"}}
        correct_value(session, ADMINISTRATOR, number, says, at=now(), why="MARK-WHY misheard")
        band = entry_of(region, withdrawn, "band")
        remove_value(session, ADMINISTRATOR, band, at=now(), why="MARK-WHY asked for")
    (one,) = (one for one in of_kind(region, "young_person", AT_75) if one.record == "YP-900")
    take(region, one, AT_75)
    whole(region)
    for words in (*MARKS, "MARK-NEW", "MARK-WHY"):
        assert where(region, words) == set()


def test_somebody_who_died_under_18_is_due_15_years_from_their_death(region: Engine) -> None:
    with writing(region) as session:
        moved_in_and_ended(session, care_code="E2")
    last = date(2041, 12, 23)
    assert of_kind(region, "young_person_died", last) == []
    (one,) = of_kind(region, "young_person_died", last + timedelta(days=1))
    assert (one.record, one.event, one.due_on) == (
        "YP-900", date(2026, 12, 24), date(2041, 12, 24),
    )  # fmt: skip
    take(region, one, date(2041, 12, 24))
    whole(region)
    assert where(region, "MARK-END") == set()


def test_an_ending_that_was_no_death_keeps_the_75_years(region: Engine) -> None:
    with writing(region) as session:
        moved_in_and_ended(session, care_code="E3")
    due = look(region, date(2086, 1, 1))[0]
    assert "young_person_died" not in {one.kind for one in due}
    assert "YP-900" not in {one.record for one in due}


@pytest.mark.parametrize(
    ("born", "kind", "due_on"),
    [
        (date(2008, 12, 25), "young_person_died", date(2041, 12, 24)),
        (date(2008, 12, 24), "young_person", date(2083, 12, 24)),
    ],
)
def test_who_was_18_on_the_day_of_death_keeps_the_75_years(
    region: Engine, born: date, kind: str, due_on: date
) -> None:
    with writing(region) as session:
        moved_in_and_ended(session, care_code="E2")
        for name in ("life", "referral", "resident"):
            table = CATALOGUE.tables[name]
            own = table.c.young_person_id == "YP-900"
            session.execute(sa.update(table).where(own).values(date_of_birth=born))
    found = [one for one in look(region, date(2090, 1, 1))[0] if one.record == "YP-900"]
    assert [(one.kind, one.due_on) for one in found] == [(kind, due_on)]


def test_records_with_something_open_are_held_back_with_the_reason(region: Engine) -> None:
    with writing(region) as session:
        told = Teller(session)
        told.to_verified()
        referral = told.life.referral
    due, held_back = look(region, date(2100, 1, 1))
    back = {one.record: one.why for one in held_back}
    assert back["YP-900"] == f"{referral} is open"
    with reading(region) as session:
        residents, referrals = CATALOGUE.tables["resident"], CATALOGUE.tables["referral"]
        living = session.execute(
            sa.select(residents.c.young_person_id).where(residents.c.leaving.is_(None))
        ).scalars()
        for one in living:
            assert "they live in" in back[one] or "is open for matching" in back[one]
        for one in session.execute(sa.select(referrals.c.young_person_id)).scalars():
            assert "open" in back[one]
    assert not set(back) & {one.record for one in due}


def test_a_match_that_names_them_goes_first(region: Engine, withdrawn: str) -> None:
    with writing(region) as session:
        session.add(run_of(withdrawn, datetime(2087, 1, 1, tzinfo=UTC)))
    back = {one.record: one.why for one in look(region, AT_75)[1]}
    assert back["YP-900"].startswith("matches name them and go first: ")


def run_of(referral: str, at: datetime) -> MatchRun:
    plan = {"placements": [{"referral_id": referral, "home_id": HOME}], "unplaced": []}
    return MatchRun(
        started_at=at, finished_at=at, asked_by="broker-1", status="optimal",
        case_sha256="0" * 64, as_of=at.date(), seed=1, placed=1, unplaced=0, policy="", options={},
        plan=plan, software="0",
    )  # fmt: skip


def test_a_withdrawn_referral_goes_alone(region: Engine, withdrawn: str) -> None:
    with writing(region) as session:
        later = told_and_withdrawn(session, emergency=True)
        later.life  # noqa: B018
        other = later.life.referral
        table = CATALOGUE.tables["step"]
        moment = session.execute(
            sa.select(table.c.taken_on).where(table.c.referral_id == withdrawn).limit(1)
        ).scalar_one()
    assert moment == date(2026, 9, 4)
    day = date(2032, 9, 4)
    assert of_kind(region, "withdrawn_referral", day - timedelta(days=1)) == []
    due = of_kind(region, "withdrawn_referral", day)
    assert {one.record for one in due} == {withdrawn, other}
    take(region, next(one for one in due if one.record == withdrawn), day)
    whole(region)
    with reading(region) as session:
        assert desk.read_life(session, withdrawn) is None
        assert desk.read_life(session, other) is not None
        assert held(session, subject_of(session, "YP-900"))["life"]


def test_each_other_kind_goes_after_its_time_and_not_before(region: Engine) -> None:
    old, young = datetime(2020, 6, 15, 23, 30, tzinfo=UTC), datetime(2020, 6, 16, 0, 0, tzinfo=UTC)
    with writing(region) as session:
        for moment, name in ((old, "old"), (young, "young")):
            session.add(run_of("R-01", moment))
            new = NewAccount(f"{name}-account", Role.BROKER, PARTNERSHIP, subject=name)
            add_account(session, new, moment)
            give_access(session, new.account_id, "token", moment)
            if name == "old":
                change_account(session, new.account_id, Changes(end=True), moment)
            add_entry(
                session, ADMINISTRATOR, "account.add", Record("account", new.account_id),
                at=moment, after={"words": f"MARK-{name}"},
            )  # fmt: skip
            add_entry(
                session, ADMINISTRATOR, "home.change", Record("home", name), at=moment,
                why=f"REASON-{name}",
            )  # fmt: skip
            session.add(
                RowChange(
                    table_name="home", row_key='["SC1"]', changed_at=moment, changed_by=name,
                    kind="insert",
                )
            )  # fmt: skip
            session.add(
                KeyRow(
                    actor=name, key=name, digest="0" * 64, used_at=moment, status=201, body={}
                )
            )  # fmt: skip
        vacancy = CATALOGUE.tables["vacancy"]
        for moment in (old, young):
            session.execute(
                sa.insert(vacancy),
                {"home_id": HOME, "said_at": moment, "said_by": "b", "free_places": 1},
            )
    day = date(2026, 6, 15)
    due = look(region, day)[0]
    kinds = {one.kind for one in due}
    assert kinds == {
        "match_run", "account", "audit_value", "row_history", "vacancy", "idempotency_key",
        "session",
    }  # fmt: skip
    assert [one.record for one in due if one.kind == "account"] == ["old-account"]
    assert len([one for one in due if one.kind == "audit_value"]) == 2
    before = look(region, day - timedelta(days=1))[0]
    assert {one.kind for one in before} == {"vacancy", "idempotency_key", "session"}
    for one in due:
        take(region, one, day)
        whole(region)
    assert where(region, "MARK-old") == set()
    assert where(region, "REASON-old") == set()
    assert where(region, "MARK-young") == {"audit_value"}
    assert count(region, "match_run") == 1
    assert count(region, "account") == 1
    assert count(region, "vacancy") == 0, "both are older than two years"
    assert look(region, day)[0] == []


def test_a_register_key_goes_whole_once_nothing_of_it_holds(region: Engine) -> None:
    from tests.whole_life import sign_agreements

    with writing(region) as session:
        sign_agreements(session, until=date(2027, 4, 1))
    assert of_kind(region, "register", date(2033, 3, 31)) == []
    due = of_kind(region, "register", date(2033, 4, 1))
    assert {one.record for one in due} == {
        "agreements/A-data_sharing", "agreements/A-leadership",
    }  # fmt: skip
    assert {one.rows for one in due} == {3}, "the earlier entries of the key go with it"
    take(region, due[0], date(2033, 4, 1))
    whole(region)
    assert count(region, "register_entry") == 3


def test_nothing_of_the_region_is_due_today(region: Engine) -> None:
    assert look(region, date(2026, 9, 4)) == ([], [])
