"""What a borough may ask: about its own young people on record, in the shared form.

The full form names other boroughs' young people and prices; it stays with the central team.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

from api.models import CaseRequest
from api.problems import InputError, ProblemError, shown
from api.records import Records
from api.requests import read
from broker.access.actor import Actor
from broker.tables import ReferralRow

NOT_HERE = "There is no open referral with this id that concerns you."


def check(records: Records, actor: Actor, body: bytes, shape: type[CaseRequest]) -> None:
    """Nothing, where the question is one that may be shared; nothing is shown by this yet.

    Raises:
        ProblemError: it asks for more, with everything that does, or of another's young person.
    """
    asked = read(body, shape)
    document = asked.document
    if document.get("from") != "database":
        asked.refuse(_only("database: the records, not a case of your own", document, "from"))
    if document.get("form") != "shared":
        asked.refuse(_only("shared: the full form is for brokers", document, "form"))
    if not isinstance(document.get("referral_id"), str):
        asked.refuse(_only("the id of a referral of your borough", document, "referral_id"))
    asked.refuse(
        *(
            _only("to be left out: this is for brokers", document, key)
            for key in ("case", "plan", "home_id", "instead")
            if document.get(key) is not None
        )
    )
    asked.raise_if_any()
    records.look(lambda session: _concerns(session, actor, document["referral_id"]))


def _only(allowed: str, document: dict[str, object], key: str) -> InputError:
    value = shown(document[key]) if key in document else None
    return InputError(allowed, (key,), value=value, kind="not shared")


def _concerns(session: Session, actor: Actor, referral: str) -> None:
    table = ReferralRow.__table__
    borough = session.execute(
        sa.select(table.c.borough).where(
            table.c.referral_id == referral, table.c.closed_at.is_(None)
        )
    ).scalar_one_or_none()
    if borough is None or borough != actor.borough:
        raise ProblemError("not-found", NOT_HERE)
