"""Results hold for whatever is fed to them: within 0 and 1, never above the cap, in any order."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pricing.ledger import LedgerRow
from pricing.outcomes.assess import Assessment, Placements, assess, payment_of
from pricing.outcomes.endings import (
    CODES,
    ENDINGS,
    IN_INTEREST,
    UNPLANNED,
    PlacementEnding,
)
from pricing.outcomes.evidence import Evidence
from pricing.outcomes.proposal import Proposal, StabilityTerms
from pricing.outcomes.read_endings import placements_of
from pricing.outcomes.reference import Rate, Reference
from pricing.outcomes.refusals import Offers, Refusal, Refusals, count_refusals
from pricing.outcomes.stability import Stability, measure_stability
from pricing.outcomes.strata import STRATA
from pricing.results import Achieved
from pricing.terms import BANDS
from tests.unit.outcomes import oracle
from tests.unit.outcomes.samples import BLOCK, ending_of, proposal_of, reference_of
from tests.unit.pricing.strategies import PROPERTY

START, END = date(2026, 10, 1), date(2027, 1, 9)
HOMES = ("SC990001", "SC990002", "SC990003")
MEASURED = frozenset(HOMES[:2])
MOVES = st.sampled_from((0, 0, 1, 2, 3, 5))
values = st.fractions(0, 20, max_denominator=40)


@dataclass(frozen=True)
class Case:
    ledger: list[LedgerRow]
    endings: list[PlacementEnding]
    refusals: list[Refusal]
    reference: Reference

    def stability(self) -> Stability:
        placed = placements_of(self.ledger)
        return measure_stability(placed, self.endings, MEASURED, self.reference, START, END)

    def refused(self) -> Refusals:
        placed = placements_of(self.ledger)
        return count_refusals(self.refusals, placed, self.endings, MEASURED, START, END)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    ledger, endings = [], []
    for number in range(draw(st.integers(0, 7))):
        edges = sorted(draw(st.lists(st.integers(-60, 140), min_size=2, max_size=3, unique=True)))
        days = [START + timedelta(days=edge) for edge in edges]
        home, still = draw(st.sampled_from(HOMES)), draw(st.booleans())
        for first, last in pairwise(days):
            ledger.append(
                LedgerRow(
                    f"PL{number}", f"YP{number}", "E09000016", home,
                    draw(st.sampled_from(BANDS)), first,
                    None if still and last == days[-1] else last, {},
                )
            )  # fmt: skip
        moves = draw(MOVES)
        if still:
            endings.append(ending_of(f"PL{number}", moves))
        else:
            code = draw(st.sampled_from(sorted(CODES)))
            kind = draw(st.sampled_from(CODES[code].endings))
            endings.append(ending_of(f"PL{number}", moves, days[-1], code, kind))
    refusals = [
        Refusal(
            f"RF{number}", draw(st.sampled_from(HOMES)), draw(st.sampled_from(BANDS)),
            draw(MOVES), START + timedelta(days=draw(st.integers(-5, 105))),
            draw(st.sampled_from(("risk", "mix"))), draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    eighths = draw(st.lists(st.sampled_from(range(2, 241)), min_size=12, max_size=12))
    rates = {s: Fraction(number, 8) for s, number in zip(STRATA, eighths, strict=True)}
    return Case(ledger, endings, refusals, reference_of(rates))


@PROPERTY
@given(values, values, values)
def test_achieved_is_the_part_of_the_way_within_nothing_and_all(
    baseline: Fraction, target: Fraction, value: Fraction
) -> None:
    if baseline == target:
        return
    achieved = proposal_of(baseline, target).achieved(value)
    assert 0 <= achieved <= 1
    assert achieved == oracle.part_of_the_way(baseline, target, value)


@PROPERTY
@given(values, values, values, values)
def test_a_value_nearer_the_target_never_achieves_less(
    baseline: Fraction, target: Fraction, one: Fraction, other: Fraction
) -> None:
    if baseline == target:
        return
    proposal = proposal_of(baseline, target)
    towards = sorted((one, other), reverse=target < baseline)
    assert proposal.achieved(towards[0]) <= proposal.achieved(towards[1])
    assert proposal.achieved(target) == 1
    assert proposal.achieved(baseline) == 0


@PROPERTY
@given(cases())
def test_days_endings_and_expectation_are_those_of_every_day_looked_at_alone(case: Case) -> None:
    lived = [
        oracle.Lived(row.placement_id, row.home_id, row.band, row.start, row.end or date.max)
        for row in case.ledger
    ]
    left = {e.placement_id: oracle.Left(e.moves_before, e.ended_on, e.ending) for e in case.endings}
    rates = {(s.band, s.moves): rate.per_1000_days for s, rate in case.reference.rates.items()}
    days, endings, expected = oracle.stability(lived, left, set(MEASURED), rates, START, END)
    found = case.stability()
    assert found.expected == expected
    for figures in found.strata:
        stratum = (figures.stratum.band, figures.stratum.moves)
        assert figures.days == days.get(stratum, 0)
        for kind in ENDINGS:
            assert figures.endings[kind] == endings.get((*stratum, kind), 0)
    unplanned = sum(number for key, number in endings.items() if key[2] == "unplanned")
    assert found.ratio == (unplanned / expected if expected else None)


def test_every_code_means_by_itself_what_the_page_says() -> None:
    assert {code: known.endings[0] for code, known in CODES.items()} == oracle.BY_ITSELF


@PROPERTY
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(case: Case, random: Random) -> None:
    def shuffled(rows: list[object]) -> list[object]:
        return random.sample(rows, len(rows))

    other = Case(
        shuffled(list(case.ledger)),  # type: ignore[arg-type]
        shuffled(list(case.endings)),  # type: ignore[arg-type]
        shuffled(list(case.refusals)),  # type: ignore[arg-type]
        case.reference,
    )
    assert other.stability() == case.stability()
    assert other.refused() == case.refused()


@PROPERTY
@given(cases())
def test_a_neutral_move_is_no_event_and_its_days_count_until_the_move(case: Case) -> None:
    said = [
        replace(ending, code="CHILD", ending=IN_INTEREST) if ending.ending == UNPLANNED else ending
        for ending in case.endings
    ]
    before, after = case.stability(), replace(case, endings=said).stability()
    assert after.observed == 0
    assert after.endings(IN_INTEREST) == before.endings(IN_INTEREST) + before.observed
    assert after.expected == before.expected
    assert [f.days for f in after.strata] == [f.days for f in before.strata]


@PROPERTY
@given(cases(), st.integers(2, 5))
def test_more_of_the_same_mix_leaves_the_ratio_and_rates_scale_it(case: Case, times: int) -> None:
    def again(number: int) -> Case:
        return Case(
            [
                replace(row, placement_id=f"{row.placement_id}/{number}",
                        young_person_id=f"{row.young_person_id}/{number}")
                for row in case.ledger
            ],
            [replace(e, placement_id=f"{e.placement_id}/{number}") for e in case.endings],
            [], case.reference,
        )  # fmt: skip

    copies = [again(number) for number in range(times)]
    many = replace(
        case,
        ledger=[row for copy in copies for row in copy.ledger],
        endings=[ending for copy in copies for ending in copy.endings],
    ).stability()
    single = case.stability()
    assert many.ratio == single.ratio
    assert many.expected == times * single.expected
    dearer = {s: Rate(r.per_1000_days * times, r.source) for s, r in case.reference.rates.items()}
    scaled = replace(case, reference=replace(case.reference, rates=dearer)).stability()
    assert scaled.expected == times * single.expected
    if single.ratio is not None:
        assert scaled.ratio == single.ratio / times


@PROPERTY
@given(cases(), st.integers(1, 99))
def test_a_period_cut_in_two_has_the_same_days_endings_and_expectation(
    case: Case, cut: int
) -> None:
    middle = START + timedelta(days=cut)
    placed = placements_of(case.ledger)
    first = measure_stability(placed, case.endings, MEASURED, case.reference, START, middle)
    second = measure_stability(placed, case.endings, MEASURED, case.reference, middle, END)
    whole = case.stability()
    assert first.days + second.days == whole.days
    assert first.expected + second.expected == whole.expected
    for kind in ENDINGS:
        assert first.endings(kind) + second.endings(kind) == whole.endings(kind)


@PROPERTY
@given(cases())
def test_offers_are_counted_as_one_would_by_hand(case: Case) -> None:
    moves = {ending.placement_id: ending.moves_before for ending in case.endings}
    firsts: dict[str, LedgerRow] = {}
    for row in case.ledger:
        known = firsts.setdefault(row.placement_id, row)
        firsts[row.placement_id] = min(known, row, key=lambda each: each.start)
    expected: dict[tuple[str, str], list[int]] = {}
    for name, row in firsts.items():
        if row.home_id in MEASURED and START <= row.start < END:
            expected.setdefault((row.band, oracle.group(moves[name])), [0, 0])[0] += 1
    for no in case.refusals:
        if no.home_id in MEASURED and START <= no.on < END and no.allowed:
            counts = expected.setdefault((no.band, oracle.group(no.moves_before)), [0, 0])
            counts[0] += 1
            counts[1] += 1
    found = case.refused().strata
    for stratum in STRATA:
        counts = expected.get((stratum.band, stratum.moves), [0, 0])
        assert found[stratum] == Offers(*counts)


TERMS = StabilityTerms("R", "0" * 64, Fraction(1, 100))


def proposals_for(baseline: Fraction, target: Fraction) -> list[Proposal]:
    stable = proposal_of(2, Fraction(1, 2), stability=TERMS, provider="P1")
    garden = proposal_of(baseline, target, item="garden_project")
    return [replace(garden, id="PR3"), stable]


@PROPERTY
@given(cases(), values, st.integers(0, 90_000_000), st.booleans())
def test_payment_is_that_of_the_rule_and_never_above_the_cap(
    case: Case, value: Fraction, fees: int, written: bool
) -> None:
    evidence = [
        Evidence("EV1", "PR3", END, "measurement", "provider", value, START, END, ""),
        Evidence("EV2", "PR3", START, "writing" if written else "record", "young_people",
                 None, None, None, ""),
    ]  # fmt: skip
    placements = Placements(
        placements_of(case.ledger), case.endings, case.refusals, case.reference, ("ledger.csv",)
    )
    agreed = proposals_for(Fraction(3), Fraction(17))
    found = assess(BLOCK, agreed, evidence, placements, fees, START, END)
    garden, stable = found.assessments
    assert garden.reached == oracle.part_of_the_way(Fraction(3), Fraction(17), value)
    assert (garden.row is not None) is written
    assert (stable.row is not None) is (case.stability().expected >= Fraction(1, 100))
    done = [(40, garden.achieved), (60, stable.achieved)]
    for _, part in done:
        assert 0 <= part <= 1
    assert found.payment is not None
    assert found.payment.total == oracle.pays(fees, Fraction(7), done)
    assert found.payment.cap == oracle.pays(
        fees, Fraction(7), [(40, Fraction(1)), (60, Fraction(1))]
    )
    assert found.payment.total <= found.payment.cap
    assert sum(found.payment.paid.values()) == found.payment.total
    assert sum(found.payment.most.values()) == found.payment.cap


@PROPERTY
@given(st.integers(0, 10**9), st.fractions(0, 1, max_denominator=60), st.integers(2, 9))
def test_money_follows_the_standard_fees(fees: int, part: Fraction, times: int) -> None:
    items = BLOCK.results.items if BLOCK.results else ()
    rows = [
        Assessment(item, None, row=Achieved(item.code, START, END, part, "E", True, "PR"))
        for item in items
    ]
    one = payment_of(BLOCK, rows, fees, START, END)
    many = payment_of(BLOCK, rows, fees * times, START, END)
    assert abs(many.total - times * one.total) <= times
    assert many.cap >= one.cap
