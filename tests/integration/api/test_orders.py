"""Lists in each order, and entries of registers that were seen, on both databases."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import Engine

from api import desk_lists, lives
from api.once import Once
from api.problems import ProblemError
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.database import writing
from broker.registers.entries import ENTRY
from tests.integration.api.world import World

Filled = tuple[Engine, World]
BROKER = Actor("broker", Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
COMMISSIONER = Actor("commissioner", Role.COMMISSIONER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)


@pytest.mark.parametrize("order", sorted(lives.ORDERS))
def test_every_order_of_the_queue_is_the_same_whatever_the_page(either: Filled, order: str) -> None:
    with writing(either[0]) as session:
        whole = lives.page(session, BROKER, order=order, limit=50, after=None).body["referrals"]
        after, walked = None, []
        for _ in range(len(whole) + 1):
            found = lives.page(session, BROKER, order=order, limit=1, after=after).body
            walked += found["referrals"]
            after = found["next"]
            if after is None:
                break
    assert walked == whole
    keys = {"needed": "needed_by", "due": "due_on", "referral": "id"}
    told = [row[keys[order]] or "9999" for row in whole]
    assert told == sorted(told)


def test_an_entry_is_written_over_the_one_that_was_seen_and_no_other(either: Filled) -> None:
    entry = ENTRY.validate_python(
        {"register": "due_diligence", "provider": "P1", "area": "finance", "checked_on":
         "2026-09-01", "passed": True, "expires_on": "2027-09-01", "evidence": "seen"},
        strict=False,
    )  # fmt: skip

    def write(seen: int) -> int:
        once = Once(COMMISSIONER.id, uuid.uuid4().hex, "d" * 64)
        with writing(either[0]) as session:
            made: int = desk_lists.enter(session, COMMISSIONER, entry, once, seen).body["number"]
        return made

    first = write(0)
    with pytest.raises(ProblemError) as refused:
        write(0)
    assert refused.value.kind == "changed"
    second = write(first)
    with pytest.raises(ProblemError):
        write(first)
    assert write(second) > second
