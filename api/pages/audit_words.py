"""What the audit writes down as codes, in words: what was done, and to which record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.pages.codes import code_words
from broker.access.actor import PARTNERSHIP
from matching.geography import authority_name

ACT_WORDS: Final[Mapping[str, str]] = {
    "life.open": "Referral: begun",
    "life.amend": "Referral: form changed",
    "life.submit": "Referral: asked for a place",
    "life.withdraw": "Referral: withdrawn",
    "life.band": "Referral: need band given",
    "life.verify": "Referral: need and money checked",
    "life.shortlist": "Referral: homes put on the list",
    "life.view": "Referral: view of a home written down",
    "life.call": "Referral: home rung",
    "life.offer": "Referral: home asked",
    "life.withdraw_offer": "Referral: home no longer asked",
    "life.impact": "Referral: home wrote how living together would be",
    "life.accept": "Referral: home said yes",
    "life.decline": "Referral: home said no",
    "life.visit": "Referral: visit to a home",
    "life.approve": "Referral: approval given or refused",
    "life.evidence": "Referral: proof of a duty written down",
    "life.confirm": "Referral: home decided on",
    "life.move_in": "Referral: moved in",
    "life.reband": "Referral: need band given again",
    "life.dispute_band": "Referral: home disputed the need band",
    "life.answer_dispute": "Referral: dispute of the need band answered",
    "life.visited": "Referral: social worker visited",
    "life.reviewed": "Referral: placement reviewed",
    "life.step_down": "Referral: moving on planned",
    "life.step_down_back": "Referral: moving on put off",
    "life.place_lost": "Referral: place in a home lost",
    "life.end": "Referral: placement ended",
    "life.look_back": "Referral: asked how it went",
    "life.care": "Referral: facts for the yearly return",
    "life.reported": "Referral: word from another system",
    "life.read": "Referral: read",
    "life.list": "Referrals: list read",
    "life.tell": "Referral: sheet or letter read",
    "approval.list": "Approvals of a borough: list read",
    "borough.costs": "Places of a borough and what they cost: read",
    "borough.statement": "What a borough owes: read",
    "answer.list": "Long answers: own list read",
    "placements.list": "Placements: list read",
    "offers.list": "Offers: list read",
    "duty.list": "Duties: list read",
    "register.read": "Register: read",
    "register.write": "Register: written to",
    "offer.reasons": "Offers: reasons read",
    "warehouse.fail": "Warehouse: could not be kept",
    "baseline.read": "Baseline: read",
    "baseline.freeze": "Baseline: frozen",
    "report.read": "Report: read",
    "audit.read": "Audit: read",
    "audit.remove_value": "Audit: what an entry said removed",
    "audit.correct_value": "Audit: what an entry said put right",
    "retention.remove": "Records: removed, as their time was up",
    "subject.export": "Records: all about one young person given out",
    "backup.make": "Backup: made",
    "backup.restore": "Backup: put back",
    "match.make": "Match: made",
    "match.read": "Match: read",
    "decision.make": "Decision on a home: made",
    "decision.read": "Decision on a home: read",
    "job.ask": "Match: asked for",
    "job.cancel": "Match: stopped",
    "question.ask": "Question on the records: asked",
    "question.share": "Question on one young person: asked by a borough",
    "contract.read": "Contract: read",
    "home.add": "Home: added",
    "home.change": "Home: changed",
    "home.say": "Home: told its free places",
    "simulation.ask": "Simulation: asked for",
    "simulation.cancel": "Simulation: stopped",
    "simulation.read": "Simulation: read",
    "account.list": "Accounts: list read",
    "account.add": "Account: added",
    "account.change": "Account: changed",
    "session.begin": "Sign-in: by a person",
    "session.end": "Sign-out: by a person",
    "session.refused": "Sign-in: refused to a person",
    "token.begin": "Sign-in: by a program",
    "token.end": "Sign-out: by a program",
    "token.refused": "Sign-in: refused to a program",
    "event.subscribe": "Events: sending to an address begun",
    "event.unsubscribe": "Events: sending to an address ended",
    "event.retry": "Events: sent again",
    "event.drop": "Events: given up",
    "inbox.take": "File from a borough’s system: taken in",
    "inbox.again": "File from a borough’s system: tried again",
    "inbox.settle": "File from a borough’s system: row settled by a person",
    "warehouse.build": "Warehouse: built",
    "warehouse.refresh": "Warehouse: brought up to date",
    "warehouse.load": "Warehouse: return of a past year loaded",
    "warehouse.unload": "Warehouse: return of a past year taken off",
    "warehouse.rotate": "Warehouse: new pseudonyms given",
    "warehouse.publish": "Warehouse: figures of a year published",
}
"""Every act that the service writes into the audit."""

_LISTS: Final[Mapping[tuple[str, str], str]] = {
    ("referrals", "list"): "The list of referrals",
    ("referrals", "open"): "All who wait for a place",
    ("offers", "list"): "The list of offers",
    ("placements", "list"): "The list of placements",
    ("duties", "list"): "The list of duties",
    ("moves", "list"): "The list of those who move on",
    ("approvals", "list"): "The list of approvals",
    ("matches", "list"): "The list of matches",
    ("accounts", "list"): "The list of accounts",
    ("baseline", "list"): "The baselines",
    ("audit", "list"): "The audit",
    ("audit", "chain"): "The chain of the audit",
    ("delivery", "all"): "All events that were given up",
}
_KINDS: Final[Mapping[str, str]] = {
    "audit": "Entry",
    "audit_of": "The audit of",
    "delivery": "Event",
    "inbox": "File",
    "provider": "Offers of",
    "subscription": "Address for events",
    "young_person": "Young person",
}


def act_words(act: str) -> str:
    """What was done, in words; an act that has none of its own as its code in words."""
    return ACT_WORDS.get(act) or code_words(act.replace(".", " ")).capitalize()


def record_words(kind: str, record: str) -> str:
    """The record that an entry is about, in words."""
    if (kind, record) in _LISTS:
        return _LISTS[kind, record]
    if kind == "borough":
        return f"Placements of {authority_name(record)}"
    words = _KINDS.get(kind) or code_words(kind).capitalize()
    return f"{words}: the list" if record == "list" else f"{words} {record}"


def organisation_words(organisation: str) -> str:
    """An organisation as the audit names it: a borough by its name, a provider as it stands."""
    if organisation == PARTNERSHIP:
        return "Central team"
    return "Nobody signed in" if organisation == "none" else authority_name(organisation)


def showed_words(after: Mapping[str, Any] | None, record: str) -> str:
    """How many young people a list showed, and that the one asked about was among them."""
    showed = [] if after is None else after.get("showed", [])
    if not showed:
        return ""
    if len(showed) == 1:
        return f"It showed {showed[0]}" if showed[0] == record else "It showed 1 referral"
    told = f"It showed {len(showed)} referrals"
    return f"{told}, {record} among them" if record in showed else told
