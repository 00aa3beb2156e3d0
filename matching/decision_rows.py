"""Rows of decisions.csv as decisions: who may sign what, and one pin for each referral."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matching.faults import Fault
from matching.overrides import WHO_MAY, signed_by
from matching.problem import Decision
from matching.sheets import DECISIONS
from matching.tables import Row


def decision_of(row: Row, faults: list[Fault]) -> Decision | None:
    """The decision of a row, or None with its faults; every override needs a signer that counts."""
    if not row.whole(*DECISIONS.names):
        return None
    made = Decision(
        referral=row["referral_id"],
        home=row["home_id"],
        kind=row["kind"],
        by=row["by"],
        on=row["on"],
        reason=row["reason"],
        override=row["override"],
    )
    found = list(_wrong_overrides(made, row.number))
    faults += found
    return None if found else made


def _wrong_overrides(made: Decision, row: int) -> Iterator[Fault]:
    for code, _ in made.override:
        if made.kind == "ban":
            allowed = "a ban overrides nothing; allowed: empty"
            yield Fault(DECISIONS.file, row, "override", code, allowed, "bad value")
        elif signed_by(made, code) is None:
            allowed = f"nobody who may sign {code} is named; {WHO_MAY[code]}, or by names them"
            yield Fault(DECISIONS.file, row, "override", code, allowed, "not signed")


def pins_twice(rows: Iterable[Row]) -> Iterator[Fault]:
    """A fault for every pin of a referral that a row before pins already."""
    first: dict[str, int] = {}
    for row in rows:
        if row.whole("referral_id", "kind") and row["kind"] == "pin":
            who = row["referral_id"]
            if who in first:
                allowed = f"row {first[who]} pins them already; one pin for each referral"
                yield Fault(DECISIONS.file, row.number, "kind", who, allowed, "two pins")
            first.setdefault(who, row.number)
