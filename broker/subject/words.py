"""What is held about a young person in plain words, from the same rows as the JSON beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from broker.subject.access import READ_FIRST, Held

_TABLES: Final[Mapping[str, str]] = {
    "audit": "Who looked at your records or changed them",
    "audit_showed": "Which of these were looks at a list that you are on",
    "audit_value": "What was noted about each of these",
    "avoid": "Places where you must not live",
    "decision": "Decisions by named people that bind or rule out a home",
    "decline": "Homes that said no",
    "delivery": "How the telling of events about you to other systems stands",
    "event": "Events about you that other systems are told of, by ids alone",
    "idempotency_key": "Answers kept for a short time, in case a request is sent twice",
    "inbox_row": "Rows about you in files that came from case-management systems",
    "life": "Your referrals, and where each stands",
    "match_run": "What the computer proposed for you; people decide",
    "offer": "Homes that were asked",
    "out_of_use": "Places that were out of use after a home said no to you",
    "person_or_place": "People and places that matter to you",
    "placement": "Where you lived, or were to live",
    "referral": "What was used to look for a home",
    "relationship": "Who must not live together",
    "resident": "The home where you live by our records",
    "row_change": "How these records changed",
    "shortlisted": "Homes that are on a list for you",
    "step": "What happened, step by step",
    "wish": "What you said about homes",
}
_STEPS: Final[Mapping[str, str]] = {
    "open": "a referral was begun",
    "amend": "the referral was changed",
    "submit": "the borough asked for a place",
    "withdraw": "the referral was withdrawn",
    "band": "your level of need was judged",
    "verify": "somebody else checked the need and the money",
    "shortlist": "homes were put on a list",
    "view": "what you said about a home was written down",
    "call": "a home was rung",
    "offer": "a home was asked",
    "withdraw_offer": "a home was no longer asked",
    "impact": "a home's manager wrote how living together would be",
    "accept": "a home said yes",
    "decline": "a home said no",
    "visit": "a visit to a home, or why there was none",
    "approve": "somebody was asked to agree",
    "evidence": "something was sent or written that the law asks for",
    "confirm": "somebody decided on a home",
    "move_in": "you moved in",
    "reband": "your level of need was judged again",
    "dispute_band": "a home said that your level of need should be another",
    "answer_dispute": "somebody else answered the home about your level of need",
    "visited": "your social worker visited",
    "reviewed": "how it goes was reviewed",
    "step_down": "moving on was planned",
    "step_down_back": "moving on was put off",
    "place_lost": "the place in the home was lost",
    "end": "the placement ended",
    "look_back": "somebody asked how it went",
    "care": "your borough wrote what the yearly return to government asks about your care",
    "reported": "what another computer system says about your referral was written down",
}
_SKIPPED: Final = ("row_id", "facts")


def in_words(held: Held) -> str:
    """The whole of it as text."""
    lines = [
        "WHAT IS HELD ABOUT YOU",
        f"Your number here is {held.young_person}. This was put together on "
        f"{held.made_at.date().isoformat()}.",
        "The file subject-access.json beside this one holds the same, word for word.",
        "",
        READ_FIRST,
    ]
    for name, rows in sorted(held.records.items(), key=lambda one: _order(one[0])):
        lines += ["", _title(name).upper()]
        if name == "audit":
            lines += _seen(held)
        elif name == "step":
            lines += _happened(rows)
        else:
            for row in rows:
                lines += [*_fields(row), ""]
            lines.pop()
    return "\n".join(lines) + "\n"


def _order(name: str) -> tuple[int, str]:
    first = ("life", "step", "placement", "resident", "wish", "person_or_place", "audit")
    return (first.index(name) if name in first else len(first), name)


def _title(name: str) -> str:
    return _TABLES.get(name, f"In the table {name}")


def _seen(held: Held) -> Iterator[str]:
    for one in held.seen_by:
        yield f"  {_moment(one['at'])}: {one['role']} of {one['organisation']}: {one['act']}"


def _happened(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        what = _STEPS.get(row["kind"], row["kind"])
        yield f"  {row['taken_on']}, {row['referral_id']}: {what}"
        yield f"      by the {row['role']} of {row['organisation']}"
        if row["said"] is None:
            yield "      what it said was removed"
        else:
            yield from _fields(row["said"], "      ")


def _fields(row: Mapping[str, Any], before: str = "  ") -> Iterator[str]:
    for name, value in row.items():
        if name in _SKIPPED or value in (None, "", [], {}):
            continue
        words = name.replace("_", " ")
        if isinstance(value, Mapping):
            yield f"{before}{words}:"
            yield from _fields(value, before + "  ")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield f"{before}{words}:"
            for one in value:
                yield from _item(one, before + "  ")
        elif isinstance(value, list):
            yield f"{before}{words}: {', '.join(_plain(one) for one in value)}"
        else:
            yield f"{before}{words}: {_plain(value)}"


def _item(one: Any, before: str) -> Iterator[str]:
    if isinstance(one, Mapping):
        lines = list(_fields(one, before + "  "))
        yield from (f"{before}- {lines[0].strip()}", *lines[1:]) if lines else ()
    else:
        yield f"{before}- {_plain(one)}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())


def _moment(text: str) -> str:
    return text[:16].replace("T", " ")
