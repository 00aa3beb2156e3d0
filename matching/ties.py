"""A fixed draw that breaks what ties remain, from the seed and the names, not the order of rows."""

from __future__ import annotations

import hashlib

import numpy as np

from matching.board import Ints
from matching.choices import Choices

TIE_BITS = 20


def draws(choices: Choices, which: Ints, seed: int) -> Ints:
    """A number for each of these choices; the plan with the least sum is the one given."""
    problem = choices.problem
    drawn = []
    for choice in which.tolist():
        home = problem.homes[int(choices.home[choice])].id
        who = ",".join(sorted(referral.id for referral in choices.people(choice)))
        raw = hashlib.sha256(f"{seed}\0{who}\0{home}".encode()).digest()
        drawn.append(int.from_bytes(raw[:4], "big") >> (32 - TIE_BITS))
    return np.array(drawn, dtype=np.int64)
