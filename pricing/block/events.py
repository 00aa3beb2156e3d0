"""What happens in the life of a block contract, as a named person recorded it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.money import Pence

MORE: Final = "more"
LESS: Final = "less"
EFFECTS: Final = (MORE, LESS)
ADJUSTMENT: Final = "adjustment"
VARIATION: Final = "variation"
SPEND: Final = "spend"
CHANGE_KINDS: Final = (ADJUSTMENT, VARIATION, SPEND)


@dataclass(frozen=True, slots=True)
class BlockTerms:
    """The rules that a partnership may set otherwise; the defaults are those of the brief.

    `material_percent` is of the year's contract value; `notice_months` is what a borough gives
    before it leaves; `tell_within` counts working days.
    """

    material_percent: Fraction = Fraction(5)
    notice_months: int = 3
    tell_within: int = 10


@dataclass(frozen=True, slots=True)
class AgreedYear:
    """What the boroughs agreed a contract year to be worth: an amount, or a mix to compute it from.

    `mix` is the places in use by band, on an average day; `requirements_a_week` what all
    placements together need beyond their bands, at the prices of the contract's start.
    """

    start: date
    amount: Pence | None = None
    mix: Mapping[str, Fraction] = field(default_factory=dict)
    requirements_a_week: Pence = 0


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change of what the year costs that a person put on record."""

    id: str
    day: date
    kind: str
    effect: str
    amount: Pence
    reason: str

    @property
    def signed(self) -> Pence:
        return self.amount if self.effect == MORE else -self.amount


@dataclass(frozen=True, slots=True)
class Exit:
    """A borough leaves: `leaves_on` is the first day on which it has no share."""

    borough: str
    notice_given: date
    leaves_on: date


@dataclass(frozen=True, slots=True)
class Failure:
    """A provider fails: from the day on none of its places can be used. A what-if or a fact."""

    provider: str
    day: date


@dataclass(frozen=True, slots=True)
class Told:
    """The day on which all boroughs were told of something, by the id of its notice."""

    of: str
    day: date


@dataclass(frozen=True, slots=True)
class Events:
    """Everything on record about one contract's life."""

    terms: BlockTerms = BlockTerms()
    years: Sequence[AgreedYear] = ()
    changes: Sequence[RecordedChange] = ()
    exits: Sequence[Exit] = ()
    failures: Sequence[Failure] = ()
    told: Sequence[Told] = ()

    def agreed_for(self, start: date) -> AgreedYear | None:
        """What was agreed for the contract year that starts on a day."""
        return next((year for year in self.years if year.start == start), None)

    def changes_in(self, start: date, end: date) -> Iterator[RecordedChange]:
        """The changes of [start, end)."""
        return (change for change in self.changes if start <= change.day < end)


NO_EVENTS: Final = Events()
