"""Every error that the contract page names, alone in an otherwise good file, with its message."""

import pytest

from tests.unit.pricing.samples import BLOCK_TEXT, edited, problems_of

INCLUDED = "included = { low = 0, medium = 10, high = 20, specialist = 40 }"
POUNDS = "pounds from 0.00 with two decimals"
PERCENT = "a percentage from 0 to 100"

# what is wrong: change to the good file, then the key, the kind, the value and what is allowed
ONE_WRONG = {
    "a key that is no provider": (
        ("[fees]", "vat = 1\n[fees]"),
        ("providers.vat", "bad value", "1", "a list of texts"),
    ),
    "an unknown key at the top": (
        ("places = 35", "places = 35\nplace = 4"),
        ("place", "unknown key", "4", "places"),
    ),
    "an unknown band": (
        ('low = "4500.00"', 'low = "4500.00"\nextreme = "20000.00"'),
        ("fees.extreme", "unknown key", '"20000.00"', "low medium high specialist"),
    ),
    "an unknown key of a requirement": (
        ('unit = "hour"', 'unit = "hour"\nvat = "20.00"'),
        ("requirements[1].vat", "unknown key", '"20.00"', "code name unit price included"),
    ),
    "an unknown band in included": (
        (INCLUDED, INCLUDED.replace("high", "severe = 1, high")),
        ("requirements[1].included.severe", "unknown key", "1", "specialist"),
    ),
    "an unknown key of an uplift": (
        ('percent = "0.00"', 'percent = "0.00"\nto = 2030-01-01'),
        ("uplifts[1].to", "unknown key", "2030-01-01", "from percent"),
    ),
    "an unknown key of voids": (
        ("[voids]", "[voids]\ngrace_days = 28"),
        ("voids.grace_days", "unknown key", "28", "guarantee_percent rate_percent"),
    ),
    "an unknown key of results": (
        ("[results]", '[results]\nfloor_percent = "1.00"'),
        ("results.floor_percent", "unknown key", '"1.00"', "cap_percent items"),
    ),
    "an unknown key of a result": (
        ("weight = 40", "weight = 40\nbonus = true"),
        ("results.items[1].bonus", "unknown key", "true", "code name kind weight"),
    ),
    "an unknown key of training": (
        ("[training]", "[training]\nfree = true"),
        ("training.free", "unknown key", "true", "courses_funded_until"),
    ),
    "a key that needs quotes": (
        ("[voids]", '[voids]\n"grace days" = 28'),
        ('voids."grace days"', "unknown key", "28", "rate_percent"),
    ),
    "no id": (('id = "NEL-BLOCK-1"\n', ""), ("id", "missing key", "missing", "required")),
    "no start": (("start = 2026-04-01\n", ""), ("start", "missing key", "missing", "required")),
    "a band without fee": (
        ('high = "8000.00"\n', ""),
        ("fees.high", "missing key", "missing", "required"),
    ),
    "included without a band": (
        (INCLUDED, "included = { low = 0, medium = 10, specialist = 40 }"),
        ("requirements[1].included.high", "missing key", "missing", "required"),
    ),
    "a requirement without price": (
        ('price = "28.50"\n', ""),
        ("requirements[1].price", "missing key", "missing", "required"),
    ),
    "a block without places": (
        ("places = 35\n", ""),
        ("places", "missing key", "missing", "required"),
    ),
    "voids without rate": (
        ('rate_percent = "80.00"\n', ""),
        ("voids.rate_percent", "missing key", "missing", "required"),
    ),
    "results without cap": (
        ('cap_percent = "7.00"\n', ""),
        ("results.cap_percent", "missing key", "missing", "required"),
    ),
    "a negative fee": (
        ("4500.00", "-4500.00"),
        ("fees.low", "negative value", '"-4500.00"', POUNDS),
    ),
    "a negative price": (
        ("28.50", "-0.01"),
        ("requirements[1].price", "negative value", '"-0.01"', POUNDS),
    ),
    "negative included units": (
        ("medium = 10", "medium = -10"),
        ("requirements[1].included.medium", "negative value", "-10", "units a week from 0"),
    ),
    "included units out of all reason": (
        ("medium = 10", "medium = 1000001"),
        ("requirements[1].included.medium", "bad value", "1000001", "units a week from 0"),
    ),
    "included units as a switch": (
        ("medium = 10", "medium = true"),
        ("requirements[1].included.medium", "bad value", "true", "units a week from 0"),
    ),
    "a negative share": (
        ("E09000001 = 1\nE09000002 = 5", "E09000001 = -1\nE09000002 = 7"),
        ("shares.E09000001", "negative value", "-1", "a whole number from 0"),
    ),
    "a negative weight": (
        ("weight = 40", "weight = -40"),
        ("results.items[1].weight", "negative value", "-40", "a whole number from 0"),
    ),
    "a negative uplift": (
        ('"2.80"', '"-2.80"'),
        ("uplifts[2].percent", "negative value", '"-2.80"', PERCENT),
    ),
    "negative training days": (
        ("release_days_per_place = 6", "release_days_per_place = -6"),
        ("training.release_days_per_place", "negative value", "-6", "days a year from 0"),
    ),
    "a negative training cost": (
        ('"350.00"', '"-350.00"'),
        ("training.course_cost_per_place", "negative value", '"-350.00"', POUNDS),
    ),
    "a fee that is not text": (
        ('"4500.00"', "4500.00"),
        ("fees.low", "bad value", "4500.00 (a number with a fraction, without quotes)", POUNDS),
    ),
    "a fee that could be pounds or pence": (
        ('"4500.00"', "4500"),
        ("fees.low", "bad value", "4500", POUNDS),
    ),
    "a fee that is not a number at all": (
        ('"4500.00"', "nan"),
        ("fees.low", "bad value", "NaN", POUNDS),
    ),
    "a fee with one decimal": (
        ("4500.00", "4500.5"),
        ("fees.low", "bad value", '"4500.5"', POUNDS),
    ),
    "a fee with three decimals": (
        ("4500.00", "4500.005"),
        ("fees.low", "bad value", '"4500.005"', POUNDS),
    ),
    "a fee with a thousands separator": (
        ("4500.00", "4,500.00"),
        ("fees.low", "bad value", '"4,500.00"', POUNDS),
    ),
    "a fee in other digits": (
        ("4500.00", "٤٥٠٠.٠٠"),
        ("fees.low", "bad value", '"٤٥٠٠.٠٠"', POUNDS),
    ),
    "an empty fee": (('"4500.00"', '""'), ("fees.low", "bad value", '""', POUNDS)),
    "a guarantee above all places": (
        ('"90.00"', '"100.01"'),
        ("voids.guarantee_percent", "bad value", '"100.01"', PERCENT),
    ),
    "a void dearer than a placement": (
        ('"80.00"', '"180.00"'),
        ("voids.rate_percent", "bad value", '"180.00"', PERCENT),
    ),
    "a cap above all fees": (
        ('"7.00"', '"700.00"'),
        ("results.cap_percent", "bad value", '"700.00"', PERCENT),
    ),
    "a percentage that is not text": (
        ('"2.80"', "2.80"),
        ("uplifts[2].percent", "bad value", "2.80 (a number with a fraction", PERCENT),
    ),
    "a percentage in words": (
        ('"2.80"', '"2.8 %"'),
        ("uplifts[2].percent", "bad value", '"2.8 %"', PERCENT),
    ),
    "weights that do not add up": (
        ("weight = 60", "weight = 59"),
        ("results.items", "wrong sum", "weights that sum to 99", "weights sum to 100"),
    ),
    "shares that do not add up": (
        ("E09000016 = 9", "E09000016 = 10"),
        ("shares", "wrong sum", "shares that sum to 36", "which is 35"),
    ),
    "an uplift on the first day": (
        ("from = 2027-04-01", "from = 2026-04-01"),
        ("uplifts[2].from", "outside the term", "2026-04-01", "after 2026-04-01 and before 2034"),
    ),
    "an uplift on the end": (
        ("from = 2027-04-01", "from = 2034-04-01"),
        ("uplifts[2].from", "outside the term", "2034-04-01", "after 2026-04-01 and before 2034"),
    ),
    "two uplifts on one day": (
        ("from = 2028-04-01", "from = 2029-04-01"),
        ("uplifts[3].from", "duplicate", "2029-04-01", "each once; uplifts[1] has it"),
    ),
    "an uplift on no day": (
        ("from = 2028-04-01", 'from = "2028-04-01"'),
        ("uplifts[3].from", "bad value", '"2028-04-01"', "a day without quotes"),
    ),
    "an end before the start": (
        ("end = 2034-04-01", "end = 2024-04-01"),
        ("end", "wrong order", "2024-04-01", "after start, 2026-04-01"),
    ),
    "an end on the day of the start": (
        ("end = 2034-04-01", "end = 2026-04-01"),
        ("end", "wrong order", "2026-04-01", "after start, 2026-04-01"),
    ),
    "a start with a time": (
        ("start = 2026-04-01", "start = 2026-04-01T00:00:00"),
        ("start", "bad value", "2026-04-01T00:00:00", "a day without quotes"),
    ),
    "an end that is a time": (
        ("end = 2034-04-01", "end = 12:30:00"),
        ("end", "bad value", "12:30:00", "a day without quotes"),
    ),
    "a kind nobody knows": (
        ('kind = "block"', 'kind = "framework"'),
        ("kind", "bad value", '"framework"', '"block" or "spot"'),
    ),
    "a kind that is a list": (
        ('kind = "block"', 'kind = ["block"]'),
        ("kind", "bad value", "a list of 1", '"block" or "spot"'),
    ),
    "a unit nobody knows": (
        ('unit = "hour"', 'unit = "day"'),
        ("requirements[1].unit", "bad value", '"day"', '"hour" or "week"'),
    ),
    "a result kind nobody knows": (
        ('kind = "outcome"', 'kind = "saving"'),
        ("results.items[2].kind", "bad value", '"saving"', '"innovation" or "outcome"'),
    ),
    "a blank name": (
        ('"One-to-one support"', '"  "'),
        ("requirements[1].name", "bad value", '"  "', "not blank"),
    ),
    "an id that is a number": (('"NEL-BLOCK-1"', "17"), ("id", "bad value", "17", "text")),
    "an id with blanks around it": (
        ('"NEL-BLOCK-1"', '" NEL-BLOCK-1"'),
        ("id", "bad value", '" NEL-BLOCK-1"', "without blanks around it"),
    ),
    "an invisible character": (
        ('"NEL-BLOCK-1"', '"NEL\\u200b1"'),
        ("id", "bad value", '"NEL\\u200b1"', "text in quotes"),
    ),
    "a name without end": (
        ('"Supervised family time"', f'"{"x" * 201}"'),
        ("requirements[2].name", "bad value", "(201 characters)", "up to 200 characters"),
    ),
    "a code that would break a list of codes": (
        ('"one_to_one"', '"one=to;one"'),
        ("requirements[1].code", "bad value", '"one=to;one"', "without blanks, quotes, =, ;"),
    ),
    "a requirement twice": (
        ('"family_session"', '"one_to_one"'),
        ("requirements[2].code", "duplicate", '"one_to_one"', "requirements[1] has it"),
    ),
    "a result twice": (
        ('"stability"', '"garden_project"'),
        ("results.items[2].code", "duplicate", '"garden_project"', "results.items[1] has it"),
    ),
    "a home of two providers": (
        ('["SC990003"]', '["SC990003", "SC990002"]'),
        ("providers.P2", "duplicate", '"SC990002", also P1', "each home once"),
    ),
    "a home listed twice": (
        ('["SC990003"]', '["SC990003", "SC990003"]'),
        ("providers.P2", "duplicate", '"SC990003", the same provider', "each home once"),
    ),
    "a home that is no text": (
        ('["SC990003"]', '["SC990003", 990004]'),
        ("providers.P2", "bad value", "a list of 2", "a list of texts"),
    ),
    "a provider without a list": (
        ('["SC990003"]', '"SC990003"'),
        ("providers.P2", "bad value", '"SC990003"', "a list of texts"),
    ),
    "a provider without a name": (
        ("P2 = ", '"" = '),
        ('providers.""', "bad value", '""', "not blank"),
    ),
    "a lead who is no provider": (
        ('lead = "P1"', 'lead = "P3"'),
        ("lead", "bad value", '"P3"', '"P1" or "P2"'),
    ),
    "a share of nobody's": (
        ("E09000016 = 9", "Havering = 9"),
        ("shares.Havering", "bad value", '"Havering"', "ONS code"),
    ),
    "a share in letters": (
        ("E09000016 = 9", 'E09000016 = "9"'),
        ("shares.E09000016", "bad value", '"9"', "a whole number from 0"),
    ),
    "places that are a switch": (
        ("places = 35", "places = true"),
        ("places", "bad value", "true", "a whole number from 1"),
    ),
    "no place at all": (
        ("places = 35", "places = 0"),
        ("places", "bad value", "0", "a whole number from 1"),
    ),
    "places beyond counting": (
        ("places = 35", f"places = 0x{'f' * 5000}"),
        ("places", "bad value", "a whole number of 20000 bits", "a whole number from 1"),
    ),
    "no voids": (
        ('[voids]\nguarantee_percent = "90.00"\nrate_percent = "80.00"', ""),
        ("voids", "missing key", "missing", "required"),
    ),
}


@pytest.mark.parametrize("what", ONE_WRONG)
def test_a_contract_with_one_thing_wrong_has_one_problem_naming_key_value_and_allowed(
    what: str,
) -> None:
    change, (key, kind, value, allowed) = ONE_WRONG[what]
    problems = problems_of(edited(BLOCK_TEXT, change))
    assert [problem.key for problem in problems] == [key]
    (problem,) = problems
    assert problem.kind == kind
    assert value in problem.value
    assert allowed in problem.allowed
    assert str(problem) == (
        f"contract.toml, {key}: {kind}: {problem.value}; allowed: {problem.allowed}"
    )
