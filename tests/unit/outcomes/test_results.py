"""Results from files: what is paid, what is missing, and every contradiction between the files."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.outcomes.as_json import results_json
from pricing.outcomes.render import render_results
from pricing.outcomes.words import sentences
from tests.unit.outcomes.samples import (
    BOTH_EVIDENCE,
    END,
    ENDINGS,
    EVIDENCE_HEAD,
    GOOD_PROPOSAL,
    LEDGER,
    MEASURED,
    REFUSALS,
    START,
    WRITTEN,
    everything,
    folder_of,
    items,
    reference_text,
    refused,
    results_of,
    table,
    version_of,
)
from tests.unit.pricing.samples import CASES, edited


def test_everything_agreed_measured_and_shown_is_paid(tmp_path: Path) -> None:
    found = results_of(everything(tmp_path))
    garden, stable = found.assessments
    assert garden.missing == stable.missing == ()
    assert garden.reached == Fraction(2, 7)
    # PL1 182, PL2 96 and PL3 92 days in the homes of P1, each at 5 for 1,000 days
    assert stable.beside is not None
    assert stable.beside.stability.days == 370
    assert stable.beside.stability.expected == Fraction(185, 100)
    assert stable.value == Fraction(100, 185)
    assert stable.reached == 1
    assert [row.code for row in found.rows] == ["garden_project", "stability"]
    first, second = found.rows
    assert first.achieved == Fraction(285714286, 10**9)
    assert (first.evidence, first.by_young_people, first.proposal) == ("EV1;EV2", True, "PR3")
    assert (second.evidence, second.proposal) == ("ledger.csv;endings.csv", "PR4")
    assert not second.by_young_people
    assert (second.start, second.end) == (START, END)


def test_the_money_is_worked_out_by_hand(tmp_path: Path) -> None:
    found = results_of(everything(tmp_path))
    payment = found.payment
    assert payment is not None
    # 182 days of high, 96 of medium, 92 of high and 92 of low: 26 weeks, 96/7, 92/7 twice
    fees = 26 * 800_000 + 8_228_571 + 10_514_286 + 5_914_286
    assert payment.standard_fees == fees
    exact = Fraction(fees * 7, 100) * (
        Fraction(40, 100) * Fraction(285714286, 10**9) + Fraction(60, 100)
    )
    assert payment.total == int(exact + Fraction(1, 2))
    assert payment.cap == int(Fraction(fees * 7, 100) + Fraction(1, 2))
    assert sum(payment.paid.values()) == payment.total


def test_without_ledger_achievement_is_told_and_no_money(tmp_path: Path) -> None:
    found = results_of(folder_of(tmp_path))
    assert found.payment is None
    assert found.assessments[0].reached == Fraction(2, 7)
    assert "no money is worked out" in render_results(found)


@pytest.mark.parametrize(
    ("evidence", "missing"),
    [
        (table(EVIDENCE_HEAD, WRITTEN), ["evidence: a measurement, over all of 2026-10-01"]),
        (table(EVIDENCE_HEAD, MEASURED), ["a piece that young people wrote between 2026-10-01"]),
        (
            table(EVIDENCE_HEAD, MEASURED, edited(WRITTEN, ("2026-12-01", "2027-04-01"))),
            ["a piece that young people wrote between 2026-10-01 and 2027-04-01"],
        ),
        (
            table(EVIDENCE_HEAD, MEASURED, edited(WRITTEN, ("young_people", "provider"))),
            ["a piece that young people wrote"],
        ),
        (EVIDENCE_HEAD + "\n", ["evidence: a measurement", "a piece that young people wrote"]),
    ],
)
def test_without_evidence_an_innovation_item_pays_nothing_and_says_what_is_missing(
    evidence: str, missing: list[str], tmp_path: Path
) -> None:
    found = results_of(everything(tmp_path, evidence=evidence))
    garden = found.assessments[0]
    assert garden.row is None
    assert garden.achieved == 0
    assert len(garden.missing) == len(missing)
    for said, expected in zip(garden.missing, missing, strict=True):
        assert said.startswith(expected)
    assert found.payment is not None
    assert found.payment.paid["garden_project"] == 0
    assert f"Missing for payment: {garden.missing[0]}." in render_results(found)


def test_an_outcome_item_needs_no_writing_of_young_people(tmp_path: Path) -> None:
    agreed = edited(GOOD_PROPOSAL, ('"garden_project"', '"stability"'))
    garden, stable = items(folder_of(tmp_path, agreed, table(EVIDENCE_HEAD, MEASURED)))
    assert garden.missing == (
        "a proposal agreed beforehand that covers all of 2026-10-01 to 2027-04-01",
    )
    assert stable.missing == ()
    assert stable.row is not None


def test_a_proposal_pays_only_for_periods_it_covers(tmp_path: Path) -> None:
    files = everything(tmp_path)
    early = items(files, date(2026, 9, 30), END)[0]
    assert early.missing == (
        "a proposal agreed beforehand that covers all of 2026-09-30 to 2027-04-01 (PR3 is for"
        " 2026-10-01 to 2027-10-01)",
    )
    assert early.row is None
    assert items(files, date(2027, 1, 1), date(2027, 10, 1))[0].proposal is not None
    assert items(files, date(2027, 1, 1), date(2027, 10, 2))[0].proposal is None


def test_stability_is_never_paid_or_shown_without_what_stands_beside_it(tmp_path: Path) -> None:
    files = everything(tmp_path)
    for without, said in (
        (replace(files, moves=None), "--moves"),
        (replace(files, reference=None), "--reference"),
        (replace(files, refusals=None), "--refusals"),
    ):
        stable = items(without)[1]
        (missing,) = stable.missing
        assert said in missing
        assert stable.row is None
        assert stable.beside is None
        assert stable.value is None
    bare = items(replace(files, moves=None, reference=None, refusals=None, ledger=None))[1]
    assert len(bare.missing) == 3


def test_too_few_to_tell_pays_nothing_until_a_longer_period_is_measured(tmp_path: Path) -> None:
    few = (("least_expected = 1", 'least_expected = "1.9"'),)
    files = everything(tmp_path, proposal=few)
    stable = items(files)[1]
    assert stable.missing == (
        "a longer period: too few to tell, since 1.85 unplanned endings were to be expected and the"
        " proposal asks for 1.9; nothing is paid by this measure until a longer period that"
        " includes this one is measured",
    )
    assert stable.row is None
    assert stable.reached == 1
    longer = items(files, START, date(2027, 10, 1))[1]
    assert longer.missing == ()
    assert longer.row is not None


def test_a_neutral_move_changes_the_count_and_not_what_is_expected(tmp_path: Path) -> None:
    unplanned = edited(ENDINGS, ("CHILD,in_interest", "CHILD,unplanned"))
    with_statement = items(everything(tmp_path))[1].beside
    without = items(everything(tmp_path, endings=unplanned))[1].beside
    assert with_statement is not None
    assert without is not None
    assert (with_statement.stability.observed, without.stability.observed) == (1, 2)
    assert with_statement.stability.expected == without.stability.expected


def test_tables_of_placements_need_the_ledger(tmp_path: Path) -> None:
    problems = refused(replace(everything(tmp_path), ledger=None))
    assert [str(problem) for problem in problems] == [
        "results, --moves: missing option: without --ledger; allowed: both, or neither",
        "results, --refusals: missing option: without --ledger; allowed: both, or neither",
    ]


def test_the_rates_given_are_the_rates_agreed(tmp_path: Path) -> None:
    (problem,) = refused(everything(tmp_path, proposal=(('reference = "R"', 'reference = "Q"'),)))
    assert str(problem) == (
        'proposals.toml, proposals[2].stability.reference: not the rates agreed: "Q"; allowed:'
        ' "R", the id of reference.toml, or give the file agreed'
    )
    files = everything(tmp_path)
    assert files.reference is not None
    files.reference.write_text(reference_text("6"), encoding="utf-8")
    (problem,) = refused(files)
    assert problem.key == "proposals[2].stability.reference_version"
    assert problem.kind == "not the rates agreed"
    assert problem.allowed.startswith(version_of(reference_text("6"), tmp_path))
    (problem,) = refused(everything(tmp_path, made_on="2026-09-15"))
    assert str(problem) == (
        "reference.toml, made_on: wrong order: 2026-09-15; allowed: a day not after agreed_on of"
        " PR4, 2026-09-14"
    )


def test_rates_made_on_the_day_of_agreement_were_known(tmp_path: Path) -> None:
    assert items(everything(tmp_path, made_on="2026-09-14"))[1].row is not None


def test_rates_of_a_proposal_for_other_days_are_not_compared(tmp_path: Path) -> None:
    files = everything(tmp_path, proposal=(('reference = "R"', 'reference = "Q"'),))
    assert items(files, date(2026, 9, 30), END)


def test_ledger_and_endings_are_compared(tmp_path: Path) -> None:
    missing = "\n".join(ENDINGS.splitlines()[:-1]) + "\n"
    (problem,) = refused(everything(tmp_path, endings=missing))
    assert (problem.file, problem.kind) == ("endings.csv", "missing placement")
    two_homes = edited(LEDGER, ("PL3,YP3,E09000016,SC990002", "PL1,YP1,E09000016,SC990002"))
    kinds = {problem.kind for problem in refused(everything(tmp_path, ledger=two_homes))}
    assert "two stretches on one day" in kinds
    apart = edited(
        LEDGER,
        ("SC990001,high,2026-04-01,,", "SC990001,high,2026-04-01,2026-11-01,"),
        ("PL3,YP3,E09000016,SC990002", "PL1,YP1,E09000016,SC990002"),
    )
    kinds = {problem.kind for problem in refused(everything(tmp_path, ledger=apart))}
    assert "placement in two homes" in kinds


def test_everything_wrong_in_every_file_is_said_at_once(tmp_path: Path) -> None:
    files = everything(
        tmp_path,
        proposal=(("target = 9", "target = 2"),),
        ledger=edited(LEDGER, (",low,", ",lo,")),
        endings=edited(ENDINGS, ("CREQB", "CREQ")),
        refusals=edited(REFUSALS, (",needs_not_met,Y", ",needs_not_met,y")),
        evidence=edited(BOTH_EVIDENCE, ("measurement", "poem")),
    )
    assert files.reference is not None
    files.reference.write_text(reference_text("0"), encoding="utf-8")
    (tmp_path / "contract.toml").write_text('id = "X"\n', encoding="utf-8")
    named = {
        problem.file for problem in refused(replace(files, contract=tmp_path / "contract.toml"))
    }
    assert named == {
        "contract.toml", "proposals.toml", "evidence.csv", "ledger.csv", "endings.csv",
        "refusals.csv", "reference.toml",
    }  # fmt: skip


def test_a_period_outside_the_term_or_reversed_is_refused(tmp_path: Path) -> None:
    files = everything(tmp_path)
    keys = {problem.key for problem in refused(files, date(2026, 10, 1), date(2026, 10, 1))}
    assert keys == {"to"}
    keys = {problem.key for problem in refused(files, date(2026, 3, 1), END)}
    assert keys == {"from"}


def test_a_contract_without_results_pays_none(tmp_path: Path) -> None:
    spot = (CASES / "spot.toml").read_text(encoding="utf-8")
    assert "[results]" not in spot
    files = folder_of(tmp_path, 'contract = "SPOT"\nproposals = []\n', EVIDENCE_HEAD + "\n")
    contract = CASES / "spot.toml"
    name = next(line for line in spot.splitlines() if line.startswith("id = "))[6:-1]
    files.proposals.write_text(f'contract = "{name}"\nproposals = []\n', encoding="utf-8")
    found = results_of(replace(files, contract=contract))
    assert found.assessments == ()
    assert f"{name} pays no results." in render_results(found)


def test_where_nobody_lived_nothing_was_to_be_expected(tmp_path: Path) -> None:
    elsewhere = table(LEDGER.splitlines()[0], LEDGER.splitlines()[-1])
    none = table(ENDINGS.splitlines()[0])
    everybody = (('provider = "P1"', 'provider = "P2"'), ('provider = "P1"', 'provider = "all"'))
    apart = everything(tmp_path, ledger=elsewhere, endings=none)
    stable = items(apart)[1]
    assert stable.value is None
    assert stable.row is None
    assert "0 unplanned endings in 0 placement days: nobody lived there" in sentences(stable)[4]
    agreed = edited(apart.proposals.read_text(encoding="utf-8"), *everybody)
    apart.proposals.write_text(agreed, encoding="utf-8")
    (problem,) = refused(apart)
    assert problem.kind == "missing placement"


def test_a_proposal_of_all_providers_measures_every_home(tmp_path: Path) -> None:
    everybody = (('provider = "P1"', 'provider = "P2"'), ('provider = "P1"', 'provider = "all"'))
    told = ENDINGS + "PL4,0,2027-02-01,CARPL,,,,\n"
    stable = items(everything(tmp_path, proposal=everybody, endings=told))[1]
    assert stable.beside is not None
    assert stable.beside.stability.days == 370 + 92
    assert sentences(stable)[0].startswith("Proposal PR4 of all providers, agreed on")


def test_the_order_of_rows_in_any_file_changes_no_answer(tmp_path: Path) -> None:
    def turned(text: str) -> str:
        head, *rows = text.splitlines()
        return table(head, *reversed(rows))

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    once = results_json(results_of(everything(tmp_path / "a")))
    other = results_json(
        results_of(
            everything(
                tmp_path / "b",
                ledger=turned(LEDGER),
                endings=turned(ENDINGS),
                refusals=turned(REFUSALS),
                evidence=turned(BOTH_EVIDENCE),
            )
        )
    )
    assert once == other
