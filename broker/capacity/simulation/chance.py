"""Chance by number: a draw is a function of what it is for, never of what was drawn before it.

Every draw of a replication is named by a stream, a young person (or cell, or home) and a count. So
whatever is done with young people, who comes, how long each would stay and who would decline whom
are the same: portfolios and contracts are compared on common random numbers. The mixing is
SplitMix64's (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014).
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np

from matching.compiled import compiled

ARRIVAL: Final = 1
WHO: Final = 2
BORN: Final = 3
DAY: Final = 4
KNOWN: Final = 5
SIBLING: Final = 6
TOGETHER: Final = 7
MOVES: Final = 8
LENGTH: Final = 9
ENDING: Final = 10
AGAIN: Final = 11
STEP: Final = 12
STEP_LENGTH: Final = 13
DECLINE: Final = 14
RELATED: Final = 15
CLOSURE: Final = 16
RESIDENT: Final = 17

_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@compiled
def mix(number: np.uint64) -> np.uint64:
    """Scatter the bits of a number over all of it."""
    number = (number ^ (number >> _S30)) * _FIRST
    number = (number ^ (number >> _S27)) * _SECOND
    return number ^ (number >> _S31)


@compiled
def share(key: np.uint64, stream: int, who: int, count: int) -> float:
    """A number between 0 and 1, neither of them, for a draw named by its stream, who and count."""
    mixed = mix(key + _GOLDEN * np.uint64(stream))
    mixed = mix((mixed ^ np.uint64(who)) + _GOLDEN)
    mixed = mix((mixed ^ np.uint64(count)) + _GOLDEN)
    return (np.float64(mixed >> _S11) + 0.5) * (1.0 / 9007199254740992.0)


def key_of(text: str) -> int:
    """A whole number from 0 to 2**62 - 1 that a name always has."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 2


def key_of_replication(seed: int, number: int) -> tuple[np.uint64, np.random.Generator]:
    """The key of a replication's numbered draws, and a generator for its rates.

    Both are of numpy's SeedSequence spawned for the replication, whoever runs it and when.
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(number,))
    for_key, for_rates = sequence.spawn(2)
    key = for_key.generate_state(1, np.uint64)[0]
    return np.uint64(key), np.random.default_rng(for_rates)
