"""Two people act on the same place at the same moment: exactly one succeeds, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import verify
from broker.database import writing
from broker.life import desk, lost, steps
from broker.life.desk import Changed, Moment, Shut, read_life
from broker.life.state import State
from broker.store.put import rows_of
from broker.tables import PlacementRow
from tests.whole_life import HOME, STARTS, Teller

OTHER_BROKER = Actor("broker-2", Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
BROKER = Actor("broker-1", Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)


def ready(engine: Engine, number: int, **changed: object) -> tuple[str, int]:
    """A young person whose place in the home can be decided for; id and version."""
    with writing(engine) as session:
        told = Teller(session, minutes=number * 60)
        born = date(2012, number, 9)
        told.to_verified(young_person_id=f"YP-95{number}", date_of_birth=born, **changed)
        told.shortlist(HOME)
        told.accepted_by(HOME, "P2")
        told.ready(HOME)
        return told.life.referral, told.life.version


def deciding(engine: Engine, who: Actor, referral: str, seen: int) -> Callable[[], None]:
    one = steps.SAID.validate_python(
        {
            "kind": "confirm",
            "home_id": HOME,
            "starts_on": STARTS,
            "planned_until": date(2027, 6, 14),
            "reason": "it is the right home",
            "school_kept": True,
        },
        strict=True,
    )
    moment = Moment(datetime(2026, 9, 4, 20, tzinfo=UTC), date(2026, 9, 4))

    def decide() -> None:
        with writing(engine) as session:
            desk.take(session, who, referral, one, moment, seen=seen)

    return decide


def at_once(*work: Callable[[], object]) -> list[BaseException | None]:
    """What becomes of pieces of work that start at the same moment, in their order."""
    gate = threading.Barrier(len(work))
    ended: list[BaseException | None] = [None] * len(work)

    def run(number: int) -> None:
        gate.wait()
        try:
            work[number]()
        except BaseException as raised:
            ended[number] = raised

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "they wait for each other"
    return ended


def told(ended: list[BaseException | None]) -> BaseException:
    """The one refusal there is."""
    refused = [one for one in ended if one is not None]
    assert len(refused) == len(ended) - 1, ended
    return refused[0]


def placed(engine: Engine) -> list[str]:
    with writing(engine) as session:
        assert not verify(session).broken
        return list(session.execute(sa.select(PlacementRow.__table__.c.referral_id)).scalars())


def test_of_two_who_take_the_last_place_one_succeeds_and_the_other_is_told(region: Engine) -> None:
    lives = [ready(region, number) for number in (1, 2)]
    with writing(region) as session:
        session.execute(sa.text(f"UPDATE home SET places = 3 WHERE home_id = '{HOME}'"))
    ended = at_once(deciding(region, BROKER, *lives[0]), deciding(region, OTHER_BROKER, *lives[1]))
    refused = told(ended)
    assert isinstance(refused, Shut)
    assert "PLACE" in {gap.code for gap in refused.gaps}
    winner = ended.index(None)
    assert placed(region) == [lives[winner][0]]
    with writing(region) as session:
        life = read_life(session, lives[1 - winner][0])
        assert life is not None
        assert life.state is State.ACCEPTED, "nothing of the other decision was kept"


def test_two_who_must_not_live_together_are_never_both_placed(region: Engine) -> None:
    lives = [
        ready(region, 1, must_not_live_with=("YP-952",)),
        ready(region, 2, must_not_live_with=("YP-951",)),
    ]
    refused = told(
        at_once(deciding(region, BROKER, *lives[0]), deciding(region, OTHER_BROKER, *lives[1]))
    )
    assert isinstance(refused, Shut)
    assert {gap.code for gap in refused.gaps} == {"IMPACT", "R11"}
    assert len(placed(region)) == 1


def test_of_two_who_decide_for_one_young_person_one_succeeds(region: Engine) -> None:
    life = ready(region, 1)
    refused = told(at_once(deciding(region, BROKER, *life), deciding(region, OTHER_BROKER, *life)))
    assert isinstance(refused, Changed)
    assert placed(region) == [life[0]]


def test_a_decision_and_the_loss_of_its_home_do_not_pass_each_other(region: Engine) -> None:
    life = ready(region, 1)
    moment = Moment(datetime(2026, 9, 4, 20, tzinfo=UTC), date(2026, 9, 4))
    with writing(region) as session:
        from broker.store.shelves import SHELVES

        record = dict(SHELVES["homes"].record(rows_of(session, "homes", {"home_id": HOME})[0]))
        seen = lost.home_version(session, HOME)
    assert seen is not None
    change = lost.Change("restricted", {**record, "registration": "restricted"})

    def lose() -> None:
        with writing(region) as session:
            lost.change_home(session, OTHER_BROKER, HOME, change, moment, seen=seen)

    ended = at_once(deciding(region, BROKER, *life), lose)
    assert all(one is None or isinstance(one, Shut | Changed) for one in ended), ended
    if isinstance(ended[1], Changed):
        lose()
    assert placed(region) == []
    with writing(region) as session:
        found = read_life(session, life[0])
        assert found is not None
        assert found.state is State.SHORTLISTED
        assert found.steps[-1].kind == "place_lost"


@pytest.mark.parametrize("number", [3])
def test_of_several_who_begin_a_referral_of_one_young_person_one_succeeds(
    region: Engine, number: int
) -> None:
    def begin() -> None:
        with writing(region) as session:
            Teller(session).open(young_person_id="YP-960")

    ended = at_once(*[begin] * number)
    refused = [one for one in ended if one is not None]
    assert len(refused) == number - 1
    assert all(
        isinstance(one, Shut) and {gap.code for gap in one.gaps} == {"DOUBLE"} for one in refused
    ), refused
