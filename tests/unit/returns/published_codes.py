"""The codes of each coded column as published, typed by hand, by the collection they hold from.

A collection is named by its closing year; a list holds until the next one of its column. Typed from
the yearly schemas of London's pipeline (SocialFinanceDigitalLabs/liia-tools-pipeline,
liiatools/ssda903_pipeline/spec: SSDA903_schema_2017.yml and the diffs of 2019, 2022, 2024, 2025,
2026 and 2027); NB_ADOPTR and SEX from 2025 on from the rules of csc-validator-be-903 0.1.17.
Nothing of the product is used here.
"""

from __future__ import annotations

PUBLISHED: dict[str, dict[int, str]] = {
    "RNE": {2018: "S L P T B U"},
    "LS": {2018: "C1 C2 D1 E1 V2 V3 V4 L1 L2 L3 J1 J2 J3"},
    "CIN": {2018: "N1 N2 N3 N4 N5 N6 N7 N8"},
    "PLACE": {
        2018: "A3 A4 A5 A6 H5 K1 K2 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1",
        2025: "A3 A4 A5 A6 K1 K2 K3 P1 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1",
        2026: "A3 A4 A5 A6 K1 K2 K3 P1 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1 "
        "Z11 Z12 Z13 Z14",
    },
    "PLACE_PROVIDER": {2018: "PR0 PR1 PR2 PR3 PR4 PR5"},
    "REC": {
        2018: "X1 E11 E12 E2 E3 E4A E4B E13 E41 E43 E44 E5 E6 E7 E9 E14 E15 E16 E17 E8",
        2019: "X1 E11 E12 E2 E3 E4A E4B E13 E41 E45 E46 E47 E48 E5 E6 E7 E9 E14 E15 E16 E17 E8",
    },
    "REASON_PLACE_CHANGE": {
        2018: "CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE OTHER",
        2019: "CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER",
    },
    "SEX": {2018: "1 2", 2025: "M F U"},
    "ETHNIC": {
        2018: "WBRI WIRI WOTH WIRT WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH "
        "CHNE OOTH REFU NOBT"
    },
    "MOTHER": {2018: "0 1"},
    "MISSING": {2018: "M A"},
    "REVIEW_CODE": {2018: "PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7"},
    "SDQ_REASON": {2018: "SDQ1 SDQ2 SDQ3 SDQ4 SDQ5"},
    "CONVICTED": {2018: "0 1"},
    "HEALTH_CHECK": {2018: "0 1"},
    "IMMUNISATIONS": {2018: "0 1"},
    "TEETH_CHECK": {2018: "0 1"},
    "HEALTH_ASSESSMENT": {2018: "0 1"},
    "SUBSTANCE_MISUSE": {2018: "0 1"},
    "INTERVENTION_RECEIVED": {2018: "0 1"},
    "INTERVENTION_OFFERED": {2018: "0 1"},
    "IN_TOUCH": {2018: "YES NO DIED REFU NREQ RHOM"},
    "ACTIV": {
        2018: "F1 P1 F2 P2 F3 P3 G4 G5 G6 0",
        2022: "F1 P1 F2 P2 F4 P4 F5 P5 G4 G5 G6 0",
    },
    "ACCOM": {
        2018: "B1 B2 C1 C2 D1 D2 E1 E2 G1 G2 H1 H2 K1 K2 R1 R2 S1 S2 T1 T2 U1 U2 V1 V2 W1 W2 X1 "
        "X2 Y1 Y2 Z1 Z2 0"
    },
    "FOSTER_CARE": {2018: "0 1"},
    "NB_ADOPTR": {2018: "1 2"},
    "SEX_ADOPTR": {2018: "M1 F1 MM FF MF"},
    "LS_ADOPTR": {2018: "L0 L11 L12 L2 L3 L4"},
    "REASON_PLACED_CEASED": {2018: "RD1 RD2 RD3 RD4"},
    "PREV_PERM": {2018: "P1 P2 P3 P4 Z1"},
    "SW_REASON": {
        2018: "",
        2024: "MANAGE FCONTA LEFTRL ORGRST TSPROC ABSENC CHCHAN PCCHAN SWDIED OTHERS",
    },
}

FIRST_RETURN = {"sw_episodes": 2024, "dolo": 2027}
"""Tables that were added, by the collection that first has them."""


def published(column: str, year: int) -> set[str]:
    """The codes of a column in the collection that closes in a year."""
    held = PUBLISHED[column]
    return set(held[max(first for first in held if first <= year)].split())


def ever(column: str) -> list[str]:
    """Every code that a column has had, in order."""
    return sorted({code for codes in PUBLISHED[column].values() for code in codes.split()})
