"""Results straight from their files, with the problems of all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pricing.inputs import contract_if_good
from pricing.ledger import LedgerRow
from pricing.outcomes.assess import Placements, Results, assess
from pricing.outcomes.endings import PlacementEnding
from pricing.outcomes.evidence import read_evidence
from pricing.outcomes.proposal import Proposal, StabilityTerms
from pricing.outcomes.read_endings import (
    Placed,
    against_ledger,
    moved_inside,
    placements_of,
    read_endings,
)
from pricing.outcomes.read_proposals import read_proposals
from pricing.outcomes.reference import Reference, read_reference
from pricing.outcomes.refusals import read_refusals
from pricing.problems import BadInput, Problems, describe
from pricing.quote import check_period
from pricing.statement import standard_fees
from pricing.tables import read_ledger


@dataclass(frozen=True, slots=True)
class ResultsFiles:
    """The files that results are worked out from; those that may be absent are None."""

    contract: Path
    proposals: Path
    evidence: Path
    ledger: Path | None = None
    moves: Path | None = None
    refusals: Path | None = None
    reference: Path | None = None

    def given(self) -> tuple[Path, ...]:
        """The files there are."""
        every = (
            self.contract,
            self.proposals,
            self.evidence,
            self.ledger,
            self.moves,
            self.refusals,
            self.reference,
        )
        return tuple(path for path in every if path is not None)


def results_from_files(files: ResultsFiles, start: date, end: date) -> Results:
    """What every item of a contract achieved in [start, end), and what it pays.

    Raises:
        BadInput: with every problem of every file, of them against each other and of the period.
    """
    found = Problems()
    contract = contract_if_good(files.contract, found)
    if contract is not None:
        check_period(found, contract, start, end, "results")
    proposals = read_proposals(files.proposals, contract, found)
    agreed = proposals if files.proposals.name not in _bad(found) else None
    evidence = read_evidence(files.evidence, agreed, found, (start, end))
    ledger = read_ledger(files.ledger, contract, found) if files.ledger else None
    reference = read_reference(files.reference, found) if files.reference else None
    endings = read_endings(files.moves, found) if files.moves else None
    refusals = read_refusals(files.refusals, contract, found) if files.refusals else None
    for option, path in (("--moves", files.moves), ("--refusals", files.refusals)):
        if path is not None and ledger is None:
            found.add("results", option, "without --ledger", "both, or neither", "missing option")
    placed = placements_of(ledger or ())
    if contract is not None and agreed is not None:
        stable = _stable(agreed, start, end)
        _check_references(stable, reference, files, found)
        homes = frozenset().union(*(each.proposal.homes(contract) for each in stable))
        _check_endings(files, ledger or (), placed, endings or (), homes, (start, end), found)
    if contract is None or found.found:
        raise BadInput(found)
    sources = tuple(path.name for path in (files.ledger, files.moves) if path is not None)
    fees = None if ledger is None else sum(standard_fees(contract, ledger, start, end).values())
    placements = Placements(placed, endings, refusals, reference, sources)
    return assess(contract, proposals, evidence, placements, fees, start, end)


@dataclass(frozen=True, slots=True)
class _Stable:
    """A stability proposal for the period, and its place in the file."""

    where: str
    proposal: Proposal
    terms: StabilityTerms


def _stable(proposals: Sequence[Proposal], start: date, end: date) -> list[_Stable]:
    return [
        _Stable(f"proposals[{number}].stability", proposal, proposal.stability)
        for number, proposal in enumerate(proposals, start=1)
        if proposal.stability is not None and proposal.covers(start, end)
    ]


def _bad(found: Problems) -> set[str]:
    """The files with a problem: they are not compared with others, which would blame the wrong."""
    return {problem.file for problem in found}


def _check_references(
    stable: Sequence[_Stable], reference: Reference | None, files: ResultsFiles, found: Problems
) -> None:
    """The reference rates given are those agreed, and were made before they were agreed."""
    if reference is None or reference.file in _bad(found):
        return
    file, kind = files.proposals.name, "not the rates agreed"
    for each in stable:
        terms, agreed_on = each.terms, each.proposal.agreed_on
        if terms.reference != reference.id:
            allowed = (
                f"{describe(reference.id)}, the id of {reference.file}, or give the file agreed"
            )
            found.add(file, f"{each.where}.reference", describe(terms.reference), allowed, kind)
        elif terms.reference_version != reference.version:
            allowed = f"{reference.version}, which {reference.file} has, or give the file agreed"
            value = describe(terms.reference_version)
            found.add(file, f"{each.where}.reference_version", value, allowed, kind)
        elif reference.made_on > agreed_on:
            allowed = f"a day not after agreed_on of {each.proposal.id}, {agreed_on}"
            made_on = describe(reference.made_on)
            found.add(reference.file, "made_on", made_on, allowed, "wrong order")


def _check_endings(
    files: ResultsFiles,
    ledger: Sequence[LedgerRow],
    placed: Mapping[str, Placed],
    endings: Sequence[PlacementEnding],
    homes: frozenset[str],
    period: tuple[date, date],
    found: Problems,
) -> None:
    if files.ledger is None or files.moves is None or files.ledger.name in _bad(found):
        return
    problems = list(moved_inside(ledger, files.ledger.name))
    if files.moves.name not in _bad(found):
        problems += against_ledger(endings, placed, homes, period, files.moves.name)
    found.extend(problems)
