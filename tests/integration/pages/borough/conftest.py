"""Five of Newham with homes decided for, one of Havering, a trade, and who pays for Newham."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import Role
from broker.database import writing
from broker.registers.book import write_entry
from broker.registers.entries import ENTRY
from broker.store.clock import now
from broker.store.history import Author
from tests import whole_life
from tests.conftest import cheap_hashing
from tests.integration.api.world import (
    HAVERING,
    PASSWORD,
)
from tests.integration.pages.borough.newham import (
    DAY,
    DEARER,
    EIGHTEEN,
    LATER,
    MANY,
    PROVIDERS,
    REBANDED,
    TRADE,
    WILLOW,
    AtWork,
)
from tests.whole_life import BROKER, COMMISSIONER, HOME, NEWHAM, SECOND, STARTS, Teller, borough


@pytest.fixture(scope="module")
def told(at_work: AtWork) -> Mapping[str, str]:
    """Five of Newham, of whom one stays put, and one of Havering; a trade; who pays for Newham."""
    with writing(at_work[2]) as session, cheap_hashing():
        lives = {home: Teller(session) for home in PROVIDERS}
        for at, (home, teller) in enumerate(lives.items()):
            born = date(2008, 10, 20) if home == WILLOW else date(2013, 2, 1 + at)
            asked = {HOME: MANY, SECOND: {"one_to_one": "12"}, DEARER: MANY}.get(home, {})
            teller.to_verified(young_person_id=f"YP-97{at}", date_of_birth=born)
            _moves_in(teller, home, asked)
        lives[SECOND].today = REBANDED
        lives[SECOND].take(
            BROKER, "reband", band="high", from_day=REBANDED, confirmed=True, thresholds="t1",
            reason="more help at night", requirements=_units(LATER),
        )  # fmt: skip
        stays = lives[WILLOW]
        stays.today = EIGHTEEN
        stays.reviewed("move")
        stays.end(planned=True, reason_code=None, care_code="E17", destination="staying_put",
                  words="You are 18 and you want to stay.")  # fmt: skip
        _of_havering(Teller(session, minutes=200))
        entry = ENTRY.validate_json(json.dumps(TRADE))
        write_entry(session, COMMISSIONER, entry, Author("commissioner-1", now()))
        for name, role in (("newham-finance", Role.FINANCE), ("newham-officer", Role.VERIFIER)):
            add_account(session, NewAccount(name, role, NEWHAM, secret=PASSWORD), now())
        return {home: teller.life.referral for home, teller in lives.items()}


def _units(told: Mapping[str, str]) -> dict[str, Decimal]:
    return {code: Decimal(number) for code, number in told.items()}


def _moves_in(teller: Teller, home: str, asked: Mapping[str, str]) -> None:
    teller.shortlist(home)
    teller.accepted_by(home, PROVIDERS[home])
    teller.ready(home)
    teller.confirm(home, requirements=_units(asked))
    teller.today = STARTS
    teller.take(BROKER, "move_in", moved_in_on=STARTS)


def _of_havering(teller: Teller) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, role in (
            ("ASSESSOR", Role.ASSESSOR), ("VERIFIER", Role.VERIFIER),
            ("OFFICER", Role.NOMINATED_OFFICER), ("DIRECTOR", Role.DIRECTOR),
        ):  # fmt: skip
            patch.setattr(whole_life, name, borough(role, code=HAVERING))
        teller.to_verified(
            actor=whole_life.ASSESSOR, young_person_id="YP-979", borough=HAVERING,
            date_of_birth=date(2013, 3, 4),
        )  # fmt: skip
        _moves_in(teller, HOME, MANY)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("placed", "borough_costs", "borough_statement"):
        monkeypatch.setattr(f"api.{place}.today", lambda: DAY)
