"""The case that is on record, for a question about it; or the sentence why there is none."""

from __future__ import annotations

from sqlmodel import Session

from broker.database import DatabaseProblem, DatabaseUnreachable
from broker.store.load import NothingOnRecord, load_seen
from broker.store.seen import Seen
from matching.problem import Problem


class Unfit(Exception):
    """What is on record cannot be used for a question; the sentence says what to put right."""


def case_on_record(session: Session, *, require_safety: bool = False) -> tuple[Problem, Seen]:
    """The problem of the open referrals on record, and which versions of the rows it is made of.

    Raises:
        Unfit: there is none, or what is on record cannot be matched.
        DatabaseUnreachable: the database cannot be reached now.
    """
    try:
        problem, seen = load_seen(session)
    except DatabaseUnreachable:
        raise
    except NothingOnRecord:
        raise Unfit("No case is on record yet. Take one in first: broker import CASE.") from None
    except DatabaseProblem as problem_found:
        raise Unfit(str(problem_found)) from problem_found
    if require_safety and problem.missing_safety:
        tables = ", ".join(file.removesuffix(".csv") for file in problem.missing_safety)
        raise Unfit(f"require_safety was asked for, and these were never given: {tables}.")
    return problem, seen
