"""The register of savings: what counts, what does not yet, and every error of its file."""

from fractions import Fraction
from typing import Any

import pytest

from pricing.problems import BadInput
from pricing.value.register import Register
from pricing.value.register_file import parse_register
from pricing.value.register_totals import same_baselines, same_claims, totals
from pricing.value.show_register import register_json, render_register
from tests.unit.pricing.samples import edited

SAVING = """[[savings]]
id = "A"
what = "Fewer weeks at spot"
kind = "cashable"
beneficiary = "Boroughs"
owner = "Havering"
evidence = "estimated"
baseline = { value = "52", unit = "week", period = "2025-26", source = "Ledgers" }
unit_cost = { amount = "725.50", unit = "week", year = "2026-27", source = "Contracts" }
years = { "2026-27" = "10", "2027-28" = "20.5" }
"""
RATIO = """[savings.quoted_ratio]
ratio = "2.10"
benefit = "2000000.00"
cost = "975000.00"
source = "Where it is printed"
"""


def of(*parts: str) -> Register:
    return parse_register(('title = "Made up"\n' + "".join(parts)).encode(), "savings.toml")


def second(*changes: tuple[str, str]) -> str:
    return edited(SAVING, ('"A"', '"B"'), *changes)


def messages(*parts: str) -> list[str]:
    with pytest.raises(BadInput) as refused:
        of(*parts)
    return [str(problem) for problem in refused.value.problems]


def test_a_saving_is_quantity_times_unit_cost_each_year() -> None:
    (entry,) = of(SAVING).savings
    # 725.50 × 10, and × 20.5 = 14,872.75
    assert entry.amounts == {"2026-27": 725_500, "2027-28": 1_487_275}


def test_a_year_whose_quantity_is_unknown_is_unknown_and_not_zero() -> None:
    made = of(edited(SAVING, ('"20.5"', '"unknown"')))
    assert made.savings[0].amounts == {"2026-27": 725_500, "2027-28": None}
    whole = totals(made.savings)["cashable"]
    assert (whole.whole.known, whole.whole.unknown) == (725_500, 1)
    answer: Any = register_json(made)
    assert answer["totals"]["cashable"]["total"] is None
    said = render_register(made)
    assert "£7,255.00 and 1 unknown" in said
    assert "2027-28 unknown" in said


LACKS = {
    "beneficiary": ('beneficiary = "Boroughs"\n', ""),
    "owner": ('owner = "Havering"\n', ""),
    "evidence": ('evidence = "estimated"\n', ""),
    "baseline.value": ('value = "52", ', ""),
    "baseline.unit": ('value = "52", unit = "week"', 'value = "52"'),
    "baseline.period": ('period = "2025-26", ', ""),
    "baseline.source": (', source = "Ledgers"', ""),
    "unit_cost.amount": ('"725.50"', '"unknown"'),
    "unit_cost.unit": ('"725.50", unit = "week"', '"725.50"'),
    "unit_cost.year": ('year = "2026-27", ', ""),
    "unit_cost.source": (', source = "Contracts"', ""),
    "years": ('years = { "2026-27" = "10", "2027-28" = "20.5" }\n', ""),
    "baseline": (
        'baseline = { value = "52", unit = "week", period = "2025-26", source = "Ledgers" }\n',
        "",
    ),
    "unit_cost": (
        'unit_cost = { amount = "725.50", unit = "week", year = "2026-27",'
        ' source = "Contracts" }\n',
        "",
    ),
}


@pytest.mark.parametrize("name", LACKS)
def test_without_it_nothing_is_a_saving_yet_and_it_is_said_what_is_missing(name: str) -> None:
    made = of(edited(SAVING, LACKS[name]))
    assert [entry.missing for entry in made.not_yet] == [(name,)]
    assert not made.savings
    assert made.entries[0].amounts == {}
    answer: Any = register_json(made)
    assert answer["totals"]["cashable"]["known"] == "0.00"
    assert answer["not_yet"][0]["missing"] == (name,)
    assert f"missing: {name}\n" in render_register(made)


def test_the_published_ratio_of_westminster_is_flagged_and_both_numbers_are_kept() -> None:
    """£2.10 saved for each £1, quoted; about £2m avoided for about £975,000 gives 2.05."""
    made = of(SAVING + RATIO)
    ratio = made.entries[0].ratio
    assert ratio is not None
    assert ratio.own == Fraction(80, 39)
    assert ratio.agrees is False
    answer: Any = register_json(made)
    (found,) = answer["quoted_ratios"]
    assert (found["quoted"], found["own"], found["own_exact"]) == ("2.10", "2.05", "80/39")
    assert found["agrees"] is False
    said = render_register(made)
    assert "2.10 quoted, 2.05 by its own figures, £2,000,000.00 for £975,000.00; FLAG" in said


def test_a_ratio_quoted_with_one_decimal_is_compared_at_one() -> None:
    made = of(SAVING + edited(RATIO, ('"2.10"', '"2.1"')))
    assert made.entries[0].ratio is not None
    assert made.entries[0].ratio.agrees is True
    assert "2.1 quoted, 2.1 by its own figures, £2,000,000.00 for £975,000.00; agrees" in (
        render_register(made)
    )


def test_a_ratio_with_an_unknown_figure_cannot_be_worked_out_again() -> None:
    made = of(SAVING + edited(RATIO, ('"975000.00"', '"unknown"')))
    ratio = made.entries[0].ratio
    assert ratio is not None
    assert (ratio.own, ratio.agrees) == (None, None)
    assert "2.10 quoted; cannot be worked out again: £2,000,000.00 for unknown" in (
        render_register(made)
    )


def test_the_three_kinds_are_never_added() -> None:
    made = of(
        edited(SAVING, ('"725.50"', '"100.01"'), ('"20.5"', '"0"'), ('"10"', '"1"')),
        second(('"725.50"', '"20.20"'), ('"20.5"', '"0"'), ('"10"', '"1"'), ("cashable", "avoided"),
               ("Fewer weeks", "Fewer days")),
        edited(SAVING, ('"A"', '"C"'), ('"725.50"', '"3.33"'), ('"20.5"', '"0"'), ('"10"', '"1"'),
               ("cashable", "social"), ("Fewer weeks", "More visits")),
    )  # fmt: skip
    found = {kind: total.whole.known for kind, total in totals(made.savings).items()}
    assert found == {"cashable": 10_001, "avoided": 2_020, "social": 333}
    shown = render_register(made) + str(register_json(made))
    for forbidden in ("120.21", "103.34", "23.53", "123.54"):
        assert forbidden not in shown


def test_a_kind_without_savings_says_so_and_what_a_saving_lacks_is_told() -> None:
    said = render_register(of(SAVING))
    assert said.count("no saving of this kind") == 2
    assert "A: no outcome, no checked_by" in said
    full = edited(SAVING, ('evidence = "estimated"', 'evidence = "estimated"\noutcome = "Stability"'
                           '\nchecked_by = "Finance"'))  # fmt: skip
    assert "still lack" not in render_register(of(full))


def test_more_claimed_against_a_baseline_than_there_was_is_told() -> None:
    made = of(SAVING, second(("Fewer weeks", "Shorter stays"), ('"20.5"', '"31.75"')))
    told = {found.year: found for found in same_baselines(made.savings)}
    assert told["2026-27"].claimed == 20
    assert not told["2026-27"].too_much
    assert told["2027-28"].claimed == Fraction("52.25")
    assert told["2027-28"].too_much
    said = render_register(made)
    assert "A, B, 2027-28: against one baseline" in said
    assert "together 52.25 of 52 week; MORE THAN THERE WAS" in said
    assert "together 20 of 52 week\n" in said


def test_claiming_all_there_was_is_not_too_much() -> None:
    made = of(SAVING, second(("Fewer weeks", "Shorter stays"), ('"20.5"', '"31.5"')))
    told = {found.year: found for found in same_baselines(made.savings)}
    assert told["2027-28"].claimed == 52
    assert not told["2027-28"].too_much


def test_one_saving_alone_may_claim_more_than_there_was() -> None:
    made = of(edited(SAVING, ('"20.5"', '"52.5"')))
    assert [(each.ids, each.too_much) for each in same_baselines(made.savings)] == [(("A",), True)]


def test_the_same_claim_twice_by_one_owner_is_told() -> None:
    made = of(SAVING, second(('"Fewer weeks at spot"', '"fewer  WEEKS at spot"')))
    assert same_claims(made.savings) == (("A", "B"),)
    assert "A, B: the same claim, in a common year" in render_register(made)


def test_the_same_claim_in_other_years_is_not_told() -> None:
    later = ('{ "2026-27" = "10", "2027-28" = "20.5" }', '{ "2029-30" = "1" }')
    assert same_claims(of(SAVING, second(later)).savings) == ()


def test_one_saving_has_one_owner() -> None:
    assert messages(SAVING, second(('owner = "Havering"', 'owner = "Newham"'))) == [
        'savings.toml, savings[2].owner: two owners: claimed by "Havering" and by "Newham";'
        ' allowed: one owner; savings[1] ("A") claims the same saving'
    ]
    assert messages(SAVING, edited(SAVING, ('owner = "Havering"', 'owner = "Newham"'))) == [
        'savings.toml, savings[2].id: two owners: "A", claimed by "Havering" and by "Newham";'
        " allowed: each once; savings[1] has it"
    ]
    assert messages(edited(SAVING, ('owner = "Havering"', 'owner = ["Havering", "Newham"]'))) == [
        "savings.toml, savings[1].owner: more than one owner: a list of 2; allowed: one owner, text"
        " in quotes: one saving, one owner"
    ]


def test_another_beneficiary_of_the_same_thing_may_have_another_owner() -> None:
    made = of(SAVING, second(('"Boroughs"', '"Health"'), ('owner = "Havering"', 'owner = "NHS"')))
    assert len(made.savings) == 2


TEXT = "text in quotes, not blank, without blanks around it, up to 200 characters"
PROSE = "text in quotes, not blank, in one paragraph of up to 2000 characters"
POUNDS = 'pounds from 0.00 with two decimals, in quotes, such as "4500.00"'
FIGURE = 'a number from 0, in quotes, such as "52" or "2.5"'
YEAR = 'a year such as "2026", or a financial year such as "2026-27", in quotes'
REQUIRED = "missing key: missing; allowed: this key is required"
FIRST = "savings[1]"

ONE_WRONG = {
    "no id": (('id = "A"\n', ""), f"{FIRST}.id: {REQUIRED}"),
    "an id with blanks": (
        ('id = "A"', 'id = "A B"'),
        f'{FIRST}.id: bad value: "A B"; allowed: text in quotes without blanks, quotes, =, ; or ,',
    ),
    "no what": (('what = "Fewer weeks at spot"\n', ""), f"{FIRST}.what: {REQUIRED}"),
    "a blank what": (
        ('"Fewer weeks at spot"', '""'),
        f'{FIRST}.what: bad value: ""; allowed: {PROSE}',
    ),
    "no kind": (('kind = "cashable"\n', ""), f"{FIRST}.kind: {REQUIRED}"),
    "an unknown kind": (
        ('"cashable"', '"economic"'),
        f'{FIRST}.kind: bad value: "economic"; allowed: "cashable" or "avoided" or "social"',
    ),
    "an unknown level of evidence": (
        ('"estimated"', '"strong"'),
        f'{FIRST}.evidence: bad value: "strong"; allowed: "compared" or "before_and_after" or'
        ' "published" or "estimated" or "assumed"',
    ),
    "an owner that is no text": (
        ('owner = "Havering"', "owner = 7"),
        f"{FIRST}.owner: bad value: 7; allowed: {TEXT}",
    ),
    "an unknown key": (
        ('owner = "Havering"', 'owner = "Havering"\nowners = 2'),
        f"{FIRST}.owners: unknown key: 2; allowed: id what kind beneficiary owner evidence outcome"
        " checked_by baseline unit_cost years quoted_ratio",
    ),
    "an unknown key of a baseline": (
        ('value = "52", ', 'value = "52", worth = "9", '),
        f'{FIRST}.baseline.worth: unknown key: "9"; allowed: value unit period source',
    ),
    "a baseline without quotes": (
        ('value = "52"', "value = 52"),
        f"{FIRST}.baseline.value: bad value: 52; allowed: {FIGURE}",
    ),
    "a negative baseline": (
        ('value = "52"', 'value = "-52"'),
        f'{FIRST}.baseline.value: negative value: "-52"; allowed: {FIGURE}',
    ),
    "a baseline that is no table": (
        ('{ value = "52", unit = "week", period = "2025-26", source = "Ledgers" }', '"52"'),
        f'{FIRST}.baseline: bad value: "52"; allowed: a table',
    ),
    "a blank source": (
        ('"Ledgers"', '""'),
        f'{FIRST}.baseline.source: bad value: ""; allowed: {PROSE}',
    ),
    "an unknown key of a unit cost": (
        ('amount = "725.50", ', 'amount = "725.50", vat = "1", '),
        f'{FIRST}.unit_cost.vat: unknown key: "1"; allowed: amount unit source year',
    ),
    "a unit cost without pence": (
        ('"725.50"', '"725"'),
        f'{FIRST}.unit_cost.amount: bad value: "725"; allowed: {POUNDS}',
    ),
    "a year that is none": (
        ('year = "2026-27"', 'year = "2026-28"'),
        f'{FIRST}.unit_cost.year: bad value: "2026-28"; allowed: {YEAR}',
    ),
    "a year of the profile that is none": (
        ('"2027-28" = ', '"later" = '),
        f'{FIRST}.years.later: bad value: "later"; allowed: {YEAR}',
    ),
    "a quantity without quotes": (
        ('"20.5"', "20.5"),
        f"{FIRST}.years.2027-28: bad value: 20.5 (a number with a fraction, without quotes);"
        f" allowed: {FIGURE}",
    ),
}


@pytest.mark.parametrize(("change", "message"), ONE_WRONG.values(), ids=ONE_WRONG)
def test_each_error_of_a_register_is_said(change: tuple[str, str], message: str) -> None:
    assert messages(edited(SAVING, change)) == [f"savings.toml, {message}"]


RATIO_WRONG = {
    "no ratio": (('ratio = "2.10"\n', ""), f"ratio: {REQUIRED}"),
    "no source": (('source = "Where it is printed"\n', ""), f"source: {REQUIRED}"),
    "no benefit": (('benefit = "2000000.00"\n', ""), f"benefit: {REQUIRED}"),
    "no cost": (('cost = "975000.00"\n', ""), f"cost: {REQUIRED}"),
    "a ratio in pounds": (
        ('"2.10"', '"£2.10"'),
        f'ratio: bad value: "£2.10"; allowed: {FIGURE}',
    ),
    "a benefit without pence": (
        ('"2000000.00"', '"2000000"'),
        f'benefit: bad value: "2000000"; allowed: {POUNDS}',
    ),
    "a cost of nothing": (
        ('"975000.00"', '"0.00"'),
        'cost: bad value: "0.00"; allowed: pounds above 0.00 with two decimals, in quotes, such as'
        ' "975000.00", or "unknown"',
    ),
    "an unknown key": (
        ('cost = "975000.00"', 'cost = "975000.00"\nyear = "2015"'),
        'year: unknown key: "2015"; allowed: ratio benefit cost source',
    ),
}


@pytest.mark.parametrize(("change", "message"), RATIO_WRONG.values(), ids=RATIO_WRONG)
def test_each_error_of_a_quoted_ratio_is_said(change: tuple[str, str], message: str) -> None:
    said = messages(SAVING + edited(RATIO, change))
    assert said == [f"savings.toml, {FIRST}.quoted_ratio.{message}"]


def test_an_id_stands_once() -> None:
    assert messages(SAVING, edited(SAVING, ("Fewer weeks", "Fewer days"))) == [
        'savings.toml, savings[2].id: duplicate: "A"; allowed: each once; savings[1] has it'
    ]


def test_a_file_without_title_or_with_more_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        parse_register(b"savings = []\nyear = 2026\n", "savings.toml")
    assert [str(problem) for problem in refused.value.problems] == [
        "savings.toml, year: unknown key: 2026; allowed: title savings",
        f"savings.toml, title: {REQUIRED}",
    ]
    with pytest.raises(BadInput, match="not TOML"):
        parse_register(b"[[savings]\n", "savings.toml")


def test_all_errors_are_said_at_once() -> None:
    said = messages(
        edited(SAVING, ('"52"', "52"), ("cashable", "cash")), RATIO.replace("2.10", "x")
    )
    assert len(said) == 3
