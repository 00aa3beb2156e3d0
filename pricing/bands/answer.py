"""The answer to "which band?": the band that stands, why, what would change it, who sees otherwise.

One object holds the whole answer; `to_json` and `words.render_answer` both tell it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pricing.bands.banding import Banding, Counted, banding
from pricing.bands.changes import Changes, Difference, difference, higher, lower
from pricing.bands.published import ASSUMPTIONS, condition_words
from pricing.bands.scores import Assessment, Dispute
from pricing.bands.thresholds import Score, Thresholds


@dataclass(frozen=True, slots=True)
class Views:
    """A dispute: the other view, how the two differ, and what was settled (None while open)."""

    dispute: Dispute
    other: Banding
    difference: Difference
    settled: Banding | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A banding with everything it must answer.

    `assessed` is the assessor's view; `standing` is the band that stands: what a dispute settled,
    else the assessor's. `higher` and `lower` are about the standing one.
    """

    thresholds: Thresholds
    assessment: Assessment
    assessed: Banding
    standing: Banding
    views: Views | None
    higher: tuple[Changes, ...]
    lower: Changes | None

    @property
    def notices(self) -> tuple[str, ...]:
        """What whoever reads the band must know beside it."""
        return tuple(_notices(self))

    @property
    def price_commands(self) -> tuple[str, ...]:
        """Where to look for what a placement in this band costs."""
        return tuple(
            f"broker price CONTRACT.toml --band {band} --from YYYY-MM-DD --to YYYY-MM-DD"
            for band in self.standing.possible
        )

    def to_json(self) -> dict[str, object]:
        """The answer of `broker band --json`."""
        assessment = self.assessment
        confirmation = assessment.confirmation
        return {
            "young_person_id": assessment.young_person_id,
            **_band_json(self.standing),
            "status": assessment.status,
            "assessed": {
                "on": assessment.assessed_on.isoformat(),
                "by": assessment.assessed_by.to_json(),
            },
            "confirmed": confirmation
            and {"on": confirmation.on.isoformat(), "by": confirmation.by.to_json()},
            "scores": dict(self.standing.scores),
            "reasons": dict(assessment.reasons),
            "why": _why_json(self.standing),
            "higher": [_changes_json(self.thresholds, each) for each in self.higher],
            "lower": self.lower and _changes_json(self.thresholds, self.lower),
            "dispute": self.views and _views_json(self, self.views),
            "thresholds": self.thresholds.to_json(),
            "price": list(self.price_commands),
            "notices": list(self.notices),
        }


def answer(thresholds: Thresholds, assessment: Assessment) -> Answer:
    """The whole answer for one young person's scores."""
    assessed = banding(thresholds, assessment.scores)
    standing = assessed
    views = None
    if assessment.dispute is not None and assessment.disputed_scores is not None:
        other = banding(thresholds, assessment.disputed_scores)
        settled = None
        if assessment.settled_scores is not None:
            settled = standing = banding(thresholds, assessment.settled_scores)
        views = Views(assessment.dispute, other, difference(assessed, other), settled)
    return Answer(
        thresholds, assessment, assessed, standing, views, higher(standing), lower(standing)
    )


def _notices(found: Answer) -> list[str]:
    notices = [ASSUMPTIONS] if found.thresholds.assumed else []
    if found.standing.unknown:
        number = len(found.standing.unknown)
        items = "1 item is" if number == 1 else f"{number} items are"
        notices.append(
            f"{items} not scored. Unknown is never 0: the band cannot be confirmed until every "
            "item is scored."
        )
    if not found.assessment.made_against:
        notices.append(
            "The scores do not say which version of the thresholds they were made against; they "
            f"are read as made against version {found.thresholds.version}."
        )
    if found.assessment.confirmation is None:
        notices.append("Provisional until somebody other than the assessor confirms it.")
    if found.views is not None and found.views.settled is None:
        notices.append("In dispute. The assessor's band stands until the dispute is settled.")
    return notices


def _band_json(found: Banding) -> dict[str, object]:
    return {
        "band": found.band,
        "lowest": found.lowest,
        "highest": found.highest,
        "possible": list(found.possible),
        "unknown": list(found.unknown),
    }


def _why_json(found: Banding) -> list[dict[str, object]]:
    deciding = found.deciding
    return [
        {
            "rule": reason.rule.code,
            "band": reason.rule.band,
            "sentence": reason.rule.sentence,
            "holds": "surely" if reason.surely else "perhaps",
            "decides": reason in deciding,
            "conditions": [_counted_json(found, counted) for counted in reason.counted],
        }
        for reason in found.reasons
    ]


def _counted_json(found: Banding, counted: Counted) -> dict[str, object]:
    return {
        "counted": condition_words(found.thresholds, counted.condition),
        "needed": counted.condition.needed,
        "found": counted.value,
        "items": [_item_json(found, item) for item in (*counted.items, *counted.unknown)],
    }


def _item_json(found: Banding, item: str) -> dict[str, object]:
    return {
        "item": item,
        "name": found.thresholds.names[item],
        "score": found.scores[item],
        "descriptor": descriptor(found.thresholds, item, found.scores[item]),
    }


def _changes_json(thresholds: Thresholds, changes: Changes) -> dict[str, object]:
    return {
        "band": changes.to,
        "exactly": changes.exactly,
        "items": changes.items,
        "points": changes.points,
        "ways": changes.ways,
        "changes": [
            {
                "possible": list(change.possible),
                "steps": [
                    _step_json(thresholds, step.item, step.before, step.after)
                    for step in change.steps
                ],
            }
            for change in changes.shown
        ],
    }


def _step_json(thresholds: Thresholds, item: str, before: Score, after: Score) -> dict[str, object]:
    return {
        "item": item,
        "name": thresholds.names[item],
        "from": before,
        "to": after,
        "descriptor": descriptor(thresholds, item, after),
    }


def _views_json(found: Answer, views: Views) -> dict[str, object]:
    dispute, settlement = views.dispute, views.dispute.settlement
    decisive = views.difference.decisive
    return {
        "status": dispute.status,
        "side": dispute.side,
        "raised_by": dispute.by.to_json(),
        "on": dispute.on.isoformat(),
        "reason": dispute.reason,
        "items": [_disputed_json(found, views, item) for item in views.difference.items],
        "assessor": {**_band_json(found.assessed), "why": _why_json(found.assessed)},
        "other": {**_band_json(views.other), "why": _why_json(views.other)},
        "decisive": decisive
        and {
            "items": decisive.items,
            "ways": decisive.ways,
            "sets": [[step.item for step in change.steps] for change in decisive.shown],
        },
        "settled": settlement
        and {
            "on": settlement.on.isoformat(),
            "by": settlement.by.to_json(),
            "reason": settlement.reason,
            "scores": dict(settlement.scores),
            "band": settlement.band,
        },
    }


def _disputed_json(found: Answer, views: Views, item: str) -> dict[str, object]:
    before, after = views.difference.items[item]
    settlement = views.dispute.settlement
    settled: Mapping[str, int] = {} if settlement is None else settlement.scores
    return {
        "item": item,
        "name": found.thresholds.names[item],
        "assessor": before,
        "other": after,
        "settled": settled.get(item),
        "assessor_reason": found.assessment.reasons.get(item),
        "other_reason": views.dispute.reasons.get(item),
        "alone": list(views.difference.alone[item].possible),
    }


def descriptor(thresholds: Thresholds, item: str, score: Score) -> str | None:
    """What a score of an item means in words; None where it is unknown."""
    return None if score is None else thresholds.items[item].descriptors[score]
