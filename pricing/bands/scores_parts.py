"""The parts of a scores file that occur more than once: scores, reasons, who, and when."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from pricing.bands.scores import Party
from pricing.bands.thresholds import SCORES, Score, Thresholds
from pricing.problems import describe
from pricing.toml_section import Section

UNKNOWN: Final = "unknown"
SCORE_ALLOWED: Final = f'0, 1, 2 or 3 without quotes, or "{UNKNOWN}"'


def score_words(score: Score) -> str:
    """A score as a file writes it."""
    return UNKNOWN if score is None else str(score)


def read_score_table(part: Section, thresholds: Thresholds) -> dict[str, Score]:
    """The scores of a table by item, each checked; a refused one is left out."""
    scores: dict[str, Score] = {}
    nothing: tuple[Score] = (None,)
    for item, value in part.table.items():
        if check_item(part, item, thresholds):
            (score,) = part.take(item, value, _as_score, SCORE_ALLOWED, nothing)
            if part.good(item):
                scores[item] = score
    return scores


def _as_score(value: object) -> tuple[Score] | None:
    if value == UNKNOWN:
        return (None,)
    return (value,) if type(value) is int and value in SCORES else None


def read_reasons(part: Section, thresholds: Thresholds) -> dict[str, str]:
    """What was seen or heard that led to a score, by item."""
    return {item: part.words(item) for item in part.table if check_item(part, item, thresholds)}


def check_item(part: Section, item: str, thresholds: Thresholds) -> bool:
    """Whether a key is an item of the thresholds; refused where it is not."""
    if item in thresholds.items:
        return True
    part.refuse(item, describe(part.table[item]), ", ".join(thresholds.items), "unknown item")
    return False


def read_party(section: Section, key: str) -> Party:
    """Who did something: role and organisation."""
    part = section.section(key)
    if section.good(key):
        part.check_keys(("role", "organisation"))
    return Party(part.text("role"), part.text("organisation"))


def refuse_same(section: Section, key: str, one: Party, others: Mapping[str, Party]) -> None:
    """Whoever judges is none of those whom they judge, by role and organisation."""
    for who, other in others.items():
        if one.role and one.organisation and one.is_same(other):
            section.refuse(
                key,
                f"{one}: the same as {who}",
                f"another role or organisation than {who}",
                "not independent",
            )


def read_day(section: Section, key: str, least: date, since: str) -> date:
    """A day not before another; `since` says what happened on that one."""
    day = section.day(key, least)
    if section.good(key) and day < least:
        section.refuse(key, describe(day), f"{least}, {since}, or later", "wrong order")
    return day
