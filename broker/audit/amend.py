"""Lawful correction and removal of what lies beside an entry, by an entry that says who and why.

The chain itself never changes. Of a step's entry, what the step said goes the same way, with the
copies that were made of it: lines of history, kept answers, words in the rows for matching.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.against_steps import tells_of_step
from broker.audit.chain import NOTHING, Record, Told, add_entries
from broker.audit.lawful import CORRECTED, CORRECTION, ENTRY, REMOVED, lawful_of
from broker.audit.same_but_words import not_words
from broker.audit.showed import showed_by
from broker.life.steps import said_of
from broker.tables import (
    AuditRow,
    AuditValueRow,
    DeclineRow,
    KeyRow,
    LifeRow,
    ReferralRow,
    RowChange,
    StepRow,
    WishRow,
)

_CLOSED: Final = ("ended", "withdrawn")
SAYS: Final = ("why", "before", "after")
"""What an entry says beside the chain, and what a correction gives anew."""


class CannotAmend(ValueError):
    """The values cannot be corrected or removed so; a sentence for each reason."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, what it says now, and the step it tells of where it tells of one.

    `held_by` is the entry beside which that lies: itself, or the latest that corrects it.
    """

    row: Mapping[str, Any]
    says: Mapping[str, Any]
    held_by: int
    step: Mapping[str, Any] | None

    @property
    def number(self) -> int:
        """Its number in the chain."""
        number: int = self.row["number"]
        return number


def entry_with_values(session: Session, number: int) -> Entry:
    """An entry and what it says now; of a correction, the entry that it corrects.

    Raises:
        CannotAmend: there is none, it says nothing, or what it said is gone.
    """
    table, values = AuditRow.__table__, AuditValueRow.__table__
    found = session.execute(sa.select(table).where(table.c.number == number)).mappings().first()
    if found is None:
        raise CannotAmend(f"there is no entry {number}")
    row = dict(found)
    if row["act"] == CORRECTED:
        return entry_with_values(session, int(row["record_id"]))
    if row["digest"] == NOTHING:
        raise CannotAmend(f"entry {number} says nothing beside the chain: {row['act']}")
    lawful = lawful_of(session)
    held = lawful.correction_of(number) or number
    value = session.execute(sa.select(values).where(values.c.number == held)).mappings().first()
    if value is None:
        taken = lawful.taking(held, row["record_kind"], row["record_id"])
        how = "are gone" if taken is None else f"were taken away by entry {taken.by_entry}"
        raise CannotAmend(f"the values of entry {number} {how}")
    says = value["after"][CORRECTION] if held != number else {name: value[name] for name in SAYS}
    return Entry(row, says, held, _step_of(session, row))


def _step_of(session: Session, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if not tells_of_step(row):
        return None
    steps = StepRow.__table__
    found = session.execute(
        sa.select(steps).where(
            steps.c.referral_id == row["record_id"],
            steps.c.taken_at == row["at"],
            sa.literal("life.") + steps.c.kind == row["act"],
        )
    ).mappings()
    step = found.first()
    return None if step is None else dict(step)


def says_of(entry: Entry) -> dict[str, Any]:
    """What an entry says now, in the shape in which a correction gives it anew."""
    return {name: entry.says[name] for name in SAYS}


def remove_value(session: Session, actor: Actor, number: int, *, at: datetime, why: str) -> int:
    """Remove what an entry says, and what its step said; the number of the entry that tells it.

    A step is emptied in a closed life only: an open one still rests on it.

    Raises:
        CannotAmend: with the reason.
    """
    entry = _held(session, number)
    step = entry.step
    if step is not None and step["said"] is not None and not _closed(session, step):
        raise CannotAmend(
            f"{step['referral_id']} is open and rests on its step {step['number']}: correct its "
            "words instead, or remove them once it is closed"
        )
    record = Record(ENTRY, str(entry.number))
    made = add_entries(session, [Told(actor, REMOVED, record, at, why)])
    _take_value(session, entry.held_by)
    if step is not None and step["said"] is not None:
        _set_step(session, step, said=None, facts={})
        lives = LifeRow.__table__
        own = lives.c.referral_id == step["referral_id"]
        session.execute(sa.update(lives).where(own).values(due_on=None))
        _take_copies(session, step, None)
    return made


def correct_value(
    session: Session,
    actor: Actor,
    number: int,
    corrected: Mapping[str, Any],
    *,
    at: datetime,
    why: str,
) -> int:
    """Put what an entry says right; the number of the entry that tells it and holds the new values.

    `corrected` is the whole of `why`, `before` and `after` as they should read. Of a step, only
    words may differ.

    Raises:
        CannotAmend: with every reason.
    """
    entry = _held(session, number)
    wrong = _wrong(entry, corrected)
    if wrong:
        raise CannotAmend(*wrong)
    record = Record(ENTRY, str(entry.number))
    after = {CORRECTION: {name: corrected[name] for name in SAYS}}
    made = add_entries(session, [Told(actor, CORRECTED, record, at, why, after=after)])
    _take_value(session, entry.held_by)
    if entry.step is not None:
        said = corrected["after"]["said"]
        _set_step(session, entry.step, said=said)
        _take_copies(session, entry.step, said)
    return made


def _wrong(entry: Entry, corrected: Mapping[str, Any]) -> list[str]:
    was = entry.says
    if set(corrected) != set(SAYS):
        return [f"a correction gives {', '.join(SAYS)}, each as it should read"]
    why = corrected["why"]
    if why is not None and not isinstance(why, str):
        return ["why: allowed: text, or null"]
    for name in ("before", "after"):
        if corrected[name] is not None and not isinstance(corrected[name], dict):
            return [f"{name}: allowed: an object, or null"]
    if dict(corrected) == dict(was):
        return ["nothing differs from what the entry says"]
    step = entry.step
    if step is None:
        return []
    if step["said"] is None:
        return [f"what step {step['number']} of {step['referral_id']} said was removed"]
    after = corrected["after"]
    others = [
        f"{name}: only the words of a step are corrected; allowed: {was[name]!r}"
        for name in ("before",)
        if corrected[name] != was[name]
    ]
    if after is None or {**after, "said": None} != {**was["after"], "said": None}:
        return [*others, "after: only `said` may differ"]
    if not isinstance(after["said"], dict):
        return [*others, "after.said: allowed: an object"]
    fixed = not_words(step["kind"], was["after"]["said"], after["said"])
    if fixed:
        return [*others, *(f"after.said.{path}: changes by a later step only" for path in fixed)]
    try:
        said_of(step["kind"], after["said"])
    except ValidationError as refused:
        return [*others, *(_place(error) for error in refused.errors(include_input=False))]
    return others


def _place(error: Any) -> str:
    return f"after.said.{'.'.join(str(part) for part in error['loc'][1:])}: {error['msg']}"


def _closed(session: Session, step: Mapping[str, Any]) -> bool:
    table = LifeRow.__table__
    found = session.execute(
        sa.select(table.c.state).where(table.c.referral_id == step["referral_id"])
    ).scalar_one_or_none()
    return found in _CLOSED


def _held(session: Session, number: int) -> Entry:
    """An entry, its life held before the chain, as whoever takes a step holds it."""
    entry = entry_with_values(session, number)
    if showed_by(entry.says["after"]):
        raise CannotAmend(f"entry {number} says whom a list showed: that stays, as the chain does")
    if entry.step is None or session.get_bind().dialect.name != "postgresql":
        return entry
    lives = LifeRow.__table__
    own = lives.c.referral_id == entry.step["referral_id"]
    session.execute(sa.select(lives.c.referral_id).where(own).with_for_update())
    return entry_with_values(session, number)


def _take_value(session: Session, number: int) -> None:
    table = AuditValueRow.__table__
    session.execute(sa.delete(table).where(table.c.number == number))


def _set_step(session: Session, step: Mapping[str, Any], **values: Any) -> None:
    table = StepRow.__table__
    session.execute(
        sa.update(table)
        .where(table.c.referral_id == step["referral_id"], table.c.number == step["number"])
        .values(**values)
    )


def _take_copies(session: Session, step: Mapping[str, Any], said: Mapping[str, Any] | None) -> None:
    """Take away the copies of a step's words, or put them right."""
    history, keys = RowChange.__table__, KeyRow.__table__
    session.execute(
        sa.delete(history).where(
            history.c.changed_at == step["taken_at"], history.c.changed_by == step["taken_by"]
        )
    )
    session.execute(
        sa.delete(keys).where(keys.c.location == f"/api/referrals/{step['referral_id']}")
    )
    if step["kind"] in _COPIED:
        table, column, copied = _COPIED[step["kind"]]
        at = {name: step["said"][name] for name in ("home_id",) if name in table.c}
        same = [table.c[name] == value for name, value in at.items()]
        session.execute(
            sa.update(table)
            .where(
                table.c.referral_id == step["referral_id"],
                table.c[column] == copied(step["said"]),
                *same,
            )
            .values({column: copied(said)})
        )


_COPIED: Final[Mapping[str, tuple[sa.Table, str, Callable[[Mapping[str, Any] | None], Any]]]] = {
    "view": (WishRow.__table__, "words", lambda said: said and said["words"]),
    "decline": (
        DeclineRow.__table__,
        "reason",
        lambda said: said and f"{said['code']}: {said['words']}",
    ),
    "withdraw": (
        ReferralRow.__table__,
        "closed_reason",
        lambda said: said["reason"] if said else "removed",
    ),
}
"""Words of a step that stand in a row for matching as well: by kind of step, where and how."""
