"""A borough leaves: who takes its places, what void cost passes to them, who still lives there.

The charge stays the same, only its split changes: what the leaver would have borne from that day on
is the stranded cost of its exit, and those who stay bear it. Nobody moves out for an exit; a young
person's borough goes on paying the placement, from then on in others' places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pricing.block.burdens import burdens
from pricing.block.events import Exit
from pricing.block.scene import Scene
from pricing.block.shares import shares_on
from pricing.ledger import LedgerRow
from pricing.money import Pence, pounds, round_half_up
from pricing.tariff import fee_in_force, price_periods
from pricing.terms import LOW
from pricing.voids import weekly_void


@dataclass(frozen=True, slots=True)
class ExitAnswer:
    """What one exit does: shares before and after, the voids that pass on, who still lives there.

    `passed` is what each borough bears more (the leaver less) of the period's voids for the exit;
    it adds up to nothing. `at_most` is the void of the leaver's part of the guarantee from that day
    to the end of the term, should those places stand empty, at the prices the contract knows.
    """

    leaver: Exit
    before: Mapping[str, int]
    after: Mapping[str, int]
    passed: Mapping[str, Pence]
    at_most: Pence
    still_there: tuple[LedgerRow, ...]

    @property
    def stranded(self) -> Pence:
        """What the others bear in its stead in the period."""
        return -self.passed[self.leaver.borough]

    def to_json(self) -> dict[str, object]:
        """The answer with its amounts in pounds."""
        return {
            "borough": self.leaver.borough,
            "notice_given": self.leaver.notice_given.isoformat(),
            "leaves_on": self.leaver.leaves_on.isoformat(),
            "shares_before": dict(self.before),
            "shares_after": dict(self.after),
            "stranded_in_the_period": pounds(self.stranded),
            "passes_to": {
                code: pounds(amount)
                for code, amount in self.passed.items()
                if code != self.leaver.borough
            },
            "stranded_at_most_to_the_end_of_the_term": pounds(self.at_most),
            "placements_still_there": [row.placement_id for row in self.still_there],
        }


def exit_answer(scene: Scene, leaver: Exit, start: date, end: date) -> ExitAnswer:
    """What an exit does to the shares, and to the voids of [start, end)."""
    contract, block = scene.contract, scene.block
    stayed = scene.without_exit(leaver)
    with_it = burdens(contract, block, scene.standings(start, end), scene.trades, (start, end))
    had_stayed = burdens(contract, block, stayed.standings(start, end), scene.trades, (start, end))
    before = shares_on(scene.periods, leaver.leaves_on - timedelta(days=1))
    passed = {
        code: burden.after_trades - had_stayed.boroughs[code].after_trades
        for code, burden in with_it.boroughs.items()
    }
    there = [
        row
        for row in scene.ledger
        if row.borough == leaver.borough
        and row.clip(leaver.leaves_on, leaver.leaves_on + timedelta(days=1))
    ]
    return ExitAnswer(
        leaver=leaver,
        before=before,
        after=shares_on(scene.periods, leaver.leaves_on),
        passed=passed,
        at_most=_at_most(scene, leaver, before[leaver.borough]),
        still_there=tuple(sorted(there, key=lambda row: row.placement_id)),
    )


def _at_most(scene: Scene, leaver: Exit, share: int) -> Pence:
    contract, block = scene.contract, scene.block
    places = Fraction(block.guaranteed * share, block.places)
    exact = Fraction()
    for first, last in price_periods(contract, leaver.leaves_on, contract.end):
        rate = weekly_void(block, fee_in_force(contract, LOW, first))
        exact += places * rate * (last - first).days / 7
    return round_half_up(exact)
