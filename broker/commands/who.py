"""Who asks: the name that stands in the records beside what was done."""

from __future__ import annotations

import argparse
import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broker.access.actor import Actor

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role


def add_by(parser: argparse.ArgumentParser, words: str) -> None:
    """The option that names who asks; the name of the account where it is left out."""
    parser.add_argument("--by", metavar="NAME", type=_name, help=f"{words} [your account's name]")
    parser.set_defaults(by=account())


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise argparse.ArgumentTypeError("allowed: a name")
    return name


def at_the_command_line(name: str) -> Actor:
    """Whoever runs a command, as the audit names them."""
    from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role

    kind = OrganisationKind.PARTNERSHIP
    return Actor(name, Role.ADMINISTRATOR, PARTNERSHIP, kind, via="command line")


def account() -> str:
    """The name of the operating system's account that runs the command."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def operator() -> Actor:
    """Whoever runs a command on the service's own machine: an administrator of the partnership."""
    return Actor(
        account(),
        Role.ADMINISTRATOR,
        PARTNERSHIP,
        OrganisationKind.PARTNERSHIP,
        via="command line",
    )
