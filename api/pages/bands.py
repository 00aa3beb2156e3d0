"""The need bands in plain words: which scores make which band, and what each score means."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.render import page
from api.pages.shown import ShownTable, shown_table
from broker.workbook import Column
from matching.words import band_words
from pricing.bands.published import ASSUMPTIONS, HOW, rule_words, source_words
from pricing.bands.threshold_file import shipped_thresholds
from pricing.bands.thresholds import SCORES, Thresholds
from pricing.terms import BANDS, LOW

router = APIRouter(include_in_schema=False)
_ITEM = (Column("Item"), Column("Question"), *(Column(f"Score {score}") for score in SCORES))


@router.get("/bands")
def show_bands(request: Request) -> Response:
    """The thresholds in force, as anybody may check them."""
    found, tables = _tables()
    said = [HOW, *([ASSUMPTIONS] if found.assumed else [])]
    after = [
        "An item that nobody has scored is not known. It is never counted as 0.",
        f"Source: {source_words(found)}.",
    ]
    return page(request, "money/tables.html", "Need bands", said=said, tables=tables, after=after)


@cache
def _tables() -> tuple[Thresholds, list[ShownTable]]:
    found = shipped_thresholds()
    bands = [(band_words(band), found.meanings[band]) for band in BANDS]
    rules = [
        (band_words(rule.band), rule.code, rule.sentence, rule_words(found, rule))
        for rule in found.rules
    ]
    rules.append((band_words(LOW), "", found.meanings[LOW], "no rule above holds"))
    levels = [(str(score), found.levels[score]) for score in SCORES]
    return found, [
        shown_table("What each band means", [Column("Band"), Column("What it means")], bands),
        shown_table(
            "Which scores make which band",
            [Column("Band"), Column("Rule"), Column("In words"), Column("It holds when")],
            rules,
        ),
        shown_table("What a score means", [Column("Score"), Column("For every item")], levels),
        *(
            shown_table(
                f"Scores: {domain.name}",
                _ITEM,
                [(item.name, item.question, *item.descriptors) for item in domain.items],
            )
            for domain in found.domains
        ),
    ]
