"""Runs refused, intervals, comparisons and sensitivity, against values worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.capacity.figures import Setting, measure
from broker.capacity.figures import whole as whole_module
from broker.capacity.figures.as_json import comparison_json, run_json, tornado_json, two_way_json
from broker.capacity.figures.compare import compare, difference
from broker.capacity.figures.definitions import BY_ID, FIGURES, WHY_EMPTY
from broker.capacity.figures.sensitivity import Varied, tornado, two_way
from broker.capacity.figures.split import split
from broker.capacity.figures.summarise import estimate, rank, wilson
from broker.capacity.figures.void_risk import void_risk
from broker.capacity.record import EMPTY_REASONS, ENDINGS
from pricing.money import split_exactly
from pricing.problems import BadInput
from tests.oracle.capacity.invent import invent

SEED = 11


@pytest.fixture(scope="module")
def setting() -> Setting:
    return invent(SEED).setting


def test_batches_of_replications_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    invented = invent(3, 40, 12, replications=7)
    together = measure(invented.setting, invented.replications)
    monkeypatch.setattr(whole_module, "_AT_A_TIME", 2)
    apart = measure(invented.setting, reversed(invented.replications))
    assert together.numbers == apart.numbers == tuple(range(7))
    for key, table in together.above.items():
        assert (table == apart.above[key]).all()
        assert (together.below[key] == apart.below[key]).all()


def test_a_replication_of_other_days_is_refused(setting: Setting) -> None:
    replication = invent(SEED).replications[0]
    with pytest.raises(ValueError, match=r"replication 0: 30 weeks from .* and the setting has"):
        measure(setting, [replace(replication, first=setting.first + timedelta(days=7))])


def test_an_ending_counts_in_the_year_of_the_last_day_lived_there() -> None:
    invented = next(
        made
        for seed in range(99)
        if len((made := invent(seed, 60, 8)).replications[0].spells)
        and len(measure(made.setting, made.replications).years) == 2
    )
    setting, replication = invented.setting, invented.replications[0]
    april = (date(setting.first.year + (setting.first.month >= 4), 4, 1) - setting.first).days
    row = replication.spells[:1].copy()
    row["arrived"], row["start"], row["where"], row["block"] = 0, 0, -2, 0
    row["ended"] = ENDINGS.index("unplanned")
    for end, years in ((april, [1, 0]), (april + 1, [0, 1])):
        row["end"] = end
        run = measure(setting, [replace(replication, spells=row)])
        assert run.above["unplanned", "all"][0, 0, :2].tolist() == years
        assert run.below["unplanned", "all"][0, 0].tolist() == [april, end - april, end]


def test_no_replication_and_the_same_twice_are_refused(setting: Setting) -> None:
    with pytest.raises(ValueError, match="no replication"):
        measure(setting, [])
    with pytest.raises(ValueError, match="twice"):
        measure(setting, [invent(SEED).replications[0]] * 2)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("borough", 9, "borough 9"), ("band", 4, "band 4"), ("where", 9, "where 9"),
     ("end", 99_999, "ends after day 210")],
)  # fmt: skip
def test_what_the_setting_does_not_have_is_refused(
    setting: Setting, column: str, value: int, said: str
) -> None:
    replication = invent(SEED).replications[0]
    spells = replication.spells.copy()
    spells[column][0] = value
    with pytest.raises(ValueError, match=said):
        measure(setting, [replace(replication, spells=spells)])


def test_a_place_under_the_contract_is_in_a_home_of_the_contract(setting: Setting) -> None:
    replication = invent(SEED).replications[0]
    spells = replication.spells.copy()
    spells["where"][0], spells["block"][0] = -2, 1
    with pytest.raises(ValueError, match="a home that is not in the contract"):
        measure(setting, [replace(replication, spells=spells)])


def test_more_in_use_than_the_contract_has_is_refused(setting: Setting) -> None:
    replication = invent(SEED).replications[0]
    under = replication.spells[replication.spells["block"] == 1][:1]
    crowd = np.repeat(under, setting.block.places + 1)
    with pytest.raises(ValueError, match="places in use on day"):
        measure(setting, [replace(replication, spells=crowd)])


def test_days_outside_the_contract_and_odd_assumptions_are_refused_at_once(
    setting: Setting,
) -> None:
    with pytest.raises(BadInput) as refused:
        replace(setting, weeks=2000, achieved=Fraction(2), void_limit=-1)
    told = str(refused.value)
    assert "outside the term" in told
    assert "results achieved" in told
    assert "void limit" in told


def test_a_spot_contract_has_nothing_to_compare(setting: Setting) -> None:
    with pytest.raises(BadInput, match="a block is what is compared with spot"):
        replace(setting, contract=replace(setting.contract, kind="spot", block=None))


pence = st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=30)


@given(pence)
@settings(max_examples=60, deadline=None)
def test_money_over_replications_is_exact(values: list[int]) -> None:
    made = estimate(BY_ID["saving"], np.array(values, dtype=np.int64), None)
    ordered = sorted(values)
    exact = Fraction(sum(values), len(values))
    assert made.mean == (exact + Fraction(1, 2)).__floor__()
    for percent, found in ((5, made.low), (50, made.median), (95, made.high)):
        at_or_below = [v for v in ordered if 100 * sum(w <= v for w in ordered)
                       >= percent * len(ordered)]  # fmt: skip
        assert found == at_or_below[0]
    if len(values) == 1:
        assert made.error is None
    else:
        squares = sum((value - exact) ** 2 for value in values)
        error = squares / (len(values) * (len(values) - 1))
        assert made.error is not None
        assert (made.error - Fraction(1, 2)) ** 2 <= error or made.error == 0
        assert error < (made.error + Fraction(1, 2)) ** 2


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_shares_over_replications(values: list[float]) -> None:
    made = estimate(BY_ID["occupancy"], np.array([*values, np.nan]), None)
    assert made.n == len(values)
    assert made.mean is not None
    assert made.error is not None
    assert float(made.mean) == pytest.approx(mean(values), abs=1e-6)
    assert float(made.error) == pytest.approx(stdev(values) / sqrt(len(values)), abs=1e-6)


def test_a_probability_has_wilsons_interval_and_never_leaves_0_to_1() -> None:
    # Brown, Cai and DasGupta: n = 10, none of them, at 90%: 0 to z²/(n + z²).
    low, high = wilson(0.0, 10)
    assert low == 0
    assert high == pytest.approx(1.6448536**2 / (10 + 1.6448536**2))
    made = estimate(BY_ID["block_cheaper"], np.array([1.0] * 8), None)
    assert made.mean == 1
    assert made.low is not None
    assert 0.7 < made.low < 0.8
    assert made.high == 1


def test_the_rank_of_a_percentile() -> None:
    assert [rank(5, n) for n in (1, 20, 21, 1000)] == [0, 0, 1, 49]
    assert [rank(95, n) for n in (1, 20, 21, 1000)] == [0, 18, 19, 949]


amounts = st.lists(st.integers(0, 10**6), min_size=2, max_size=5)


@given(amounts, st.integers(1, 97))
@settings(max_examples=60, deadline=None)
def test_pennies_are_split_as_a_statement_splits_them(numbers: list[int], whole: int) -> None:
    exact = {f"E{place}": Fraction(number, whole) for place, number in enumerate(numbers)}
    charge = (sum(exact.values(), Fraction()) + Fraction(1, 2)).__floor__()
    expected = split_exactly(charge, exact)
    for kind in (np.int64, object):
        table = np.array(numbers, dtype=kind)[:, None]
        found = split(np.array([charge]), table, np.array([whole], dtype=kind))
        assert found[:, 0].tolist() == list(expected.values())


def test_many_places_are_split_exactly_too() -> None:
    """A contract so large that no whole number of 64 bits has all its parts."""
    from tests.oracle.capacity.figures import Told
    from tests.oracle.capacity.money import costs

    invented = invent(5, 60, 14, 1)
    block = invented.setting.block
    shares = {"E09000016": 401, "E09000002": 397, "E09000030": 211}
    large = replace(block, places=1009, shares=shares)
    setting = replace(invented.setting, contract=replace(invented.setting.contract, block=large))
    run = measure(setting, invented.replications)
    own = costs(Told(replace(invented, setting=setting), invented.replications[0]), None)
    for row, code in enumerate(run.groups["borough"]):
        assert int(run.above["voids", "borough"][0, row, -1]) == own.voids[code, "all"]
    assert own.voids["all", "all"] > 0


def test_a_price_missing_in_some_futures_leaves_the_figure_unknown() -> None:
    """Those that happen not to need it are no sample of all."""
    seen = 0
    for seed in range(40):
        invented = invent(seed, 40, 4, replications=6)
        run = measure(invented.setting, invented.replications)
        for by in ("all", "borough"):
            for row, group in enumerate(run.groups[by]):
                known = run.below["spot_same", by][:, row, -1] > 0
                for figure in ("spot_same", "saving", "block_cheaper", "spot_per_week"):
                    if known.any() and not known.all():
                        seen += 1
                        made = run.estimate(figure, by, group)
                        assert made.mean is None
                        assert made.n < 6
                        assert difference(run, run, figure, by, group).difference.n == 0
    assert seen > 20


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    invented = invent(SEED)
    run = measure(invented.setting, invented.replications)
    for each in compare(run, run):
        assert each.difference.mean in (0, None)
        assert each.lower == 0
        assert each.equal == each.difference.n
    assert comparison_json(compare(run, run))["schema"] == "capacity-comparison/1"


def test_differences_are_paired_replication_by_replication() -> None:
    invented = invent(SEED, replications=9)
    cheap = measure(invented.setting, invented.replications)
    contract = invented.setting.contract
    dearer = {band: fee + 70_000 for band, fee in contract.fees.items()}
    setting = replace(invented.setting, contract=replace(contract, fees=dearer, uplifts=()))
    plain = replace(invented.setting, contract=replace(contract, uplifts=()))
    first = measure(plain, invented.replications)
    second = measure(setting, invented.replications)
    made = difference(first, second, "placements")
    one = first.above["placements", "all"][:, 0, -1]
    two = second.above["placements", "all"][:, 0, -1]
    assert made.difference.mean == round(float((two - one).mean()))
    days = first.above["living_there", "all"][:, 0, -1]
    assert (two - one == days * 10_000).all()
    assert made.lower == 0
    other = [replace(each, seed=(1, 2)) for each in invented.replications]
    with pytest.raises(ValueError, match="same random numbers"):
        compare(cheap, measure(invented.setting, other))


def test_a_tornado_has_its_widest_bar_first_and_two_ways_their_gaps() -> None:
    invented = invent(SEED, replications=5)
    contract = replace(invented.setting.contract, uplifts=())

    def at(add: int) -> Setting:
        fees = {band: fee + add for band, fee in contract.fees.items()}
        return replace(invented.setting, contract=replace(contract, fees=fees))

    base, small, large = (measure(at(add), invented.replications) for add in (0, 700, 7000))
    varied = [Varied("small", "a", "b", base, small), Varied("large", "c", "d", base, large)]
    made = tornado("placements", base, varied)
    assert [bar.assumption for bar in made.bars] == ["large", "small"]
    assert made.bars[0].low_change.mean == 0
    wide = made.bars[0]
    assert wide.high.mean is not None
    assert made.base.mean is not None
    assert wide.swing == wide.high.mean - made.base.mean > 0
    assert tornado_json(made)["bars"][0]["high_value"] == "d"
    table = two_way("placements", "fees", "length", {("low", "x"): base, ("high", "y"): large})
    assert [[each is None for each in row] for row in table.cells] == [[False, True], [True, False]]
    assert two_way_json(table)["cells"][0][1] is None
    with pytest.raises(ValueError, match="each of them once"):
        tornado("placements", base, [varied[0], varied[0]])
    with pytest.raises(ValueError, match="at least one run"):
        two_way("placements", "a", "b", {})


def test_void_risk_counts_every_year_of_every_replication() -> None:
    invented = invent(5, 110, 14, replications=6)
    setting = replace(invented.setting, void_limit=2_000_000)
    run = measure(setting, invented.replications)
    risk = void_risk(run)
    voids = run.above["voids", "all"][:, 0, :-1]
    assert sum(each.years for each in risk.brackets) == risk.years == voids.size
    for each in risk.brackets:
        assert each.years == ((voids >= each.low) & (voids < each.high)).sum()
    assert len(risk.brackets) <= 12
    assert risk.over is not None
    assert risk.over["all"].mean == Fraction(
        round(1e6 * (voids > 2_000_000).any(axis=1).mean()), 10**6
    )
    assert void_risk(measure(replace(setting, void_limit=None), invented.replications)).over is None


def test_the_answer_for_programs_has_every_figure_group_and_year() -> None:
    invented = invent(SEED)
    run = measure(invented.setting, invented.replications)
    told = run_json(run)
    assert told["schema"] == "capacity/1"
    assert len(told["figures"]) == len(run.rows)
    assert [each["id"] for each in told["definitions"]] == [figure.id for figure in FIGURES]
    assert {each["status"] for each in told["assumptions"]} <= {"given", "estimated", "assumption"}
    for row in told["figures"]:
        needs = BY_ID[row["figure"]].needs
        if row["known_in"] == 0 or not needs:
            assert (row["mean"] is None) == (row["known_in"] == 0)


def test_every_reason_of_the_record_has_words() -> None:
    assert set(WHY_EMPTY) == set(EMPTY_REASONS)
    assert len(BY_ID) == len(FIGURES)
