"""Records of the standard through the records, on both databases: what goes in comes out equal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import reading, writing
from broker.importing import import_case
from broker.life.desk import Moment, Shut, read_life
from broker.life.state import State
from broker.sample.whole_form import whole_form
from broker.standard.fields import fields
from broker.standard.files import as_csv, as_json, read_standard
from broker.standard.forms import of_form
from broker.standard.intake import ADDED, BEGUN, SAME, TakenIn, take_in, told_by
from broker.standard.lives import export
from broker.standard.record import Record
from tests.integration.conftest import REGION
from tests.whole_life import ASSESSOR, BROKER, HOME, NEWHAM, VERIFIER, Teller, sign_agreements

Emptied = Callable[[], Engine]
WRITERS = {"json": as_json, "csv": as_csv}
LATER = date(2026, 10, 28)


def take(session: Session, file: Path, today: date = LATER, minute: int = 0) -> list[TakenIn]:
    """Take a file in, as the command does."""
    read = read_standard(file)
    told, problems = told_by(read.records, NEWHAM, file.name, read.sha256)
    assert not [*read.problems, *problems]
    at = datetime(today.year, today.month, today.day, 20, minute, tzinfo=UTC)
    return take_in(session, BROKER, told, Moment(at, today))


def written(records: list[Record], folder: Path, kind: str = "json") -> Path:
    file = folder / f"f.{kind}"
    file.write_text(WRITERS[kind](records), encoding="utf-8", newline="")
    return file


def out(session: Session) -> list[Record]:
    made = export(session)
    assert not made.problems
    assert made.lives == len(made.records)
    return list(made.records)


def on_region(session: Session) -> None:
    at = datetime(2026, 9, 4, 8, tzinfo=UTC)
    import_case(session, REGION, by="test", when=at, hold_day=True)
    sign_agreements(session)


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_written_is_taken_by_an_empty_house_and_written_again_equal(
    kind: str, emptied: Emptied, tmp_path: Path
) -> None:
    """Somebody with an ended and an open referral, and somebody with one, twice withdrawn."""
    engine = emptied()
    with writing(engine) as session:
        on_region(session)
        told = Teller(session)
        told.to_moved_in()
        told.today = date(2026, 10, 27)
        told.end(needs_place=True)
        told.to_verified(young_person_id="YP-901", date_of_birth=date(2011, 5, 1))
        for pets in ("No", "Not Known", "Not Known"):
            told.open(young_person_id="YP-902", date_of_birth=date(2010, 5, 1), pets=pets)
            told.take(ASSESSOR, "submit")
            told.take(ASSESSOR, "withdraw", reason="asked for by mistake")
    with reading(engine) as session:
        before = out(session)
    by_person = [record["PlacementAvailability.childId"] for record in before]
    assert sorted(map(by_person.count, set(by_person))) == [1, 2, 3]
    assert sum("ActualPlacement.providerURN" in record for record in before) == 1
    file = written(before, tmp_path, kind)
    other = emptied()
    with writing(other) as session:
        sign_agreements(session)
        taken = take(session, file)
    assert [one.how for one in taken] == [BEGUN] * 6
    with reading(other) as session:
        after = out(session)
        states = [read_life(session, one.referral) for one in taken]
    assert _sorted(after) == _sorted(before)
    open_ones = [one.young_person for one, life in zip(taken, states, strict=True)
                 if life is not None and life.state is State.DRAFT]  # fmt: skip
    assert len(open_ones) == len(set(open_ones)) == 3, "one each, and the rest is closed"
    with writing(other) as session:
        again = take(session, written(after, tmp_path, kind), minute=1)
        assert [one.how for one in again] == [SAME] * 6
        assert {one.referral for one in again} == {one.referral for one in taken}
        assert _sorted(out(session)) == _sorted(before)


def _sorted(records: list[Record]) -> list[Record]:
    """By young person; those of one person stay as they stand."""
    return sorted(records, key=lambda record: record["PlacementAvailability.childId"])


def whole_record(child: int, **changed: Any) -> dict[str, Any]:
    """A record with every field of the standard, each in a value of its own where it can be."""
    plain = {"Integer": 3, "Boolean": True, "String": "told there"}
    made: dict[str, Any] = {}
    for place, field in enumerate(fields().values()):
        if field.many or field.options:
            made[field.path] = field.options[:2] if field.many else field.options[-1]
        elif field.type == "Date":
            made[field.path] = date(2026, 9, 1)
        else:
            value = plain[field.type]
            made[field.path] = f"{value} {place}" if isinstance(value, str) else value
    made["PlacementAvailability.childId"] = child
    made["PlacementAvailability.neededBy"] = "in more than 5 days"
    made["PlacementRequirements.deprivationOfLiberty"] = False
    return {**made, **changed}


def referral_of(record: Record) -> Record:
    return {path: value for path, value in record.items() if not fields()[path].of_placement}


@pytest.mark.parametrize("liberty", [False, True])
def test_a_record_is_begun_completed_submitted_placed_elsewhere_and_leaves_whole(
    liberty: bool, on_record: Session, tmp_path: Path
) -> None:
    record = whole_record(17, **{"PlacementRequirements.deprivationOfLiberty": liberty})
    assert len(record) == len(fields()) == 41
    begun = take(on_record, written([referral_of(record)], tmp_path), date(2026, 9, 4), 1)[0]
    assert out(on_record) == [referral_of(record)], "it was referred there, a draft or not"
    told = Teller(on_record, minutes=700)
    draft = told.read(begun.referral)
    assert draft.form is not None
    asked = {name: getattr(draft.form, name) for name in of_form().values()}
    if liberty:
        told.take(ASSESSOR, "amend", form=whole_form(**asked), reason="completed")
        with pytest.raises(Shut, match="deprivation of liberty"):
            told.take(ASSESSOR, "submit")
        asked["liberty"] = {"order_number": "FD26-1", "expires_on": date(2026, 12, 1),
                            "restrictions": "doors are locked"}  # fmt: skip
    told.take(ASSESSOR, "amend", form=whole_form(**asked), reason="completed with the borough")
    told.take(ASSESSOR, "submit")
    told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="by the thresholds")
    told.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked")
    assert out(on_record) == [referral_of(record)]
    placed = take(on_record, written([record], tmp_path), date(2026, 9, 4), 50)[0]
    assert (placed.how, placed.referral) == (ADDED, begun.referral)
    assert out(on_record) == [record], "every field as it came"
    assert export(on_record).reported == 1
    if liberty:
        return
    told.minutes = 720
    told.again()
    told.shortlist(HOME)
    told.accepted_by(HOME, "P2")
    told.ready()
    told.confirm()
    decided = out(on_record)[0]
    assert decided["ActualPlacement.providerURN"] == HOME
    changed = {path for path in record if decided[path] != record[path]}
    assert {path for path in changed if not fields()[path].of_placement} == set()
    assert export(on_record).reported == 0


def two(child: int) -> list[Record]:
    """Two referrals of somebody, the later one first."""
    first = whole_record(child, **{"QualityAssurance.referralDate": date(2026, 8, 3)})
    return [referral_of(whole_record(child)), first]


def test_the_last_referral_of_somebody_is_open_wherever_it_stands_in_the_file(
    on_record: Session, tmp_path: Path
) -> None:
    taken = take(on_record, written(two(17), tmp_path))
    assert [(one.number, one.later) for one in taken] == [(2, 1), (1, None)]
    lives = [read_life(on_record, one.referral) for one in taken]
    assert [life.state for life in lives if life] == [State.WITHDRAWN, State.DRAFT]
    kinds = [step.kind for life in lives if life for step in life.steps]
    assert kinds == ["open", "reported", "withdraw", "open", "reported"]


def test_a_later_referral_closes_a_draft_that_came_before_it(
    on_record: Session, tmp_path: Path
) -> None:
    late, early = two(17)
    first = take(on_record, written([early], tmp_path))
    both = take(on_record, written([late, early], tmp_path), minute=1)
    assert [one.how for one in both] == [SAME, BEGUN]
    assert both[0].referral == first[0].referral
    life = read_life(on_record, first[0].referral)
    assert life is not None
    assert life.state is State.WITHDRAWN
    moved = {**early, "ActualPlacement.totalWeeklyCost": 9}
    more = take(on_record, written([late, moved], tmp_path), minute=2)
    assert [one.how for one in more] == [ADDED, SAME], "what is told of a closed one is kept"
    assert _sorted(out(on_record)) == [moved, late]


def test_what_the_brokerage_works_on_is_never_closed_by_a_file(
    on_record: Session, tmp_path: Path
) -> None:
    late, early = two(17)
    told = Teller(on_record, minutes=700)
    told.read(take(on_record, written([early], tmp_path), date(2026, 9, 4))[0].referral)
    assert told.life.form is not None
    asked = {name: getattr(told.life.form, name) for name in of_form().values()}
    told.take(ASSESSOR, "amend", form=whole_form(**asked), reason="completed")
    told.take(ASSESSOR, "submit")
    with pytest.raises(Shut, match="stands at received here: end or withdraw that first"):
        take(on_record, written([late, early], tmp_path), minute=1)


def test_a_referral_before_the_open_one_that_is_not_on_record_is_told(
    on_record: Session, tmp_path: Path
) -> None:
    late, early = two(17)
    take(on_record, written([late], tmp_path))
    with pytest.raises(Shut, match="record 2 tells of a referral of STD-17 before the one of re"):
        take(on_record, written([late, early], tmp_path), minute=1)
