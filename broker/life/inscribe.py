"""A referral's form as the rows that matching reads, and the rows taken off again.

A referral is open for matching from the day it is verified (in an emergency, banded) until it is
placed or withdrawn. What stands in the form is turned into the columns of the case folder here and
nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlmodel import Session

from broker.life import steps as said
from broker.life.form import COMPANIONS_OF_STANDARD, Form, Where
from broker.life.state import Life, what
from broker.store.history import Author
from broker.store.put import add_row, close_row, put_row, put_rows, rows_of
from broker.store.shelves import SHELVES
from matching.sheets import PROVISIONS, SHEETS
from matching.unbuild import Record


def _empty(sheet: str) -> Record:
    return dict.fromkeys(SHEETS[sheet].names, "")


def _where(where: Where | None) -> Record:
    if where is None:
        return {}
    return {
        "easting": "" if where.easting is None else str(where.easting),
        "northing": "" if where.northing is None else str(where.northing),
        "postcode": where.postcode or "",
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def referral_record(life: Life) -> Record:
    """The life's row of `referrals.csv`."""
    form = life.form
    assert form is not None
    needs = sorted(set(form.needs))
    return {
        **_empty("referrals"),
        "referral_id": life.referral,
        "young_person_id": form.young_person_id,
        "borough": form.borough,
        "date_of_birth": _text(form.date_of_birth),
        "sex": _text(form.sex),
        "band": life.band or "",
        "band_status": life.band_status,
        "needs": ";".join(needs),
        **_where(form.home_place),
        "nearness": form.nearness,
        "min_distance_miles": _text(form.min_distance_miles),
        "max_distance_miles": _text(form.max_distance_miles),
        "needed_by": _text(form.needed_by),
        "waiting_since": _text(form.waiting_since),
        "planned_months": _text(form.planned_months),
        "moves_last_12_months": _text(form.moves_last_12_months),
        "sibling_group": form.sibling_group or "",
        "siblings": form.siblings or "",
        "living_companions": companions(form),
        "provision": ";".join(name for name in PROVISIONS if name in form.provision),
        "dol": "Y" if form.liberty is not None else "",
    }


def companions(form: Form) -> str:
    """The case folder's code for whom the young person can live with."""
    if form.living_companions is None:
        return ""
    return COMPANIONS_OF_STANDARD[form.living_companions]


def open_for_matching(
    session: Session, life: Life, author: Author, was: Form | None, reason: str
) -> None:
    """Write the rows of a referral for which a place is looked for; again when it is amended.

    Safety is added to, never swept away: what is on record of the young person stays, but for what
    the form said before (`was`) and says no longer, which goes for the reason of the amendment.
    """
    form = life.form
    assert form is not None
    put_row(session, "referrals", referral_record(life), author)
    put_rows(
        session,
        "people_and_places",
        {"referral_id": life.referral},
        people(life.referral, form),
        author,
    )
    wanted, before = _safety(form), _safety(was) if was is not None else []
    for sheet, record in before:
        if (sheet, record) not in wanted:
            _take_off(session, sheet, record, author, reason)
    for sheet, record in wanted:
        _add_safety(session, sheet, record, author)
    for step in life.views.values():
        record_wish(session, life.referral, what(step, said.View), author)


def _safety(form: Form) -> list[tuple[str, Record]]:
    """The rows of where and with whom the young person must not live."""
    rows = [("avoid", record) for record in avoided(form)]
    for kind, others in (
        ("must_not_live_together", form.must_not_live_with),
        ("caution", form.caution_with),
    ):
        for other in others or ():
            a, b = sorted((form.young_person_id, other))
            rows.append(("relationships", {"a": a, "b": b, "kind": kind}))
    return rows


def _add_safety(session: Session, sheet: str, record: Record, author: Author) -> None:
    """A row of safety, once: avoided places have no key of their own but all they hold."""
    if sheet == "avoid":
        values = SHELVES[sheet].values(record)
        if not rows_of(session, sheet, values):
            add_row(session, sheet, record, author)
    elif not _pair_on_record(session, record):
        put_row(session, sheet, record, author)


def _pair_on_record(session: Session, record: Record) -> bool:
    """Whether two young people stand so already, in either order."""
    a, b, kind = record["a"], record["b"], record["kind"]
    return any(
        rows_of(session, "relationships", {"a": first, "b": second, "kind": kind})
        for first, second in ((a, b), (b, a))
    )


def _take_off(session: Session, sheet: str, record: Record, author: Author, reason: str) -> None:
    close_row(session, sheet, SHELVES[sheet].values(record), author, reason)
    if sheet == "relationships":
        other_way = {**record, "a": record["b"], "b": record["a"]}
        close_row(session, sheet, SHELVES[sheet].values(other_way), author, reason)


def people(referral: str, form: Form) -> Iterator[Record]:
    """The form's rows of `people_and_places.csv`."""
    for one in form.matters:
        yield {
            **_empty("people_and_places"),
            "referral_id": referral,
            "what": one.what,
            **_where(one.where),
            "visits_per_month": str(one.visits_per_month),
            "keep": "Y" if one.keep else "",
        }


def avoided(form: Form) -> Iterator[Record]:
    """The form's rows of `avoid.csv`."""
    for one in form.avoid or ():
        record = {
            **_empty("avoid"),
            "young_person_id": form.young_person_id,
            "kind": one.kind,
            "borough": one.borough or "",
            "home_id": one.home_id or "",
        }
        if one.kind == "radius":
            grid = {k: v for k, v in _where(one.where).items() if k != "postcode"}
            record |= {**grid, "miles": _text(one.miles)}
        yield record


def record_wish(session: Session, referral: str, view: said.View, author: Author) -> None:
    """What a young person said of a home, as matching reads it; not given is no wish."""
    if view.wish == "not_given":
        return
    record = {
        **_empty("wishes"),
        "referral_id": referral,
        "home_id": view.home_id,
        "wish": view.wish,
        "on": view.said_on.isoformat(),
        "words": view.words or "",
    }
    put_row(session, "wishes", record, author)


def record_decline(session: Session, referral: str, decline: said.Decline, author: Author) -> None:
    """A home's no, which R10 then knows."""
    record = {
        "referral_id": referral,
        "home_id": decline.home_id,
        "reason": f"{decline.code}: {decline.words}",
    }
    put_row(session, "declines", record, author)


def close_for_matching(session: Session, life: Life, author: Author, reason: str) -> None:
    """Nobody looks for a place any longer."""
    close_row(session, "referrals", {"referral_id": life.referral}, author, reason)


def resident_record(life: Life) -> Record:
    """The life's row of `residents.csv`, once a home is decided for; with the day of leaving."""
    form = life.form
    assert form is not None
    assert life.home is not None
    leaves = life.leaves
    return {
        **_empty("residents"),
        "young_person_id": form.young_person_id,
        "home_id": life.home,
        "borough": form.borough,
        "band": life.band or "",
        "date_of_birth": _text(form.date_of_birth),
        "sex": _text(form.sex),
        "leaves_on": "" if leaves is None else leaves[0].isoformat(),
        "leaving": "" if leaves is None else ("confirmed" if leaves[1] else "expected"),
        "living_companions": companions(form),
        "sibling_group": form.sibling_group or "",
    }


def reside(session: Session, life: Life, author: Author) -> None:
    """The place is the young person's, as every later match sees it, until a confirmed day."""
    put_row(session, "residents", resident_record(life), author)


def give_up_residence(
    session: Session, life: Life, lived_at: Record | None, author: Author, reason: str
) -> None:
    """Nobody moves in after all: the young person lives where they lived before, if anywhere."""
    form = life.form
    assert form is not None
    if lived_at is not None:
        put_row(session, "residents", lived_at, author)
    else:
        close_row(session, "residents", {"young_person_id": form.young_person_id}, author, reason)
