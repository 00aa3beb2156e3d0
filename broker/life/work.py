"""One piece of work at the desk: steps written in one transaction, and then their audit entries.

Gates are asked before each step, what follows is written with it. The entries of the audit come
last, all together: whoever waits for the chain waits for nothing else, so that nobody waits for
each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.against_steps import digest_of_facts
from broker.audit.chain import Record, add_entry
from broker.life.duties import next_due
from broker.life.follow import follow
from broker.life.gate import Missing
from broker.life.gates import missing
from broker.life.known import facts_of, find_known
from broker.life.state import Life, Taken
from broker.life.steps import Said
from broker.store.history import Author
from broker.tables import LifeRow, StepRow

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Changed(Exception):
    """The record has changed since whoever acts on it saw it."""

    def __init__(self, version: int | str) -> None:
        self.version = version
        super().__init__(f"it stands at version {version} now")


class Shut(Exception):
    """Something must hold first; every gate that is shut is named."""

    def __init__(self, gaps: Sequence[Missing]) -> None:
        self.gaps = tuple(gaps)
        super().__init__("; ".join(gap.sentence for gap in gaps))


@dataclass(frozen=True, slots=True)
class Moment:
    """When a step is taken: the instant, and the day as the brokerage counts it."""

    at: datetime
    today: date


def new_referral_id() -> str:
    """A pseudonym for a new referral, which says nothing of anybody."""
    return "R-" + "".join(secrets.choice(_LETTERS) for _ in range(10))


@dataclass
class Work:
    """What somebody does at one moment; `close` writes the audit of it."""

    session: Session
    actor: Actor
    moment: Moment
    _entries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def author(self) -> Author:
        """Who changes the records, and when."""
        return Author(self.actor.id, self.moment.at)

    def take(
        self, life: Life, one: Said, facts: Mapping[str, Any] | None = None, why: str | None = None
    ) -> Life:
        """Take one step; `facts` is kept with what was found.

        Raises:
            Shut: gates are shut, all of them named.
            Changed: somebody took a step meanwhile.
        """
        known = find_known(self.session, life, one, self.actor, self.moment.today)
        gaps = missing(life, one, known)
        if gaps:
            raise Shut(gaps)
        step = Taken(
            number=life.version + 1,
            at=self.moment.at,
            on=self.moment.today,
            by=self.actor.id,
            role=self.actor.role.value,
            organisation=self.actor.organisation,
            said=one,
            facts={**facts_of(life, one, known), **(facts or {})},
        )
        after = life.after(step)
        told = one.model_dump(mode="json", exclude={"kind"})
        try:
            self._keep(life, after)
            self.session.execute(sa.insert(StepRow.__table__), _row(life.referral, step, told))
            follow(self.session, life, after, step, self.author, known)
        except DBAPIError as refused:
            raise _told(refused, after) from refused
        self.note(
            f"life.{one.kind}",
            Record("referral", life.referral),
            why=why or getattr(one, "reason", None),
            before={"state": life.state.value, "version": life.version},
            after={
                "state": after.state.value,
                "version": after.version,
                "said": told,
                "facts_sha256": digest_of_facts(step.facts),
            },
        )
        return after

    def note(
        self,
        act: str,
        record: Record,
        *,
        why: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Something was done that the audit is to tell."""
        told = {"act": act, "record": record, "why": why, "before": before, "after": after}
        self._entries.append(told)

    @contextmanager
    def unless_shut(self) -> Iterator[None]:
        """A part of the work that is done whole or, where a gate is shut, not at all."""
        number = len(self._entries)
        try:
            with self.session.begin_nested():
                yield
        except Shut:
            del self._entries[number:]
            raise

    def close(self) -> None:
        """Write the audit of all that was done, in its order."""
        for entry in self._entries:
            add_entry(self.session, self.actor, at=self.moment.at, **entry)
        self._entries.clear()

    def _keep(self, before: Life, after: Life) -> None:
        """Where the life stands now, for lists and for the guards of the database."""
        form = after.form
        assert form is not None
        due = next_due(after)
        values: dict[str, Any] = {
            "young_person_id": form.young_person_id,
            "borough": form.borough,
            "state": after.state.value,
            "version": before.version + 1,
            "emergency": after.emergency,
            "changed_at": self.moment.at,
            "needed_by": form.needed_by,
            "date_of_birth": form.date_of_birth,
            "sex": form.sex,
            "band": after.band,
            "due_on": None if due is None else due.due_on,
            "home_id": after.home,
            "former": after.former,
        }
        table = LifeRow.__table__
        if before.version == 0:
            new = {**values, "referral_id": after.referral, "opened_at": self.moment.at}
            self.session.execute(sa.insert(table), new)
            return
        changed = self.session.execute(
            sa.update(table)
            .where(table.c.referral_id == after.referral, table.c.version == before.version)
            .values(**values)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise Changed(before.version + 1)


def _row(referral: str, step: Taken, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "referral_id": referral,
        "number": step.number,
        "kind": step.kind,
        "taken_at": step.at,
        "taken_on": step.on,
        "taken_by": step.by,
        "role": step.role,
        "organisation": step.organisation,
        "said": told,
        "facts": dict(step.facts),
    }


def _told(refused: DBAPIError, life: Life) -> Exception:
    """What a guard of the database refused, as the person who lost the race is told it."""
    words = str(refused.orig)
    if "ex_placement_place" in words:
        sentence = f"the place in {life.home} is somebody else’s on these days"
        return Shut([Missing("PLACE", "one place, one placement at a time", sentence)])
    if "ex_placement_young_person" in words:
        sentence = "the young person has a placement on these days already"
        return Shut([Missing("PLACE", "one young person, one placement at a time", sentence)])
    if "uq_life_live_young_person" in words or "life.young_person_id" in words:
        sentence = "this young person has a referral that is not closed; amend that one"
        return Shut([Missing("DOUBLE", "one open referral a young person", sentence, "assessor")])
    if "pk_step" in words or "step.referral_id" in words:
        return Changed(life.version)
    return refused
