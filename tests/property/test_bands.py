"""What holds for every banding, whatever the thresholds, and what the oracle says too."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from pricing.bands.banding import Banding, banding
from pricing.bands.changes import SHOWN, Changes, difference, higher, lower
from pricing.bands.threshold_file import shipped_thresholds
from pricing.bands.thresholds import rank
from pricing.terms import BANDS
from tests.unit.pricing.bands import oracle
from tests.unit.pricing.bands.strategies import (
    FAST,
    part_scores,
    read,
    shipped_scores,
    tables,
    whole_scores,
)

SHIPPED = shipped_thresholds()
ITEMS = list(SHIPPED.items)


def check_changes(
    table: oracle.Table, found: Banding, changes: Changes, band: str, up: bool
) -> None:
    """The changes told are exactly the smallest that trying everything finds."""
    exactly, items, points, ways = oracle.smallest_changes(table, found.scores, band, up)
    assert changes.to == band
    assert (changes.exactly, changes.items, changes.points) == (exactly, items, points)
    assert changes.ways == len(ways)
    told = [frozenset((step.item, step.after) for step in each.steps) for each in changes.shown]
    assert len(told) == len(set(told)) == min(len(ways), SHOWN)
    assert ways.issuperset(told)
    for change in changes.shown:
        after = {**found.scores, **{step.item: step.after for step in change.steps}}
        assert set(change.possible) == oracle.bands_of(table, after)
        assert all(step.before == found.scores[step.item] for step in change.steps)


@FAST
@given(tables(), st.data())
def test_the_band_of_any_thresholds_is_the_oracles(
    table: oracle.Table, data: st.DataObject
) -> None:
    thresholds = read(table)
    for values in product(range(4), repeat=len(oracle.items_of(table))):
        scores = dict(zip(oracle.items_of(table), values, strict=True))
        assert thresholds.band(scores) == oracle.band_of(table, scores)


@FAST
@given(shipped_scores(ITEMS))
def test_the_band_of_the_shipped_thresholds_is_the_one_counted_by_hand(
    scores: dict[str, int],
) -> None:
    assert banding(SHIPPED, scores).band == oracle.shipped_band(scores)


@FAST
@given(tables(), st.data())
def test_a_higher_score_of_any_item_never_gives_a_lower_band(
    table: oracle.Table, data: st.DataObject
) -> None:
    thresholds = read(table)
    scores = data.draw(whole_scores(list(thresholds.items)))
    before = rank(thresholds.band(scores))
    for item, score in scores.items():
        for more in range(score + 1, 4):
            assert rank(thresholds.band({**scores, item: more})) >= before


@FAST
@given(shipped_scores(ITEMS), st.sampled_from(ITEMS), st.permutations(ITEMS))
def test_the_shipped_bands_rise_with_every_item_and_no_order_matters(
    scores: dict[str, int], item: str, order: list[str]
) -> None:
    found = banding(SHIPPED, scores)
    bands = [rank(SHIPPED.band({**scores, item: score})) for score in range(4)]
    assert bands == sorted(bands)
    assert banding(SHIPPED, {item: scores[item] for item in order}) == found


@FAST
@given(tables(), st.data())
def test_the_order_of_domains_items_and_rules_of_a_band_changes_nothing(
    table: oracle.Table, data: st.DataObject
) -> None:
    scores = data.draw(part_scores(oracle.items_of(table)))
    rules = table["rules"][::-1]
    turned = {
        **table,
        "domains": [
            {**domain, "items": domain["items"][::-1]} for domain in table["domains"][::-1]
        ],
        "rules": sorted(rules, key=lambda rule: -BANDS.index(rule["band"])),
    }
    one, other = banding(read(table), scores), banding(read(turned), scores)
    assert one.possible == other.possible
    assert {each.rule.code for each in one.deciding} == {each.rule.code for each in other.deciding}
    for mine, theirs in zip(higher(one), higher(other), strict=True):
        assert (mine.items, mine.points, mine.ways) == (theirs.items, theirs.points, theirs.ways)


@FAST
@given(tables(), st.data())
def test_the_possible_bands_are_those_of_every_completion_of_the_unknown_scores(
    table: oracle.Table, data: st.DataObject
) -> None:
    thresholds = read(table)
    items = list(thresholds.items)
    scores = data.draw(part_scores(items, most_unknown=len(items)))
    assert set(banding(thresholds, scores).possible) == oracle.bands_of(table, scores)


@FAST
@given(tables(), st.data())
def test_the_reasons_told_are_the_rules_that_hold_surely_or_perhaps(
    table: oracle.Table, data: st.DataObject
) -> None:
    scores = data.draw(part_scores(oracle.items_of(table)))
    found = banding(read(table), scores)
    held: dict[str, set[bool]] = {rule["code"]: set() for rule in table["rules"]}
    for whole in oracle.completions(scores):
        for rule in table["rules"]:
            alone = {**table, "rules": [rule]}
            held[rule["code"]].add(oracle.band_of(alone, whole) != "low")
    told = {each.rule.code: each.surely for each in found.reasons}
    assert told == {code: seen == {True} for code, seen in held.items() if True in seen}


@FAST
@given(tables(), st.data())
def test_no_smaller_change_than_those_told_makes_a_band_higher(
    table: oracle.Table, data: st.DataObject
) -> None:
    found = banding(read(table), data.draw(part_scores(oracle.items_of(table), most_unknown=1)))
    told = higher(found)
    assert [changes.to for changes in told] == list(BANDS[rank(found.lowest) + 1 :])
    for changes in told:
        check_changes(table, found, changes, changes.to, up=True)


@FAST
@given(tables(), st.data())
def test_no_smaller_change_than_those_told_makes_a_band_lower(
    table: oracle.Table, data: st.DataObject
) -> None:
    found = banding(read(table), data.draw(part_scores(oracle.items_of(table), most_unknown=1)))
    changes = lower(found)
    if changes is None:
        assert found.highest == "low"
    else:
        check_changes(table, found, changes, BANDS[rank(found.highest) - 1], up=False)


@FAST
@given(shipped_scores(ITEMS), st.data())
def test_no_single_change_of_the_shipped_items_is_smaller_than_what_is_told(
    scores: dict[str, int], data: st.DataObject
) -> None:
    found = banding(SHIPPED, scores)
    below = lower(found)
    for changes in (*higher(found), *([below] if below else [])):
        singles = {
            (abs(score - scores[item]), item, score)
            for item in ITEMS
            for score in range(4)
            if SHIPPED.band({**scores, item: score}) == changes.to
        }
        if singles:
            least = min(points for points, _, _ in singles)
            assert (changes.exactly, changes.items, changes.points) == (True, 1, least)
            assert changes.ways == sum(points == least for points, _, _ in singles)
        for change in changes.shown:
            after = {**scores, **{step.item: step.after or 0 for step in change.steps}}
            assert oracle.shipped_band(after) in change.possible
            assert not changes.exactly or change.possible == (changes.to,)


@FAST
@given(tables(), st.data())
def test_the_items_that_make_the_difference_between_two_views_are_the_fewest(
    table: oracle.Table, data: st.DataObject
) -> None:
    thresholds = read(table)
    items = list(thresholds.items)
    scores, others = data.draw(part_scores(items, 1)), data.draw(part_scores(items, 1))
    one, other = banding(thresholds, scores), banding(thresholds, others)
    found = difference(one, other)
    assert dict(found.items) == {
        item: (scores[item], others[item]) for item in items if scores[item] != others[item]
    }
    for item, alone in found.alone.items():
        mixed = {**scores, item: others[item]}
        assert set(alone.possible) == oracle.bands_of(table, mixed)
    if (one.lowest, one.highest) == (other.lowest, other.highest):
        assert found.decisive is None
        return
    sets = oracle.decisive_sets(table, scores, others)
    assert found.decisive is not None
    told = [frozenset(step.item for step in change.steps) for change in found.decisive.shown]
    assert found.decisive.ways == len(sets)
    assert sets.issuperset(told)
    assert len(set(told)) == min(len(sets), SHOWN)
