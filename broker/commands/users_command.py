"""Accounts: add, list, end, unlock, new password. There is no default account or password.

A password is asked for at the terminal, or read from the first line of stdin; it is never an
option, where others could see it.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from sqlmodel import Session

from broker.access.accounts import (
    AccountSeen,
    BadAccount,
    Changes,
    NewAccount,
    accounts_on_record,
    add_account,
    change_account,
)
from broker.access.actor import Actor, Role
from broker.audit.chain import Record, add_entry
from broker.commands.endings import DONE, Refused
from broker.commands.output import show
from broker.commands.who import operator
from broker.database import engine_from_environment, migrate, reading, writing
from broker.store.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker users`."""
    kinds = parser.add_subparsers(
        dest="what", metavar="add|list|end|unlock|password", required=True
    )
    add = kinds.add_parser("add", help="add an account")
    add.add_argument("account", metavar="NAME", help="2 to 64 letters, digits, . _ @ or -")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument(
        "--organisation",
        required=True,
        metavar="ID",
        help="partnership, a borough's code, or a provider with a home on record",
    )
    add.add_argument("--home", action="append", default=[], metavar="ID", help="may be repeated")
    add.add_argument("--program", action="store_true", help="a program, which asks for tokens")
    add.add_argument("--subject", metavar="TEXT", help="who they are to the identity provider")
    kinds.add_parser("list", help="list accounts")
    for name, words in _CHANGES.items():
        kinds.add_parser(name, help=words).add_argument("account", metavar="NAME")


_CHANGES = {
    "end": "end an account and whatever it has open",
    "unlock": "let an account in again after too many wrong passwords",
    "password": "give an account a new password; what it has open ends",
}


def run(arguments: argparse.Namespace) -> int:
    """Add, list or change."""
    engine = engine_from_environment()
    migrate(engine)
    if arguments.what == "list":
        with reading(engine) as session:
            lines = [_line(one) for one in accounts_on_record(session)]
        show("\n".join(lines) or "No account is on record yet.")
        return DONE
    actor = operator()
    secret = _password() if _needs_password(arguments) else None
    try:
        with writing(engine) as session:
            done = _add if arguments.what == "add" else _change
            said = done(session, actor, arguments, secret)
    except BadAccount as refused:
        raise Refused(*refused.sentences, "Nothing was written.") from None
    show(said)
    return DONE


def _line(one: AccountSeen) -> str:
    homes = f"  of {', '.join(one.homes)}" if one.homes else ""
    kind = "  program" if one.program else ""
    by = "" if one.password else "  by the identity provider"
    locked = one.locked_until is not None and one.locked_until > now()
    state = "  ended" if one.ended_at else "  locked" if locked else ""
    return f"{one.account_id}  {one.role.value}  {one.organisation}{homes}{kind}{by}{state}"


def _needs_password(arguments: argparse.Namespace) -> bool:
    adds = arguments.what == "add" and arguments.subject is None
    return adds or arguments.what == "password"


def _change(
    session: Session, actor: Actor, arguments: argparse.Namespace, secret: str | None
) -> str:
    name, what = arguments.account, arguments.what
    changes = Changes(end=what == "end", unlock=what == "unlock", secret=secret)
    if not change_account(session, name, changes, now()):
        raise Refused(f"There is no account {name}. Nothing was written.")
    add_entry(session, actor, "account.change", Record("account", name), at=now(),
              after={"what": what})  # fmt: skip
    return {
        "end": f"{name} has ended.",
        "unlock": f"{name} may sign in again.",
        "password": f"{name} has a new password.",
    }[what]


def _add(session: Session, actor: Actor, arguments: argparse.Namespace, secret: str | None) -> str:
    new = NewAccount(
        account_id=arguments.account,
        role=Role(arguments.role),
        organisation=arguments.organisation,
        homes=tuple(arguments.home),
        secret=secret,
        subject=arguments.subject,
        program=arguments.program,
    )
    add_account(session, new, now())
    after = {"role": new.role.value, "organisation": new.organisation, "homes": list(new.homes)}
    add_entry(
        session, actor, "account.add", Record("account", new.account_id), at=now(), after=after
    )
    return f"{new.account_id} is added: {new.role.value} of {new.organisation}."


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise Refused("The two passwords differ. Nothing was written.")
    return first
