"""Reading a dispute: another view of some items, each with its reason, open or settled.

A settlement is made by neither side. It scores the items in dispute; the band it names is the one
its scores give, so that no band is ever agreed that the thresholds do not give.
"""

from collections.abc import Mapping
from datetime import date

from pricing.bands.banding import banding
from pricing.bands.scores import OPEN, SETTLED, SIDES, Dispute, Party, Settlement
from pricing.bands.scores_parts import (
    read_day,
    read_party,
    read_reasons,
    read_score_table,
    refuse_same,
    score_words,
)
from pricing.bands.thresholds import Score, Thresholds
from pricing.problems import describe
from pricing.terms import BANDS
from pricing.toml_section import Section

_KEYS = ("side", "raised_by", "on", "reason", "status", "scores", "reasons")


def read_dispute(
    section: Section,
    thresholds: Thresholds,
    scores: Mapping[str, Score],
    assessed_on: date,
    assessed_by: Party,
) -> Dispute:
    """The dispute in a table; `scores` are the assessor's, those that could be read."""
    status = section.choice("status", (OPEN, SETTLED))
    if status == SETTLED:
        section.check_keys((*_KEYS, "settled"))
    else:
        section.check_keys(_KEYS, ("settled",))
    if status == OPEN and "settled" in section.table:
        section.refuse("settled", "a table", f'nothing while status is "{OPEN}"', "forbidden key")
    by = read_party(section, "raised_by")
    refuse_same(section, "raised_by", by, {"the assessor": assessed_by})
    on = read_day(section, "on", assessed_on, "the day of the assessment")
    part = section.section("scores")
    theirs = read_score_table(part, thresholds)
    if section.good("scores") and not part.table:
        section.refuse("scores", "none", "the items that are scored otherwise", "bad value")
    for item, score in theirs.items():
        if score == scores.get(item):
            allowed = "another score than the assessor's; leave out what is agreed"
            part.refuse(item, score_words(score), allowed, "not in dispute")
    settlement = None
    if status == SETTLED and "settled" in section.table:
        judged = {"the assessor": assessed_by, "whoever disputes": by}
        settlement = _read_settlement(section, thresholds, theirs, on, judged)
    return Dispute(
        side=section.choice("side", SIDES),
        by=by,
        on=on,
        reason=section.words("reason"),
        scores=theirs,
        reasons=_read_reasons(section, thresholds, theirs),
        settlement=settlement,
    )


def check_settled_band(
    part: Section, thresholds: Thresholds, scores: Mapping[str, Score], band: str
) -> None:
    """The band of a settlement is the one its scores give, with all that is agreed."""
    found = banding(thresholds, scores)
    if band == found.band:
        return
    if found.band is None:
        unknown = ", ".join(found.unknown)
        allowed = f"score {unknown} first: {' or '.join(found.possible)} is possible without"
    else:
        allowed = f"{describe(found.band)}, which the settled scores give"
    part.refuse("band", describe(band), allowed, "not what the scores give")


def _read_reasons(
    section: Section, thresholds: Thresholds, theirs: Mapping[str, Score]
) -> Mapping[str, str]:
    part = section.section("reasons")
    reasons = read_reasons(part, thresholds)
    if section.good("reasons"):
        for item in theirs:
            if item not in part.table:
                allowed = "a reason for each item that is scored otherwise"
                part.refuse(item, "missing", allowed, "missing key")
        for item in reasons:
            if item not in theirs:
                part.refuse(item, "a reason", "items in dispute only", "not in dispute")
    return reasons


def _read_settlement(
    section: Section,
    thresholds: Thresholds,
    theirs: Mapping[str, Score],
    raised: date,
    judged: Mapping[str, Party],
) -> Settlement:
    part = section.section("settled")
    if section.good("settled"):
        part.check_keys(("by", "on", "reason", "scores", "band"))
    by = read_party(part, "by")
    refuse_same(part, "by", by, judged)
    return Settlement(
        on=read_day(part, "on", raised, "the day the dispute was raised"),
        by=by,
        reason=part.words("reason"),
        scores=_settled_scores(part, thresholds, theirs),
        band=part.choice("band", BANDS),
    )


def _settled_scores(
    settled: Section, thresholds: Thresholds, theirs: Mapping[str, Score]
) -> Mapping[str, int]:
    part = settled.section("scores")
    scores = {}
    for item, score in read_score_table(part, thresholds).items():
        if item not in theirs:
            part.refuse(item, score_words(score), "items in dispute only", "not in dispute")
        elif score is None:
            part.refuse(item, score_words(score), "0, 1, 2 or 3: settled is known", "not settled")
        else:
            scores[item] = score
    if settled.good("scores"):
        for item in theirs:
            if item not in part.table:
                part.refuse(item, "missing", "a score for each item in dispute", "missing key")
    return scores
