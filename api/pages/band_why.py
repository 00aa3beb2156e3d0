"""Why a band is what it is: who said so, for which reason, and what its scores give by the rules.

Scores are read again by the published thresholds only where the step names these very thresholds;
where it names others, that is said, and no rule is worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from matching.words import and_list
from pricing.bands.banding import Banding, Counted, banding
from pricing.bands.published import condition_words, or_list, source_words
from pricing.bands.threshold_file import shipped_thresholds
from pricing.bands.thresholds import SCORES

_BANDED: Final = ("band", "reband")


@dataclass(frozen=True, slots=True)
class Why:
    """The newest word on the band: `rules` are sentences, `scores` are (question, score) pairs."""

    band: str
    by: str
    role: str
    on: str
    reason: str
    thresholds: str
    rules: tuple[str, ...]
    scores: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def why_of(taken: Iterable[Mapping[str, Any]]) -> Why | None:
    """Why somebody has the band they have, from their steps; None before it is set."""
    steps = [one for one in taken if one["kind"] in _BANDED and one["said"]]
    if not steps:
        return None
    newest = steps[-1]
    said = newest["said"]
    rules, notes = _by_rules(said["thresholds"], said.get("scores") or {}, said["band"])
    return Why(
        said["band"],
        newest["by"],
        newest["role"],
        newest["on"],
        said["reason"],
        said["thresholds"],
        rules,
        _scores(said.get("scores") or {}),
        notes,
    )


def _scores(scores: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    items = shipped_thresholds().items
    return tuple(
        (items[code].question if code in items else code, str(score))
        for code, score in scores.items()
    )


def _by_rules(
    thresholds: str, scores: Mapping[str, int], band: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not scores:
        return (), ("No scores were written down with it: the reason above is a person’s.",)
    published = shipped_thresholds()
    if thresholds not in named(published.id, published.version):
        note = f"The scores were read by “{thresholds}”. Shown in this service is {published.id}."
        return (), (f"{note} So no rule is worked out here.",)
    unknown = [code for code in scores if code not in published.items]
    if unknown:
        return (), (f"These scores are of no question of {published.id}: {and_list(unknown)}.",)
    found = banding(published, {code: score for code, score in scores.items() if score in SCORES})
    sentences = [
        f"{reason.rule.code}: {reason.rule.sentence}"
        f"{'' if reason.surely else f' (perhaps, then {reason.rule.band})'}. "
        + "; ".join(_counted(found, counted) for counted in reason.counted)
        for reason in found.deciding
    ]
    notes = [f"By these scores: {or_list(found.possible)}.", f"Source: {source_words(published)}."]
    if found.unknown:
        notes.insert(1, f"Not scored: {len(found.unknown)} of {len(found.scores)} questions.")
    if band not in found.possible:
        notes.insert(0, f"The band is {band}, which the scores do not give: the reason is above.")
    return tuple(sentences), tuple(notes)


def named(identifier: str, version: object) -> tuple[str, str]:
    """How a step names thresholds: by their id, or by id and version."""
    return identifier, f"{identifier} {version}"


def _counted(found: Banding, counted: Counted) -> str:
    words = condition_words(found.thresholds, counted.condition)
    items = [f"{found.thresholds.items[item].name} {found.scores[item]}" for item in counted.items]
    return f"It holds when {words}. Counted: {and_list(items) if items else 'nothing yet'}."
