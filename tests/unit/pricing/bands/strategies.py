"""Threshold files and scores made up by hypothesis, small enough to try every combination."""

import json
from math import prod
from typing import Any

from hypothesis import assume, settings
from hypothesis import strategies as st

from pricing.bands.threshold_file import MOST_RESULTS
from pricing.bands.thresholds import Score, Thresholds
from tests.unit.pricing.bands.oracle import Table, items_of
from tests.unit.pricing.bands.samples import thresholds_of

FAST = settings(max_examples=35, deadline=None)
BANDS_WITH_RULES = ("specialist", "high", "medium")


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A threshold file as a plain table: 2 to 5 items in 2 domains, 1 or 2 rules a band."""
    sizes = draw(st.tuples(st.integers(1, 3), st.integers(1, 2)))
    domains = [
        {
            "code": f"d{number}",
            "name": f"Domain {number}",
            "items": [_item(f"i{number}{place}") for place in range(size)],
        }
        for number, size in enumerate(sizes)
    ]
    table: Table = {
        "id": "MADE-UP",
        "version": "1",
        "name": "Made up",
        "status": "starting assumptions",
        "levels": ["none", "watch", "act", "act now"],
        "bands": [{"code": band, "meaning": band} for band in ("low", *BANDS_WITH_RULES[::-1])],
        "domains": domains,
    }
    table["rules"] = [
        {
            "code": f"{band[0].upper()}{number}",
            "band": band,
            "sentence": "made up",
            "when": draw(st.lists(_conditions(table), min_size=1, max_size=2)),
        }
        for band in BANDS_WITH_RULES
        for number in range(draw(st.integers(1, 2)))
    ]
    conditions = [condition for rule in table["rules"] for condition in rule["when"]]
    results = prod(1 + (each.get("total") or each["how_many"]) for each in conditions)
    assume(results <= MOST_RESULTS)
    return table


@st.composite
def _conditions(draw: st.DrawFn, table: Table) -> dict[str, Any]:
    items = items_of(table)
    of = draw(
        st.one_of(
            st.just(["all"]),
            st.sampled_from([["d0"], ["d1"], ["d0", "d1"], ["d0", *_of(table, 1)]]),
            st.lists(st.sampled_from(items), min_size=1, unique=True),
        )
    )
    number = sum(len(_of(table, int(name[1]))) if name in ("d0", "d1") else 1 for name in of)
    number = len(items) if of == ["all"] else number
    if draw(st.booleans()):
        return {"of": of, "total": draw(st.integers(1, 3 * number))}
    least, many = draw(st.integers(1, 3)), draw(st.integers(1, number))
    return {"of": of, "at_least": least, "how_many": many}


def _of(table: Table, domain: int) -> list[str]:
    return [item["code"] for item in table["domains"][domain]["items"]]


def _item(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"Item {code}",
        "question": "How much?",
        "descriptors": ["nothing", "little", "some", "much"],
    }


def text_of(table: Table) -> str:
    """The table as a TOML file."""
    head = "".join(f"{key} = {_inline(value)}\n" for key, value in table.items())
    return head + "from = 2026-01-05\n"


def _inline(value: Any) -> str:
    match value:
        case dict():
            return (
                "{ " + ", ".join(f"{key} = {_inline(each)}" for key, each in value.items()) + " }"
            )
        case list():
            return "[" + ", ".join(map(_inline, value)) + "]"
        case _:
            return json.dumps(value)


def read(table: Table) -> Thresholds:
    return thresholds_of(text_of(table))


def whole_scores(items: list[str]) -> st.SearchStrategy[dict[str, int]]:
    """A score for every item."""
    return st.fixed_dictionaries({item: st.integers(0, 3) for item in items})


def part_scores(items: list[str], most_unknown: int = 2) -> st.SearchStrategy[dict[str, Score]]:
    """Scores of which a few are unknown."""
    known = whole_scores(items)
    unknown = st.lists(st.sampled_from(items), max_size=most_unknown, unique=True)
    return st.builds(
        lambda scores, open_items: {
            item: None if item in open_items else score for item, score in scores.items()
        },
        known,
        unknown,
    )


def shipped_scores(items: list[str]) -> st.SearchStrategy[dict[str, int]]:
    """Scores for the shipped items, mostly low as in life, so that every band comes up."""
    score = st.sampled_from([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3])
    adults = st.sampled_from([0] * 8 + [1, 2, 3])
    each = {item: adults if item == "adult_ratio" else score for item in items}
    return st.fixed_dictionaries(each)
