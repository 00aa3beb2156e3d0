"""A forecast worked by hand, what it may not be asked, and the sentences it comes with."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from pricing.assumed import ASSUMPTIONS
from pricing.forecast.answer import forecast_json
from pricing.forecast.asked import Asked
from pricing.forecast.costs import Costs, parse_costs, read_costs
from pricing.forecast.forecast import Forecast, forecast
from pricing.forecast.headings import headings
from pricing.forecast.months import months
from pricing.forecast.notes import break_even_text, notes
from pricing.forecast.render import render_forecast
from tests.unit.pricing.samples import BLOCK_TEXT, SPOT_TEXT, contract_of, edited

BLOCK = contract_of(BLOCK_TEXT)
SPOT = contract_of(SPOT_TEXT)
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "forecast" / "costs.toml"
MEDIUM = {"medium": Fraction(1)}
MIXED = {
    "low": Fraction("0.2"),
    "medium": Fraction("0.35"),
    "high": Fraction("0.3"),
    "specialist": Fraction("0.15"),
}
PLAIN = Asked(Fraction("0.8"), MEDIUM, {})
HALF = replace(PLAIN, results=Fraction(1, 2))


def without_training(text: str) -> str:
    return text[: text.index("[training]")]


def costs_of(*figures: tuple[str, str, str], percent: str = "0") -> Costs:
    """Costs of so much for each of something, by code."""
    text = f'name = "Made up"\n[uplift]\npercent = "{percent}"\nsource = "s"\nday = 2026-03-02\n'
    for code, per, amount in figures:
        text += f'[[costs]]\ncode = "{code}"\nname = "{code}"\nper = "{per}"\n'
        text += f'amount = "{amount}"\nsource = "ledger"\nday = 2026-03-02\n'
    return parse_costs(text.encode(), "costs.toml")


def test_a_month_is_what_a_person_works_out_by_hand() -> None:
    made = forecast(BLOCK, HALF)
    april, may = (each.sums for each in made.central.months[:2])
    # 28 of 35 places at £6,000.00 for 30 days; 3 of 31 guaranteed ones unused at 80% of £4,500.00.
    assert april.amounts["fees.medium"] == 72_000_000
    assert april.amounts["voids"] == 4_628_571
    assert april.amounts["results"] == 2_520_000  # 7% of £720,000.00, half of it achieved
    assert april.amounts["training.release"] == 245_000  # 6 days at £140.00, 35 places, 1/12
    assert april.amounts["training.courses"] == 0
    assert april.used_days == 28 * 30
    assert april.unused_days == 3 * 30
    assert april.income == 72_000_000 + 4_628_571 + 2_520_000
    assert april.left == april.income - 245_000
    assert may.amounts["fees.medium"] == 74_400_000
    uplifted = made.central.months[12].sums
    assert uplifted.amounts["fees.medium"] == 74_016_000  # 2.80% more: £6,168.00
    unfunded = [each.month.key for each in made.central.months
                if each.sums.amounts["training.courses"]]  # fmt: skip
    assert unfunded[0] == "2029-04"
    assert made.central.months[36].sums.amounts["training.courses"] == 102_083  # £350 × 35 / 12


def test_a_requirement_is_paid_above_what_each_band_includes() -> None:
    asked = Asked(Fraction(1), MIXED, {"one_to_one": Fraction(14), "family_session": Fraction(1)})
    april = forecast(BLOCK, asked).central.months[0].sums
    # 14 hours above 0 for low and above 10 for medium: 0.2 × 14 + 0.35 × 4 = 4.2 at £28.50.
    assert april.amounts["requirements.one_to_one"] == 1_795_500  # 4.2 × £28.50 × 35 × 30 / 7
    assert april.amounts["requirements.family_session"] == 0


def test_release_is_paid_from_the_start_and_courses_from_the_day_they_are_no_longer_funded() -> (
    None
):
    moved = edited(
        BLOCK_TEXT, ("courses_funded_until = 2029-04-01", "courses_funded_until = 2028-02-20")
    )
    made = forecast(contract_of(moved), PLAIN)
    by_month = {each.month.key: each.sums.amounts for each in made.central.months}
    assert by_month["2026-04"]["training.release"] == by_month["2034-03"]["training.release"]
    assert by_month["2028-01"]["training.courses"] == 0
    assert by_month["2028-02"]["training.courses"] == 35_201  # 10 of 29 days of £1,020.83
    assert by_month["2028-03"]["training.courses"] == 102_083


def test_courses_that_were_never_funded_cost_from_the_start() -> None:
    early = edited(BLOCK_TEXT, ("until = 2029-04-01", "until = 2020-01-01"))
    months_of_it = forecast(contract_of(early), PLAIN).central.months
    assert {each.sums.amounts["training.courses"] for each in months_of_it} == {102_083}


def test_own_costs_are_counted_by_what_they_are_for_and_rise_on_each_anniversary() -> None:
    costs = costs_of(
        ("office", "month", "1000.05"), ("house", "home_month", "10.00"),
        ("staff", "place_week", "7.00"), percent="2.50",
    )  # fmt: skip
    made = forecast(BLOCK, replace(PLAIN, homes=4), costs)
    first, later = made.central.months[0].sums, made.central.months[12].sums
    assert first.amounts["costs.office"] == 100_005
    assert first.amounts["costs.house"] == 4_000
    assert first.amounts["costs.staff"] == 7_00 * 35 * 30 // 7
    assert later.amounts["costs.office"] == 102_505  # 1025.05125 rounded before it is used
    assert first.costs == 100_005 + 4_000 + 105_000
    assert first.left == first.income - first.training - first.costs


def test_an_anniversary_within_a_month_splits_its_weeks() -> None:
    text = edited(SPOT_TEXT, ("start = 2026-01-15", "start = 2026-01-18"))
    costs = costs_of(("staff", "place_week", "7.00"), percent="10.00")
    made = forecast(contract_of(text), replace(PLAIN, places=1), costs)
    by_month = {each.month.key: each.sums.amounts["costs.staff"] for each in made.central.months}
    assert by_month["2026-01"] == 14_00
    assert by_month["2027-01"] == 17 * 100 + 14 * 110


def test_a_contract_begun_on_a_leap_day_has_its_anniversary_on_the_28th_in_other_years() -> None:
    text = edited(SPOT_TEXT, ("start = 2026-01-15", "start = 2024-02-29"))
    costs = costs_of(("staff", "place_week", "7.00"), percent="10.00")
    made = forecast(contract_of(text), replace(PLAIN, places=1), costs)
    by_month = {each.month.key: each.sums.amounts["costs.staff"] for each in made.central.months}
    assert by_month["2024-02"] == 1_00
    assert by_month["2025-02"] == 27 * 100 + 1 * 110


def test_break_even_is_found_exactly_and_shown_rounded_up() -> None:
    # Full: £6,000.00 a place and week. Cost £4,000.00 a place and week; voids up to 31 of 35.
    text = without_training(edited(BLOCK_TEXT, ('percent = "2.80"', 'percent = "0.00"'),
                                   ('percent = "3.15"', 'percent = "0.00"')))  # fmt: skip
    made = forecast(contract_of(text), PLAIN, costs_of(("all", "place_week", "4000.00")))
    covered = made.central.break_even
    assert covered is not None
    # Each week: 6000 × used + 3600 × (31 − used) = 4000 × 35, so used = 28400 / 2400.
    assert covered.spans == ((Fraction(28_400, 2_400 * 35), Fraction(1)),)
    assert made.exact_margin(Fraction(71, 210), Fraction(0)) == 0
    assert "from 33.9% occupancy on" in break_even_text(made, made.central)


def test_any_occupancy_covers_costs_of_nothing_and_none_covers_costs_beyond_all_income() -> None:
    free = forecast(BLOCK, HALF, costs_of(("none", "month", "0.00")))
    assert free.central.break_even is not None
    assert free.central.break_even.always
    assert break_even_text(free, free.central) == (
        "With 50% of the results any occupancy covers the costs, even 0%."
    )
    dear = forecast(BLOCK, HALF, costs_of(("palace", "place_week", "9000.00")))
    assert dear.central.break_even is not None
    assert dear.central.break_even.smallest is None
    said = break_even_text(dear, dear.central)
    assert "no occupancy covers the costs: at best they exceed income by £" in said


def test_filling_places_that_costs_more_than_it_pays_is_said_plainly() -> None:
    figures = [(f"care_{band}", "used_place_week", "5000.00") for band in MIXED]
    text = 'name = "M"\n[uplift]\npercent = "0"\nsource = "s"\nday = 2026-03-02\n'
    for code, per, amount in figures:
        band = code.removeprefix("care_")
        text += f'[[costs]]\ncode = "{code}"\nname = "care"\nper = "{per}"\nband = "{band}"\n'
        text += f'amount = "{amount}"\nsource = "s"\nday = 2026-03-02\n'
    made = forecast(BLOCK, HALF, parse_costs(text.encode(), "c.toml"))
    said = " ".join(notes(made))
    assert "a used place leaves less than a guaranteed one that is not used" in said
    assert "below 88.6% occupancy" in said
    assert "costs more than it brings in" not in said
    dearer = parse_costs(text.replace("5000.00", "9000.00").encode(), "c.toml")
    covered = forecast(BLOCK, HALF, dearer).central.break_even
    assert covered is not None
    assert covered.spans[0][0] == 0 < covered.spans[0][1] < 1
    worse = forecast(BLOCK, HALF, dearer)
    assert "costs more than it brings in, at any occupancy" in " ".join(notes(worse))
    assert "the costs are covered up to " in break_even_text(worse, worse.central)


def test_costs_covered_by_few_and_by_many_but_not_between_are_said_as_two_spans() -> None:
    # Each place left empty below the guarantee saves more than it earns less; none does beyond it.
    care = ("low", "medium", "high", "specialist")
    text = 'name = "M"\n[uplift]\npercent = "0"\nsource = "s"\nday = 2026-03-02\n'
    for band in care:
        text += f'[[costs]]\ncode = "{band}"\nname = "care"\nper = "used_place_week"\n'
        text += f'band = "{band}"\namount = "3300.00"\nsource = "s"\nday = 2026-03-02\n'
    text += '[[costs]]\ncode = "house"\nname = "house"\nper = "place_week"\n'
    text += 'amount = "2650.00"\nsource = "s"\nday = 2026-03-02\n'
    plain = edited(BLOCK_TEXT, ('percent = "2.80"', 'percent = "0.00"'),
                   ('percent = "3.15"', 'percent = "0.00"'))  # fmt: skip
    contract = contract_of(without_training(plain))
    made = forecast(contract, PLAIN, parse_costs(text.encode(), "c.toml"))
    covered = made.central.break_even
    assert covered is not None
    # A week: 2700 × used + 3600 × max(0, 31 − used) is 2650 × 35 at 20.944… and at 34.351… places.
    assert covered.spans == (
        (Fraction(0), Fraction(18_850, 900 * 35)),
        (Fraction(92_750, 2_700 * 35), Fraction(1)),
    )
    assert "the costs are covered up to 59.8% occupancy and from 98.2% occupancy on" in (
        break_even_text(made, made.central)
    )


def test_a_forecast_without_costs_says_that_break_even_needs_them_and_what_training_costs() -> None:
    made = forecast(BLOCK, HALF)
    text = render_forecast(made)
    assert "Break-even is not known: it needs the provider's own costs (--costs)." in text
    assert "The training that the contract prices costs £296,449.80 over it." in text
    assert "after training" in text
    assert "margin" not in text.split("What this rests on")[0]
    answer = forecast_json(made)
    assert answer["costs"] is None
    cases = answer["cases"]
    assert isinstance(cases, dict)
    total = cases["central"]["total"]
    assert (total["own_costs"], total["margin"]) == (None, None)
    assert total["training"] == "296449.80"


def test_training_that_a_contract_does_not_price_is_unknown_and_not_nothing() -> None:
    bare = contract_of(without_training(BLOCK_TEXT))
    made = forecast(bare, HALF)
    assert "what it costs the provider is not known" in " ".join(notes(made))
    cases = forecast_json(made)["cases"]
    assert isinstance(cases, dict)
    assert cases["low"]["total"]["training"] is None
    costed = forecast(bare, HALF, costs_of(("none", "month", "5.00")))
    assert "before training" in render_forecast(costed)
    cases = forecast_json(costed)["cases"]
    assert isinstance(cases, dict)
    assert cases["low"]["total"]["margin"] is None


def test_three_cases_stand_side_by_side_and_say_that_they_are_assumptions() -> None:
    made = forecast(BLOCK, HALF)
    assert [(case.name, case.occupancy, case.achieved) for case in made.cases] == [
        ("low", Fraction("0.7"), 0),
        ("central", Fraction("0.8"), Fraction("0.5")),
        ("high", Fraction("0.9"), 1),
    ]
    said = " ".join(notes(made))
    assert "70% and 90% occupancy, 10 percentage points either way" in said
    assert "starting assumptions, not bounds" in said
    edge = forecast(BLOCK, replace(HALF, occupancy=Fraction("0.95")))
    assert edge.high.occupancy == 1
    own = forecast(
        BLOCK,
        replace(HALF, low_occupancy=Fraction("0.5"), high_occupancy=Fraction("0.8")),
    )
    assert [case.occupancy for case in own.cases] == [
        Fraction(1, 2),
        Fraction(4, 5),
        Fraction(4, 5),
    ]
    assert "percentage points" not in " ".join(notes(own))
    assert "so none is counted in the central case" in " ".join(notes(forecast(BLOCK, PLAIN)))


def test_no_inflation_is_invented_after_the_last_uplift() -> None:
    made = forecast(BLOCK, HALF)
    fees = {each.month.key: each.sums.amounts["fees.medium"] for each in made.central.months}
    assert fees["2028-04"] == fees["2033-04"]
    assert "from 2029-04-01 on they are held" in " ".join(notes(made))
    assert "the contract has no uplift" in " ".join(notes(forecast(SPOT, replace(PLAIN, places=3))))


def test_spot_purchase_has_no_voids_no_results_and_no_guarantee() -> None:
    made = forecast(SPOT, replace(PLAIN, places=3))
    assert [heading.key for heading in headings(made)] == [
        "fees.low", "fees.medium", "fees.high", "fees.specialist",
    ]  # fmt: skip
    text = render_forecast(made)
    assert "an unused one earns nothing" in text
    assert "The contract pays no results." in text
    # 2.4 places at £6,725.50 for the 17 days from 15 January.
    assert made.central.months[0].sums.income == 3_920_006
    assert made.central.months[0].month.days == 17


def test_a_part_of_the_places_has_its_part_of_the_guarantee_and_says_so() -> None:
    made = forecast(BLOCK, replace(HALF, provider="P2", places=14))
    assert made.part.guaranteed == Fraction(31 * 14, 35)
    assert made.part.homes == 1
    said = render_forecast(made)
    assert "P2: 14 of the contract's 35 places in 1 home" in said
    assert "12.4 of these 14 in proportion" in said
    assert "our reading" in said


def test_the_only_provider_of_a_contract_has_all_its_places() -> None:
    made = forecast(contract_of(edited(BLOCK_TEXT, ('P2 = ["SC990003"]', ""))),
                    replace(HALF, provider="P1"))  # fmt: skip
    assert (made.part.places, made.part.homes) == (35, 2)


def test_years_run_from_april_to_march() -> None:
    found = months(date(2027, 12, 30), date(2028, 4, 2))
    assert [(each.key, each.days, each.year) for each in found] == [
        ("2027-12", 2, "2027/28"), ("2028-01", 31, "2027/28"), ("2028-02", 29, "2027/28"),
        ("2028-03", 31, "2027/28"), ("2028-04", 1, "2028/29"),
    ]  # fmt: skip
    assert months(date(9999, 12, 30), date.max)[0].part(1) == Fraction(1, 31)


def whole() -> Forecast:
    asked = replace(HALF, mix=MIXED, requirements={"one_to_one": Fraction(14)})
    return forecast(BLOCK, asked, read_costs(EXAMPLE))


def test_every_heading_names_its_source_and_every_cost_its_day() -> None:
    made = whole()
    for heading in headings(made):
        version = made.contract.version[:12]
        if heading.key.startswith("costs."):
            assert heading.source.startswith("costs.toml, version ")
            assert heading.source.endswith("Made up for this example, 2026-03-02")
        else:
            assert heading.source.startswith(f"contract.toml, version {version}: ")
    assert {heading.key for heading in headings(made)} == set(made.central.total.amounts)


def test_a_forecast_reads_from_years_to_assumptions_and_its_figures_are_those_of_the_json() -> None:
    made = whole()
    text = render_forecast(made)
    parts = ("Year by year", "by heading", "three cases", "Break-even", "What this rests on")
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert text.rstrip().endswith(ASSUMPTIONS)
    answer = forecast_json(made)
    assert list(answer) == [
        "contract", "version", "from", "to", "provider", "places", "homes", "guaranteed_places",
        "mix", "requirements", "costs", "headings", "cases", "assumptions",
    ]  # fmt: skip
    cases = answer["cases"]
    assert isinstance(cases, dict)
    central = cases["central"]
    for year in central["years"]:
        assert f"£{float(year['income']):,.2f}" in text
    assert len(central["months"]) == 96
    income = sum(int(month["income"].replace(".", "")) for month in central["months"])
    assert income == int(central["total"]["income"].replace(".", "")) == made.central.total.income
    assert central["break_even_words"] in text
    smallest = Fraction(central["break_even"]["smallest"])
    assert made.exact_margin(smallest, Fraction(1, 2)) == 0
    assert smallest * 100 <= Fraction(central["break_even"]["percent_rounded_up"])
    assert central["break_even"]["spans"] == [[str(smallest), "1"]]
    assert all(note in text for note in notes(made))
