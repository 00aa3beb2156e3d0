"""Homes judged for one young person from the records: the hard rules, and the factors of s22C.

Only what these homes and this young person need is read, so that a judgement costs the same however
many young people are on record. The rules are those of `matching`, none is written again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlmodel import Session

from broker.database import name_of
from broker.life.inscribe import avoided, people, referral_record
from broker.life.state import Life
from broker.registers.diligence import diligence_now
from broker.store.load import NothingOnRecord, assemble, read_policy_text, waiting_by
from broker.store.out_of_use import places_out
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from matching.board import AREAS, UNKNOWN, Board, Ints, View
from matching.faults import BadInput
from matching.points import COMPONENT_NAMES, price
from matching.problem import Problem
from matching.rules import holds, rules_of


class CannotBeJudged(Exception):
    """What is on record of a young person and these homes cannot be read; a sentence each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("; ".join(sentences))


@dataclass(frozen=True, slots=True)
class Judged:
    """One home for one young person on one day.

    `failed` are (code, sentence) of hard rules that do not hold; `tenths` is None where a location
    is unknown; `weekly_fee` is None where no rate covers the day. `points` is by component.
    `school_tenths` is how far the school is that is to be kept, else any that is told; None where
    there is none or it is not known where. `siblings` are those on record who live in this home,
    and in another.
    """

    home: str
    provider: str
    contract: str
    failed: tuple[tuple[str, str], ...]
    area: str
    tenths: int | None
    weekly_fee: int | None
    points: dict[str, int]
    supports: tuple[str, ...]
    school_tenths: int | None = None
    siblings: tuple[int, int] = (0, 0)

    def to_json(self) -> dict[str, Any]:
        """The facts as a step keeps them."""
        return {
            "provider": self.provider,
            "contract": self.contract,
            "failed": [list(one) for one in self.failed],
            "area": self.area,
            "tenths_of_miles": self.tenths,
            "weekly_fee_pence": self.weekly_fee,
            "points": self.points,
            "school_tenths": self.school_tenths,
            "siblings": list(self.siblings),
        }


def judge(
    session: Session, referral_id: str, homes: Sequence[str], today: date, starts_on: date | None
) -> dict[str, Judged]:
    """Each of these homes that is on record, judged for a referral that is open for matching.

    `starts_on` is the day the place is wanted from; None is the referral's own day. A referral that
    is not open for matching, or no home, gives nothing.

    Raises:
        CannotBeJudged: the records cannot be read as they stand, such as a pin that breaks a rule.
    """
    referrals = [
        row
        for row in rows_of(session, "referrals", {"referral_id": referral_id})
        if row["closed_at"] is None
    ]
    if not referrals:
        return {}
    own = referrals[0]
    if starts_on is not None:
        own["needed_by"] = starts_on
    whose = {"referral_id": referral_id}
    rows = {
        "avoid": rows_of(session, "avoid", {"young_person_id": own["young_person_id"]}),
        **{name: rows_of(session, name, whose) for name in _OF_THE_REFERRAL},
    }
    return _judged(session, own, rows, homes, today)


def judge_form(
    session: Session, life: Life, homes: Sequence[str], today: date
) -> dict[str, Judged]:
    """Each of these homes that is on record, judged for a form that is not open for matching yet.

    Where a young person must not live is what the form says and what is on record of them.
    """
    assert life.form is not None
    own = dict(SHELVES["referrals"].values(referral_record(life)))
    avoid = SHELVES["avoid"]
    where = {"young_person_id": life.form.young_person_id}
    rows = {
        "avoid": [
            *rows_of(session, "avoid", where),
            *(dict(avoid.values(record)) for record in avoided(life.form)),
        ],
        "people_and_places": [
            dict(SHELVES["people_and_places"].values(record))
            for record in people(life.referral, life.form)
        ],
    }
    return _judged(session, own, rows, homes, today)


_Row = dict[str, Any]
_Rows = Mapping[str, list[_Row]]


_OF_THE_REFERRAL = ("people_and_places", "wishes", "declines", "decisions")


def _judged(
    session: Session, own: _Row, rows: _Rows, homes: Sequence[str], today: date
) -> dict[str, Judged]:
    problem = _problem(session, waiting_by(today, own), rows, homes, today)
    board = Board(problem)
    view = View(board, problem.referrals[0])
    rules = rules_of(problem)
    tests = [holds(rule, view) for rule in rules]
    every = np.arange(board.size, dtype=np.int64)
    fits = np.all(tests, axis=0)
    points = price(view, every, fits)
    fees = board.fees(view.referral.band, view.day)
    distances = schools(board, view)
    siblings = _siblings(session, own, view.day)
    found = {}
    for at, home in enumerate(problem.homes):
        if home.id not in homes:
            continue
        failed = []
        for rule, flags in zip(rules, tests, strict=True):
            if not flags[at]:
                have, allowed = rule.facts(view, at)
                failed.append((rule.code, f"{rule.sentence} ({have}; {allowed})"))
        tenths = int(view.tenths[at])
        found[home.id] = Judged(
            home=home.id,
            provider=home.provider,
            contract=home.contract,
            failed=tuple(failed),
            area=AREAS[int(view.areas[at])],
            tenths=None if tenths < 0 else tenths,
            weekly_fee=int(fees.weekly[at]) if fees.known[at] else None,
            points=dict(zip(COMPONENT_NAMES, points[at].tolist(), strict=True)),
            supports=tuple(sorted(home.supports)),
            school_tenths=None if distances is None or distances[at] < 0 else int(distances[at]),
            siblings=(siblings[home.id], siblings.total() - siblings[home.id]),
        )
    return found


def schools(board: Board, view: View) -> Ints | None:
    """Tenths of miles from every home to the farthest school that is to be kept, else told of."""
    told = [one for one in board.people_of(view.referral) if one.what == "school"]
    wanted = [one for one in told if one.keep] or told
    if not wanted:
        return None
    each = np.stack([board.tenths_to(one.location) for one in wanted])
    farthest: Ints = np.where(np.any(each < 0, axis=0), UNKNOWN, np.max(each, axis=0))
    return farthest


def _siblings(session: Session, own: _Row, day: date) -> Counter[str]:
    """How many of the young person's siblings on record live in each home on a day."""
    found: Counter[str] = Counter()
    if own["sibling_group"] is None:
        return found
    for row in rows_of(session, "residents", {"sibling_group": own["sibling_group"]}):
        left = row["leaves_on"]
        gone = row["leaving"] == "confirmed" and isinstance(left, date) and left <= day
        if row["young_person_id"] != own["young_person_id"] and not gone:
            found[str(row["home_id"])] += 1
    return found


def _problem(
    session: Session, own: _Row, rows: _Rows, homes: Sequence[str], today: date
) -> Problem:
    """The problem of one referral and some homes, as of today, less the places out of use."""
    policy = read_policy_text(session)
    if policy is None:
        raise NothingOnRecord(name_of(session.get_bind()))
    young_person, day = own["young_person_id"], max(own["needed_by"], today)
    told: dict[str, list[_Row]] = {name: [] for name in SHELVES}
    told |= {name: list(some) for name, some in rows.items()}
    told["referrals"] = [own]
    decided = {row["home_id"] for row in told["decisions"]}  # a home decided for rules out others
    told["homes"] = [
        row
        for row in rows_of(session, "homes", {"home_id": sorted(decided.union(homes))})
        if row["closed_at"] is None
    ]
    diligence_now(session, told["homes"], today)
    known = sorted(str(row["home_id"]) for row in told["homes"])
    for name in ("wishes", "declines", "decisions"):
        told[name] = [row for row in told[name] if row["home_id"] in known]
    out = places_out(session, day, None, known)
    for home in told["homes"]:
        home["places"] = max(0, home["places"] - out.get(home["home_id"], 0))
    told["residents"] = rows_of(session, "residents", {"home_id": known})
    told["relationships"] = [
        *rows_of(session, "relationships", {"a": young_person}),
        *rows_of(session, "relationships", {"b": young_person}),
    ]
    told["avoid"] = [
        row for row in told["avoid"] if row["home_id"] is None or row["home_id"] in known
    ]
    told["rates"] = rows_of(session, "rates", {"home_id": known})
    told["adjoining"] = rows_of(session, "adjoining", {})
    try:
        return assemble(policy, told, (), {"as_of": today})
    except BadInput as refused:
        raise CannotBeJudged([str(fault) for fault in refused.faults]) from refused
