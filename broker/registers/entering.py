"""Whose data enters the records, and whether their data sharing agreement is in force.

What enters is what is put on record: a row that is new or says something else, a run that is kept,
a frozen figure. What is taken off, and what is only reckoned with and let go, enters nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlmodel import Session

from broker.registers.agreements import Held, not_in_force
from broker.store.compare import Compared
from matching.faults import BadInput, Fault
from matching.geography import PARTNER_BOROUGHS
from matching.problem import Problem

UNDER: Final = ("data_sharing",)
_PEOPLE: Final = ("young_person_id", "a", "b")


class NoAgreement(Exception):
    """Boroughs whose data may not enter, each with the agreement that is missing or lapsed."""

    def __init__(self, lapsed: Mapping[str, str]) -> None:
        self.lapsed = dict(lapsed)
        super().__init__("; ".join(lapsed.values()))


def lapsed(
    session: Session, boroughs: Iterable[str], day: date, besides: Iterable[Held] = ()
) -> dict[str, str]:
    """By borough a sentence on the data sharing agreement that is not in force on a day.

    `besides` are agreements that are about to go into the register.
    """
    also = tuple(besides)
    found = {one: not_in_force(session, one, UNDER, day, also) for one in sorted(set(boroughs))}
    return {borough: sentences[0] for borough, sentences in found.items() if sentences}


def check(session: Session, boroughs: Iterable[str], day: date) -> None:
    """Nothing, where the data of all of them may enter.

    Raises:
        NoAgreement: it may not.
    """
    found = lapsed(session, boroughs, day)
    if found:
        raise NoAgreement(found)


def boroughs_of(problem: Problem) -> frozenset[str]:
    """The boroughs whose young people a case tells of.

    Whoever refers, and of those who live in the homes the partners' own.
    """
    return frozenset(
        {referral.borough for referral in problem.referrals}
        | {one.borough for one in problem.residents if one.borough in PARTNER_BOROUGHS}
    )


def check_import(
    session: Session, compared: Mapping[str, Compared], day: date, besides: Iterable[Held]
) -> None:
    """Nothing, where every borough of which an import adds or changes a row may share its data.

    Raises:
        BadInput: it may not: each borough with its agreement, and the files with its rows.
    """
    entering = _entering(compared)
    refused = lapsed(session, entering, day, besides)
    if refused:
        raise BadInput(
            [
                Fault(
                    "agreements",
                    None,
                    "",
                    borough,
                    f"{sentence}; rows of its young people are new or changed in "
                    f"{', '.join(sorted(entering[borough]))}; {_WHAT_TO_DO}",
                    "no agreement",
                )
                for borough, sentence in refused.items()
            ]
        )


_WHAT_TO_DO: Final = (
    "they enter only under an agreement in force: a commissioner writes it in the register, or "
    "agreements.toml in the folder brings it"
)


def _entering(compared: Mapping[str, Compared]) -> dict[str, set[str]]:
    """By borough the files with rows about its young people that are new or changed."""
    by_referral, by_person = _whose(compared)
    found: dict[str, set[str]] = {}
    for name, table in compared.items():
        for change in table.changes:
            if change.after is None:
                continue
            for borough in _boroughs(name, change.after, by_referral, by_person):
                found.setdefault(borough, set()).add(f"{name}.csv")
    return found


def _whose(compared: Mapping[str, Compared]) -> tuple[dict[str, str], dict[str, str]]:
    """The borough of each referral, and of each young person, once the changes are made."""
    by_referral: dict[str, str] = {}
    by_person: dict[str, str] = {}
    for row in compared["residents"].in_force():
        if row["borough"] in PARTNER_BOROUGHS:
            by_person[row["young_person_id"]] = row["borough"]
    for row in compared["referrals"].in_force():
        by_referral[row["referral_id"]] = row["borough"]
        by_person[row["young_person_id"]] = row["borough"]
    return by_referral, by_person


def _boroughs(
    name: str,
    row: Mapping[str, Any],
    by_referral: Mapping[str, str],
    by_person: Mapping[str, str],
) -> set[str]:
    if name == "referrals" or (name == "residents" and row["borough"] in PARTNER_BOROUGHS):
        return {row["borough"]}
    owners = [by_referral.get(row.get("referral_id", ""))]
    owners += [by_person.get(row.get(column, "")) for column in _PEOPLE]
    return {borough for borough in owners if borough is not None}
