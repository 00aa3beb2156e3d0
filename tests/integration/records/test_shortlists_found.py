"""The step that added the shortlists' own table fills it from the steps taken before it."""

from __future__ import annotations

from datetime import date

from alembic import command
from sqlalchemy import Engine, select

from broker.database import make_engine, migrate, migration_config, writing
from broker.importing import import_case
from broker.sample import REGION
from broker.tables import ShortlistedRow
from tests.integration.audit.tampering import tamper
from tests.integration.records.test_entering import MONDAY
from tests.whole_life import ASSESSOR, HOME, SECOND, Teller

FORMER = "0011"
OTHER = "SC990002"


def shortlisted(engine: Engine) -> set[tuple[str, str]]:
    table = ShortlistedRow.__table__
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.referral_id, table.c.home_id))
        return {(row.referral_id, row.home_id) for row in rows}


def test_the_newest_shortlist_of_each_life_is_found_and_no_other(empty_address: str) -> None:
    engine = make_engine(empty_address)
    migrate(engine)
    with writing(engine) as session:
        import_case(session, REGION, by="test", when=MONDAY, hold_day=True)
        twice = Teller(session)
        twice.to_verified()
        twice.shortlist(HOME, OTHER)
        twice.shortlist(SECOND, HOME)
        none = Teller(session, minutes=50)
        none.to_verified(young_person_id="YP-921", date_of_birth=date(2012, 7, 1))
        once = Teller(session, minutes=100)
        once.to_verified(young_person_id="YP-922", date_of_birth=date(2012, 8, 1))
        once.shortlist(OTHER)
        once.take(ASSESSOR, "withdraw", reason="went home")
    expected = {
        (twice.life.referral, SECOND),
        (twice.life.referral, HOME),
        (once.life.referral, OTHER),
    }
    assert shortlisted(engine) == expected
    with engine.begin() as connection:
        command.downgrade(migration_config(connection), FORMER)
    migrate(engine)
    assert shortlisted(engine) == expected
    engine.dispose()


def test_a_life_whose_words_were_removed_leaves_nothing_to_find(empty_address: str) -> None:
    engine = make_engine(empty_address)
    migrate(engine)
    with writing(engine) as session:
        import_case(session, REGION, by="test", when=MONDAY, hold_day=True)
        told = Teller(session)
        told.to_verified()
        told.shortlist(HOME)
    with engine.begin() as connection:
        command.downgrade(migration_config(connection), FORMER)
    tamper(engine, "UPDATE step SET said = NULL WHERE kind = 'shortlist'")
    migrate(engine)
    assert shortlisted(engine) == set()
    engine.dispose()
