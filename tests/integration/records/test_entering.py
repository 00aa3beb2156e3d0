"""A borough's data enters only under its data sharing agreement, by whichever door, on both."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.audit.chain import verify
from broker.baseline.record import NotToldWhose, freeze
from broker.baseline.whole import Source, baseline
from broker.database import reading, writing
from broker.importing import import_case
from broker.registers.agreements import newest
from broker.registers.entering import NoAgreement
from broker.store.report import ImportReport
from broker.tables import CATALOGUE
from matching.faults import BadInput
from tests.integration.records.whole_case import whole_case, with_changed, without
from tests.unit.baseline.samples import EPISODES, PRICES, nowhere, write
from tests.whole_life import COMMISSIONER, sign_agreements

MONDAY = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
REFERRERS = {"E09000002", "E09000012", "E09000016", "E09000025", "E09000026"}
RESIDENT_ONLY = "E09000031"

Take = Callable[..., ImportReport]


@pytest.fixture
def take(engine: Engine, tmp_path: Path) -> Take:
    """Import the whole case with the changes named, without agreements unless asked for."""
    folders = iter(range(100))

    def run(*, brings: str | None = None, close: str | None = None, **changed: Any) -> ImportReport:
        folder = whole_case(tmp_path / f"case{next(folders)}", **changed)
        if brings != "its own":
            (folder / "agreements.toml").unlink()
        if brings not in (None, "its own"):
            (folder / "agreements.toml").write_text(str(brings), "utf-8")
        with writing(engine) as session:
            return import_case(
                session, folder, by="Duty desk", when=MONDAY, close_missing=close, hold_day=True
            )

    return run


def contents(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(sa.select(table))))
            for name, table in CATALOGUE.tables.items()
        }


def refused(raised: pytest.ExceptionInfo[BadInput]) -> dict[str, set[str]]:
    """By borough the files whose rows may not enter."""
    found: dict[str, set[str]] = {}
    for fault in raised.value.faults:
        assert fault.kind == "no agreement"
        rows = re.search("new or changed in ([^;]+);", fault.allowed)
        assert rows is not None
        found[fault.value] = set(rows[1].split(", "))
    return found


def sign(engine: Engine, until: date | None = None) -> None:
    with writing(engine) as session:
        sign_agreements(session, until=until)


def test_without_agreements_nothing_of_any_borough_is_taken_in(engine: Engine, take: Take) -> None:
    before = contents(engine)
    with pytest.raises(BadInput, match="no data sharing agreement of Newham is on") as raised:
        take()
    assert set(refused(raised)) == REFERRERS | {RESIDENT_ONLY}
    assert "referrals.csv" in refused(raised)["E09000025"]
    assert refused(raised)[RESIDENT_ONLY] == {"residents.csv"}
    assert contents(engine) == before


def test_a_lapse_blocks_with_the_agreement_and_its_day_named(engine: Engine, take: Take) -> None:
    sign(engine, until=date(2026, 4, 6))
    with pytest.raises(BadInput, match="A-data_sharing of Newham ended on 2026-04-06"):
        take()
    sign(engine, until=date(2026, 4, 7))
    assert take().changes > 0


def test_the_folder_brings_its_agreements_into_the_register(engine: Engine, take: Take) -> None:
    report = take(brings="its own")
    told = {table["file"]: table for table in report.to_json()["tables"]}["agreements.toml"]
    assert told["added"] == ["A-data_sharing", "A-leadership"]
    with reading(engine) as session:
        rows = newest(session, "agreements")
        assert [(row.key, row.made_by) for row in rows] == [
            ("A-data_sharing", "Duty desk"),
            ("A-leadership", "Duty desk"),
        ]
        assert verify(session).entries == 2
        assert not verify(session).broken
    assert take(brings="its own").changes == 0


def test_an_old_file_brings_no_ended_agreement_back_into_force(engine: Engine, take: Take) -> None:
    take(brings="its own")
    sign(engine, until=date(2026, 4, 5))
    changed = with_changed("wishes.csv", "R-2,SC990001,against", "R-2,SC990001,unsure")
    with pytest.raises(BadInput, match="ended on 2026-04-05") as raised:
        take(brings="its own", wishes=changed)
    assert refused(raised) == {"E09000012": {"wishes.csv"}}
    same = take(brings="its own")
    assert same.changes == 0
    assert any("the register says something else of A-data_sharing" in one for one in same.notes)


def test_what_is_on_record_stays_and_is_closed_whatever_lapsed(engine: Engine, take: Take) -> None:
    sign(engine)
    take()
    sign(engine, until=date(2026, 4, 5))
    assert take().changes == 0
    gone = {"referrals": without("referrals.csv", "R-5"), "decisions": None}
    assert take(close="moved to her aunt", **gone).changes > 0


def test_a_changed_row_is_its_young_persons_boroughs(engine: Engine, take: Take) -> None:
    """Of a table without a borough of its own: whose referral, or whose young person, it is."""
    sign(engine)
    take()
    sign(engine, until=date(2026, 4, 5))
    changed = with_changed("relationships.csv", "YP90,YP01,caution", "YP90,YP91,caution")
    with pytest.raises(BadInput) as raised:
        take(relationships=changed)
    assert refused(raised) == {
        "E09000016": {"relationships.csv"},
        "E09000012": {"relationships.csv"},
    }


def test_a_resident_from_outside_the_partnership_asks_for_none_and_a_referral_does(
    engine: Engine, take: Take
) -> None:
    sign(engine)
    outside = with_changed("residents.csv", "SC990003,E09000031", "SC990003,E10000012")
    assert take(residents=outside).changes > 0
    with pytest.raises(BadInput) as raised:
        take(referrals=with_changed("referrals.csv", "YP05,E09000026", "YP05,E10000012"))
    assert "E10000012" in refused(raised)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", "agreements.toml"),
        ("other = 1", r"\[\[agreement\]\] tables and nothing else"),
        ("agreement = 1", r"\[\[agreement\]\], once for each agreement"),
        ("agreement = [1]", "agreement 1: a table"),
        ("[[agreement]]\nagreement = 'A'", "agreement 1 kind: required"),
        (
            "[[agreement]]\nagreement = 'A'\nkind = 'data_sharing'\nparties = ['partnership']\n"
            "holds_from = 2026-04-01\nsigned = [{organisation='x', role='y', on=2026-03-02}]",
            "every party signs; not signed by: partnership",
        ),
    ],
)
def test_a_file_of_agreements_that_cannot_be_read_is_refused_with_the_case(
    engine: Engine, take: Take, text: str, said: str
) -> None:
    sign(engine)
    with pytest.raises(BadInput, match=said):
        take(brings=text)


def test_an_agreement_stands_once_in_a_file(take: Take) -> None:
    one = (
        "[[agreement]]\nagreement = 'A'\nkind = 'data_sharing'\nparties = ['partnership']\n"
        "holds_from = 2026-04-01\n"
        "signed = [{organisation='partnership', role='director', on=2026-03-02}]\n"
    )
    with pytest.raises(BadInput, match="stands here already"):
        take(brings=one * 2)


def figures(folder: Path, *, named: bool) -> dict[str, Any]:
    """An invented year of one borough and the price of another."""
    episodes = write(folder / "e.csv", EPISODES, ["A,01/05/2025,S,C2,K2,,,,E1 1AA,3.0"])
    prices = write(folder / "p.csv", PRICES, ["E09000016,H1,high,7100.50,2025-04-01,,invoice"])
    sources = [
        Source("episodes", "E09000025" if named else "", episodes),
        Source("prices", "", prices),
    ]
    return baseline(sources, date(2025, 4, 1), nowhere)


def test_a_baseline_is_frozen_under_the_agreement_of_every_borough_in_it(
    engine: Engine, tmp_path: Path
) -> None:
    told = figures(tmp_path, named=True)
    with pytest.raises(NoAgreement) as raised, writing(engine) as session:
        freeze(session, COMMISSIONER, told, at=MONDAY, why=None)
    assert set(raised.value.lapsed) == {"E09000016", "E09000025"}
    sign(engine)
    with writing(engine) as session:
        assert freeze(session, COMMISSIONER, told, at=MONDAY, why=None) == 1


def test_a_file_of_which_nobody_said_whose_it_is_cannot_be_frozen(
    engine: Engine, tmp_path: Path
) -> None:
    sign(engine)
    with (
        pytest.raises(NotToldWhose, match=r"e\.csv: nobody said whose"),
        writing(engine) as session,
    ):
        freeze(session, COMMISSIONER, figures(tmp_path, named=False), at=MONDAY, why=None)
