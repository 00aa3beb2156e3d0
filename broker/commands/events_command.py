"""Events told to other systems: who is told, what waits, what is dead.

subscribe ADDRESS tells an address of offers, decisions, moving in and endings, and shows once the
key by which it knows that they are ours; unsubscribe NUMBER ends that. list shows how each telling
stands. A dead one holds up what comes after it for the same young person: retry NUMBER tries it
anew (retry alone: all), drop NUMBER --reason gives it up. `broker worker` sends.
"""

from __future__ import annotations

import argparse
from typing import Any

from sqlmodel import Session

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.export_903_command import borough_of
from broker.commands.output import answer
from broker.commands.who import add_by, at_the_command_line
from broker.database import engine_from_environment, migrate, writing
from broker.events import deliveries, sign
from broker.events.subscriptions import subscribe, subscriptions, unsubscribe
from broker.events.target import BadTarget, production
from broker.store.clock import now
from broker.tables.events import DELIVERY_STATES, EVENT_KINDS

ACTIONS = ("list", "subscribe", "unsubscribe", "retry", "drop")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker events`."""
    parser.add_argument("action", choices=ACTIONS, help="what to do")
    parser.add_argument("what", nargs="?", metavar="ADDRESS|NUMBER", help="which")
    parser.add_argument("--kinds", metavar="K,K", help=f"[{','.join(EVENT_KINDS)}]")
    parser.add_argument("--borough", metavar="CODE", type=borough_of, help="of one borough alone")
    parser.add_argument("--state", choices=DELIVERY_STATES, help="list only these")
    parser.add_argument("--reason", metavar="T", type=parse.reason, help="why it is given up")
    add_by(parser, "who does it, for the audit")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Do it, all of it or nothing."""
    engine = engine_from_environment()
    migrate(engine)
    with writing(engine) as session:
        facts, words = _ACTIONS[arguments.action](session, arguments)
    answer(arguments.json, lambda: facts, lambda: words)
    return DONE


Told = tuple[dict[str, Any], str]


def _subscribe(session: Session, arguments: argparse.Namespace) -> Told:
    kinds = EVENT_KINDS if arguments.kinds is None else tuple(arguments.kinds.split(","))
    wrong = [kind for kind in kinds if kind not in EVENT_KINDS]
    if wrong or arguments.what is None:
        given = f"“{wrong[0]}” is no kind. " if wrong else "Name the address. "
        raise Refused(f"{given}Allowed kinds: {', '.join(EVENT_KINDS)}.")
    try:
        secret = sign.secret_from_environment()
        number = subscribe(
            session, at_the_command_line(arguments.by), arguments.what, now(),
            open_only=production(), kinds=kinds, borough=arguments.borough,
        )  # fmt: skip
    except (BadTarget, sign.NoSecret) as refused:
        raise Refused(f"Nothing was subscribed: {refused}.") from None
    key = sign.key_of(secret, number)
    whose = arguments.borough or "every borough"
    words = (
        f"Subscription {number}: {arguments.what} is told of {', '.join(kinds)} of {whose}.\n"
        f"Its key, to check {sign.HEADER} with, is shown this once: {key}"
    )
    return {"subscription": number, "key": key, "kinds": list(kinds)}, words


def _unsubscribe(session: Session, arguments: argparse.Namespace) -> Told:
    number = _number(arguments)
    if not unsubscribe(session, at_the_command_line(arguments.by), number, now()):
        raise Refused(f"There is no subscription {number}.")
    return {"ended": number}, f"Subscription {number} ended; what waited for it was dropped."


def _retry(session: Session, arguments: argparse.Namespace) -> Told:
    which = None if arguments.what is None else _number(arguments)
    number = deliveries.retry(session, at_the_command_line(arguments.by), which, now())
    if which is not None and not number:
        raise Refused(f"{which} is not dead.")
    return {"retried": number}, f"{number} dead to be tried anew."


def _drop(session: Session, arguments: argparse.Namespace) -> Told:
    number = _number(arguments)
    if arguments.reason is None:
        raise Refused("Say why, with --reason.")
    who = at_the_command_line(arguments.by)
    if not deliveries.drop(session, who, number, arguments.reason, now()):
        raise Refused(f"{number} neither waits nor is dead.")
    return {"dropped": number}, f"{number} was given up."


def _list(session: Session, arguments: argparse.Namespace) -> Told:
    counts = deliveries.counts(session)
    told = [
        {**one, "due_at": one["due_at"].isoformat(), "happened_at": one["happened_at"].isoformat()}
        for one in deliveries.listed(session, arguments.state)
    ]
    who = [
        {name: one[name] for name in ("subscription_id", "target", "kinds", "borough")}
        for one in subscriptions(session)
    ]
    lines = [
        f"{one['subscription_id']}: {one['target']}, {one['kinds'].replace(';', ', ')}, "
        f"{one['borough'] or 'every borough'}"
        for one in who
    ] or ["Nobody is told of events."]
    states = ", ".join(f"{state} {counts.get(state, 0)}" for state in DELIVERY_STATES)
    lines.append(f"Tellings: {states}.")
    lines += [
        f"  {one['delivery_id']}: {one['state']}, {one['kind']} of {one['referral_id']} to "
        f"subscription {one['subscription_id']}, attempt {one['attempt']}"
        + (f": {one['said']}" if one["said"] else "")
        for one in told
        if arguments.state is not None or one["state"] in deliveries.OPEN
    ]
    return {"subscriptions": who, "counts": counts, "deliveries": told}, "\n".join(lines)


def _number(arguments: argparse.Namespace) -> int:
    text = arguments.what or ""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Refused("Name it by its number, as `broker events list` shows it.")
    return int(text)


_ACTIONS = {
    "list": _list,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "retry": _retry,
    "drop": _drop,
}
