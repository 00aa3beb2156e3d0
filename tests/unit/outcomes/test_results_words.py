"""Results in words and as JSON: every sentence, and the figures behind it."""

import json
from pathlib import Path

from pricing.outcomes.as_json import results_json
from pricing.outcomes.render import render_results
from pricing.outcomes.words import sentences
from tests.unit.outcomes.samples import (
    EVIDENCE_HEAD,
    MEASURED,
    REFUSALS,
    WRITTEN,
    everything,
    items,
    results_of,
    table,
)


def test_stability_and_refusals_are_said_on_the_same_line(tmp_path: Path) -> None:
    more = table(
        REFUSALS.rstrip("\n"),
        "RF4,SC990001,high,5,2026-12-09,needs_not_met,Y",
        "RF5,SC990002,low,1,2026-12-09,mix_of_residents,N",
    )
    said = sentences(items(everything(tmp_path, refusals=more))[1])
    (line,) = [sentence for sentence in said if "unplanned ending in" in sentence]
    assert line == (
        "1 unplanned ending in 370 placement days, where the mix received leads to expect 1.85:"
        " 0.54 of what was expected (95% limits 0.01 to 3.01, exact Poisson; chance alone could"
        " explain the difference). Beside it: refused although every rule allowed it were 2 of 2"
        " offers (100%) of young people with three or more moves before and 0 of 1 offer (0%) of"
        " all others. Unsettled young people were refused more often than others; if moves made no"
        " difference, so many or more of them would be refused in 33.3% of cases by chance. Whoever"
        " was refused is in no figure of stability."
    )
    assert "Refusals that a rule required, not counted: 2." in said
    assert "Reasons of the refusals counted: needs_not_met 2." in said
    assert "Counted as other than the code alone says, on a recorded statement: CHILD 1." in said


def test_each_stratum_has_its_refusals_on_its_own_line(tmp_path: Path) -> None:
    text = render_results(results_of(everything(tmp_path)))
    lines = [line.split() for line in text.splitlines() if line.startswith("    high")]
    # band, moves, days, unplanned, expected, per 1,000 days, reference, offers, refused, rate
    assert lines == [
        ["high", "1-2", "92", "0", "0.46", "0", "5", "1", "0", "0%"],
        ["high", "3+", "182", "0", "0.91", "0", "5", "1", "1", "100%"],
    ]


def test_refusing_nobody_unsettled_is_said_without_a_reproach(tmp_path: Path) -> None:
    none = table(REFUSALS.splitlines()[0])
    text = render_results(results_of(everything(tmp_path, refusals=none)))
    assert "0 of 0 offers of young people with three or more moves before" in text
    assert "refused more often" not in text


def test_rates_say_that_they_are_assumptions_or_name_their_sources(tmp_path: Path) -> None:
    assumed = render_results(results_of(everything(tmp_path)))
    assert "starting assumptions, measured by nobody" in assumed
    measured = render_results(results_of(everything(tmp_path, assumption="false")))
    assert "starting assumptions, measured" not in measured
    assert "; sources: made up" in measured


def test_evidence_for_other_days_is_told_apart(tmp_path: Path) -> None:
    late = "EV3,PR3,2027-05-01,record,provider,,,,later"
    text = table(EVIDENCE_HEAD, MEASURED, WRITTEN, late)
    said = sentences(items(everything(tmp_path, evidence=text))[0])
    assert said[-1] == "Evidence for other days, not counted: EV3 of 2027-05-01."
    assert said[-2] == "Evidence EV2: writing by young people, 2026-12-01: we dug it"


def test_what_was_agreed_is_said_in_full(tmp_path: Path) -> None:
    said = sentences(items(everything(tmp_path))[0])
    assert said[:5] == (
        "Proposal PR3 of P1, agreed on 2026-09-14 (Manager, P1; Contract manager, Havering), paid"
        " for 2026-10-01 to 2027-10-01.",
        "What: A garden. For whom: Everybody.",
        "The wish it answers: “A place outside.” (Panel, 2026-06-02).",
        "Measure: gardens, from 2 to 9 gardens; the baseline is of 2026-04-01 to 2026-09-01, by"
        " Visits.",
        "Reached: 4 gardens, which is 28.6% of the way (exactly 2/7).",
    )


def test_the_json_has_the_figures_behind_the_sentences(tmp_path: Path) -> None:
    found = results_of(everything(tmp_path))
    answer = json.loads(json.dumps(results_json(found)))
    garden, stable = answer["items"]
    assert answer["contract"] == "NEL-BLOCK-1"
    assert (answer["from"], answer["to"]) == ("2026-10-01", "2027-04-01")
    assert (garden["value"], garden["reached"], garden["achieved"]) == ("4", "2/7", "0.285714286")
    assert garden["by_young_people"] == ["EV2"]
    assert garden["stability"] is None
    assert garden["sentences"] == list(sentences(found.assessments[0]))
    assert stable["stability"]["endings"] == {
        "unplanned": 1, "in_interest": 1, "planned": 0, "outside": 0, "no_move": 0,
    }  # fmt: skip
    assert stable["stability"]["expected"] == "37/20"
    assert stable["stability"]["refusals"]["unsettled"] == {"offered": 1, "refused": 1}
    assert stable["stability"]["refusals"]["required_by_a_rule"] == 1
    assert len(stable["stability"]["strata"]) == 12
    assert found.payment is not None
    paid = [int(item["paid"].replace(".", "")) for item in answer["items"]]
    assert sum(paid) == int(answer["results"].replace(".", "")) == found.payment.total
