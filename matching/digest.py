"""The fingerprint of a case: equal for equal questions, whatever the order of rows or columns."""

from __future__ import annotations

import hashlib
import json

from matching.policy import write_policy
from matching.problem import Problem
from matching.unbuild import records_of


def case_sha256(problem: Problem) -> str:
    """SHA-256 over the validated tables, each sorted by its key, policy included.

    A case in which nobody decided anything has the fingerprint it had before decisions existed.
    """
    tables = {
        name: sorted(list(record.values()) for record in records)
        for name, records in records_of(problem).items()
        if records or name != "decisions"
    }
    text = json.dumps([write_policy(problem.policy), tables], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
