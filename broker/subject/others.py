"""Leaving others out of what one person may read: other young people, and who works here by name.

Pseudonyms of other young people and names of accounts are replaced wherever they stand, in fields
and in words. What people wrote in words may name others in ways no program knows: whoever hands an
export over reads it through first, and it says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.held import PERSON, REFERRAL, Subject, tables_by_column
from broker.tables import CATALOGUE

ANOTHER: Final = "another young person"
WORKER: Final = "somebody who works on this"
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_RULE = re.compile(r"[RJ][0-9]{2}")
_WORKERS: Final = (
    "taken_by",
    "changed_by",
    "said_by",
    "decided_by",
    "made_by",
    "actor",
    "by",
    "asked_by",
)
"""Columns and fields that name whoever did something; role and organisation stay."""
_SEALS: Final = frozenset({"salt", "digest", "previous", "hash", "facts_sha256"})
"""Columns that say nothing of anybody, and whose salt would let others guess what was removed."""


class Others:
    """Everybody else on record, as a filter for what one young person may read."""

    def __init__(self, session: Session, subject: Subject) -> None:
        people: set[str] = set()
        for table in tables_by_column().values():
            for column in (PERSON, REFERRAL):
                if column in table.c:
                    query = sa.select(table.c[column]).distinct()
                    people |= {one for one in session.execute(query).scalars() if one is not None}
        pairs = CATALOGUE.tables["relationship"]
        for column in ("a", "b"):
            people |= set(session.execute(sa.select(pairs.c[column]).distinct()).scalars())
        self._people = people - {subject.young_person, *subject.referrals}
        accounts = CATALOGUE.tables["account"]
        self._workers = set(session.execute(sa.select(accounts.c.account_id)).scalars())

    def out_of(self, value: Any, name: str = "") -> Any:
        """A value without others: of a row, an object, a list, or words."""
        if isinstance(value, Mapping):
            return {
                key: self.out_of(inner, str(key))
                for key, inner in value.items()
                if key not in _SEALS
            }
        if isinstance(value, list | tuple):
            return [self.out_of(inner, name) for inner in value]
        if isinstance(value, datetime | date):
            return value.isoformat()
        if not isinstance(value, str):
            return value
        if name in _WORKERS:
            return WORKER
        if name == "override":
            return ";".join(_RULE.findall(value))
        return self._words(value)

    def _words(self, text: str) -> str:
        if text in self._people:
            return ANOTHER
        return _TOKEN.sub(lambda found: self._token(found.group()), text)

    def _token(self, word: str) -> str:
        """A word of a text: a pseudonym is known by a digit in it, so that no plain word goes."""
        bare = word.rstrip(".-_")
        if bare in self._people and any(letter.isdigit() for letter in bare):
            return ANOTHER + word[len(bare) :]
        if bare in self._workers:
            return WORKER + word[len(bare) :]
        return word
