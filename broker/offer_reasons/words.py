"""The answer to “why me, why not me” in words, made from its JSON alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from broker.offer_reasons import lines as reasons
from broker.offer_reasons.totals import ABOUT, FEWER, MORE, TOO_FEW
from matching.rules import RULES
from matching.words import count

Told = Mapping[str, Any]

REASONS: Final = {
    reasons.AGAINST: "the young person was against it",
    reasons.RULE_FAILED: "a rule does not hold",
    reasons.ANOTHER_HOME: "another home was chosen",
    reasons.WITHDRAWN: "the referral was withdrawn",
    reasons.LEFT_OFF: "a later shortlist left it off",
    reasons.NOT_YET: "not decided yet",
    reasons.WITHOUT_REASON: "no reason is on record",
}
BESIDE: Final = {
    MORE: "more than your share of the places would give",
    ABOUT: "about what your share of the places would give",
    FEWER: "fewer than your share of the places would give",
    TOO_FEW: "too few offers to say whether more or fewer than your share",
}


def words(told: Told) -> str:
    """The whole answer, in lines."""
    return "\n".join(_lines(told))


def _lines(told: Told) -> Iterator[str]:
    yield (
        f"WHAT {told['provider']} WAS ASKED, {told['from']} to the day before {told['to']}: "
        f"{', '.join(told['homes'])}"
    )
    for contract in told["contracts"]:
        yield ""
        yield from _contract(contract)
    yield ""
    yield "Declined, by your codes: " + _counts(told["declined_by_code"])
    by_reason = {REASONS[name]: number for name, number in told["not_offered_by_reason"].items()}
    yield "Shortlisted and not asked: " + _counts(by_reason)
    for line in told["offers"]:
        why = line["code"] or line["reason"]
        yield (
            f"  {line['made_on']}  {line['home_id']}  {_who(line)}{line['band'] or 'no band'}  "
            f"asked: {line['state']}{f' ({why})' if why else ''}"
        )
    for line in told["not_offered"]:
        rules = "; ".join(_rule(code) for code in line["rules"])
        day, band = line["shortlisted_on"], line["band"] or "no band"
        yield (
            f"  {day}  {line['home_id']}  {_who(line)}{band}  "
            f"not asked: {REASONS[line['reason']]}{f' ({rules})' if rules else ''}"
        )
    if told["removed"]:
        yield f"Of {count(told['removed'], 'referral')} the words were removed from the record."


def _who(line: Told) -> str:
    return f"{line['referral_id']}  " if line["referral_id"] else ""


def _rule(code: str) -> str:
    rule = next((rule for rule in RULES if rule.code == code), None)
    return code if rule is None else f"{code}: {rule.sentence}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"


def _contract(one: Told) -> Iterator[str]:
    places = one["places"]
    if one["contract"] is None:
        yield f"Without a contract: {count(places['own'], 'place')}"
    else:
        yield (
            f"Contract {one['contract']}: {places['own']} of {count(places['all'], 'place')}, "
            f"{places['percent']}%"
        )
    for band in [*one["bands"], {"band": "all bands", **one}]:
        own = band["own"]
        states = ", ".join(f"{name} {own[name]}" for name in own if name != "offered" and own[name])
        total = "hidden" if band["consortium"] is None else str(band["consortium"])
        yield (
            f"  {band['band'] or 'no band'}: asked {own['offered']}"
            f"{f' ({states})' if states else ''}; all providers together {total}"
        )
    for name, beside in (("In all", "beside_share"), ("High and specialist", "high_beside_share")):
        if one[beside] is not None:
            yield f"  {name}: {BESIDE[one[beside]]}."
    if one["hidden"]:
        yield f"  {one['hidden']}"
