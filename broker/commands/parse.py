"""What the values of options may be, with the words that say so."""

from __future__ import annotations

import argparse
import math
import re
from datetime import date

MOST_WORKERS = 64
LONGEST_NAME = 200


def day(text: str) -> date:
    """A day written YYYY-MM-DD."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"“{text}”: {problem}") from None
    raise argparse.ArgumentTypeError(f"“{text}”: allowed: a day such as 2026-09-07")


def name(text: str) -> str:
    """A name or number that a table can hold: not blank, nothing invisible."""
    if not 0 < len(text.strip()) <= LONGEST_NAME or not text.isprintable():
        raise argparse.ArgumentTypeError(
            f"“{text}”: allowed: up to {LONGEST_NAME} letters and digits, not blank"
        )
    return text.strip()


def whole(text: str) -> int:
    """A whole number from 0."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: a whole number from 0 to 999999999")
    return int(text)


def at_least_one(text: str) -> int:
    """A whole number from 1."""
    number = whole(text)
    if number == 0:
        raise argparse.ArgumentTypeError("“0”: allowed: a whole number from 1")
    return number


def workers(text: str) -> int:
    """How many threads may search."""
    number = at_least_one(text)
    if number > MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: from 1 to {MOST_WORKERS}")
    return number


def seconds(text: str) -> float:
    """A number of seconds above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: seconds above 0, such as 60 or 2.5")
    return number


def percent(text: str) -> int:
    """A whole number of hundredths, from 0 to 100."""
    number = whole(text)
    if number > 100:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: a whole number from 0 to 100")
    return number


def reason(text: str) -> str:
    """A reason in words, on one line."""
    words = " ".join(text.split())
    if not words or not words.isprintable():
        raise argparse.ArgumentTypeError("allowed: a reason in words")
    return words
