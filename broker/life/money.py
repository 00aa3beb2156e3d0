"""What a placement costs as its band changes: the stretches of its ledger, and the difference.

A bill is never rewritten. What was billed is not on record here, so the effect of a re-banding is
told as the difference of the weekly fee, and as the adjustment that is due if all days up to now
were billed by the bands before (spec/contract-file.md, "Re-banding").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.life import steps as said
from broker.life.state import Life, what
from broker.store.contracts import contract_of_row, contracts_in_force
from broker.tables import HomeRow, RateRow
from pricing.adjustment import adjust
from pricing.bill import bill_rows
from pricing.ledger import LedgerRow, known_requirements
from pricing.money import Pence, decimal_text, pounds, round_half_up
from pricing.quote import FEE, quote
from pricing.statement import statement
from pricing.tariff import fee_in_force
from pricing.terms import Contract

ASSUMED = (
    "what was billed is not on record: the adjustment is due if every day of the placement before "
    "today was billed by the bands before"
)


def contract_of(session: Session, home: str) -> Contract | None:
    """The contract on record in force that names a home; its block contract before any other."""
    table = HomeRow.__table__
    named = session.execute(
        sa.select(table.c.contract).where(table.c.home_id == home)
    ).scalar_one_or_none()
    rows = contracts_in_force(session)
    for row in sorted(rows, key=lambda one: (one.contract_id != named, one.contract_id)):
        contract = contract_of_row(row)
        if home in contract.homes:
            return contract
    return None


def unknown_requirements(session: Session, home: str, asked: Mapping[str, Any]) -> tuple[str, ...]:
    """A sentence for each requirement that the home's contract does not price.

    Without a contract on record nothing is priced, and nothing refused.
    """
    contract = contract_of(session, home)
    if contract is None:
        return ()
    return tuple(
        f"{contract.id} prices no {code}; allowed: {known_requirements(contract)}"
        for code in sorted(asked)
        if contract.requirement(code) is None
    )


def stretches(life: Life) -> list[LedgerRow]:
    """The placement of a life as rows of a ledger: one for each band and set of requirements.

    A placement is paid for from the day of moving in; before that, from the day decided for; and as
    long as somebody stays put, for the place is theirs. A band said later holds from its own day
    on, over what was said earlier of the days after it.
    """
    start, form = life.starts_on, life.form
    if start is None or life.home is None or form is None or life.decision is None:
        return []
    assert life.banding is not None
    band: str = what(life.banding, said.BandNeed).band
    units: Mapping[str, Decimal] = what(life.decision, said.Confirm).requirements
    changes: dict[date, tuple[str, Mapping[str, Decimal]]] = {start: (band, units)}
    for step in life.rebandings:
        one = what(step, said.Reband)
        day = max(one.from_day, start)
        if one.requirements is None:
            units = changes[max(known for known in changes if known <= day)][1]
        else:
            units = one.requirements
        changes = {known: told for known, told in changes.items() if known < day}
        changes[day] = (one.band, units)
    end = None
    if life.ending is not None and life.leaves is not None:
        end = life.leaves[0]
    days = sorted(changes)
    rows = []
    for at, day in enumerate(days):
        last = days[at + 1] if at + 1 < len(days) else end
        band, units = changes[day]
        if end is not None:
            last = end if last is None else min(last, end)
        if last is None or day < last:
            rows.append(
                LedgerRow(
                    placement_id=life.referral,
                    young_person_id=form.young_person_id,
                    borough=form.borough,
                    home_id=life.home,
                    band=band,
                    start=day,
                    end=last,
                    requirements={code: Fraction(number) for code, number in units.items()},
                )
            )
    return _joined(rows)


def _joined(rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """Stretches that follow each other without a difference, as one."""
    made: list[LedgerRow] = []
    for row in rows:
        before = made[-1] if made else None
        same = before is not None and (before.band, before.requirements, before.end) == (
            row.band,
            row.requirements,
            row.start,
        )
        if before is not None and same:
            made[-1] = replace(before, end=row.end)
        else:
            made.append(row)
    return made


def within(rows: Sequence[LedgerRow], contract: Contract) -> list[LedgerRow]:
    """The parts of stretches that lie in a contract's term; still there stays still there."""
    made = []
    for row in rows:
        start = max(row.start, contract.start)
        end = None if row.end is None else min(row.end, contract.end)
        if start < contract.end and (end is None or start < end):
            made.append(replace(row, start=start, end=end))
    return made


def rebanding(session: Session, life: Life, one: said.Reband, today: date) -> dict[str, Any]:
    """What a re-banding does to the money, and whether the home takes the band: facts of its step.

    An unknown fee is None, never 0. Money is pounds as text.
    """
    home = life.home
    if home is None or life.starts_on is None:
        return {}
    after = _with(life, one)
    contract = contract_of(session, home)
    bands = session.execute(
        sa.select(HomeRow.__table__.c.bands).where(HomeRow.__table__.c.home_id == home)
    ).scalar_one_or_none()
    told: dict[str, Any] = {
        "home_takes_band": bands is not None and one.band in bands.split(";"),
        "stretches_before": [_row(row) for row in stretches(life)],
        "stretches_after": [_row(row) for row in stretches(after)],
    }
    was = _band_on(life, one.from_day)
    if contract is None or not contract.start <= one.from_day < contract.end:
        fees = [_rate(session, home, band, one.from_day) for band in (was, one.band)]
        return told | _weekly("rates on record", *fees)
    fees = [fee_in_force(contract, band, one.from_day) for band in (was, one.band)]
    told |= {"contract": contract.id, "version": contract.version}
    told |= _weekly(contract.source, *fees)
    return told | _adjusted(contract, life, after, today)


@dataclass(frozen=True, slots=True)
class WeeklyPrice:
    """What a placement costs a week on a day: the fee of its band, and what is above the fee.

    `extra` is for the requirements beyond what the fee includes: 0 where none are on record, None
    where no price of them is known. `above` says what each is for. `contract` is whether a contract
    in its term gave the price, not the rates on record.
    """

    band: str
    fee: Pence | None
    extra: Pence | None
    above: tuple[str, ...]
    source: str
    contract: bool

    @property
    def known(self) -> Pence | None:
        """The sum of what is known; None where nothing is. It is the whole unless `partly`."""
        if self.fee is None:
            return None
        return self.fee + (self.extra or 0)

    @property
    def partly(self) -> bool:
        """Whether some part of the price is not known."""
        return self.fee is None or self.extra is None


def weekly_price(session: Session, life: Life, day: date, contract: Contract | None) -> WeeklyPrice:
    """What the band and the requirements in force on a day cost a week, and the source.

    `contract` is that of the home, where there is one. Each line of the quote is rounded by itself,
    as in a statement. The rates on record are for the band alone: with them the price of
    requirements is not known, nor is it where a contract has come to price one of them no longer.
    """
    band, asked = _in_force(life, day)
    units = {code: number for code, number in asked.items() if number > 0}
    if life.home is None:
        return WeeklyPrice(band, None, None, (), "no home is decided for", contract=False)
    if contract is None or not contract.start <= day < contract.end:
        fee = _rate(session, life.home, band, day)
        told = tuple(f"{code}: {decimal_text(units[code])}" for code in sorted(units))
        extra = None if units else 0
        return WeeklyPrice(band, fee, extra, told, "rates on record", contract=False)
    priced = {code: number for code, number in units.items() if contract.requirement(code)}
    lines = quote(contract, band, priced, day, day + timedelta(days=1)).lines
    above = [line for line in lines if line.subject != FEE]
    unpriced = [f"{code}: {decimal_text(units[code])}" for code in sorted(units.keys() - priced)]
    return WeeklyPrice(
        band=band,
        fee=sum(round_half_up(line.weekly) for line in lines if line.subject == FEE),
        extra=None if unpriced else sum(round_half_up(line.weekly) for line in above),
        above=(*(line.what for line in above), *unpriced),
        source=contract.source,
        contract=True,
    )


def _with(life: Life, one: said.Reband) -> Life:
    """The life as the re-banding will make it, for its stretches alone."""
    step = replace(life.steps[-1], number=life.version + 1, said=one, facts={})
    return replace(life, rebandings=(*life.rebandings, step))


def _band_on(life: Life, day: date) -> str:
    return _in_force(life, day)[0]


def _in_force(life: Life, day: date) -> tuple[str, Mapping[str, Fraction]]:
    """The band and the requirements of a day; those decided for where it has no stretch."""
    for row in reversed(stretches(life)):
        if row.start <= day:
            return row.band, row.requirements
    decided = {} if life.decision is None else what(life.decision, said.Confirm).requirements
    return life.band or "", {code: Fraction(number) for code, number in decided.items()}


def _weekly(source: str, before: Pence | None, after: Pence | None) -> dict[str, Any]:
    known = before is not None and after is not None
    return {
        "weekly_source": source,
        "weekly_before": None if before is None else pounds(before),
        "weekly_after": None if after is None else pounds(after),
        "weekly_difference": pounds(after - before) if known else None,  # type: ignore[operator]
    }


def _adjusted(contract: Contract, life: Life, after: Life, today: date) -> dict[str, Any]:
    """The adjustment of the days before today, as if they had been billed by the bands before."""
    before, now = (within(stretches(one), contract) for one in (life, after))
    start, end = before[0].start if before else today, min(today, contract.end)
    if not before or start >= end:
        return {"billed": None, "adjustment": None}
    made = adjust(contract, now, bill_rows(statement(contract, before, start, end), today))
    return {"billed": None, "assumed": ASSUMED, "adjustment": made.to_json()}


def _rate(session: Session, home: str, band: str, day: date) -> Pence | None:
    table = RateRow.__table__
    found: Pence | None = session.execute(
        sa.select(table.c.weekly_fee_pence).where(
            table.c.home_id == home,
            table.c.band == band,
            sa.or_(table.c.starts_on.is_(None), table.c.starts_on <= day),
            sa.or_(table.c.ends_on.is_(None), table.c.ends_on > day),
        )
    ).scalar_one_or_none()
    return found


def _row(row: LedgerRow) -> dict[str, Any]:
    return {
        "band": row.band,
        "from": row.start.isoformat(),
        "to": None if row.end is None else row.end.isoformat(),
        "requirements": units_text(row),
    }


def units_text(row: LedgerRow) -> str:
    """The requirements of a stretch as a ledger's cell holds them."""
    return ";".join(
        f"{code}={decimal_text(units)}" for code, units in sorted(row.requirements.items())
    )
