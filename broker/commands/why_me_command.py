"""Why a provider's homes were asked, and why not: for a provider to be told.

What its homes were offered by band stands beside its share of the places and the consortium's
totals, with the recorded reasons. No other provider's own numbers show: totals are told for one
whole quarter that is over, and hidden where they would give another away.
"""

from __future__ import annotations

import argparse

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import Record, add_entry
from broker.audit.showed import ids_in
from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import json_text, show, tell
from broker.commands.who import account
from broker.database import engine_from_environment, migrate, writing
from broker.offer_reasons.answer import Asked, NoSuchProvider, explain_offers
from broker.offer_reasons.words import words
from broker.store.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker why-me`."""
    parser.add_argument("--provider", metavar="NAME", required=True, help="whose homes")
    parser.add_argument(
        "--from", dest="start", metavar="YYYY-MM-DD", type=parse.day, required=True,
        help="first day",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="end", metavar="YYYY-MM-DD", type=parse.day, required=True,
        help="day after the last",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Explain the offers of a period; that somebody looked is on record."""
    if arguments.end <= arguments.start:
        raise Refused(f"--to {arguments.end}: allowed: a day after --from, {arguments.start}.")
    engine = engine_from_environment()
    migrate(engine)
    actor = Actor(
        account(), Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP, via="command line"
    )
    asked = Asked(arguments.provider, arguments.start, arguments.end)
    at = now()
    try:
        with writing(engine) as session:
            told = explain_offers(session, actor, asked, at.astimezone().date())
            showed = ids_in([*told["offers"], *told["not_offered"]])
            about = Record("provider", asked.provider)
            add_entry(session, actor, "offer.reasons", about, at=at, showed=showed)
    except NoSuchProvider:
        raise Refused(f"No home of a provider {arguments.provider} is on record.") from None
    if arguments.json:
        show(json_text(told))
    else:
        tell(words(told))
    return DONE
