"""Records in which all is long or many: names of 80 letters and in four scripts, 200 rows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.database import writing
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from tests.planted import plant
from tests.whole_life import ASSESSOR, HOME, Teller

LONG = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft "
    "子どもたちのためのとても静かな大きい家 Дом‑под‑старыми‑липами بيت‑الأطفال"
)
"""A word of 80 letters without a space, then Japanese, Russian and Arabic."""

ROWS = 200
LONGEST_ACCOUNT = "an-account-with-the-longest-name-that-may-be-given-to-anybody-64"


def make_many(engine: Engine, password: str) -> str:
    """Add 200 homes, 200 referrals and long words; the referral whose words they are."""
    with writing(engine) as session:
        planted = plant(session, LONG)
        pattern = SHELVES["homes"].record(rows_of(session, "homes", {"home_id": HOME})[0])
        author = Author("test", now())
        for at in range(ROWS):
            home = {**pattern, "home_id": f"SC98{at:04}", "name": f"{LONG} {at}"}
            put_row(session, "homes", home, author)
        for at in range(ROWS):
            teller = Teller(session)
            born = teller.today - timedelta(days=14 * 365 + at)
            teller.open(young_person_id=f"YP-7{at:03}", date_of_birth=born)
            teller.take(ASSESSOR, "submit", not_a_double="another young person")
        new = NewAccount(LONGEST_ACCOUNT, Role.BROKER, PARTNERSHIP, secret=password)
        add_account(session, new, now())
    return planted
