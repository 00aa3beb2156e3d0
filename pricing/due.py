"""One placement in one billed period: what is due beside what was billed, over the same days.

Lines that were cut at different days are compared over the shortest days that both sides fill: a
month billed whole, of which a part is now due at another band, is one line.

A ledger may cut a stretch in two without changing anything, as when a review confirms the band.
Each part is then rounded by itself, which can move a penny; where band and requirements are the
same on both sides of the cut and what was billed is right for other cuts, nothing is adjusted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pricing.billed import Billed, Period
from pricing.ledger import LedgerRow
from pricing.money import Pence, pounds, whole_pence
from pricing.quote import FEE, Line, price_lines
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """What is due for one thing over [start, end), what was billed for it, and the difference.

    `placement_id` is empty for voids and results. `rule` names file, version and rule of what is
    due.
    """

    period: Period
    placement_id: str
    borough: str
    what: str
    start: date
    end: date
    due: Pence
    billed: Pence
    rule: str

    def __post_init__(self) -> None:
        whole_pence(self.due, self.billed)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def difference(self) -> Pence:
        return self.due - self.billed

    def to_json(self) -> dict[str, object]:
        """The line with its amounts in pounds."""
        return {
            "period_from": self.period[0].isoformat(),
            "period_to": self.period[1].isoformat(),
            "placement": self.placement_id,
            "borough": self.borough,
            "what": self.what,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "days": self.days,
            "due": pounds(self.due),
            "billed": pounds(self.billed),
            "difference": pounds(self.difference),
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class Placed:
    """What the ledger says of one placement of one borough, and what was billed, in one period.

    `rows` are the ledger's rows of the placement and borough, `lines` their lines in the period;
    `in_ledger` says whether the ledger has the placement at all.
    """

    contract: Contract
    period: Period
    placement_id: str
    borough: str
    rows: Sequence[LedgerRow]
    lines: Sequence[Line]
    billed: Sequence[Billed]
    in_ledger: bool

    def compared(self) -> Iterator[AdjustmentLine]:
        """A line for everything due or billed; where nothing changed the difference is 0."""
        due: dict[str, list[Line]] = defaultdict(list)
        was: dict[str, list[Billed]] = defaultdict(list)
        for line in sorted(self.lines, key=lambda line: line.start):
            due[line.subject].append(line)
        for row in self.billed:
            was[row.what].append(row)
        order = [FEE, *(requirement.code for requirement in self.contract.requirements)]
        for what in sorted({*due, *was}, key=order.index):
            for start, end in filled_days([*due[what], *was[what]]):
                yield self._line(
                    what,
                    start,
                    end,
                    [line for line in due[what] if start <= line.start < end],
                    [row for row in was[what] if start <= row.start < end],
                )

    def _line(
        self, what: str, start: date, end: date, due: Sequence[Line], was: Sequence[Billed]
    ) -> AdjustmentLine:
        amount = sum(line.amount for line in due)
        billed = sum(row.amount for row in was)
        if amount != billed and self._was_right(what, start, end, was, billed):
            amount = billed
        return AdjustmentLine(
            period=self.period,
            placement_id=self.placement_id,
            borough=self.borough,
            what=what,
            start=start,
            end=end,
            due=amount,
            billed=billed,
            rule=self._rule(what, due),
        )

    def _was_right(
        self, what: str, start: date, end: date, was: Sequence[Billed], billed: Pence
    ) -> bool:
        """Whether the ledger cuts what does not change, and for other cuts nothing is due.

        Which cuts the ledger had when something was billed is not known. The bill is right if
        leaving out some of those that ledger and bills have gives what was billed.
        """
        parts = [row for row in self.rows if row.clip(start, end)]
        stays = list(joined(parts))
        if len(stays) == len(parts):
            return False
        cuts = {day for part in parts for day in (part.start, part.end) if day}
        cuts |= {day for row in was for day in (row.start, row.end)}
        sums = {0}
        for stay in stays:
            of_stay = self._sums(what, stay, start, end, cuts)
            sums = {before + amount for before in sums for amount in of_stay}
        return billed in sums

    def _sums(
        self, what: str, stay: LedgerRow, start: date, end: date, cuts: Iterable[date]
    ) -> set[Pence]:
        """What a stretch without change comes to, cut at none, some or all of the days."""
        days = stay.clip(start, end)
        if days is None:
            return {0}
        edges = sorted({*days, *(cut for cut in cuts if days[0] < cut < days[1])})
        reached = [{0}]
        for place, last in enumerate(edges[1:], start=1):
            reached.append(
                {
                    before + self._amount(what, stay, first, last)
                    for first, sums in zip(edges[:place], reached, strict=True)
                    for before in sums
                }
            )
        return reached[-1]

    def _amount(self, what: str, stay: LedgerRow, start: date, end: date) -> Pence:
        lines = price_lines(self.contract, stay.band, stay.requirements, start, end)
        return sum(line.amount for line in lines if line.subject == what)

    def _rule(self, what: str, due: Sequence[Line]) -> str:
        source = f"{self.contract.source}: "
        if due:
            return source + " + ".join(line.rule.removeprefix(source) for line in due)
        if self.lines:
            return f"{source}no {what} is due in these days"
        if self.rows:
            return f"{source}{self.placement_id} is not placed in these days"
        if self.in_ledger:
            return f"{source}{self.placement_id} is not of {self.borough} in the ledger"
        return f"{source}{self.placement_id} is not in the ledger"


def filled_days(parts: Iterable[Line | Billed]) -> Iterator[tuple[date, date]]:
    """The shortest stretches of days that no part reaches over, in order."""
    start: date | None = None
    end = date.min
    for part in sorted(parts, key=lambda part: part.start):
        if start is not None and part.start >= end:
            yield start, end
            start = None
        start = start or part.start
        end = max(end, part.end)
    if start is not None:
        yield start, end


def joined(rows: Iterable[LedgerRow]) -> Iterator[LedgerRow]:
    """The stretches of one placement and borough with those that change nothing joined."""
    open_row: LedgerRow | None = None
    for row in sorted(rows, key=lambda row: row.start):
        if (
            open_row is not None
            and open_row.end == row.start
            and (open_row.band, open_row.requirements) == (row.band, row.requirements)
        ):
            open_row = replace(open_row, end=row.end)
            continue
        if open_row is not None:
            yield open_row
        open_row = row
    if open_row is not None:
        yield open_row
