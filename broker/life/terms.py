"""Periods and ages that a contract sets, not the law: from a file, else our starting assumptions.

`BROKER_TERMS` names a TOML file with `[default]` and `[contracts.ID]` tables; a key that a contract
leaves out is the default's, one that the default leaves out is the starting assumption. Stepping
down after 6 to 9 months and staying put to 21 are what the source names as elements to test; every
other figure shipped here is OUR STARTING ASSUMPTION.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path

from pricing.problems import Problems, describe
from pricing.text_file import read_file
from pricing.toml_file import parse_toml
from pricing.toml_section import Section

TERMS_VARIABLE = "BROKER_TERMS"
OLDEST = 25
LONGEST = 240


@dataclass(frozen=True, slots=True)
class Terms:
    """Periods that are contract or policy, not law.

    Months from moving in to the look at stepping down and to its latest day; months to the next
    look after a way back; weeks to the look back; working days to verify an emergency, to review
    somebody whose home lost a place, to answer a dispute of the band, and to band anew once one is
    upheld; the birthday to which a young person may stay put (0: the contract does not allow it).
    """

    step_down_from_months: int = 6
    step_down_to_months: int = 9
    step_down_again_months: int = 3
    look_back_weeks: int = 52
    emergency_verify_days: int = 1
    lost_place_days: int = 5
    dispute_days: int = 10
    dispute_upheld_days: int = 5
    staying_put_to_age: int = 21


@dataclass(frozen=True)
class AllTerms:
    """The terms of every contract, and of those without any of their own."""

    default: Terms = Terms()
    contracts: Mapping[str, Terms] = field(default_factory=dict)

    def of(self, contract: str | None) -> Terms:
        """The terms of a contract; the default's for one without its own, and for spot purchase."""
        return self.contracts.get(contract or "", self.default)


def parse_terms(data: bytes, file: str) -> AllTerms:
    """The terms that a file's bytes hold.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    whole = Section(parse_toml(data, file, "a file of terms"), "", file, found)
    whole.check_keys((), ("default", "contracts"))
    default = _terms(whole, "default", found, Terms()) if "default" in whole.table else Terms()
    contracts = {}
    tables = whole.table.get("contracts", {})
    if not isinstance(tables, dict):
        whole.refuse("contracts", describe(tables), "a table for each contract", "bad value")
        tables = {}
    named = Section(tables, "contracts", file, found)
    for name in tables:
        contracts[name] = _terms(named, name, found, default)
    found.raise_if_any()
    return AllTerms(default, contracts)


def _terms(within: Section, key: str, found: Problems, default: Terms) -> Terms:
    """The terms of the table at a key, on the default's where it leaves any out."""
    table = within.table[key]
    if not isinstance(table, dict):
        within.refuse(key, describe(table), "a table", "bad value")
        return default
    section = Section(table, within.where(key), within.file, found)
    names = [one.name for one in fields(Terms)]
    section.check_keys((), names)
    told = {}
    for name in names:
        if name in table:
            told[name] = section.whole(name, 0 if name == "staying_put_to_age" else 1)
            most = OLDEST if name == "staying_put_to_age" else LONGEST
            if told[name] > most:
                section.refuse(name, describe(told[name]), f"{most} at most", "bad value")
    made = replace(default, **told)
    if made.step_down_to_months < made.step_down_from_months:
        section.refuse(
            "step_down_to_months",
            describe(made.step_down_to_months),
            f"step_down_from_months, {made.step_down_from_months}, or more",
            "wrong order",
        )
    if 0 < made.staying_put_to_age <= 18:
        section.refuse(
            "staying_put_to_age",
            describe(made.staying_put_to_age),
            "0 where the contract does not allow it, else a birthday after the 18th",
            "bad value",
        )
    return made


def terms_in_force() -> AllTerms:
    """The terms of the file that `BROKER_TERMS` names, read once; else the starting assumptions.

    Raises:
        BadInput: the file cannot be read, with every problem of it.
    """
    return _read(os.environ.get(TERMS_VARIABLE) or "")


@cache
def _read(path: str) -> AllTerms:
    if not path:
        return AllTerms()
    return parse_terms(read_file(Path(path)), Path(path).name)
