"""People's decisions: which pins are refused, and what every answer says of those that bind.

A pin binds only where every rule holds or is properly overridden, and where all pins together
break no joint rule. Source: docs/case-folder.md, decisions.csv.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matching.board import Board, View
from matching.faults import BadInput, Fault
from matching.joint import JOINT_SENTENCES, breaks
from matching.overrides import SIGNERS, WHO_MAY, overridden, signed_by
from matching.problem import Decision, Problem, Referral
from matching.rule import Facts
from matching.rules import RULE_BY_CODE, RULES
from matching.rules_of_decisions import BAN, decided_words
from matching.words import day_words

FILE = "decisions.csv"
REFUSED = "pin refused"

Rows = Mapping[tuple[str, str], int]
"""The row in which the decision of a referral and a home stands."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """A rule that a signed decision overrides for one pair: the two facts, and who signed."""

    decision: Decision
    rule: str
    signed_by: str
    found: str
    allowed: str

    def to_json(self) -> dict[str, str]:
        """As plan.json holds it."""
        return {
            "referral_id": self.decision.referral,
            "home_id": self.decision.home,
            "rule": self.rule,
            "signed_by": self.signed_by,
            "on": self.decision.on.isoformat(),
            "reason": self.decision.reason,
            "found": self.found,
            "allowed": self.allowed,
        }

    def sentence(self) -> str:
        """For people: the rule, both facts, who signed, when and why."""
        one = self.decision
        return (
            f"{self.rule} is overridden for {one.referral} at {one.home}: {self.found}, "
            f"{self.allowed}. Signed by {self.signed_by} on {day_words(one.on)}: {one.reason}"
        )


def decision_json(one: Decision) -> dict[str, Any]:
    """A decision as plan.json holds it."""
    return {
        "referral_id": one.referral,
        "home_id": one.home,
        "kind": one.kind,
        "by": one.by,
        "on": one.on.isoformat(),
        "reason": one.reason,
    }


def overrides_of(board: Board) -> tuple[Overridden, ...]:
    """Every override of a case, by referral and rule."""
    problem = board.problem
    pinned = [problem.referral_by_id[who] for who in sorted(problem.pins)]
    return tuple(one for referral in pinned for one in _of_referral(board, referral))


def _of_referral(board: Board, referral: Referral) -> Iterator[Overridden]:
    view = View(board, referral)
    for code, home in sorted(overridden(board.problem, referral).items()):
        pin = board.problem.pins[referral.id]
        found, allowed = RULE_BY_CODE[code].facts(view, board.index[home])
        yield Overridden(pin, code, signed_by(pin, code) or "", found, allowed)


def told_of(view: View) -> tuple[str, ...]:
    """What people decided for one referral, for the top of every answer about it."""
    problem, referral = view.problem, view.referral
    found = []
    pin = problem.pinned.get(referral.id)
    if pin is not None:
        with_whom = "" if pin.referral == referral.id else f", together with {pin.referral}"
        found.append(f"Decided: {pin.home}{with_whom}, by {decided_words(pin)}")
    bans = problem.bans.get(referral.id, ())
    found += [f"Ruled out: {ban.home}, by {decided_words(ban)}" for ban in bans]
    return (*found, *(one.sentence() for one in _of_referral(view.board, referral)))


def decision_notices(board: Board) -> tuple[str, ...]:
    """Sentences to read beside a plan: every override."""
    return tuple(one.sentence() for one in overrides_of(board))


def check_pins(problem: Problem) -> None:
    """Raise `BadInput` where a pin cannot bind in a problem that was changed since it was read."""
    faults = refused_pins(problem, {})
    if faults:
        raise BadInput(faults)


def refused_pins(problem: Problem, rows: Rows) -> list[Fault]:
    """Every reason why a pin cannot bind: the rule, both facts, and what could be signed by whom.

    An override of a rule that holds anyway is refused too: there is nothing to override.
    """
    if not problem.pins:
        return []
    board = Board(problem)
    found: list[Fault] = []
    wrong: set[str] = set()
    for referral in problem.referrals:
        pin = problem.pinned.get(referral.id)
        if pin is not None:
            row = rows.get((pin.referral, pin.home))
            alone = [_fault(pin, row, text) for text in _breaks_alone(board, referral, pin)]
            found += alone
            wrong |= {referral.id} if alone else set()
    for pin, text in _breaks_together(problem, wrong):
        found.append(_fault(pin, rows.get((pin.referral, pin.home)), text))
    return list(dict.fromkeys(found))


def _fault(pin: Decision, row: int | None, text: str) -> Fault:
    return Fault(FILE, row, "home_id", f"{pin.referral} at {pin.home}", text, REFUSED)


def _breaks_alone(board: Board, referral: Referral, pin: Decision) -> Iterator[str]:
    view, at = View(board, referral), board.index[pin.home]
    who = ""
    if referral.id != pin.referral:
        who = f"{referral.id} must live together with {pin.referral}: "
    if referral.by_hand:
        yield f"{who}by hand: a court decides part of this plan, so no decision here places them"
        return
    lifted = overridden(board.problem, referral)
    for rule in (*RULES, BAN):
        if rule.test(view)[at]:
            if rule.code in lifted and lifted[rule.code] == pin.home:
                yield f"{rule.code} holds here, so there is nothing to override; take it out"
        elif rule.code not in lifted:
            yield f"{who}breaks {rule.code}, {rule.sentence}: {_both(rule.facts(view, at))}. " + (
                _remedy(rule.code, own=not who)
            )


def _remedy(code: str, *, own: bool) -> str:
    if code not in SIGNERS:
        return "Nothing overrides this rule"
    return WHO_MAY[code][0].upper() + WHO_MAY[code][1:] + ("" if own else ", in a pin of their own")


def _both(facts: Facts) -> str:
    return f"{facts[0]}; allowed: {facts[1]}"


def _breaks_together(problem: Problem, wrong: set[str]) -> Iterator[tuple[Decision, str]]:
    """What pins break together, those that are `wrong` by themselves left out."""
    moving: dict[str, list[Referral]] = {}
    for referral in problem.referrals:
        if referral.id in problem.pinned and referral.id not in wrong:
            moving.setdefault(problem.pinned[referral.id].home, []).append(referral)
    for home, newcomers in sorted(moving.items()):
        for one in breaks(problem, problem.home_by_id[home], newcomers):
            for pin in {problem.pinned[who] for who in one.referrals}:
                yield pin, _together(one.code, one.found, one.allowed, one.referrals)
    for name, members in sorted(problem.groups.items()):
        own = [problem.pins[member.id] for member in members if member.id in problem.pins]
        homes = sorted({pin.home for pin in own})
        if problem.group_kind(name) == "together" and len(homes) > 1:
            who = tuple(sorted(pin.referral for pin in own))
            for pin in own:
                yield pin, _together("J4", f"pinned to {', '.join(homes)}", "one home", who)


def _together(code: str, found: str, allowed: str, who: tuple[str, ...]) -> str:
    return (
        f"with every pin kept breaks {code}, {JOINT_SENTENCES[code]}: {found}; "
        f"allowed: {allowed} ({', '.join(who)}). Nothing overrides this rule"
    )
