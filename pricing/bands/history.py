"""How the band of a placement changes over time: who decided what, from which day, known when.

A band is effective-dated: provisional at the start, confirmed or changed at a review, possibly from
an earlier day (spec/contract-file.md, "Re-banding"). The last decision holds from its day on and
replaces whatever earlier decisions said about that day and all later ones; what stands before it
stays. To change a past stretch only, a second decision takes the band back from where it ends.
Nothing is rewritten: what stood on an earlier day is asked for by that day. The stretches go to
`pricing.adjustment`, which prices the difference to what was billed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pricing.bands.scores import BAND_STATUSES, CONFIRMED, PROVISIONAL, Party
from pricing.ledger import LedgerRow
from pricing.problems import Problems, describe
from pricing.terms import BANDS

_FILE = "band history"


@dataclass(frozen=True, slots=True)
class BandDecision:
    """A band from a day on, decided on a day by somebody, provisional or confirmed, and why."""

    start: date
    decided_on: date
    band: str
    status: str
    reason: str
    by: Party


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision that stands over [start, end); an end of None means from then on."""

    start: date
    end: date | None
    decision: BandDecision


def standing(history: Sequence[BandDecision], day: date) -> tuple[Standing, ...]:
    """The decisions that stand as known at the end of a day, in order of time, without gap.

    Decisions of one day count in the order of the history.

    Raises:
        BadInput: a band or status that is none, no reason, a provisional band confirmed by whoever
            set it.
    """
    known = _known(history, day)
    found = Problems()
    _check(found, history, known)
    found.raise_if_any()
    return _standing(known)


def rebanded(
    rows: Sequence[LedgerRow], history: Sequence[BandDecision], day: date
) -> tuple[LedgerRow, ...]:
    """The stretches of one placement with the bands that stand as known at the end of a day.

    `rows` are the placement's stretches as they are recorded, whatever their bands; home, borough,
    requirements and days stay. A stretch is cut only where the band changes: a re-banding to the
    same band, or a confirmation, changes nothing.

    Raises:
        BadInput: as `standing`; no row; rows of several placements; a day of the placement for
            which no band had been decided.
    """
    found = Problems()
    known = _known(history, day)
    _check(found, history, known)
    _check_rows(found, rows)
    found.raise_if_any()
    stands = _merged(_standing(known))
    first = min(row.start for row in rows)
    if not stands or stands[0].start > first:
        since = f"the first is from {stands[0].start}" if stands else "none is"
        found.add(
            _FILE,
            "from",
            f"no band on {first} among decisions up to {day}: {since}",
            f"a band from {first} or earlier, when the placement begins",
            "no band",
        )
    found.raise_if_any()
    return tuple(cut for row in rows for cut in _cut(row, stands))


def _known(history: Sequence[BandDecision], day: date) -> list[BandDecision]:
    return sorted(
        (each for each in history if each.decided_on <= day), key=lambda each: each.decided_on
    )


def _standing(known: Sequence[BandDecision]) -> tuple[Standing, ...]:
    stands: list[BandDecision] = []
    for decision in known:
        stands = [before for before in stands if before.start < decision.start]
        stands.append(decision)
    ends = [*(after.start for after in stands[1:]), None]
    return tuple(
        Standing(decision.start, end, decision)
        for decision, end in zip(stands, ends[: len(stands)], strict=True)
    )


def _merged(stands: Sequence[Standing]) -> list[Standing]:
    """Neighbours of the same band as one, under the decision that came first."""
    merged: list[Standing] = []
    for each in stands:
        if merged and merged[-1].decision.band == each.decision.band:
            merged[-1] = replace(merged[-1], end=each.end)
        else:
            merged.append(each)
    return merged


def _cut(row: LedgerRow, stands: Sequence[Standing]) -> Iterator[LedgerRow]:
    for each in stands:
        start = max(row.start, each.start)
        ends = [end for end in (row.end, each.end) if end is not None]
        end = min(ends, default=None)
        if end is None or start < end:
            yield replace(row, start=start, end=end, band=each.decision.band)


def _check(found: Problems, history: Sequence[BandDecision], known: Sequence[BandDecision]) -> None:
    for number, each in enumerate(history, start=1):
        key = f"decision {number}"
        if each.band not in BANDS:
            found.add(_FILE, f"{key}, band", describe(each.band), ", ".join(BANDS), "bad value")
        if each.status not in BAND_STATUSES:
            allowed = " or ".join(BAND_STATUSES)
            found.add(_FILE, f"{key}, status", describe(each.status), allowed, "bad value")
        if not each.reason.strip():
            found.add(_FILE, f"{key}, reason", describe(each.reason), "a reason", "missing")
    for place, decision in enumerate(known):
        if decision.status == CONFIRMED and _own(known[:place], decision):
            found.add(
                _FILE,
                f"decided on {decision.decided_on}, by",
                f"{decision.by}, who set the provisional band",
                "another role or organisation: the assessor is not the verifier",
                "not independent",
            )


def _own(before: Sequence[BandDecision], decision: BandDecision) -> bool:
    """Whether a decision replaces a provisional one of whoever makes it."""
    return any(
        each.decision.status == PROVISIONAL and each.decision.by.is_same(decision.by)
        for each in _standing(before)
        if each.end is None or each.end > decision.start
    )


def _check_rows(found: Problems, rows: Sequence[LedgerRow]) -> None:
    ids = sorted({row.placement_id for row in rows})
    if len(ids) != 1:
        shown = ", ".join(ids) or "none"
        found.add("placement", "rows", shown, "the rows of one placement", "bad value")
