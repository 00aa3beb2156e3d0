"""The life of a block straight from its files, with the problems of all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pricing.availability import OutOfUse
from pricing.block.events import NO_EVENTS, Exit, Failure
from pricing.block.events_file import read_events
from pricing.block.failures import unknown_places
from pricing.block.life import BlockLife, Question, block_life
from pricing.block.scene import Scene
from pricing.block.shares import SharePeriod, share_periods
from pricing.block.tables import read_places, read_trades
from pricing.block.trades import Trade
from pricing.contract import read_contract
from pricing.problems import BadInput, Problems, describe
from pricing.quote import check_period
from pricing.tables import read_availability, read_ledger
from pricing.terms import BLOCK, Contract
from pricing.working_days import england_and_wales


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a question; all but the contract and the ledger may be absent."""

    contract: Path
    ledger: Path
    availability: Path | None = None
    trades: Path | None = None
    events: Path | None = None
    homes: Path | None = None


def life_from_files(
    files: Files,
    start: date,
    end: date,
    as_of: date | None = None,
    mix_on: date | None = None,
    ceiling: int | None = None,
    what_ifs: Sequence[Failure] = (),
) -> BlockLife:
    """The life of [start, end); notices as of `end` and the mix on its last day, unless said.

    Raises:
        BadInput: with every problem of every file and of the question.
    """
    found = Problems()
    contract = _contract(files.contract, found)
    if contract is not None:
        check_period(found, contract, start, end, "block")
        _check_what_ifs(found, contract, what_ifs)
    if mix_on is not None and not start <= mix_on < end:
        found.add(
            "block",
            "--on",
            describe(mix_on),
            f"a day of the period, {start} to {end}",
            "outside the period",
        )
    ledger = read_ledger(files.ledger, contract, found)
    availability: tuple[OutOfUse, ...] = ()
    if files.availability is not None:
        availability = read_availability(files.availability, contract, found)
    events, good_so_far = NO_EVENTS, len(found.found)
    if files.events is not None:
        events = read_events(files.events, contract, found)
    exits = events.exits if len(found.found) == good_so_far else ()
    trades: tuple[Trade, ...] = ()
    if files.trades is not None:
        trades = read_trades(files.trades, contract, _periods(contract, exits), found)
    places = read_places(files.homes, contract, found) if files.homes is not None else {}
    if contract is None or contract.block is None or found.found:
        raise BadInput(found)
    found.extend(unknown_places(contract, [*events.failures, *what_ifs], places))
    found.raise_if_any()
    scene = Scene(contract, contract.block, ledger, availability, trades, events, places)
    question = Question(
        start=start,
        end=end,
        as_of=as_of or end,
        mix_on=mix_on or end - timedelta(days=1),
        ceiling=ceiling,
        what_ifs=what_ifs,
    )
    return block_life(scene, question, england_and_wales())


def _contract(path: Path, found: Problems) -> Contract | None:
    try:
        contract = read_contract(path)
    except BadInput as refused:
        found.extend(refused.problems)
        return None
    if contract.block is None:
        found.add(path.name, "kind", describe(contract.kind), describe(BLOCK), "no block contract")
    return contract


def _periods(contract: Contract | None, exits: Sequence[Exit]) -> tuple[SharePeriod, ...]:
    if contract is None or contract.block is None:
        return ()
    return share_periods(contract, contract.block, exits)


def _check_what_ifs(found: Problems, contract: Contract, what_ifs: Sequence[Failure]) -> None:
    for failure in what_ifs:
        if failure.provider not in contract.providers:
            found.add(
                "block",
                "--if-fails",
                describe(failure.provider),
                " or ".join(map(describe, contract.providers)),
                "unknown provider",
            )
        if not contract.start <= failure.day < contract.end:
            found.add(
                "block",
                "--if-fails",
                describe(failure.day),
                f"inside the term of {contract.id}, {contract.start} to {contract.end}",
                "outside the term",
            )
