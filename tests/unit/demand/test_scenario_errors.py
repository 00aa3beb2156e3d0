"""Every error of a file of scenarios is told with its key, its value and what is allowed."""

from __future__ import annotations

import pytest

from broker.capacity.scenarios.file import parse_scenarios
from pricing.problems import BadInput

HEAD = 'title = "t"\n[[scenarios]]\nid = "a"\nname = "n"\nsource = "s"\n'
CHANGE = "[[scenarios.changes]]\n"
FLOW = (
    'kind = "flow"\nnew_referrals = 3360\nreferrals = 4200\nassessments = 3700\n'
    "conferences = 415\nplans = 350\nentries = 280\nentries_from_plans = 112\n"
)
RATES = 'repeat = ["20"]\ndirect_of_now = ["95"]\nfrom_plans = ["28"]\n'


def said(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        parse_scenarios(text.encode(), "s.toml")
    return caught.value.render()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("", "scenarios[1].changes: missing key"),
        (CHANGE, "scenarios[1].changes[1].kind: missing key"),
        (CHANGE + 'kind = "luck"', 'changes[1].kind: bad value: "luck"; allowed: "growth" or'),
        (CHANGE + 'kind = "growth"\nyears = 3', "per_year: missing key"),
        (CHANGE + 'kind = "growth"\nyears = 3\npercent_per_year = "-91"', 'from "-90" to "200"'),
        (CHANGE + 'kind = "growth"\nyears = 3\npercent_per_year = 2', "per_year: bad value"),
        (CHANGE + 'kind = "growth"\nyears = 0\npercent_per_year = "2"', "number from 1 to 30"),
        (CHANGE + 'kind = "growth"\nyears = 3\npercent_per_year = "2"\nfo = 1', "fo: unknown key"),
        (CHANGE + 'kind = "arrivals"\npercent_of_now = "201"', "a percentage from 0 to 200"),
        (CHANGE + 'kind = "arrivals"\npercent_of_now = "90"\nfrom = 2027-04-01\nto = 2027-04-01',
         "to: wrong order: 2027-04-01; allowed: a day after from, 2027-04-01"),
        (CHANGE + 'kind = "arrivals"\npercent_of_now = "90"\nroutes = ["back"]',
         'routes: bad value: "back"; allowed: entry or move'),
        (CHANGE + 'kind = "arrivals"\npercent_of_now = "90"\nboroughs = ["Havering"]',
         'boroughs: bad value: "Havering"'),
        (CHANGE + 'kind = "arrivals"\npercent_of_now = "90"\nage_groups = [[13, 11]]',
         "age_groups: bad value: a list of 1; allowed: age groups"),
        (CHANGE + 'kind = "arrivals"\npercent_of_now = "90"\nage_groups = []', "age_groups: bad"),
        (CHANGE + 'kind = "arrivals"\npercent_of_now = "90"\nage_groups = [11]', "age_groups: bad"),
        (CHANGE + 'kind = "step_down"\npercent_of_stays = "30"\nfrom_months = 9\nto_months = 6',
         "to_months: wrong order: 6; allowed: more than from_months, 9"),
        (CHANGE + 'kind = "step_down"\npercent_of_stays = "130"\nfrom_months = 6\nto_months = 9',
         "a percentage from 0 to 100"),
        (CHANGE + 'kind = "ended_early"\npercent_of_stays = "30"', "of_length: missing key"),
        (CHANGE + 'kind = "prices"\npercent = "3"\nside = "both"', '"block" or "spot"'),
        (CHANGE + 'kind = "opening"\nhomes = 0\nplaces = 3\nevery_months = 6', "homes: bad value"),
        (CHANGE + 'kind = "training"\nneed = "luck"\nhomes = 1\nmonths = 6', "need: bad value"),
        (CHANGE + FLOW + RATES, "factors: missing key"),
        (CHANGE + FLOW + RATES + 'factors = "printed"',
         "factors: missing: \"printed\"; allowed: a table printed with entries"),
        (CHANGE + FLOW + 'repeat = ["20", "15"]\ndirect_of_now = ["95"]\nfrom_plans = ["28"]\n'
         'factors = "computed"', "repeat: wrong number: 2, 1, 1 years; allowed: as many as"),
        (CHANGE + FLOW + 'repeat = [20]\ndirect_of_now = ["95"]\nfrom_plans = ["28"]\n'
         'factors = "computed"', "repeat: bad value: a list of 1; allowed: percentages"),
        (CHANGE + FLOW + RATES + 'factors = "computed"\n[scenarios.changes.printed]\nentries = [1]',
         "printed.entries: bad value: a list of 1; allowed: 2 whole numbers"),
        (CHANGE + FLOW + RATES + 'factors = "computed"\n[scenarios.changes.printed]\ntears = [1]',
         "printed.tears: unknown key"),
        (CHANGE + FLOW.replace("plans = 350", "plans = 0") + RATES + 'factors = "computed"',
         "plans: bad value: 0"),
    ],
)  # fmt: skip
def test_each_error_of_a_change_is_told(change: str, words: str) -> None:
    assert words in said(HEAD + change)


def test_two_scenarios_of_one_id_and_all_other_errors_are_told_at_once() -> None:
    twice = HEAD + CHANGE + 'kind = "prices"\npercent = "3"\nside = "spot"\n'
    text = said(twice + twice.partition("\n")[2] + CHANGE + 'kind = "luck"\n')
    assert 'scenarios[2].id: duplicate: "a"' in text
    assert "scenarios[2].changes[2].kind: bad value" in text


def test_what_is_no_toml_or_has_no_scenarios_is_refused() -> None:
    assert "not TOML" in said("title = ")
    assert "scenarios: missing key" in said('title = "t"\n')
    assert "changes: missing: none" in said(HEAD + "changes = []\n")
