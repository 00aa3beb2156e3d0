"""What holds for every life of a block: trades, exits and voids, and the day-by-day oracle."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.block.balance import balance
from pricing.block.burdens import Burdens, burdens
from pricing.block.changes import REBANDING, Change, changes, spends
from pricing.block.events import AgreedYear, Failure
from pricing.block.exits import exit_answer
from pricing.block.failures import fail, homes_of
from pricing.block.life import Question, block_life
from pricing.block.material import MaterialYear
from pricing.block.scene import Scene
from pricing.block.shares import without
from pricing.block.value import YearValue
from pricing.block.whose_place import uses
from pricing.calendar_months import add_months, years_of
from pricing.statement import statement
from pricing.terms import BANDS
from pricing.working_days import england_and_wales
from tests.unit.pricing.block import oracle
from tests.unit.pricing.block.strategies import Life, lives
from tests.unit.pricing.samples import BLOCK_TEXT, contract_of
from tests.unit.pricing.strategies import HOMES, PROPERTY, TERM

T = TypeVar("T")


def borne(life: Life) -> Burdens:
    scene = life.scene
    days = scene.standings(*life.period)
    return burdens(scene.contract, scene.block, days, scene.trades, life.period)


def place_days(life: Life) -> dict[tuple[str, str, str], Fraction]:
    found: dict[tuple[str, str, str], Fraction] = {}
    for day in life.scene.standings(*life.period):
        for use in uses(day, life.scene.trades):
            key = (use.user, use.owner, use.trade.trade_id if use.trade else "")
            found[key] = found.get(key, Fraction()) + use.place_days
    return found


@settings(PROPERTY, max_examples=100)
@given(lives())
def test_whose_places_and_whose_voids_are_what_the_oracle_finds_place_by_place(life: Life) -> None:
    wanted = oracle.find(
        life.contract(),
        life.case.stays(),
        life.case.outs(),
        life.deals(),
        life.exits(),
        *life.period,
    )
    assert place_days(life) == wanted.place_days
    result = borne(life)
    assert Decimal(result.charge) / 100 == wanted.charge
    assert Decimal(result.without_use) / 100 == wanted.charge_without_use
    paid = oracle.paid(life.deals(), *life.period)
    for code, burden in result.boroughs.items():
        for reading, amounts in wanted.voids.items():
            assert Decimal(getattr(burden, reading)) / 100 == amounts.get(code, 0), reading
        assert Decimal(burden.gets - burden.pays) / 100 == paid.get(code, 0)


@settings(PROPERTY, max_examples=30)
@given(lives())
def test_without_trades_and_exits_voids_are_those_of_the_statement(life: Life) -> None:
    case = life.case
    stated = statement(case.contract, case.ledger, *life.period, case.availability)
    plain = borne(replace(life, scene=replace(life.without_exits().scene, trades=[])))
    assert plain.charge == stated.charge.voids
    for code, burden in plain.boroughs.items():
        assert burden.after_trades == burden.contract == stated.boroughs[code].voids
    told = borne(life)
    assert told.charge == stated.charge.voids
    for code in life.scene.block.shares:
        assert told.boroughs[code].contract == stated.boroughs[code].voids


@PROPERTY
@given(lives())
def test_trades_are_zero_sum_and_every_reading_adds_up_to_the_penny(life: Life) -> None:
    result = borne(life)
    boroughs = result.boroughs.values()
    assert sum(each.pays for each in boroughs) == sum(each.gets for each in boroughs)
    assert sum(each.bears for each in boroughs) == result.charge
    for reading in ("contract", "after_exits", "after_trades"):
        assert sum(getattr(each, reading) for each in boroughs) == result.charge
    assert sum(each.without_use for each in boroughs) == result.without_use >= result.charge


@PROPERTY
@given(lives())
def test_an_exit_conserves_the_voids_and_passes_on_what_adds_up_to_nothing(life: Life) -> None:
    assert borne(life).charge == borne(life.without_exits()).charge
    for leaver in life.scene.events.exits:
        answer = exit_answer(life.scene, leaver, *life.period)
        assert sum(answer.passed.values()) == 0
        if leaver.leaves_on >= life.period[1]:
            assert not any(answer.passed.values())
        assert answer.after[leaver.borough] == 0


@PROPERTY
@given(lives())
def test_shares_add_up_to_the_places_on_every_day_and_never_below_nothing(life: Life) -> None:
    places = life.scene.block.places
    for period in life.scene.periods:
        assert sum(period.shares.values()) == places
    for one, other in pairwise(life.scene.periods):
        assert one.end == other.start
    for day in life.scene.standings(*life.period):
        assert sum(day.held.values()) == places
        assert min(day.held.values()) >= 0


@PROPERTY
@given(
    st.dictionaries(st.text("ABCDEF", min_size=1, max_size=1), st.integers(0, 40), min_size=2),
    st.data(),
)
def test_who_stays_takes_the_leavers_places_within_one_of_its_proportion(
    shares: dict[str, int], data: st.DataObject
) -> None:
    leaver = data.draw(st.sampled_from(sorted(shares)))
    total, kept = sum(shares.values()), sum(shares.values()) - shares[leaver]
    if not kept:
        return
    after = without(shares, [leaver])
    assert sum(after.values()) == total
    for code, share in shares.items():
        if code != leaver:
            assert after[code] >= share
            assert abs(after[code] - Fraction(total * share, kept)) < 1


@PROPERTY
@given(lives())
def test_every_place_beyond_a_share_has_owners_who_left_as_many_idle(life: Life) -> None:
    for day in life.scene.standings(*life.period):
        found = [use for use in uses(day, life.scene.trades) if use.trade is None]
        for code in {*day.held, *day.stretch.in_use_by}:
            assert sum(use.places for use in found if use.user == code) == day.beyond(code)
            assert sum(use.places for use in found if use.owner == code) <= day.idle(code)
        assert all(use.user != use.owner and use.places > 0 for use in found)


def mixed(rows: Sequence[T], seed: int) -> list[T]:
    return Random(seed).sample(list(rows), len(rows))


def whole_answer(scene: Scene, period: tuple[date, date]) -> dict[str, object]:
    asked = Question(*period, as_of=period[1], mix_on=period[0], ceiling=40)
    return block_life(scene, asked, england_and_wales()).to_json()


@settings(PROPERTY, max_examples=30)
@given(lives(), st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(life: Life, seed: int) -> None:
    agreed = [AgreedYear(life.case.contract.start, amount=90_000_00)]
    scene = replace(life.scene, events=replace(life.scene.events, years=agreed))
    shuffled = replace(
        scene,
        ledger=mixed(scene.ledger, seed),
        availability=mixed(scene.availability, seed),
        trades=sorted(mixed(scene.trades, seed), key=lambda trade: trade.trade_id),
    )
    assert whole_answer(scene, life.period) == whole_answer(shuffled, life.period)
    unsorted = replace(scene, trades=mixed(scene.trades, seed))
    assert borne(replace(life, scene=scene)) == borne(replace(life, scene=unsorted))


@PROPERTY
@given(lives(), st.sampled_from(("P1", "P2")), st.integers(0, TERM - 1))
def test_a_failed_provider_has_nobody_and_is_paid_for_nothing_from_the_day(
    life: Life, provider: str, offset: int
) -> None:
    day = life.case.contract.start + timedelta(days=offset)
    before = replace(life.scene, places=dict.fromkeys(HOMES, 2))
    after = fail(before, Failure(provider, day))
    homes = homes_of(after.contract, provider)
    assert not [
        row for row in after.ledger if row.home_id in homes and (row.end is None or row.end > day)
    ]
    ours = [row for row in before.ledger if row.home_id not in homes]
    assert [row for row in after.ledger if row.home_id not in homes] == ours
    for row in after.availability:
        assert row.home_id not in homes or row.reason == "the provider failed" or row.end <= day
    assert fail(after, Failure(provider, day)).ledger == after.ledger
    if offset:
        untouched = (life.case.contract.start, day)
        assert before.standings(*untouched) == after.standings(*untouched)


def year_of(found: list[Change], value: int, percent: int) -> MaterialYear:
    contract = contract_of(BLOCK_TEXT)
    start, end = contract.start, date(2027, 4, 1)
    assert contract.block is not None
    agreed = AgreedYear(start, amount=value)
    return MaterialYear(
        start=start,
        end=end,
        percent=Fraction(percent),
        value=YearValue(contract, contract.block, agreed, start, end),
        changes=sorted(found, key=lambda change: change.day),
        spends=(),
        spend_counts=False,
    )


moves = st.builds(
    lambda offset, net: Change(
        date(2026, 4, 1) + timedelta(days=offset),
        "variation",
        f"V{offset}",
        net,
        abs(net),
        "made up",
    ),
    st.integers(0, 364),
    st.integers(-50_000, 50_000),
)


@PROPERTY
@given(st.lists(moves, max_size=8), moves, st.integers(0, 2_000_000), st.integers(0, 10))
def test_one_change_more_never_makes_the_year_less_material(
    some: list[Change], more: Change, value: int, percent: int
) -> None:
    before, after = year_of(some, value, percent), year_of([*some, more], value, percent)
    days = sorted({*before.days, *after.days})
    assert all(after.cumulated(day) >= before.cumulated(day) for day in days)
    assert all(after.cumulated(one) <= after.cumulated(other) for one, other in pairwise(days))
    if before.first_over is not None:
        assert after.first_over is not None
        assert after.first_over <= before.first_over
    if after.first_over is not None:
        earlier = [day for day in days if day < after.first_over]
        assert after.limit is not None
        assert all(after.cumulated(day) <= after.limit for day in earlier)
        assert after.cumulated(after.first_over) > after.limit


@PROPERTY
@given(st.integers(1, 5_000_000), st.integers(1, 20))
def test_exactly_at_the_limit_is_within_and_a_penny_more_is_over(
    twentieths: int, percent: int
) -> None:
    value = twentieths * 100
    limit = twentieths * percent
    day = date(2026, 5, 1)
    at = year_of([Change(day, "variation", "V", -limit, limit, "")], value, percent)
    assert at.limit == limit
    assert at.first_over is None
    over = year_of([Change(day, "variation", "V", limit + 1, limit + 1, "")], value, percent)
    assert over.first_over == day


@PROPERTY
@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 40))
def test_months_later_is_the_same_day_of_the_month_or_its_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@PROPERTY
@given(st.dates(date(2012, 1, 1), date(2028, 10, 1)), st.integers(0, 30))
def test_a_limit_of_working_days_ends_on_the_last_of_so_many_and_counts_back(
    day: date, number: int
) -> None:
    calendar = england_and_wales()
    due = calendar.after(day, number)
    assert calendar.between(day, due) == number
    if number:
        assert calendar.is_working_day(due)
        assert (due - day).days >= number


@settings(PROPERTY, max_examples=30)
@given(lives())
def test_fees_as_begun_and_re_bandings_are_together_the_fees_of_the_year(life: Life) -> None:
    scene = life.scene
    for start, end in years_of(scene.contract.start, scene.contract.end):
        agreed = AgreedYear(start, amount=0)
        value = YearValue(scene.contract, scene.block, agreed, start, end)
        stated = statement(scene.contract, scene.ledger, start, end, scene.availability)
        rebanded = [each for each in changes(scene, (start, end), end) if each.kind == REBANDING]
        (*_, last) = spends(scene, value, end)
        fees = last.actual - stated.charge.voids + sum(each.net for each in rebanded)
        assert fees == stated.charge.placements


@settings(PROPERTY, max_examples=25)
@given(lives(), st.lists(st.integers(0, 8), min_size=4, max_size=4), st.integers(0, 100_000))
def test_a_mix_is_worth_what_its_days_add_up_to(life: Life, halves: list[int], extra: int) -> None:
    contract, raw = life.scene.contract, life.contract()
    mix = {band: Fraction(number, 2) for band, number in zip(BANDS, halves, strict=True)}
    for start, end in years_of(contract.start, contract.end):
        agreed = AgreedYear(start, mix=mix, requirements_a_week=extra)
        value = YearValue(contract, life.scene.block, agreed, start, end)
        wanted = oracle.worth_of_mix(raw, mix, Decimal(extra) / 100, start, end)
        assert Decimal(value.total) / 100 == wanted
        assert value.planned(start) == 0


@settings(PROPERTY, max_examples=30)
@given(lives())
def test_the_mix_counts_every_place_day_once(life: Life) -> None:
    scene = replace(life.scene, places={"SC990001": 1, "SC990002": 2})
    start, end = life.period
    found = balance(scene, start, end, start, 30)
    stated = statement(scene.contract, scene.ledger, start, end, scene.availability)
    assert sum(found.all.place_days.values()) == stated.occupancy.used
    for band in BANDS:
        assert found.all.place_days[band] == sum(mix.place_days[band] for mix in found.providers)
        assert found.all.on_the_day[band] == sum(mix.on_the_day[band] for mix in found.providers)
    days = [
        sum(
            row.band in ("high", "specialist")
            and row.clip(day, day + timedelta(days=1)) is not None
            for row in scene.ledger
        )
        for day in (start + timedelta(days=offset) for offset in range((end - start).days))
    ]
    most = 30 * scene.block.places // 100
    assert found.all.days_over == sum(number > most for number in days)
    assert found.all.high_days == sum(days)
    assert found.all.high_on_the_day == days[0]
