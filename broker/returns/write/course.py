"""A young person's care as the rows of an episodes table: one for each place and legal status.

Care is cut wherever the place or the legal status changes. RNE says what changed, REC how a row
ended, REASON_PLACE_CHANGE why they moved. Nothing is filled in: where care is not told without a
gap, the sentences say so and there are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from broker.returns import codes
from broker.returns.episode import last_day, year_starts
from matching.postcodes import authority_of


@dataclass(frozen=True, slots=True)
class Stay:
    """Days `[start, end)` in one place; `reason` why they moved on, `ceased` how care ended there.

    `what` is how sentences call it.
    """

    start: date
    end: date | None
    place: str
    provider: str
    postcode: str
    urn: str
    reason: str
    ceased: str
    what: str

    @property
    def where(self) -> tuple[str, str, str, str]:
        """Two stays with the same are one place to the return."""
        return self.place, self.provider, self.postcode, self.urn


@dataclass(frozen=True, slots=True)
class Period:
    """A period of being looked after: since when, under which statuses, where, how it ended."""

    since: date
    need: str
    home_post: str
    legal: tuple[tuple[date, str], ...]
    stays: tuple[Stay, ...]
    ended: date | None = None
    ceased: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A row of the episodes table without the young person's number; None for a blank day."""

    start: date
    began: str
    legal: str
    need: str
    place: str
    provider: str
    end: date | None
    ceased: str
    reason: str
    home_post: str
    place_post: str
    urn: str


def rows(period: Period, year: int) -> tuple[list[Written], list[str]]:
    """The rows of a period in the collection that closes in `year`, and why there are none."""
    stays, faults = _joined(period, year)
    if faults or not stays:
        return [], faults
    pieces = [piece for stay in stays for piece in _pieces(period, stay, year)]
    made: list[Written] = []
    for at, (stay, start, end, legal) in enumerate(pieces):
        before = pieces[at - 1] if at else None
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        moved = after is not None and after[0] is not stay
        made.append(
            Written(
                start=start,
                began=_began(period, before, stay, start, legal),
                legal=legal,
                need=period.need,
                place=stay.place,
                provider=stay.provider,
                end=end,
                ceased="" if end is None else codes.CONTINUES if after else stay.ceased,
                reason=stay.reason if moved and after and _asked(stay, after[0]) else "",
                home_post=period.home_post,
                place_post=stay.postcode,
                urn=stay.urn,
            )
        )
    first = year_starts(year)
    kept = [row for row in made if row.end is None or row.end >= first]
    faults = [sentence for row in kept for sentence in _unlisted(row, year)]
    return ([] if faults else kept), faults


def _joined(period: Period, year: int) -> tuple[list[Stay], list[str]]:
    """The stays up to the close in order, and what of the collection's own days is not told."""
    first, last = year_starts(year), last_day(year)
    told = sorted(
        (stay for stay in period.stays if stay.start <= last), key=lambda stay: stay.start
    )
    now = [at for at, stay in enumerate(told) if stay.end is None or stay.end >= first]
    if not now:
        return [], []
    faults = list(_gaps(period, told[min(now) :], min(now) == 0))
    stays = _one_place(told)
    final = stays[-1]
    if final.end is not None and final.end <= last:
        if period.ended is not None and period.ended != final.end:
            faults.append(
                f"care ended on {period.ended}, and {final.what} on {final.end}: where the young "
                "person was between is not told"
            )
        ceased = final.ceased or (period.ceased if period.ended == final.end else "")
        if not ceased:
            faults.append(f"{final.what} ended on {final.end} and care went on: where is not told")
        stays[-1] = replace(final, ceased=ceased)
    elif period.ended is not None and period.ended <= last:
        if final.end is None and period.ended > final.start:
            stays[-1] = replace(final, end=period.ended, ceased=period.ceased)
        else:
            faults.append(f"care ended on {period.ended}, yet {final.what} lasted longer")
    elif final.end is not None:
        stays[-1] = replace(final, end=None)
    for stay, after in pairwise(stays):
        if after.start >= first and _asked(stay, after) and not stay.reason:
            faults.append(f"why {stay.what} ended on {stay.end} is not told (reason_code)")
    return stays, faults


def _gaps(period: Period, stays: Sequence[Stay], whole: bool) -> Iterator[str]:
    if whole and stays[0].start > period.since:
        yield (
            f"looked after since {period.since}: where until {stays[0].start} is not told "
            "(elsewhere)"
        )
    for stay, after in pairwise(stays):
        if stay.end is None or stay.end > after.start:
            yield f"{after.what} began on {after.start}, before {stay.what} had ended"
        elif stay.end < after.start:
            yield f"where the young person was from {stay.end} to {after.start} is not told"
        if stay.ceased and stay.end == after.start:
            yield f"{stay.what} ended care with {stay.ceased}, yet {after.what} began that day"


def _one_place(stays: Sequence[Stay]) -> list[Stay]:
    """Stays that follow each other in one place are one."""
    made: list[Stay] = []
    for stay in stays:
        if made and made[-1].where == stay.where and made[-1].end == stay.start:
            made[-1] = replace(stay, start=made[-1].start)
        else:
            made.append(stay)
    return made


def _pieces(period: Period, stay: Stay, year: int) -> Iterator[tuple[Stay, date, date | None, str]]:
    """A stay cut where the legal status changes: (stay, start, end, legal status)."""
    last = last_day(year)
    cuts = [
        day
        for day, _ in period.legal
        if stay.start < day <= last and (stay.end is None or day < stay.end)
    ]
    for start, end in pairwise([stay.start, *cuts, stay.end]):
        assert start is not None
        yield stay, start, end, _legal(period, start)


def _legal(period: Period, day: date) -> str:
    return [status for start, status in period.legal if start <= day][-1]


def _began(
    period: Period,
    before: tuple[Stay, date, date | None, str] | None,
    stay: Stay,
    start: date,
    legal: str,
) -> str:
    if start == period.since:
        return codes.CAME_INTO_CARE
    if before is not None and before[0] is stay:
        return "L"
    if before is not None and before[2] == start:
        changed = before[3] != legal
    else:
        changed = any(day == start for day, _ in period.legal)
    if stay.place in codes.SAME_CARER:
        return "U" if changed else "T"
    return "B" if changed else "P"


def _asked(stay: Stay, after: Stay) -> bool:
    """Whether the return asks why they moved: not to, nor from, a temporary place."""
    return stay.place not in codes.TEMPORARY and after.place not in codes.TEMPORARY


def _unlisted(row: Written, year: int) -> Iterator[str]:
    """A sentence for each code that the collection does not know, or that does not fit."""
    told = {
        "PLACE": row.place,
        "PLACE_PROVIDER": row.provider,
        "LS": row.legal,
        "REC": row.ceased,
        "REASON_PLACE_CHANGE": row.reason,
    }
    for column, code in told.items():
        if code and code not in codes.to_write(column, year):
            yield f"{column} {code} from {row.start}: the collection of {year} does not know it"
    if row.legal in codes.SHORT_BREAKS:
        yield f"legal status {row.legal} is for short breaks, which are not written here"
    bare = row.place in codes.NO_PROVIDER
    if bare == bool(row.provider):
        told_so = "is told and should not be" if bare else "is not told"
        yield f"the provider of {row.place} from {row.start} {told_so}"
    yield from _urn(row, year)
    if not row.place_post:
        yield f"the postcode of {row.place} from {row.start} is not told"
    elif row.place_post == row.home_post and row.place != "P1":
        yield f"the postcode of {row.place} from {row.start} is that of home"


def _urn(row: Written, year: int) -> Iterator[str]:
    """A URN where Ofsted inspects, none where nobody does or the place lies outside England.

    H5 came to be inspected within the collection of 2024, whose URNs `limits` looks at.
    """
    lies = authority_of(row.place_post) if row.place_post else None
    abroad = lies is not None and not lies.startswith("E")
    if row.urn and (row.place in codes.no_urn(year) or (abroad and year >= 2026)):
        yield f"the URN of {row.place} from {row.start} is told and should not be"
    free = row.place in codes.no_urn(year) or abroad or (row.place == "H5" and year == 2024)
    if not row.urn and not free:
        yield f"the URN of {row.place} from {row.start} is not told"
