"""What a gate is: one thing that must hold before a step, its source, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from broker.life.doubles import Doubles
from broker.life.state import Life
from broker.life.terms import Terms

REG_9 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 9"
REG_10 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 10"
REG_11 = (
    "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 11, as "
    "substituted by SI 2013/3239"
)
REG_13 = (
    "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 13(4), as "
    "substituted by SI 2013/3239"
)
REG_14 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 14"
REG_27A = (
    "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 27A, as "
    "inserted by SI 2021/161"
)
REG_28 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28(2)"
S22C = "Children Act 1989, section 22C"
S22_4 = "Children Act 1989, section 22(4) and (5); Care Planning Regulations 2010, regulation 9"
PROCESS = "process of the brokerage: the assessor is not the verifier"
DISPUTE = (
    "providers’ questions on bands (brief): a route to dispute one; who answers, and by when, are "
    "our starting assumptions"
)
FIELD_PROCESS = "process of the brokerage"
IMPACT = (
    "practice from regulations 12 to 14 of the Children’s Homes (England) Regulations 2015 and "
    "Ofsted’s inspection framework"
)
LIBERTY = "Children Act 1989, section 25, and orders of the High Court: always by hand"
RULES = "case folder, rules on a pair: only a signed decision may override R07, R12, R15 or R16"
CODES = "SSDA903 return: codes of an ending"
CODES_OF_CARE = "SSDA903 return: codes of care"
CONTRACT = "the block contract (terms of the contract, else our starting assumptions)"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way of a step: what, by which source, and who can do it."""

    code: str
    source: str
    sentence: str
    who: str = "broker"

    def to_json(self) -> dict[str, str]:
        """The gate as an answer shows it."""
        return {
            "code": self.code,
            "source": self.source,
            "sentence": self.sentence,
            "who": self.who,
        }


@dataclass(frozen=True)
class Known:
    """What the records say at the moment of a step.

    `judged` is what was found of each home that was judged: a home that is not in it could not be.
    `failed` are the hard rules a home fails, with their sentences; `areas` where each lies from the
    young person's borough; `central` whether the central team asks; `doubles` open referrals of
    what seems the same young person;
    `agreements` sentences on agreements that are not in force; `form_faults` what a match could not
    read in the form; `unreadable` sentences on records by which no home can be judged; `runs` for
    each home of a shortlist from a match, whether that match proposed
    or listed it; `former` the referral that a new one starts from; `residence` the young person's
    row of residents before a decision; `unknown_requirements` sentences on what the contract does
    not price; `newcomers` the homes to which somebody else came since the impact assessment of this
    life was signed; `facts` more to be kept with the step.
    """

    today: date
    by: str
    role: str = ""
    failed: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    central: bool = False
    doubles: Doubles = field(default_factory=Doubles)
    agreements: tuple[str, ...] = ()
    places_free: Mapping[str, int] = field(default_factory=dict)
    form_faults: tuple[str, ...] = ()
    unknown_homes: tuple[str, ...] = ()
    judged: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    runs: Mapping[tuple[str, int], str | None] = field(default_factory=dict)
    former: Life | None = None
    residence: Mapping[str, str] | None = None
    unknown_requirements: tuple[str, ...] = ()
    newcomers: frozenset[str] = frozenset()
    terms: Terms = field(default_factory=Terms)
    facts: Mapping[str, Any] = field(default_factory=dict)


Gate = Callable[[Life, Any, Known], Iterator[Missing]]
