"""What a commissioner asks of a purchase, each answer on random numbers that chose nothing.

The search chooses on its own replications, so its figures flatter what it chose. Every portfolio
that is shown is simulated anew with other seeds and other invented young people; regret, gap,
worth of a place, training and sensitivity are paired differences of those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from broker.capacity.buying.bound import Gap
from broker.capacity.buying.bound import gap as gap_to_any
from broker.capacity.buying.bounded import Floors
from broker.capacity.buying.break_even import AtBand, Borne, borne_out, by_band
from broker.capacity.buying.built import UNCHANGED, Built, Changed
from broker.capacity.buying.evaluate import Chance, Evaluator, Subject, column
from broker.capacity.buying.options import Options, Portfolio, Training
from broker.capacity.buying.outcome import setting_of
from broker.capacity.buying.paired import (
    Mean,
    independent,
    mean,
    paired,
    ratio_difference,
)
from broker.capacity.buying.search import Found, keeps
from broker.capacity.figures.days import Ints
from broker.capacity.figures.setting import Setting

PRESENT = "the present contract"


@dataclass(frozen=True)
class Shown:
    """A portfolio (None: the present contract) as the search saw it, and out of sample."""

    label: str
    portfolio: Portfolio | None
    built: Built
    inside: Ints
    fresh: Ints

    @property
    def places(self) -> int:
        block = self.built.contract.block
        assert block is not None
        return block.places

    @property
    def optimism(self) -> Mean:
        """How much dearer it is out of sample; the two samples share no random numbers."""
        return independent(mean(column(self.inside, "cost")), mean(column(self.fresh, "cost")))


@dataclass(frozen=True)
class Change:
    """What one change of the best portfolio does, paired: less is better for cost and days."""

    what: str
    places: int
    cost: Mean
    local: Mean
    voids: Mean
    elsewhere: Mean


@dataclass(frozen=True)
class Trained:
    """A training against placing at a distance; `why_not` says why it was not simulated."""

    training: Training
    change: Change | None
    why_not: str


@dataclass(frozen=True)
class Under:
    """The best portfolio's whole cost under a scenario, and what it saves against the present."""

    scenario: str
    cost: Mean
    change: Mean
    saving: Mean


@dataclass(frozen=True)
class TornadoBar:
    """An assumption low and high."""

    name: str
    low: Under
    high: Under

    @property
    def swing(self) -> Any:
        return abs(self.high.saving.value - self.low.saving.value)


@dataclass(frozen=True)
class Cross:
    """A table of two assumptions."""

    down: str
    across: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Under]]


@dataclass(frozen=True)
class Answers:
    """Everything that is reported.

    `undercut` is how much cheaper than the best any allowed portfolio could be in the long run.
    """

    found: Found
    shown: tuple[Shown, ...]
    best: Shown
    present: Shown
    regret_inside: Mean
    regret: Mean
    gap: Mean
    gap_to: Shown
    undercut: Gap
    more: tuple[Change, ...]
    trained: tuple[Trained, ...]
    bands: tuple[AtBand, ...]
    borne: Borne
    tornado: tuple[TornadoBar, ...]
    tables: tuple[Cross, ...]
    setting: Setting


@dataclass(frozen=True)
class Asker:
    """What the questions need: how to build, to simulate and to change the demand."""

    options: Options
    evaluator: Evaluator
    demand: Mapping[str, Any]
    inside: Chance
    fresh: Chance
    present: Built
    builder: Callable[[Portfolio, Changed], Built]
    under: Callable[[Sequence[str]], Mapping[str, Any]]
    replications: int
    validations: int
    stated: Sequence[Mapping[str, Any]]
    floors: Floors

    def tables(self, portfolios: Sequence[Portfolio], replications: int) -> list[Ints]:
        """Outcomes as the search sees them."""
        subjects = [Subject(self.builder(one, UNCHANGED), self.demand) for one in portfolios]
        return self.evaluator.outcomes(subjects, self.inside, replications)

    def answers(self, found: Found, say: Callable[[str], None] = lambda _: None) -> Answers:
        """All answers for what a search found."""
        say("validating with fresh seeds")
        shown = self._shown(found)
        by_portfolio = {each.portfolio: each for each in shown}
        best, present = by_portfolio[found.best], by_portfolio[None]
        likely = [each for each in shown if each.portfolio is not None]
        gap_to = min(likely, key=lambda each: mean(column(each.fresh, "cost")).value)
        say("worth of places and training")
        world = self.evaluator.frame.world(Subject(best.built, self.demand), self.fresh)
        setting = setting_of(world, best.built, self.evaluator.frame.pricing, self.stated)
        more, trained = self._more(best), self._trained(best)
        say("assumptions low and high")
        runs = self._scenarios(best, present)
        bars = [
            TornadoBar(each.name, runs[each.low,], runs[each.high,])
            for each in self.options.assumed
        ]
        bars.sort(key=lambda bar: (-bar.swing, bar.name))
        crosses = tuple(
            Cross(
                each.down, each.across, each.rows, each.columns,
                [[runs[row, over] for over in each.columns] for row in each.rows],
            )
            for each in self.options.tables
        )  # fmt: skip
        cost = "cost"
        return Answers(
            found=found,
            shown=shown,
            best=best,
            present=present,
            regret_inside=paired(column(best.inside, cost), column(present.inside, cost)),
            regret=paired(column(best.fresh, cost), column(present.fresh, cost)),
            gap=paired(column(gap_to.fresh, cost), column(best.fresh, cost)),
            gap_to=gap_to,
            undercut=self._undercut(best, likely),
            more=more,
            trained=trained,
            bands=by_band(setting),
            borne=borne_out(setting, best.fresh),
            tornado=tuple(bars),
            tables=crosses,
            setting=setting,
        )

    def _undercut(self, best: Shown, likely: Sequence[Shown]) -> Gap:
        """The best held to everything that could be bought, on the fresh replications."""
        limits, years = self.options.limits, self.evaluator.frame.years
        known = {
            each.portfolio: column(each.fresh, "cost")
            if keeps(each.inside, limits, years)
            else None
            for each in likely
            if each.portfolio is not None
        }
        return gap_to_any(self.options, self.floors, column(best.fresh, "cost"), known)

    def _shown(self, found: Found) -> tuple[Shown, ...]:
        """The best, those not told apart from it, the frontier and the present contract."""
        close = [one for one in found.not_told_apart if one in found.full]
        named = list(dict.fromkeys((found.best, *close, *found.frontier)))
        built = [self.builder(one, UNCHANGED) for one in named] + [self.present]
        subjects = [Subject(one, self.demand) for one in built]
        inside = self.evaluator.outcomes(subjects, self.inside, self.replications)
        fresh = self.evaluator.outcomes(subjects, self.fresh, self.validations)
        labels = [self.options.label(one) for one in named] + [PRESENT]
        portfolios: list[Portfolio | None] = [*named, None]
        return tuple(
            Shown(*each) for each in zip(labels, portfolios, built, inside, fresh, strict=True)
        )

    def _changes(
        self, best: Shown, asked: Sequence[tuple[str, int, Portfolio, Changed]]
    ) -> list[Change]:
        subjects = [Subject(self.builder(one, how), self.demand) for _, _, one, how in asked]
        tables = self.evaluator.outcomes(subjects, self.fresh, self.validations)
        return [
            _change(what, places, best.fresh, table)
            for (what, places, _, _), table in zip(asked, tables, strict=True)
        ]

    def _more(self, best: Shown) -> tuple[Change, ...]:
        portfolio = best.portfolio
        assert portfolio is not None
        asked = []
        for at, kind in enumerate(self.options.kinds):
            if portfolio.counts[at]:
                told = f"one place more in a home {kind.id}"
                asked.append((told, 1, portfolio, Changed({kind.id: 1}, {})))
            counts = tuple(n + (at == k) for k, n in enumerate(portfolio.counts))
            grown = Portfolio(portfolio.terms, counts)
            if self.options.allowed(grown):
                asked.append((f"one home more {kind.id}", kind.places, grown, UNCHANGED))
        return tuple(self._changes(best, asked))

    def _trained(self, best: Shown) -> tuple[Trained, ...]:
        portfolio = best.portfolio
        assert portfolio is not None
        counts = dict(zip([kind.id for kind in self.options.kinds], portfolio.counts, strict=True))
        able = {home.id: home.supports for home in best.built.case.homes}
        made: list[Trained] = []
        for each in self.options.training:
            own = [able[name] for name in able if name == each.home or _of(name, each.home)]
            if not counts[each.home]:
                made.append(Trained(each, None, f"the best has no home {each.home}"))
            elif all(each.need in supports for supports in own):
                made.append(Trained(each, None, f"{each.home} meets this need already"))
            else:
                how = Changed({}, {each.home: frozenset({each.need})})
                told = f"{each.home} trained for {each.need}"
                change = self._changes(best, [(told, 0, portfolio, how)])[0]
                made.append(Trained(each, change, ""))
        return tuple(made)

    def _scenarios(self, best: Shown, present: Shown) -> dict[tuple[str, ...], Under]:
        wanted = [(name,) for each in self.options.assumed for name in (each.low, each.high)]
        pairs = [
            (row, over)
            for each in self.options.tables
            for row in each.rows
            for over in each.columns
        ]
        made = {}
        for names in dict.fromkeys([*wanted, *pairs]):
            demand = self.under(names)
            subjects = [Subject(each.built, demand) for each in (best, present)]
            own, other = self.evaluator.outcomes(subjects, self.fresh, self.validations)
            cost = column(own, "cost")
            made[names] = Under(
                " and ".join(names),
                mean(cost),
                paired(column(best.fresh, "cost"), cost),
                paired(cost, column(other, "cost")),
            )
        return made


def _of(name: str, kind: str) -> bool:
    head, _, number = name.rpartition("-")
    return head == kind and number.isdigit()


def _change(what: str, places: int, before: Ints, after: Ints) -> Change:
    local = [(column(table, "local"), column(table, "moves")) for table in (before, after)]
    names = ("cost", "voids", "elsewhere_days")
    cost, voids, days = (paired(column(before, name), column(after, name)) for name in names)
    return Change(what, places, cost, ratio_difference(local[0], local[1]), voids, days)
