"""The codes of the return, each with the collection years in which it may stand.

A collection is named by the year in which it closes: 2025 is 1 April 2024 to 31 March 2025. Source:
the yearly schemas of London's pipeline (LIIA, liia-tools-pipeline, SSDA903_schema_2017 with the
changes of 2019, 2022, 2024, 2025, 2026 and 2027). Its first schema is of 2017; earlier collections
are read by it. Where it is wider than the rules of the validator that councils use,
csc-validator-be-903 0.1.17, whose first rule set is of 2022-23, both are taken: Z1 beside Z11 to
Z14 from 2026 on, S1 and X1 of ACCOM. The number of adopters, which London has as a number, is the
validator's; the codes of SEX from 2025 on are those of both (field.md, 1.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

FIRST: Final = 2000
LAST: Final = 2099


@dataclass(frozen=True, slots=True)
class Code:
    """A code and the closing years of the first and the last collection that know it."""

    code: str
    first: int = FIRST
    last: int = LAST

    def stands_in(self, year: int) -> bool:
        """Whether the collection that closes in a year knows the code."""
        return self.first <= year <= self.last


def _codes(always: str, *others: Code) -> Mapping[str, Code]:
    every = [*(Code(code) for code in always.split()), *others]
    return MappingProxyType({code.code: code for code in every})


PLACE: Final = _codes(
    "A3 A4 A5 A6 K1 K2 P1 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1",
    Code("H5", last=2024),
    Code("P2", last=2024),
    Code("K3", first=2025),
    *(Code(code, first=2026) for code in ("Z11", "Z12", "Z13", "Z14")),
)
PLACE_PROVIDER: Final = _codes("PR0 PR1 PR2 PR3 PR4 PR5")
RNE: Final = _codes("S L P T B U")
LS: Final = _codes("C1 C2 D1 E1 J1 J2 J3 L1 L2 L3 V2 V3 V4")
CIN: Final = _codes("N1 N2 N3 N4 N5 N6 N7 N8")
REC: Final = _codes(
    "X1 E11 E12 E2 E3 E4A E4B E13 E41 E5 E6 E7 E8 E9 E14 E15 E16 E17",
    *(Code(code, last=2018) for code in ("E43", "E44")),
    *(Code(code, first=2019) for code in ("E45", "E46", "E47", "E48")),
)
REASON_PLACE_CHANGE: Final = _codes(
    "CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE OTHER",
    Code("CUSTOD", first=2019),
)
SEX: Final = _codes(
    "",
    *(Code(code, last=2024) for code in ("1", "2")),
    *(Code(code, first=2025) for code in ("M", "F", "U")),
)

ETHNIC: Final = _codes(
    "WBRI WIRI WOTH WIRT WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH "
    "REFU NOBT"
)
REVIEW_CODE: Final = _codes("PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7")
"""How a young person took part in a review; PN0: they were under four."""
MISSING: Final = _codes("M A")
"""Missing, or away without authorisation."""
YES_NO: Final = _codes("0 1")
SDQ_REASON: Final = _codes("SDQ1 SDQ2 SDQ3 SDQ4 SDQ5")
IN_TOUCH: Final = _codes("YES NO DIED REFU NREQ RHOM")
ACTIV: Final = _codes(
    "F1 P1 F2 P2 G4 G5 G6 0",
    *(Code(code, last=2021) for code in ("F3", "P3")),
    *(Code(code, first=2022) for code in ("F4", "P4", "F5", "P5")),
)
ACCOM: Final = _codes(
    "B1 B2 C1 C2 D1 D2 E1 E2 G1 G2 H1 H2 K1 K2 R1 R2 S1 S2 T1 T2 U1 U2 V1 V2 W1 W2 X1 X2 Y1 Y2 "
    "Z1 Z2 0"
)
"""S1 and X1 are London's; the validator's lists, from the collection of 2023 on, are without."""
NB_ADOPTR: Final = _codes("1 2")
SEX_ADOPTR: Final = _codes("M1 F1 MM FF MF")
LS_ADOPTR: Final = _codes("L0 L11 L12 L2 L3 L4")
REASON_PLACED_CEASED: Final = _codes("RD1 RD2 RD3 RD4")
PREV_PERM: Final = _codes("P1 P2 P3 P4 Z1")
SW_REASON: Final = _codes(
    "",
    *(
        Code(code, first=2024)
        for code in ("MANAGE", "FCONTA", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN",
                     "PCCHAN", "SWDIED", "OTHERS")
    ),
)  # fmt: skip

LISTS: Final = MappingProxyType(
    {
        "PLACE": PLACE,
        "PLACE_PROVIDER": PLACE_PROVIDER,
        "RNE": RNE,
        "LS": LS,
        "CIN": CIN,
        "REC": REC,
        "REASON_PLACE_CHANGE": REASON_PLACE_CHANGE,
        "SEX": SEX,
        "ETHNIC": ETHNIC,
        "MOTHER": YES_NO,
        "REVIEW_CODE": REVIEW_CODE,
        "MISSING": MISSING,
        "SDQ_REASON": SDQ_REASON,
        **dict.fromkeys(
            ("CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT",
             "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED", "FOSTER_CARE"),
            YES_NO,
        ),
        "IN_TOUCH": IN_TOUCH,
        "ACTIV": ACTIV,
        "ACCOM": ACCOM,
        "NB_ADOPTR": NB_ADOPTR,
        "SEX_ADOPTR": SEX_ADOPTR,
        "LS_ADOPTR": LS_ADOPTR,
        "REASON_PLACED_CEASED": REASON_PLACED_CEASED,
        "PREV_PERM": PREV_PERM,
        "SW_REASON": SW_REASON,
    }
)  # fmt: skip
"""Each coded column of the tables read here: code to the years in which it stands."""

SEX_MEANS: Final = MappingProxyType({"1": "M", "2": "F", "M": "M", "F": "F", "U": "U"})
"""What a code of SEX means: M, F, or U where it is not known."""

CONTINUES: Final = "X1"
"""REC: the episode ends and the next begins the same day."""
NOT_TOLD: Final = "E99"
"""REC that a repair writes: the young person left care, nobody told how (LIIA's own code)."""
REPAIRED_MOVE: Final = "LIIAF"
"""REASON_PLACE_CHANGE that a repair writes: they moved, nobody told why (LIIA's own code)."""
CAME_INTO_CARE: Final = "S"
NEW_CARER: Final = frozenset({"S", "P", "B"})
"""RNE by which somebody else cares from now on; L, T and U are the same carer's."""
SHORT_BREAKS: Final = frozenset({"V3", "V4"})
TEMPORARY: Final = frozenset({"T0", "T1", "T2", "T3", "T4"})
"""PLACE: a hospital, a holiday, up to a week away. The young person keeps the place they left."""

_NOWHERE: Final = TEMPORARY | {"Z1", "Z11", "Z12", "Z13", "Z14"}
NO_PROVIDER: Final = _NOWHERE
"""PLACE without a PLACE_PROVIDER (rules 213 and 526 of the validator)."""
_NOT_INSPECTED: Final = _NOWHERE | {"P1", "P2", "P3", "R1", "R2", "R5"}
URN_OF_OTHERS: Final = "XXXXXXX"
"""URN of a place that somebody else than Ofsted inspects."""
SAME_CARER: Final = frozenset({"A3", "A5"})
"""PLACE: placed for adoption with the foster carer of before (rule 217)."""


def no_urn(year: int) -> frozenset[str]:
    """PLACE that nobody inspects by a URN (rules 218 and 222), H5 up to the collection of 2023."""
    return _NOT_INSPECTED | {"H5"} if year <= 2023 else _NOT_INSPECTED


def to_write(column: str, year: int) -> tuple[str, ...]:
    """The codes to write: as `of_year`, without Z1 where the department's validator refuses it."""
    gone = {"Z1"} if column == "PLACE" and "Z11" in of_year(column, year) else set()
    return tuple(code for code in of_year(column, year) if code not in gone)


def known(column: str) -> tuple[str, ...]:
    """The codes of a column in any year, in order."""
    return tuple(sorted(LISTS[column]))


@cache
def of_year(column: str, year: int) -> tuple[str, ...]:
    """The codes of a column in the collection that closes in a year, in order."""
    return tuple(code for code in known(column) if LISTS[column][code].stands_in(year))


def when(column: str, code: str) -> str:
    """When a known code stands, in words."""
    found = LISTS[column][code]
    if found.first > FIRST:
        return f"from the collection of {found.first} on"
    return f"up to the collection of {found.last}" if found.last < LAST else "in every collection"
