"""Homes judged for one young person from the records: the hard rules, and the factors of s22C.

Only what these homes and this young person need is read, so that a judgement costs the same however
many young people are on record. The rules are those of `matching`, none is written again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlmodel import Session

from broker.database import name_of
from broker.store.load import NothingOnRecord, assemble, read_policy_text
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from matching.board import AREAS, Board, View
from matching.points import price
from matching.problem import Problem
from matching.rules import holds, rules_of


@dataclass(frozen=True, slots=True)
class Judged:
    """One home for one young person on one day.

    `failed` are (code, sentence) of hard rules that do not hold; `tenths` is None where a location
    is unknown; `weekly_fee` is None where no rate covers the day. `points` is by component.
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
        }


def judge(
    session: Session, referral_id: str, homes: Sequence[str], today: date, starts_on: date | None
) -> dict[str, Judged]:
    """Each of these homes that is on record, judged for a referral that is open for matching.

    `starts_on` is the day the place is wanted from; None is the referral's own day. A referral that
    is not open for matching, or no home, gives nothing.
    """
    problem = one_referral(session, referral_id, homes, today, starts_on)
    if problem is None or not problem.referrals:
        return {}
    board = Board(problem)
    view = View(board, problem.referrals[0])
    rules = rules_of(problem)
    tests = [holds(rule, view) for rule in rules]
    every = np.arange(board.size, dtype=np.int64)
    fits = np.all(tests, axis=0)
    points = price(view, every, fits)
    fees = board.fees(view.referral.band, view.day)
    from matching.points import COMPONENT_NAMES

    found = {}
    for at, home in enumerate(problem.homes):
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
        )
    return found


def one_referral(
    session: Session, referral_id: str, homes: Sequence[str], today: date, starts_on: date | None
) -> Problem | None:
    """The problem of one referral and some homes, as of today; None where it is not open."""
    policy = read_policy_text(session)
    if policy is None:
        raise NothingOnRecord(name_of(session.get_bind()))
    referrals = [
        row
        for row in rows_of(session, "referrals", {"referral_id": referral_id})
        if row["closed_at"] is None
    ]
    if not referrals:
        return None
    own = referrals[0]
    if starts_on is not None:
        own["needed_by"] = starts_on
    if own["waiting_since"] is not None and own["waiting_since"] > today:  # type: ignore[operator]
        own["waiting_since"] = today
    young_person = own["young_person_id"]
    named = list(homes)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SHELVES}
    rows["referrals"] = [own]
    rows["homes"] = [
        row for row in rows_of(session, "homes", {"home_id": named}) if row["closed_at"] is None
    ]
    known = {str(row["home_id"]) for row in rows["homes"]}
    residents = rows_of(session, "residents", {"home_id": sorted(known)})
    rows["residents"] = residents
    either = rows_of(session, "relationships", {"a": young_person})
    either += rows_of(session, "relationships", {"b": young_person})
    rows["relationships"] = either
    rows["avoid"] = [
        row
        for row in rows_of(session, "avoid", {"young_person_id": young_person})
        if row["home_id"] is None or row["home_id"] in known
    ]
    rows["people_and_places"] = rows_of(session, "people_and_places", {"referral_id": referral_id})
    for name in ("wishes", "declines", "decisions"):
        rows[name] = rows_of(session, name, {"referral_id": referral_id, "home_id": sorted(known)})
    rows["rates"] = rows_of(session, "rates", {"home_id": sorted(known)})
    rows["adjoining"] = rows_of(session, "adjoining", {})
    return assemble(policy, rows, (), {"as_of": today})
