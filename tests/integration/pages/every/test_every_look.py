"""Every page that shows a young person puts on record who looked at it, on both databases.

A page is in one of two lists of tests/addresses.py: one that is added is missed here until it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from api.settings import Settings
from broker.audit.read import Wanted
from broker.audit.read import page as looks_at
from broker.database import make_engine, reading, writing
from broker.tables import CATALOGUE
from tests.addresses import (
    ADDRESSES,
    ASKS_FIRST,
    FILES,
    NOBODY,
    ROUTES,
    SHOWS_NOBODY,
    SHOWS_SOMEBODY,
    filled_in,
    found_at,
)
from tests.conftest import ON_BOTH
from tests.integration.api.world import OFTEN, fill, service
from tests.integration.looking import looks_since, newest
from tests.integration.pages.conftest import MARKUP, browsers
from tests.integration.pages.every.conftest import AtWork, Browsing, put_on_record
from tests.planted import plant

SOMEBODY = ("Not A Name", "Somebody Else", "1 Nowhere", "2 Nowhere")
"""Names and addresses of young people on record, where they are not markup."""


@dataclass(frozen=True)
class Place:
    """The service on one of the databases: its records, browsers at it, what words stand for."""

    engine: Engine
    browsing: Browsing
    known: Mapping[str, str]
    elsewhere: str
    """A referral of another borough than the borough's accounts."""


@pytest.fixture(scope="module", params=ON_BOTH)
def place(request: pytest.FixtureRequest, folder: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        at_work: AtWork = request.getfixturevalue("at_work")
        known = request.getfixturevalue("known")
        browsing = request.getfixturevalue("browsing")
        yield Place(at_work[2], browsing, known, at_work[1].havering)
        return
    engine = make_engine(request.getfixturevalue("migrated_schema"))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(CATALOGUE.tables)} CASCADE")
    world = fill(engine)
    with writing(engine) as session:
        world = replace(world, newham=plant(session, MARKUP))
    app = service(engine, Settings(rates=OFTEN, simulations=folder))
    with browsers(app) as browsing:
        known = put_on_record(engine, world, browsing, folder)
        yield Place(engine, browsing, known, world.havering)
    engine.dispose()


def everybody(engine: Engine) -> re.Pattern[str]:
    """Every pseudonym of a young person and every number of a referral on record."""
    found = set(SOMEBODY)
    with reading(engine) as session:
        for name in ("referral", "life"):
            table = CATALOGUE.tables[name]
            found |= set(session.execute(sa.select(table.c.referral_id)).scalars())
            found |= set(session.execute(sa.select(table.c.young_person_id)).scalars())
    words = "|".join(re.escape(one) for one in sorted(found) if one)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")


def test_every_page_is_said_to_show_somebody_or_nobody() -> None:
    pages = {route.path for method, route in ROUTES if method == "GET"} - FILES
    assert set(SHOWS_SOMEBODY) | SHOWS_NOBODY == pages
    assert not set(SHOWS_SOMEBODY) & SHOWS_NOBODY


@pytest.mark.parametrize("role", sorted(ADDRESSES))
def test_every_page_that_shows_somebody_says_who_looked(place: Place, role: str) -> None:
    browser = place.browsing(None if role == NOBODY else role)
    people, wrong = everybody(place.engine), []
    for address in ADDRESSES[role]:
        asked = filled_in(address, place.known)
        route, named = found_at(asked)
        before = newest(place.engine)
        page = browser.get(asked)
        assert page.status == 200, f"{address}: {page.main[:200]}"
        looks = [(who, *record) for who, _, *record in looks_since(place.engine, before)]
        shown = people.search(page.text)
        nobody = route in SHOWS_NOBODY or (role, address) in ASKS_FIRST
        if nobody and shown is not None:
            wrong.append(f"{address} shows {shown[0]}, and is said to show nobody")
        for kind, which in () if nobody else SHOWS_SOMEBODY[route]:
            record = place.known["RUN"] if which == "RUN" else which.format(**named)
            if (role, kind, record) not in looks:
                wrong.append(f"{address} is no entry of {role} about {kind} {record}: {looks}")
        if any(actor != role for actor, _, _ in looks):
            wrong.append(f"{address} is an entry of another than {role}: {looks}")
    assert not wrong, "\n".join(wrong)


SEE_NOBODY = frozenset({"administrator", "commissioner", "director", "finance"})
"""Roles on whose pages, in these records, no young person need be named."""


@pytest.mark.parametrize("role", sorted(set(ADDRESSES) - {NOBODY, "auditor"}))
def test_a_look_at_a_page_is_found_by_every_referral_on_it(place: Place, role: str) -> None:
    browser, wrong, many = place.browsing(role), [], 0
    with reading(place.engine) as session:
        everybody = set()
        for name in ("referral", "life"):
            table = CATALOGUE.tables[name]
            everybody |= set(session.execute(sa.select(table.c.referral_id)).scalars())
    for address in ADDRESSES[role]:
        before = newest(place.engine)
        text = browser.get(filled_in(address, place.known)).main
        shown = {one for one in everybody if re.search(rf"(?<![\w-]){one}(?![\w-])", text)}
        many = max(many, len(shown))
        with reading(place.engine) as session:
            wrong += [
                f"{address} shows {one}, and no look is found by it"
                for one in sorted(shown)
                if not looks_at(session, Wanted(record=one, actor=role), after=before, limit=1)[0]
            ]
    assert not wrong, "\n".join(wrong)
    assert many or role in SEE_NOBODY, "nobody stands on any page of this role"


CENTRAL = ("MATCH", "MATCH/against/OTHER", "/fairness/RUN")
"""What is shown to others of the central team as to brokers."""


@pytest.mark.parametrize("role", ["commissioner", "auditor"])
def test_a_match_is_looked_at_by_whoever_reads_it_once_for_each_page(
    place: Place, role: str
) -> None:
    browser = place.browsing(role)
    newer, older = place.known["RUN"], place.known["OTHER"]
    about = {CENTRAL[0]: [newer], CENTRAL[1]: [older, newer], CENTRAL[2]: [newer]}
    for address, matches in about.items():
        before = newest(place.engine)
        assert browser.get(filled_in(address, place.known)).status == 200
        looks = looks_since(place.engine, before)
        assert sorted(looks) == [(role, "match.read", "match", number) for number in matches]


def test_a_look_at_a_young_person_in_a_match_is_one_at_both_and_one_for_each_page(
    place: Place,
) -> None:
    broker = place.browsing("broker")
    for address in ("MATCH/R-01", "MATCH/R-16?ask=changes", "MATCH/R-01/choices"):
        who = "R-16" if "R-16" in address else "R-01"
        before = newest(place.engine)
        for _ in range(2):
            assert broker.get(filled_in(address, place.known)).status == 200
        once = [
            ("broker", "match.read", "match", place.known["RUN"]),
            ("broker", "question.ask", "referral", who),
        ]
        assert looks_since(place.engine, before) == once * 2


def test_what_is_refused_is_no_look(place: Place) -> None:
    match = place.known["MATCH"]
    broker, provider, assessor = map(place.browsing, ("broker", "provider", "assessor"))
    before = newest(place.engine)
    for browser, address, status in (
        (broker, "/matches/4711", 404),
        (broker, f"{match}/R-NOBODY", 404),
        (broker, f"{match}/R-NOBODY/decide", 404),
        (broker, "/options/R-NOBODY", 404),
        (provider, match, 403),
        (provider, f"{match}/R-01", 403),
        (assessor, f"/options/{place.elsewhere}", 404),
    ):
        assert browser.get(address).status == status, address
    assert looks_since(place.engine, before) == []
