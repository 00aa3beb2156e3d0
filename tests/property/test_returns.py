"""No row of a return is ever lost, and mending agrees with its rules written a second time."""

from __future__ import annotations

import random
import tempfile
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.returns.episode import Episode
from broker.returns.repair import repair
from broker.returns.whole import Returns, read_returns
from pricing.problems import BadInput
from tests.unit.returns.written import EPISODES, HAVERING, Folder, mended, row

FIRST = date(2018, 4, 1)


@st.composite
def episodes(draw: st.DrawFn) -> Episode:
    start = FIRST + timedelta(days=draw(st.integers(0, 1000)))
    length = draw(st.one_of(st.none(), st.integers(1, 500)))
    closes = start.year + (start >= date(start.year, 4, 1))
    return Episode(
        authority="",
        child=draw(st.sampled_from("ab")),
        start=start,
        end=None if length is None else start + timedelta(days=length),
        began=draw(st.sampled_from("SPLT")),
        legal="C2",
        need="N1",
        place=draw(st.sampled_from(["K2", "U4"])),
        provider="PR4",
        ceased="" if length is None else draw(st.sampled_from(["X1", "E4A"])),
        reason="",
        home_post="",
        place_post=draw(st.sampled_from(["", "E1 4NS"])),
        urn="",
        year=closes + draw(st.integers(0, 2)),
        file="f",
        row=draw(st.integers(2, 10**6)),
    )


def unique(many: list[Episode]) -> list[Episode]:
    """Without two of one first day and year: reading refuses or deletes those before."""
    return list({(each.child, each.start, each.year): each for each in many}.values())


@given(st.lists(episodes(), min_size=1, max_size=9).map(unique))
def test_mending_agrees_with_the_rules_written_a_second_time(many: list[Episode]) -> None:
    latest = max(each.year for each in many)
    made = repair(many, {"": latest})
    for (_, child), own in made.episodes.items():
        plain: list[dict[str, Any]] = [
            {
                "year": each.year, "row": each.row, "start": each.start, "end": each.end,
                "rne": each.began, "rec": each.ceased,
                "same": (each.began, each.legal, each.place, each.provider, each.place_post),
            }
            for each in many
            if each.child == child
        ]  # fmt: skip
        expected = [(e["start"], e["end"], e["rec"]) for e in mended(plain, latest)]
        assert [(each.start, each.end, each.ceased) for each in own] == expected
    assert sum(made.fates.values()) == len(many)


@given(st.lists(episodes(), min_size=1, max_size=9).map(unique), st.randoms())
def test_mended_episodes_never_overlap_and_the_order_of_rows_changes_nothing(
    many: list[Episode], order: random.Random
) -> None:
    latest = {"": max(each.year for each in many)}
    made = repair(many, latest)
    for own in made.episodes.values():
        for each, after in pairwise(own):
            assert each.end is not None
            assert each.start < each.end <= after.start
    mixed = list(many)
    order.shuffle(mixed)
    assert repair(mixed, latest).episodes == made.episodes


CELLS = st.sampled_from(
    ["", "1", "2", "9", "S", "P", "K2", "U4", "K9", "X1", "E4A", "C2", "N1", "PR4", "03/05/2019",
     "03/05/2020", "31/02/2019", "01/01/2031", "CARPL", "RM1 3BD", "ä", '"', "\u2028"]
)  # fmt: skip
GOOD = st.builds(
    row,
    st.sampled_from(["1", "2"]),
    st.sampled_from(["3/5/19", "1/8/19", "9/1/20"]),
    st.sampled_from(["", "9/9/19", "2/2/20"]),
    rne=st.sampled_from("SPL"),
    place=st.sampled_from(["K2", "U4", "K3"]),
)
WILD = st.lists(CELLS, min_size=1, max_size=15).map(",".join)


@settings(max_examples=60)
@given(st.lists(st.one_of(GOOD, WILD), max_size=8), st.lists(st.one_of(GOOD, WILD), max_size=8))
def test_every_row_read_is_kept_repeated_deleted_or_refused_with_a_reason(
    first: list[str], second: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name)).episodes(2020, *first).episodes(2021, *second)
        with suppress(BadInput):
            returns = read_returns(folder.path)
            assert_accounted(returns, [*first, *second])


def assert_accounted(returns: Returns, lines: list[str]) -> None:
    """Nothing lost: what was read is what was written, and each row has its fate."""
    fates = returns.fates
    rows = [line for line in lines if line.replace(",", "").strip()]
    if not any('"' in line for line in rows):
        assert fates["read"] == len(rows)
    assert fates["read"] == sum(fates[fate] for fate in ("kept", "repeated", "deleted", "refused"))
    assert fates["kept"] == sum(len(own) for own in returns.episodes.values())
    with_reason = {(p.file, p.row) for p in returns.refused if "episodes" in p.file}
    assert len(with_reason) == fates["refused"]
    assert all(own[0].authority == HAVERING for own in returns.episodes.values())


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_never_a_crash(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name)).episodes(2020, row("1", "3/5/19"))
        folder.name(2021, "episodes").write_bytes(data)
        folder.header(2021)
        with suppress(BadInput):
            read_returns(folder.path)


def test_the_header_of_the_tests_is_the_returns_own() -> None:
    from broker.returns.tables import EPISODES as TABLE

    assert ",".join(TABLE.columns) == EPISODES
