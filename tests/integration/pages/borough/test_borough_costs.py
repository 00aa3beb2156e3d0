"""What a borough's places cost a week, and who of the borough is told what of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.access.allowed import ACTS, may
from broker.audit.amend import remove_value
from broker.store.clock import now
from broker.tables import AuditRow
from tests.integration.api.world import (
    ORGANISATIONS,
    REGION,
)
from tests.integration.looking import looks_since, newest
from tests.integration.pages.borough.newham import (
    DAY,
    DEARER,
    FEE_OF_DEARER,
    LATER,
    MANY,
    MONTHS,
    PROVIDERS,
    UNKNOWN,
    WILLOW,
    AtWork,
    Browsing,
    at_a_copy,
    money,
    weekly,
    with_contract,
)
from tests.integration.pages.browsing import table
from tests.integration.pages.every.test_every_page import faults
from tests.integration.pages.test_placement_record import summary
from tests.whole_life import BROKER, HOME, NEWHAM, SECOND, borough


def test_each_week_is_priced_with_the_requirements_in_force_to_the_penny(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    rows = {row[0]: row for row in table(browsing("assessor").get("/borough"), "Homes decided for")}
    priced = {
        HOME: weekly("medium", MANY),
        SECOND: weekly("high", LATER),
        WILLOW: weekly("medium", {}),
    }
    assert priced[HOME][1] == Decimal("1026.00"), "36 hours above 10, at £28.50"
    assert priced[SECOND][1] == Decimal("971.01"), "146.0055 and 5 nights at £165.00"
    for home, (fee, extra) in priced.items():
        assert rows[told[home]][5:8] == money(fee, extra, fee + extra)
    assert rows[told[SECOND]][3] == "high"
    assert rows[told[WILLOW]][2] == "Care has ended, still lives there"
    dearer = money(FEE_OF_DEARER)[0]
    assert rows[told[DEARER]][5:9] == [dearer, "not known", f"{dearer} or more", "rates on record"]
    assert rows[told[UNKNOWN]][5:8] == ["not known", "£0.00", "not known"]


@pytest.fixture
def total() -> list[str]:
    """The sums of what is known of all five: fee, extra support, in all."""
    each = [weekly("medium", MANY), weekly("high", LATER), weekly("medium", {})]
    fees = sum((fee for fee, _ in each), FEE_OF_DEARER)
    extra = sum((one for _, one in each), Decimal())
    return [f"{one} or more" for one in money(fees, extra, fees + extra)]


def test_the_total_is_of_all_the_boroughs_young_people_whatever_the_page_shows(
    browsing: Browsing, told: Mapping[str, str], total: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.borough._SHOWN", 2)
    page = browsing("director").get("/borough")
    seen: list[str] = []
    while True:
        _, *rows, last = table(page, "Homes decided for")
        assert last[0] == "All 5 young people of the borough"
        assert last[2:5] == total
        seen += [row[0] for row in rows]
        further = [one for one in page.links() if re.fullmatch(r"/borough\?after=[\w-]+", one)]
        if not further:
            break
        page = browsing("director").get(further[0])
    assert seen == sorted(told.values())
    said = "1 fee is not known, and not in the total."
    assert f"{said} 1 price of extra support is not known, and not in the total." in page.main
    beyond = browsing("director").get("/borough?after=zzzz").main
    assert f"All 5 cost {total[2]} a week." in beyond


def _imported() -> int:
    """Newham's residents in the files of the region who have not left by the day."""
    with (REGION / "residents.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["borough"] == NEWHAM]
    gone = [row for row in rows if row["leaving"] == "confirmed"
            and row["leaves_on"] <= DAY.isoformat()]  # fmt: skip
    assert gone, "one who has left shows that they are not counted"
    return len(rows) - len(gone)


def test_those_who_came_with_a_case_are_said_to_be_in_no_sum(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    page = browsing("assessor").get("/borough")
    assert f"{_imported()} more young people of the borough came with an imported case" in page.main


@pytest.mark.parametrize("account", ["newham-commissioner", "newham-finance"])
def test_who_pays_is_told_the_costs_by_home_and_no_young_person(
    browsing: Browsing, told: Mapping[str, str], total: list[str], account: str
) -> None:
    page = browsing(account).get("/borough")
    assert page.title.startswith("What our places cost")
    assert list(faults(page)) == []
    heads, *rows, last = table(page, "What our places cost a week")
    assert heads[:2] == ["Home", "Young people"]
    fee, extra = weekly("medium", MANY)
    [linden] = [row for row in rows if HOME in row[0]]
    assert linden[1:] == ["1", *money(fee, extra, fee + extra)], "Havering's is not counted"
    assert len(rows) == len(PROVIDERS)
    assert last == ["All", "5", *total]
    for secret in (*told.values(), "YP-97", "/referrals", "Where referrals stand", "/approvals"):
        assert secret not in page.text
    assert "/borough" in browsing(account).get("/sections/young-people").links()


OTHERS = ("broker", "commissioner", "finance", "auditor", "administrator", "provider")


@pytest.mark.parametrize("account", OTHERS)
def test_who_speaks_for_no_borough_is_refused_and_not_offered_the_page(
    browsing: Browsing, account: str
) -> None:
    assert browsing(account).get("/borough").status == 403
    assert "/borough" not in browsing(account).get("/").links()
    role, where = Role(account), ORGANISATIONS[Role(account)]
    central = replace(BROKER, role=role, organisation=where)
    assert not may(central, "borough.costs")
    assert not may(central, "borough.statement")


def test_each_look_at_costs_and_at_a_contract_is_on_record(
    browsing: Browsing, at_work: AtWork, told: Mapping[str, str]
) -> None:
    costs = ("borough.costs", "borough", NEWHAM)
    owed = ("borough.statement", "contract", "NEL-BLOCK-1")
    given = ("approval.list", "approvals", "list")
    for account, looked in (("newham-finance", [costs, owed]), ("director", [costs, given, owed]),
                            ("assessor", [costs, given])):  # fmt: skip
        browsing(account)
        before = newest(at_work[2])
        assert browsing(account).get("/borough").status == 200
        assert looks_since(at_work[2], before) == [(account, *look) for look in looked]


def test_a_requirement_that_the_contract_prices_no_longer_is_not_taken_for_nothing(
    at_work: AtWork, told: Mapping[str, str], tmp_path: Path
) -> None:
    text = (REGION / "contract.toml").read_text(encoding="utf-8")
    head, night, rest = text.partition('[[requirements]]\ncode = "waking_night"')
    assert night
    text = head + rest[rest.index("[[uplifts]]") :]
    with at_a_copy(at_work, tmp_path, with_contract("NEL-BLOCK-1", text)) as page:
        rows = {row[0]: row for row in table(page, "Homes decided for")}
    fee, _ = weekly("high", LATER)
    assert rows[told[SECOND]][5:8] == [*money(fee), "not known", f"{money(fee)[0]} or more"]
    assert "2 prices of extra support are not known" in page.main


def test_a_record_that_can_no_longer_be_told_is_counted_and_in_no_sum(
    at_work: AtWork, told: Mapping[str, str], tmp_path: Path
) -> None:
    with at_a_copy(at_work, tmp_path, removing(told[WILLOW])) as page:
        last = table(page, "Homes decided for")[-1]
        assert last[0] == "All 4 young people of the borough"
        assert "The record of 1 more young person can no longer be read in full." in page.main
        for month in MONTHS:
            assert table(page, f"What we owe for {month}")[1][3:] == ["not known"] * 4
        assert page.main.count("The record of somebody who lived in its homes can no longer") == 2


@pytest.mark.parametrize("part", ["", "/ledger", "/parity"])
def test_a_contract_counts_at_least_who_can_still_be_told(
    at_work: AtWork, told: Mapping[str, str], tmp_path: Path, part: str
) -> None:
    address = f"/contracts/NEL-BLOCK-1{part}"
    removed = removing(told[WILLOW])
    with at_a_copy(at_work, tmp_path, removed, account="commissioner", address=address) as page:
        assert page.status == 200
        if part != "/parity":
            assert "The record of 1 young person who lived in homes of the contract" in page.main
            assert "at least" in page.main


def removing(referral: str) -> Callable[[Session], None]:
    """Care of who stays put has ended, so that what a step said may have been removed."""

    def removed(session: Session) -> None:
        table_ = AuditRow.__table__
        query = sa.select(table_.c.number).where(
            table_.c.record_id == referral, table_.c.act == "life.end"
        )
        number = session.execute(query).scalar_one()
        keeper = Actor("keeper", Role.ADMINISTRATOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
        remove_value(session, keeper, number, at=now(), why="asked for")

    return removed


def test_only_acts_of_a_borough_ask_for_one() -> None:
    of_boroughs = {act for act, one in ACTS.items() if one.scope.value == "borough"}
    assert of_boroughs == {"borough.costs", "borough.statement"}
    assert may(borough(Role.FINANCE), "borough.statement")
    assert not may(borough(Role.ASSESSOR), "borough.statement")


def test_the_record_of_a_placement_says_what_its_extra_support_costs(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    def said(home: str) -> dict[str, str]:
        return summary(browsing("assessor").get(f"/referrals/{told[home]}"))

    priced, unpriced = said(HOME), said(DEARER)
    assert priced["Extra support"].startswith("£1,026.00 a week above the fee")
    assert priced["Extra support"].endswith("36 hours above 10")
    assert priced["In all"] == "£7,026.00 a week"
    assert unpriced["Extra support"] == "Price not knownOne to one: 46"
    assert unpriced["In all"] == "£6,650.00 a week or more"
    assert not {"Extra support", "In all"} & set(said(WILLOW))
