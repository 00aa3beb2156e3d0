"""The page of weights: all that a policy sets, and the miles that cost as much, worked out here."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.tables import PolicyRow
from matching.policy import POINTS, WEIGHT_MEANINGS, Policy, read_policy
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page, table

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
OWN = {"per_mile": 4, "out_of_borough": 1, "distant": 9, "siblings_apart": 150, "caution": 0}
"""Weights of nobody's policy: a quarter of a mile falls between two tenths, and is 0.3 miles."""


@contextmanager
def policy(engine: Engine, text: str) -> Iterator[None]:
    """The records with this policy in force, and that of before again afterwards."""
    column = PolicyRow.__table__.c.text
    with engine.begin() as connection:
        before = connection.execute(sa.select(column)).scalar_one()
        connection.execute(sa.update(PolicyRow).values(text=text))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(sa.update(PolicyRow).values(text=before))


def in_miles(points: Mapping[str, int], name: str) -> str:
    """So many miles cost as many points, to the tenth, a half up."""
    exact = Decimal(points[name]) / Decimal(points["per_mile"])
    return f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP)} miles"


def rows_of(page: Page) -> dict[str, list[str]]:
    """The cells of each weight, by its name."""
    rows = {row[0]: row[1:] for row in table(page, "What each weight counts for")[1:]}
    names = {f"{text[0].upper()}{text[1:]}": name for name, text in WEIGHT_MEANINGS.items()}
    assert set(rows) == set(names)
    return {names[meaning]: cells for meaning, cells in rows.items()}


def test_each_weight_of_the_region_is_said_in_points_and_miles(
    browsing: Browsing, at_work: AtWork
) -> None:
    with at_work[2].connect() as connection:
        text = connection.execute(sa.select(PolicyRow.__table__.c.text)).scalar_one()
    points = tomllib.loads(text)["points"]
    page = browsing("provider").get("/weights")
    ours = "our starting assumption"
    assert rows_of(page) == {
        name: [str(points[name]), in_miles(points, name), ours] for name in points
    }
    assert rows_of(page)["per_mile"][1] == "1.0 miles"
    assert "for 4 September 2026" in page.main


def test_weights_that_the_partnership_set_are_said_so_and_miles_follow_its_own_mile(
    browsing: Browsing, at_work: AtWork
) -> None:
    points = {**POINTS, **OWN}
    lines = "\n".join(f"{name} = {number}" for name, number in OWN.items())
    with policy(at_work[2], f"as_of = 2026-09-04\n[points]\n{lines}\n"):
        rows = rows_of(browsing("commissioner").get("/weights"))
    assert rows["out_of_borough"] == ["1", "0.3 miles", "the partnership"]
    assert rows["siblings_apart"] == ["150", "37.5 miles", "the partnership"]
    for name, number in points.items():
        who = "the partnership" if name in OWN else "our starting assumption"
        assert rows[name] == [str(number), in_miles(points, name), who], name


WHOLE = """as_of = 2026-09-04
unknown_distance_miles = 11.5
reach_miles = 4.5
planned_months = 8
max_arrivals = 3
[max_distance_miles]
today = 61.5
within_5_days = 41.5
over_5_days = 21.5
[wait]
within_5_days = 405
over_5_days = 122
per_day = 2
cap = 59
[load]
low = 17
medium = 18
high = 19
specialist = 23
[points]
per_mile = 4
[fairness]
high_share_ceiling_percent = 62
borough_shortfall_percent = 13
borough_shortfall_kind = "weighted"
borough_shortfall_weight = 27
"""
"""A policy in which no number but the weights is that of the product."""

CAPTIONS = {
    "wait": "What waiting counts for",
    "load": "Load by need band",
    "points": "What each weight counts for",
}


def test_every_number_that_a_policy_sets_is_on_the_page_and_said_to_be_set(
    browsing: Browsing, at_work: AtWork
) -> None:
    """Whatever the file of a policy has is there: a table that is added is missed here."""
    whole = tomllib.loads(WHOLE)
    default = Policy(as_of=whole["as_of"]).as_toml()
    read, faults = read_policy(tomllib.loads(WHOLE, parse_float=Decimal))
    assert read is not None
    assert not faults
    assert set(read.as_toml()) == {*default, "fairness"}, "WHOLE sets all there is"
    with policy(at_work[2], WHOLE):
        page = browsing("provider").get("/weights")
    for key, value in read.as_toml().items():
        if key == "as_of":
            continue
        rows = table(page, CAPTIONS.get(key, "Limits and times"))[1:]
        shown = [(row[1], row[-1]) for row in rows]
        numbers = value.values() if isinstance(value, dict) else [value]
        for name, number in zip(value if isinstance(value, dict) else [key], numbers, strict=True):
            if (key, name) == ("wait", "cap"):
                assert (str(2 * 59), "the partnership") in shown
                assert any("at most: 59 days count" in row[0] for row in rows)
                continue
            usual = default.get(key, {})
            usual = usual.get(name) if isinstance(usual, dict) else usual
            who = "the partnership" if number != usual else "our starting assumption"
            assert (str(number), who) in shown, (key, name, number)


def test_waiting_is_said_in_the_miles_that_cost_as_much(
    browsing: Browsing, at_work: AtWork
) -> None:
    """Of the policy on record, by division here."""
    with at_work[2].connect() as connection:
        text = connection.execute(sa.select(PolicyRow.__table__.c.text)).scalar_one()
    told = tomllib.loads(text)
    mile, wait = told["points"]["per_mile"], told["wait"]
    rows = table(browsing("broker").get("/weights"), CAPTIONS["wait"])[1:]
    for row, points in zip(
        rows,
        [
            wait["within_5_days"],
            wait["over_5_days"],
            wait["per_day"],
            wait["per_day"] * wait["cap"],
        ],
        strict=True,
    ):
        tenth = (Decimal(points) / mile).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert row[1:] == [str(points), f"{tenth} miles", "our starting assumption"]


def test_where_a_mile_costs_nothing_no_weight_is_said_in_miles(
    browsing: Browsing, at_work: AtWork
) -> None:
    with policy(at_work[2], "as_of = 2026-09-04\n[points]\nper_mile = 0\n"):
        rows = rows_of(browsing("provider").get("/weights"))
    assert {cells[1] for cells in rows.values()} == {"miles cost nothing here"}
