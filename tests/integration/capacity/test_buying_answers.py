"""What is asked of a purchase, each answer against runs made, changed and priced by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from broker.capacity.buying.answers import Change, Under
from broker.capacity.buying.built import Built, build, filtered, present_built
from broker.capacity.buying.evaluate import column
from broker.capacity.buying.options import Portfolio
from broker.capacity.buying.outcome import setting_of
from broker.capacity.buying.paired import mean, ratio
from broker.capacity.buying.prepared import Answered, Question, ask, everything
from broker.capacity.buying.search import keeps
from broker.capacity.scenarios.file import parse_scenarios
from broker.capacity.simulation.runner import simulate
from broker.capacity.simulation.world import World, make_world
from pricing.money import split_exactly
from pricing.tariff import fee_in_force
from pricing.terms import LOW
from pricing.value.spot import Unknown
from tests.integration.capacity.buying_world import FIRST, TINY, question_about, whole_cost

WEEKS, RUNS, FRESH = 40, 6, 5
ASKED = (
    TINY.replace('id = "free"\nyears = 1', 'id = "short"\nyears = 8')
    .replace("most = 2", "most = 1")
    .replace('guarantee_percent = "0"', 'guarantee_percent = "50"')
    + """
[[training]]
home = "A"
need = "eating_disorder"
cost = "6000.00"
[[training]]
home = "A"
need = "bsl"
cost = "10.00"
[[assumptions]]
name = "Arrivals"
low = "fewer"
high = "more"
[[assumptions]]
name = "Prices"
low = "as-now"
high = "dearer"
[[tables]]
down = "Arrivals"
across = "Prices"
rows = ["fewer", "more"]
columns = ["as-now", "dearer"]
"""
)
SCENARIOS = (
    Path("docs/examples/capacity/buying-scenarios.toml").read_text(encoding="utf-8")
    + """
[[scenarios]]
id = "dearer"
name = "Spot a tenth dearer"
source = "invented for a test"
[[scenarios.changes]]
kind = "prices"
side = "spot"
percent = "10"
"""
)


@cache
def about() -> Question:
    """The question."""
    return question_about(
        text=ASKED, weeks=WEEKS, replications=RUNS, validations=FRESH,
        scenarios=parse_scenarios(SCENARIOS.encode(), "scenarios.toml"),
    )  # fmt: skip


@cache
def answered() -> Answered:
    """Its answers."""
    return ask(about())


@cache
def fresh() -> World:
    """The world whose invented young people the answers rest on."""
    return everything(about(), about().fresh_seed)


def costs(built: Built, demand: dict[str, object] | None = None, dearer: int = 0) -> np.ndarray:
    """The whole cost of a case and contract on the fresh random numbers, run and priced anew."""
    asked = about()
    if dearer:
        contract = asked.pricing.spot.contract  # type: ignore[attr-defined]
        fees = {band: fee + fee * dearer // 100 for band, fee in contract.fees.items()}
        spot = replace(asked.pricing.spot, contract=replace(contract, fees=fees))  # type: ignore[type-var]
        asked = replace(asked, pricing=replace(asked.pricing, spot=spot))
    world = make_world(
        built.case, built.contract, asked.demand if demand is None else demand, weeks=WEEKS,
        seed=asked.fresh_seed, settings=asked.settings, first=FIRST,
        pool=filtered(fresh().pool, built.case),
    )  # fmt: skip
    made = whole_cost(asked, built, simulate(world, FRESH), world)
    return np.array(made, dtype=np.int64)


def portfolio(one: Portfolio) -> Built:
    """A portfolio as it is built."""
    asked = about()
    return build(asked.options, one, asked.case, asked.present, FIRST, WEEKS)


@cache
def plain() -> np.ndarray:
    """What the best costs, priced anew."""
    return costs(portfolio(answered().answers.found.best))


def changed(what: str) -> Change:
    """One of the answers on a change."""
    return next(one for one in answered().answers.more if one.what == what)


def test_the_best_is_the_cheapest_and_regret_is_its_distance_to_the_present_contract() -> None:
    asked, answers = about(), answered().answers
    years = Fraction(7 * WEEKS * 4, 1461)
    for one, table in answers.found.tables.items():
        if keeps(table, asked.options.limits, years):
            assert column(table, "cost").sum() >= column(answers.best.inside, "cost").sum(), one
    assert (column(answers.best.fresh, "cost") == plain()).all()
    present = costs(present_built(asked.case, asked.present, FIRST, WEEKS))
    assert answers.regret.value == Fraction(int((present - plain()).sum()), FRESH)
    assert answers.gap.value >= 0
    assert (answers.gap.value == 0) == (answers.gap_to is answers.best)


def test_who_has_bought_what_the_options_offer_regrets_nothing() -> None:
    """The present contract as a portfolio of its own homes is the present contract."""
    asked = about()
    homes = [home for home in asked.case.homes if home.id in asked.present.homes]
    text = ASKED[: ASKED.index("[[homes]]")].replace("places = 12", "places = 60")
    for home in homes:
        text += (
            f'[[homes]]\nid = "{home.id}"\nname = "the same"\nlike = "{home.id}"\nmost = 1\n'
            f"places = {home.places}\n"
        )
    text += '[[terms]]\nid = "same"\nyears = 8\nguarantee_percent = "90"\n'
    options = question_about(text=text).options
    made = build(options, Portfolio(0, (1,) * len(homes)), asked.case, asked.present, FIRST, WEEKS)
    present = present_built(asked.case, asked.present, FIRST, WEEKS)
    assert costs(made).tolist() == costs(present).tolist()


def test_one_place_more_is_worth_what_the_changed_contract_costs_less() -> None:
    """The home, the block and its shares grown by hand, run and priced anew."""
    best = portfolio(answered().answers.found.best)
    name = next(home.id for home in best.case.homes if home.id.partition("-")[0] in ("A", "B"))
    kind = name.partition("-")[0]
    grown = [
        replace(home, places=home.places + 1) if home.id == name else home
        for home in best.case.homes
    ]
    block = about().present.block
    own = best.contract.block
    assert block is not None
    assert own is not None
    whole = own.places + 1
    parts = {c: Fraction(whole * n, sum(block.shares.values())) for c, n in block.shares.items()}
    bigger = replace(own, places=whole, shares=split_exactly(whole, parts))
    shares = [
        replace(row, places=bigger.shares[row.borough]) if row.contract == best.contract.id else row
        for row in best.case.shares
    ]
    made = replace(
        best,
        case=replace(best.case, homes=tuple(grown), shares=tuple(shares)),
        contract=replace(best.contract, block=bigger),
        priced=replace(best.priced, block=bigger),
    )
    change = changed(f"one place more in a home {kind}")
    assert change.places == 1
    assert change.cost == mean(costs(made) - plain())


def test_one_home_more_is_the_portfolio_with_it_less_the_one_without() -> None:
    found = answered().answers.found
    told = [one for one in answered().answers.more if one.what.startswith("one home more")]
    kinds = [kind.id for kind in about().options.kinds]
    for one in told:
        at = kinds.index(one.what.rpartition(" ")[2])
        counts = tuple(n + (k == at) for k, n in enumerate(found.best.counts))
        built = portfolio(Portfolio(found.best.terms, counts))
        assert one.cost == mean(costs(built) - plain())
    grown = [
        kind.id for at, kind in enumerate(about().options.kinds)
        if about().options.allowed(Portfolio(found.best.terms, tuple(
            n + (k == at) for k, n in enumerate(found.best.counts))))
    ]  # fmt: skip
    assert len(told) == len(grown)


def test_training_is_the_homes_with_the_need_less_without_and_says_where_it_changes_nothing() -> (
    None
):
    best = portfolio(answered().answers.found.best)
    able = {home.id: home.supports for home in best.case.homes}
    assert "A" in able
    for told in answered().answers.trained:
        if told.training.need in able["A"]:
            assert told.change is None
            assert "meets this need already" in told.why_not
            continue
        homes = tuple(
            replace(home, supports=home.supports | {told.training.need}) if home.id == "A" else home
            for home in best.case.homes
        )
        made = replace(best, case=replace(best.case, homes=homes))
        assert told.change is not None
        assert told.change.cost == mean(costs(made) - plain())
    assert {told.change is None for told in answered().answers.trained} == {True, False}


@cache
def by_hand(arrivals: int, dearer: int) -> tuple[np.ndarray, np.ndarray]:
    """Best and present contract under changed arrivals and spot prices, each run apart."""
    asked = about()
    demand = {**asked.demand, "course": []}
    demand["arrivals"] = [
        {
            **cell,
            "per_year": cell["per_year"] * arrivals / 100,
            "rate": cell["rate"] * 100 / arrivals if cell["rate"] else cell["rate"],
        }
        for cell in asked.demand["arrivals"]
    ]
    best = portfolio(answered().answers.found.best)
    present = present_built(asked.case, asked.present, FIRST, WEEKS)
    return costs(best, demand, dearer), costs(present, demand, dearer)


def agrees(told: Under, arrivals: int, dearer: int) -> None:
    """An answer under a scenario is that of two runs of its own."""
    best, present = by_hand(arrivals, dearer)
    assert told.cost == mean(best)
    assert told.saving == mean(present - best)
    assert told.change == mean(best - plain())


def test_a_tornado_has_at_each_end_what_a_run_of_its_own_says() -> None:
    bars = {bar.name: bar for bar in answered().answers.tornado}
    agrees(bars["Arrivals"].low, 75, 0)
    agrees(bars["Arrivals"].high, 125, 0)
    agrees(bars["Prices"].high, 100, 10)
    assert bars["Prices"].low.change.value == 0
    swings = [abs(bar.high.saving.value - bar.low.saving.value) for bar in bars.values()]
    assert swings == sorted(swings, reverse=True)
    assert bars["Arrivals"].high.cost.value > bars["Arrivals"].low.cost.value
    assert bars["Prices"].high.cost.value > bars["Prices"].low.cost.value


def test_a_two_way_table_has_in_each_cell_what_a_run_of_both_says() -> None:
    table = answered().answers.tables[0]
    for row, arrivals in enumerate((75, 125)):
        for at, dearer in enumerate((0, 10)):
            agrees(table.cells[row][at], arrivals, dearer)


def test_at_the_break_even_occupancy_the_block_costs_what_spot_does_day_by_day() -> None:
    """Every day's prices added up at an even use: equal there, dearer below, cheaper above."""
    asked, answers = about(), answered().answers
    built = portfolio(answers.found.best)
    setting = setting_of(fresh(), built, asked.pricing)
    block, contract = setting.block, setting.contract
    days = [FIRST + timedelta(days=at) for at in range(setting.horizon)]
    assert contract.results is not None
    factor = 1 + contract.results.cap_percent / 100 / 2  # half of what results can pay
    rate = block.voids.rate_percent / 100
    met = 0
    for told in answers.bands:
        spot = Fraction()
        for day in days:
            weekly = asked.pricing.spot.weekly(told.band, day)
            assert not isinstance(weekly, Unknown)
            spot += Fraction(weekly, 7)
        own = sum(Fraction(fee_in_force(contract, told.band, day), 7) for day in days) * factor
        void = sum(Fraction(fee_in_force(contract, LOW, day), 7) for day in days) * rate

        def dearer(used: Fraction, own: Fraction = own, void: Fraction = void,
                   spot: Fraction = spot) -> Fraction:  # fmt: skip
            return used * own + max(Fraction(), block.guaranteed - used) * void - used * spot

        if told.occupancy is None:
            assert dearer(Fraction()) * dearer(Fraction(block.guaranteed)) >= 0
            continue
        met += 1
        used = told.occupancy * block.places
        assert 0 <= used <= block.guaranteed
        assert dearer(used) == 0
        little = Fraction(1, 1000)
        assert dearer(used - little) > 0 > dearer(used + little)
    assert met


def test_what_runs_bear_out_is_counted_anew_from_the_outcomes() -> None:
    answers = answered().answers
    table = answers.best.fresh
    borne = answers.borne
    used, places = column(table, "used_days"), column(table, "place_days")
    assert borne.occupancy == ratio(used, places)
    cheaper = column(table, "block") < column(table, "spot_same")
    assert borne.cheaper.value == Fraction(int(cheaper.sum()), FRESH)
    assert borne.runs == FRESH
    assert 0 <= borne.agree <= FRESH
