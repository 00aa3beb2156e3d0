"""Which state of the records a case is of: two that are equal make the same problem.

Every change of a row of the case is a line of history, written with it; lines are only added (when
the law asks for an end, taken off). So the number of lines that can be seen and the newest of them
tell one state from another. What a case is made of besides has no history and is named whole: the
policy, the day of the question, the safety tables given, rooms out of use, and places kept for
those who move elsewhere.
"""

from __future__ import annotations

from collections.abc import Hashable

import sqlalchemy as sa
from sqlmodel import Session

from broker.store.load import day_of_question, given_safety_files, read_policy_text
from broker.tables import OutOfUseRow, PlacementRow, RowChange


def case_version(session: Session) -> Hashable:
    """What tells this state of the records from every other, as far as a case is made of it."""
    lines = RowChange.__table__
    ended = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(lines.c.row_id), 0))
    number, newest = session.execute(ended.select_from(lines)).one()
    out, placements = OutOfUseRow.__table__, PlacementRow.__table__
    rooms = sa.select(out.c.row_id, out.c.home_id, out.c.starts_on, out.c.ends_on, out.c.places)
    leaving = sa.select(
        placements.c.referral_id, placements.c.from_home, placements.c.starts_on
    ).where(placements.c.from_home.is_not(None), placements.c.moved_in_on.is_(None))
    policy = read_policy_text(session)
    return (
        number,
        newest,
        policy,
        None if policy is None else day_of_question(session),
        given_safety_files(session),
        frozenset(map(tuple, session.execute(rooms.where(out.c.referral_id.is_(None))))),
        frozenset(map(tuple, session.execute(leaving))),
    )
