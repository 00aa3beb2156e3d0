"""Proposals, evidence and tables as text for the tests, written to a folder and read again."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.contract import parse_contract
from pricing.outcomes.assess import Assessment, Results
from pricing.outcomes.endings import CODES, PlacementEnding, Statement
from pricing.outcomes.inputs import ResultsFiles, results_from_files
from pricing.outcomes.proposal import Agreement, Baseline, Proposal, StabilityTerms, Wish
from pricing.outcomes.reference import Rate, Reference, read_reference
from pricing.outcomes.strata import STRATA, Stratum
from pricing.problems import BadInput, InputProblem, Problems
from tests.unit.pricing.samples import BLOCK_TEXT, CASES, edited

BLOCK = parse_contract(BLOCK_TEXT.encode(), "block.toml")
START, END = date(2026, 10, 1), date(2027, 4, 1)

GOOD_PROPOSAL = """\
contract = "NEL-BLOCK-1"

[[proposals]]
id = "PR3"
item = "garden_project"
provider = "P1"
from = 2026-10-01
to = 2027-10-01
agreed_on = 2026-09-14
what = "A garden."
for_whom = "Everybody."
target = 9
agreed_by = [
  { side = "provider", role = "Manager", organisation = "P1" },
  { side = "partnership", role = "Contract manager", organisation = "Havering" },
]
wish = { words = "A place outside.", where = "Panel", said_on = 2026-06-02 }
measure = { counted = "gardens", unit = "gardens" }
baseline = { value = 2, from = 2026-04-01, to = 2026-09-01, source = "Visits." }
"""

STABILITY = """
[[proposals]]
id = "PR4"
item = "stability"
provider = "P1"
from = 2026-10-01
to = 2027-10-01
agreed_on = 2026-09-14
what = "A second keyworker."
for_whom = "Everybody."
target = "0.60"
agreed_by = [
  { side = "provider", role = "Manager", organisation = "P1" },
  { side = "partnership", role = "Contract manager", organisation = "Havering" },
]
wish = { words = "To stay.", where = "Panel", said_on = 2026-06-02 }
measure = { counted = "unplanned endings against those expected", unit = "of those expected" }
baseline = { value = "1.40", from = 2026-04-01, to = 2026-09-01, source = "Ledger." }
stability = { reference = "R", reference_version = "VERSION", least_expected = 1 }
"""

EVIDENCE_HEAD = "reference,proposal,on,kind,by,value,from,to,words"
MEASURED = "EV1,PR3,2027-04-02,measurement,provider,4,2026-10-01,2027-04-01,counted"
WRITTEN = "EV2,PR3,2026-12-01,writing,young_people,,,,we dug it"

LEDGER_HEAD = "placement_id,young_person_id,borough,home_id,band,from,to,requirements"
LEDGER = f"""{LEDGER_HEAD}
PL1,YP1,E09000016,SC990001,high,2026-04-01,,
PL2,YP2,E09000012,SC990002,medium,2026-05-01,2027-01-05,
PL3,YP3,E09000016,SC990002,high,2026-11-01,2027-02-01,
PL4,YP4,E09000025,SC990003,low,2026-11-01,2027-02-01,
"""
ENDINGS_HEAD = "placement_id,moves_before,ended_on,code,ending,stated_by,stated_on,statement"
ENDINGS = f"""{ENDINGS_HEAD}
PL1,3,,,,,,
PL2,0,2027-01-05,CREQB,,,,
PL3,1,2027-02-01,CHILD,in_interest,young_person,2027-01-20,nearer home
"""
REFUSALS_HEAD = "referral_id,home_id,band,moves_before,on,code,every_rule_allowed"
REFUSALS = f"""{REFUSALS_HEAD}
RF1,SC990001,high,3,2026-12-01,needs_not_met,Y
RF2,SC990002,low,0,2026-12-01,mix_of_residents,N
RF3,SC990003,low,0,2026-12-01,mix_of_residents,Y
"""


def reference_text(
    per_1000: str = "5", made_on: str = "2026-01-01", assumption: str = "true"
) -> str:
    lines = [f'id = "R"\nmade_on = {made_on}\nassumption = {assumption}']
    for band in ("low", "medium", "high", "specialist"):
        lines.append(f"[rates.{band}]")
        lines += [
            f'"{moves}" = {{ per_1000_days = "{per_1000}", source = "made up" }}'
            for moves in ("0", "1-2", "3+")
        ]
    return "\n".join(lines) + "\n"


def table(head: str, *rows: str) -> str:
    return "\n".join([head, *rows]) + "\n"


def folder_of(
    folder: Path,
    proposals: str = GOOD_PROPOSAL,
    evidence: str = table(EVIDENCE_HEAD, MEASURED, WRITTEN),
    ledger: str | None = None,
    endings: str | None = None,
    refusals: str | None = None,
    reference: str | None = None,
) -> ResultsFiles:
    """The files written to a folder; tables left out are absent."""

    def write(name: str, text: str | None) -> Path | None:
        if text is None:
            return None
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    proposals_path, evidence_path = folder / "proposals.toml", folder / "evidence.csv"
    write("proposals.toml", proposals)
    write("evidence.csv", evidence)
    return ResultsFiles(
        CASES / "block.toml",
        proposals_path,
        evidence_path,
        write("ledger.csv", ledger),
        write("endings.csv", endings),
        write("refusals.csv", refusals),
        write("reference.toml", reference),
    )


def results_of(files: ResultsFiles, start: date = START, end: date = END) -> Results:
    return results_from_files(files, start, end)


def one(problems: Iterable[InputProblem]) -> str:
    (problem,) = problems
    return str(problem)


def proposal_of(
    baseline: Fraction | int | str = 0,
    target: Fraction | int | str = 1,
    *,
    item: str = "stability",
    stability: StabilityTerms | None = None,
    start: date = START,
    end: date = END,
    provider: str = "all",
) -> Proposal:
    return Proposal(
        id="PR1",
        item=item,
        provider=provider,
        start=start,
        end=end,
        agreed_on=date(2026, 9, 1),
        agreed_by=(Agreement("provider", "Manager", "P1"),),
        what="what",
        for_whom="whom",
        wish=Wish("wish", "panel", date(2026, 6, 1)),
        counted="counted",
        unit="unit",
        baseline=Baseline(Fraction(baseline), date(2026, 4, 1), date(2026, 8, 1), "source"),
        target=Fraction(target),
        stability=stability,
    )


def reference_of(rates: dict[Stratum, Fraction]) -> Reference:
    every = {stratum: Rate(rates.get(stratum, Fraction(1)), "made up") for stratum in STRATA}
    return Reference("reference.toml", "0" * 64, "R", date(2026, 1, 1), True, every)


def ending_of(
    placement: str, moves: int, ended_on: date | None = None, code: str = "", ending: str = ""
) -> PlacementEnding:
    said = None
    if code and ending and ending != CODES[code].endings[0]:
        said = Statement("advocate", date(2026, 10, 2), "said")
    if code and not ending:
        ending = CODES[code].endings[0]
    return PlacementEnding(placement, moves, ended_on, code, ending, said)


BOTH_EVIDENCE = table(EVIDENCE_HEAD, MEASURED, WRITTEN)


def version_of(text: str, folder: Path) -> str:
    path = folder / "once.toml"
    path.write_text(text, encoding="utf-8")
    reference = read_reference(path, Problems())
    assert reference is not None
    return reference.version


def everything(
    folder: Path,
    *,
    per_1000: str = "5",
    made_on: str = "2026-01-01",
    assumption: str = "true",
    proposal: tuple[tuple[str, str], ...] = (),
    ledger: str = LEDGER,
    endings: str = ENDINGS,
    refusals: str = REFUSALS,
    evidence: str = BOTH_EVIDENCE,
) -> ResultsFiles:
    reference = reference_text(per_1000, made_on, assumption)
    agreed = GOOD_PROPOSAL + STABILITY.replace("VERSION", version_of(reference, folder))
    return folder_of(
        folder, edited(agreed, *proposal), evidence, ledger, endings, refusals, reference
    )


def items(files: ResultsFiles, start: date = START, end: date = END) -> list[Assessment]:
    return list(results_of(files, start, end).assessments)


def refused(files: ResultsFiles, start: date = START, end: date = END) -> list[InputProblem]:
    with pytest.raises(BadInput) as problem:
        results_of(files, start, end)
    return list(problem.value.problems)
