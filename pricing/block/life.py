"""One answer about a block contract's life over a period: `broker block` shows it, words and JSON.

Events on record are applied first: shares follow exits, and a provider that failed has no places
from that day. A failure that is only asked about is applied to nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.assumed import assumptions
from pricing.block.balance import Balance, balance
from pricing.block.burdens import Burdens, burdens
from pricing.block.events import Failure
from pricing.block.exits import ExitAnswer, exit_answer
from pricing.block.failures import FailureAnswer, fail, failure_answer
from pricing.block.findings import findings
from pricing.block.material import MaterialYear, material_years
from pricing.block.notices import Notice, notices
from pricing.block.scene import Scene
from pricing.block.shares import SharePeriod
from pricing.block.trades import Trade
from pricing.block.whose_place import Standing, Use, uses
from pricing.money import pounds
from pricing.working_days import SOURCE, Calendar


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the days [start, end), notices as of a day, the mix on a day, what-ifs."""

    start: date
    end: date
    as_of: date
    mix_on: date
    ceiling: int | None = None
    what_ifs: Sequence[Failure] = ()


@dataclass(frozen=True, slots=True)
class BlockLife:
    """The whole answer; `scene` has the failures on record applied."""

    scene: Scene
    question: Question
    days: tuple[Standing, ...]
    uses: tuple[Use, ...]
    burdens: Burdens
    exits: tuple[ExitAnswer, ...]
    failures: tuple[FailureAnswer, ...]
    years: tuple[MaterialYear, ...]
    notices: tuple[Notice, ...]
    balance: Balance
    findings: tuple[str, ...]

    @property
    def shares(self) -> tuple[SharePeriod, ...]:
        """The share periods that the question's days touch."""
        asked = self.question
        return tuple(
            period
            for period in self.scene.periods
            if period.start < asked.end and asked.start < period.end
        )

    @property
    def trades(self) -> tuple[Trade, ...]:
        """The agreed trades with a day in the period."""
        asked = self.question
        return tuple(trade for trade in self.scene.trades if trade.days_in(asked.start, asked.end))

    def place_days(self) -> Mapping[tuple[str, str, str], Fraction]:
        """Place days by user, owner and trade id ("" where nothing was agreed), exact."""
        days: dict[tuple[str, str, str], Fraction] = {}
        for use in self.uses:
            key = (use.user, use.owner, use.trade.trade_id if use.trade else "")
            days[key] = days.get(key, Fraction()) + use.place_days
        return dict(sorted(days.items()))

    def to_json(self) -> dict[str, object]:
        """The answer of `broker block --json`; parts of a place are exact, such as "31/3"."""
        contract, asked = self.scene.contract, self.question
        return {
            "contract": contract.id,
            "version": contract.version,
            "from": asked.start.isoformat(),
            "to": asked.end.isoformat(),
            "as_of": asked.as_of.isoformat(),
            "shares": [period.to_json() for period in self.shares],
            "occupancy": self._occupancy(),
            "uses": [self._use(use) for use in self.uses],
            "trades": [
                {**trade.to_json(), "payment": pounds(trade.payment(asked.start, asked.end))}
                for trade in self.trades
            ],
            "voids": self.burdens.to_json(),
            "exits": [answer.to_json() for answer in self.exits],
            "failures": [answer.to_json() for answer in self.failures],
            "material": [year.to_json() for year in self.years],
            "notices": [notice.to_json() for notice in self.notices],
            "working_days": SOURCE,
            "balance": self.balance.to_json(),
            "findings": list(self.findings),
            "assumptions": assumptions(contract),
        }

    def _occupancy(self) -> list[dict[str, object]]:
        return [
            {
                "from": day.stretch.start.isoformat(),
                "to": day.stretch.end.isoformat(),
                "payable": line.payable,
                "in_use": day.stretch.in_use,
                "unused": line.unused,
                "out_of_use_on_the_providers_side": day.stretch.out_of_use,
                "in_use_by": dict(sorted(day.stretch.in_use_by.items())),
                "held_by": dict(day.held),
            }
            for day, line in zip(self.days, self.burdens.voids.lines, strict=True)
        ]

    @staticmethod
    def _use(use: Use) -> dict[str, object]:
        return {
            "from": use.start.isoformat(),
            "to": use.end.isoformat(),
            "used_by": use.user,
            "place_of": use.owner,
            "places": str(use.places),
            "place_days": str(use.place_days),
            "trade_id": use.trade.trade_id if use.trade else None,
            "price_per_place_week": pounds(use.trade.price) if use.trade else None,
        }


def block_life(scene: Scene, question: Question, calendar: Calendar) -> BlockLife:
    """The answer for a scene whose tables and events were checked.

    `scene` has the events on record, none of its failures applied yet.
    """
    start, end = question.start, question.end
    recorded = scene
    for failure in scene.events.failures:
        recorded = fail(recorded, failure)
    days = recorded.standings(start, end)
    years = material_years(recorded, start, end)
    told = notices(scene.contract, scene.events, years, (start, end), question.as_of, calendar)
    mix = balance(recorded, start, end, question.mix_on, question.ceiling)
    failures = [
        *(
            failure_answer(_without(scene, failure), failure, start, end, what_if=False)
            for failure in scene.events.failures
        ),
        *(
            failure_answer(recorded, failure, start, end, what_if=True)
            for failure in question.what_ifs
        ),
    ]
    return BlockLife(
        scene=recorded,
        question=question,
        days=days,
        uses=tuple(use for day in days for use in uses(day, scene.trades)),
        burdens=burdens(scene.contract, scene.block, days, scene.trades, (start, end)),
        exits=tuple(exit_answer(recorded, leaver, start, end) for leaver in scene.events.exits),
        failures=tuple(failures),
        years=years,
        notices=told,
        balance=mix,
        findings=findings(scene, recorded, days, years, told, mix),
    )


def _without(scene: Scene, failure: Failure) -> Scene:
    """The scene with every failure on record applied but one."""
    for other in scene.events.failures:
        if other != failure:
            scene = fail(scene, other)
    return scene
