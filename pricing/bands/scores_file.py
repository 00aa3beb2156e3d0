"""Reading a scores file against its thresholds: every error of it at once.

An item that is left out, or "unknown", is unknown and never 0. Scores made against another version
of the thresholds are refused, since its descriptors may say something else. A band is confirmed by
somebody other than the assessor and whoever disputes it, when every item is scored, and not while a
dispute is open.
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

from pricing.bands.dispute_file import check_settled_band, read_dispute
from pricing.bands.scores import (
    BAND_STATUSES,
    CONFIRMED,
    PROVISIONAL,
    Assessment,
    Confirmation,
    Dispute,
    Party,
)
from pricing.bands.scores_parts import (
    read_day,
    read_party,
    read_reasons,
    read_score_table,
    refuse_same,
)
from pricing.bands.thresholds import Score, Thresholds
from pricing.problems import Problems, describe
from pricing.text_file import read_file
from pricing.toml_file import parse_toml
from pricing.toml_section import Section

FaultOfId: TypeAlias = Callable[[str], str | None]
"""What is wrong with an id of a young person, such as that it is an NHS number; None if nothing."""

_KEYS = ("young_person_id", "assessed_on", "assessed_by", "status", "scores")
_OPTIONAL = ("thresholds", "reasons", "dispute")


def read_scores(path: Path, thresholds: Thresholds, fault_of_id: FaultOfId) -> Assessment:
    """The scores in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_scores(read_file(path), path.name, thresholds, fault_of_id)


def parse_scores(
    data: bytes, file: str, thresholds: Thresholds, fault_of_id: FaultOfId
) -> Assessment:
    """The scores in the bytes of a TOML file; `file` is the name that messages show.

    Raises:
        BadInput: with every problem of the file.
    """
    table = parse_toml(data, file, "scores")
    found = Problems()
    top = Section(table, "", file, found)
    _check_keys(top)
    _check_version(top, thresholds)
    young_person_id = top.text("young_person_id")
    fault = fault_of_id(young_person_id) if top.good("young_person_id") else None
    if fault is not None:
        top.refuse("young_person_id", describe(young_person_id), f"a pseudonym; {fault}", "an id")
    assessed_on = read_day(top, "assessed_on", thresholds.start, "when the thresholds begin")
    assessed_by = read_party(top, "assessed_by")
    scores = _complete(read_score_table(top.section("scores"), thresholds), thresholds)
    reasons = read_reasons(top.section("reasons"), thresholds)
    dispute = None
    if "dispute" in top.table:
        section = top.section("dispute")
        if top.good("dispute"):
            dispute = read_dispute(section, thresholds, scores, assessed_on, assessed_by)
    confirmation = None
    if top.good("status") and top.table["status"] == CONFIRMED and "confirmed" in top.table:
        confirmation = _read_confirmation(top, assessed_on, assessed_by, dispute)
    assessment = Assessment(
        file=file,
        young_person_id=young_person_id,
        made_against="thresholds" in top.table,
        assessed_on=assessed_on,
        assessed_by=assessed_by,
        scores=scores,
        reasons=reasons,
        confirmation=confirmation,
        dispute=dispute,
    )
    if not found.found:
        _check_whole(top, thresholds, assessment)
    found.raise_if_any()
    return assessment


def _check_keys(top: Section) -> None:
    status = top.choice("status", BAND_STATUSES)
    if status == CONFIRMED:
        top.check_keys((*_KEYS, "confirmed"), _OPTIONAL)
    else:
        top.check_keys(_KEYS, (*_OPTIONAL, "confirmed"))
    if status == PROVISIONAL and "confirmed" in top.table:
        top.refuse(
            "confirmed",
            describe(top.table["confirmed"]),
            f'nothing while status is "{PROVISIONAL}"',
            "forbidden key",
        )


def _check_version(top: Section, thresholds: Thresholds) -> None:
    section = top.section("thresholds")
    if not top.good("thresholds"):
        return
    section.check_keys(("id", "version"))
    for key, ours in (("id", thresholds.id), ("version", thresholds.version)):
        given = section.text(key)
        if section.good(key) and given != ours:
            allowed = (
                f"{describe(ours)}, as in {thresholds.file}; name the file the scores were made "
                "against, or score anew"
            )
            section.refuse(key, describe(given), allowed, "other thresholds")


def _complete(scores: Mapping[str, Score], thresholds: Thresholds) -> dict[str, Score]:
    return {item: scores.get(item) for item in thresholds.items}


def _read_confirmation(
    top: Section, assessed_on: date, assessed_by: Party, dispute: Dispute | None
) -> Confirmation:
    section = top.section("confirmed")
    if top.good("confirmed"):
        section.check_keys(("by", "on"))
    by = read_party(section, "by")
    judged = {"the assessor": assessed_by}
    since, what = assessed_on, "the day of the assessment"
    if dispute is not None:
        judged["whoever disputes"] = dispute.by
        if dispute.settlement is not None:
            since, what = dispute.settlement.on, "the day the dispute was settled"
    refuse_same(section, "by", by, judged)
    on = read_day(section, "on", since, what)
    still_open = dispute is not None and dispute.settlement is None
    if dispute is not None and still_open and section.good("on") and on >= dispute.on:
        allowed = f"a day before {dispute.on}, or settle the dispute first"
        section.refuse("on", describe(on), allowed, "in dispute")
    return Confirmation(on, by)


def _check_whole(top: Section, thresholds: Thresholds, assessment: Assessment) -> None:
    """What only the whole file shows: a settled band that is none, a confirmed unknown."""
    settled = assessment.settled_scores
    dispute = assessment.dispute
    if settled is not None and dispute is not None and dispute.settlement is not None:
        part = top.section("dispute").section("settled")
        check_settled_band(part, thresholds, settled, dispute.settlement.band)
    scores = assessment.scores if settled is None else settled
    unknown = [item for item, score in scores.items() if score is None]
    if assessment.confirmation is not None and unknown:
        top.refuse(
            "status",
            f'"{CONFIRMED}", but not scored: {", ".join(unknown)}',
            f'a score for every item, or "{PROVISIONAL}"',
            "not scored",
        )
