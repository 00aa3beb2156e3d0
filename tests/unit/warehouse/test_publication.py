"""What is published of a year: no count under five in any file, nor a total that gives one away."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from broker.audit.chain import Record, add_entry
from broker.reports.form import Period
from broker.reports.star import Star
from broker.tables import AuditRow
from broker.warehouse.publish import protect
from broker.warehouse.publish.once import PUBLISHED, PublishedOtherwise, digest_of, note
from broker.warehouse.publish.publication import HIDDEN, NotKnown, publish
from tests.whole_life import COMMISSIONER

YEAR = Period(date(2026, 4, 1), date(2027, 4, 1))
PLACES = {"E1": "Havering", "E2": "Newham", "E3": "Hackney"}
BANDS = ("low", "medium", "high")
AT = datetime(2027, 5, 4, 9, tzinfo=UTC)


def a_year(counts: list[tuple[str, str, int, int]], unknown: int) -> Star:
    """So many referrals sent and placements of each borough and band; some of unknown distance."""
    sent, began = [], []
    for borough, band, referrals, placements in counts:
        for at in range(referrals):
            moved = YEAR.start + timedelta(days=at) if at % 2 else None
            sent.append({"borough": borough, "band": band, "submitted_on": YEAR.start,
                         "moved_in_on": moved})  # fmt: skip
        for at in range(placements):
            began.append({"borough": borough, "band_first": band, "moved_in_on": YEAR.start,
                          "area": "in_area" if at % 3 else "distant", "ended_on": None,
                          "distance_tenths": 10 + at, "days": None})  # fmt: skip
    for one in began[:unknown]:
        one["distance_tenths"] = None
    told = SimpleNamespace(
        referrals=sent, episodes=began, boroughs=PLACES, as_of=YEAR.end, first_day=YEAR.start,
        rows=lambda name: [{"borough": code, "partner": True} for code in PLACES],
    )  # fmt: skip
    return cast(Star, told)


NUMBER = st.one_of(st.integers(0, 6), st.integers(0, 30))
COUNTS = st.lists(
    st.tuples(st.sampled_from(sorted(PLACES)), st.sampled_from(BANDS), NUMBER, NUMBER), max_size=9
)


@pytest.mark.thorough
@given(COUNTS, st.integers(0, 7))
@settings(max_examples=12)
def test_no_file_shows_a_count_under_five(
    counts: list[tuple[str, str, int, int]], unknown: int
) -> None:
    star = a_year(counts, unknown)
    files = publish(star, YEAR).files()
    for name, text in files.items():
        if name.startswith("table-"):
            cells = [cell for line in list(csv.reader(io.StringIO(text)))[1:] for cell in line[1:]]
            assert all(cell == HIDDEN or int(cell) >= 5 for cell in cells)
    whole = {"miles from home, moved in": (len(star.episodes), "table-2.csv")}
    for line in csv.DictReader(io.StringIO(files["totals.csv"])):
        if line["n"] in ("", HIDDEN):
            continue
        assert int(line["n"]) >= 5
        if line["figure"] in whole:
            total, table = whole[line["figure"]]
            rest = total - int(line["n"])
            assert rest == 0 or rest >= 5, "those not known would follow"
            last = list(csv.reader(io.StringIO(files[table])))[-1]
            assert last[-1] == str(total), "a hidden total is told nowhere else"


def test_large_counts_are_shown_but_where_a_band_nobody_told_would_follow() -> None:
    counts = [(code, band, 20, 0) for code in PLACES for band in BANDS]
    told: dict[str, Any] = publish(a_year(counts, 0), YEAR).to_json()
    sent = told["tables"][0]["rows"]
    for name in PLACES.values():
        assert sent[name][-1] == "60"
        assert sorted(sent[name][:3]) in (["20", "20", "20"], ["20", "20", HIDDEN])
    shown = {"180": "90", HIDDEN: HIDDEN}[sent["all"][-1]]
    assert told["totals"][0] == {
        "figure": "days from being sent to moving in", "n": shown, "median": "10",
    }  # fmt: skip


def test_where_what_to_hide_is_not_proven_only_totals_of_the_partnership_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a search that has no time; each total is of five or more, and of four quarters."""
    monkeypatch.setattr(protect, "_SEARCH", 0.0)
    counts = [(code, band, 7, 6) for code in PLACES for band in BANDS]
    made = publish(a_year(counts, 3), YEAR)
    assert made.tables == []
    assert made.hidden == frozenset()
    files = made.files()
    assert sorted(files) == ["README.txt", "totals.csv"]
    assert "what to hide was not proven" in files["README.txt"]
    assert [one["n"] for one in csv.DictReader(io.StringIO(files["totals.csv"]))] == [
        "27", HIDDEN, "",
    ]  # fmt: skip
    words = set(re.findall(r"\w+", "".join(files.values())))
    assert not words & {*PLACES.values(), *BANDS}


@pytest.mark.parametrize("days", [0, 91, 364])
def test_less_than_four_quarters_is_not_published(days: int) -> None:
    with pytest.raises(ValueError, match="less than four quarters"):
        publish(a_year([], 0), Period(YEAR.start, YEAR.start + timedelta(days=days)))


@pytest.mark.parametrize(
    ("begins", "in_part", "why"),
    [
        (None, False, "there are no records yet"),
        (YEAR.end, True, "the records begin on 2027-04-01"),
        (YEAR.start + timedelta(days=1), False, "In part: the records begin on 2026-04-02"),
    ],
)
def test_a_year_that_is_not_known_is_not_published(
    begins: date | None, in_part: bool, why: str
) -> None:
    star = a_year([("E1", "low", 12, 9)], 0)
    star.first_day = begins
    with pytest.raises(NotKnown, match=why):
        publish(star, YEAR, in_part=in_part)


def test_a_year_that_is_not_over_is_not_published_in_part_and_a_whole_one_neither() -> None:
    star = a_year([("E1", "low", 12, 9)], 0)
    with pytest.raises(ValueError, match="is known whole"):
        publish(star, YEAR, in_part=True)
    star.as_of -= timedelta(days=1)  # type: ignore[misc]
    with pytest.raises(ValueError, match="is not over"):
        publish(star, YEAR, in_part=True)


def test_of_a_part_and_of_the_whole_year_the_same_counts_have_two_digests() -> None:
    counts = [("E1", "low", 12, 9)]
    star = a_year(counts, 0)
    star.first_day = YEAR.start + timedelta(days=30)
    part, whole = publish(star, YEAR, in_part=True), publish(a_year(counts, 0), YEAR)
    assert part.part == Period(star.first_day, YEAR.end)
    assert whole.part is None
    assert digest_of(part) != digest_of(whole)


def test_figures_have_one_digest_whatever_day_the_records_are_of_and_others_another() -> None:
    counts = [("E1", "low", 12, 9)]
    digest = digest_of(publish(a_year(counts, 0), YEAR))
    later = a_year(counts, 0)
    later.as_of += timedelta(days=30)  # type: ignore[misc]
    assert digest_of(publish(later, YEAR)) == digest
    for other in ([("E1", "low", 13, 9)], [("E2", "low", 12, 9)], [("E1", "low", 12, 10)]):
        assert digest_of(publish(a_year(other, 0), YEAR)) != digest


def test_a_year_is_published_once_and_the_same_figures_again(session: Session) -> None:
    first, other = (publish(a_year([("E1", "low", 12, n)], 0), YEAR) for n in (9, 10))
    note(session, COMMISSIONER, "2026-27", first, AT)
    note(session, COMMISSIONER, "2026-27", first, AT + timedelta(days=9))
    note(session, COMMISSIONER, "2025-26", other, AT)
    session.commit()
    with pytest.raises(PublishedOtherwise) as refused:
        note(session, COMMISSIONER, "2026-27", other, AT + timedelta(days=10))
    session.rollback()
    assert refused.value.earlier.at == AT
    assert refused.value.earlier.by == COMMISSIONER.id
    assert refused.value.earlier.digest == digest_of(first)
    query = sa.select(AuditRow.__table__.c.record_id).where(AuditRow.__table__.c.act == PUBLISHED)
    assert sorted(session.execute(query).scalars()) == ["2025-26", "2026-27", "2026-27"]


def test_a_publication_of_which_no_digest_is_on_record_is_the_last_of_its_year(
    session: Session,
) -> None:
    add_entry(session, COMMISSIONER, PUBLISHED, Record("publication", "2026-27"), at=AT)
    session.commit()
    with pytest.raises(PublishedOtherwise) as refused:
        note(session, COMMISSIONER, "2026-27", publish(a_year([], 0), YEAR), AT)
    assert refused.value.earlier.digest is None
