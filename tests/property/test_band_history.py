"""Re-banding day by day: a second implementation that looks at each day alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pricing.bands.history import BandDecision, rebanded, standing
from pricing.bands.scores import Party
from pricing.ledger import LedgerRow
from pricing.terms import BANDS
from tests.unit.pricing.bands.strategies import FAST
from tests.unit.pricing.samples import HAVERING, stretch

START = date(2026, 4, 1)
LENGTH = 40
DAYS = [START + timedelta(days=number) for number in range(LENGTH)]


@st.composite
def histories(draw: st.DrawFn) -> list[BandDecision]:
    """A first band from the start or before, and up to five decisions more; each by another."""
    number = draw(st.integers(0, 5))
    decisions = [
        BandDecision(START - timedelta(days=draw(st.integers(0, 3))), START, "low", "provisional",
                     "made up", Party("role 0", "made up"))
    ]  # fmt: skip
    for place in range(1, number + 1):
        decisions.append(
            BandDecision(
                start=START + timedelta(days=draw(st.integers(-4, LENGTH + 4))),
                decided_on=START + timedelta(days=draw(st.integers(0, LENGTH))),
                band=draw(st.sampled_from(BANDS)),
                status=draw(st.sampled_from(["provisional", "confirmed"])),
                reason="made up",
                by=Party(f"role {place}", "made up"),
            )
        )
    return decisions


@st.composite
def placements(draw: st.DrawFn) -> list[LedgerRow]:
    """One to three stretches of one placement with gaps between some; the last may be open."""
    cuts = sorted(draw(st.sets(st.integers(0, LENGTH - 1), min_size=2, max_size=6)))
    pairs = list(pairwise(cuts))
    kept = [pair for pair in pairs if draw(st.booleans())] or pairs[:1]
    rows = [
        stretch(1, HAVERING, DAYS[first], DAYS[last], one_to_one=place)
        for place, (first, last) in enumerate(kept)
    ]
    if draw(st.booleans()):
        last = rows[-1]
        rows[-1] = stretch(1, HAVERING, last.start, None, one_to_one=len(rows) - 1)
    return rows


def band_on(day: date, history: Sequence[BandDecision], known: date) -> str:
    """Of the decisions known whose day has come, the one decided last."""
    counting = [each for each in history if each.decided_on <= known and each.start <= day]
    latest = max(each.decided_on for each in counting)
    return next(each.band for each in reversed(counting) if each.decided_on == latest)


def covers(row: LedgerRow, day: date) -> bool:
    return row.start <= day and (row.end is None or day < row.end)


@FAST
@given(placements(), histories(), st.sampled_from(DAYS))
def test_every_day_of_a_placement_has_the_band_decided_last(
    rows: list[LedgerRow], history: list[BandDecision], known: date
) -> None:
    cut = rebanded(rows, history, known)
    for day in DAYS:
        before = [row for row in rows if covers(row, day)]
        after = [row for row in cut if covers(row, day)]
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            assert other.band == band_on(day, history, known)
            assert other.requirements == one.requirements


@FAST
@given(placements(), histories(), st.sampled_from(DAYS))
def test_a_stretch_is_cut_only_where_the_band_changes(
    rows: list[LedgerRow], history: list[BandDecision], known: date
) -> None:
    cut = rebanded(rows, history, known)
    begins = {row.start for row in rows}
    for before, after in pairwise(cut):
        assert after.start in begins or (before.end == after.start and before.band != after.band)
    assert rebanded(cut, history, known) == cut


@FAST
@given(histories(), st.sampled_from(DAYS))
def test_what_stands_has_no_gap_and_no_overlap(history: list[BandDecision], known: date) -> None:
    stands = standing(history, known)
    assert stands[-1].end is None
    assert all(before.end == after.start for before, after in pairwise(stands))
    assert all(each.start == each.decision.start for each in stands)
    assert all(each.end is None or each.start < each.end for each in stands)
