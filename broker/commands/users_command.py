"""Accounts: add one, list them, end one. There is no default account and no default password.

A password is asked for at the terminal, or read from the first line of stdin; it is never an
option, where others could see it.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from broker.access.accounts import (
    BadAccount,
    NewAccount,
    accounts_on_record,
    add_account,
    end_account,
)
from broker.access.actor import Role
from broker.audit.chain import Record, add_entry
from broker.commands.endings import DONE, Refused
from broker.commands.output import show
from broker.commands.who import account, at_the_command_line
from broker.database import engine_from_environment, migrate, reading, writing
from broker.store.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker users`."""
    kinds = parser.add_subparsers(dest="what", metavar="add|list|end", required=True)
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
    end = kinds.add_parser("end", help="end an account and whatever it has open")
    end.add_argument("account", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    """Add, list or end."""
    engine = engine_from_environment()
    migrate(engine)
    if arguments.what == "list":
        with reading(engine) as session:
            rows = accounts_on_record(session)
            lines = [
                f"{row.account_id}  {row.role}  {row.organisation_id}"
                f"{'  program' if row.program else ''}{'  ended' if row.ended_at else ''}"
                for row in rows
            ]
        show("\n".join(lines) or "No account is on record yet.")
        return DONE
    actor = at_the_command_line(account())
    if arguments.what == "end":
        with writing(engine) as session:
            if not end_account(session, arguments.account, now()):
                raise Refused(f"There is no account {arguments.account} to end.")
            add_entry(session, actor, "account.end", Record("account", arguments.account), at=now())
        show(f"{arguments.account} has ended.")
        return DONE
    secret = None if arguments.subject is not None else _password()
    new = NewAccount(
        account_id=arguments.account,
        role=Role(arguments.role),
        organisation=arguments.organisation,
        homes=tuple(arguments.home),
        secret=secret,
        subject=arguments.subject,
        program=arguments.program,
    )
    try:
        with writing(engine) as session:
            add_account(session, new, now())
            after = {"role": new.role.value, "organisation": new.organisation}
            record = Record("account", new.account_id)
            add_entry(session, actor, "account.add", record, at=now(), after=after)
    except BadAccount as refused:
        raise Refused(*refused.sentences) from None
    show(f"{new.account_id} is added: {new.role.value} of {new.organisation}.")
    return DONE


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise Refused("The two passwords differ. Nothing was written.")
    return first
