"""Accounts as administrators keep them over HTTP: each call is one transaction with its entry."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from api.once import Answered, Once, before, keep
from api.problems import InputError, ProblemError, bad_input
from api.session_models import AccountChange, AccountNew
from broker.access.accounts import (
    AccountSeen,
    BadAccount,
    Changes,
    NewAccount,
    accounts_on_record,
    add_account,
    change_account,
    version_of,
)
from broker.access.actor import Actor, Role
from broker.audit.chain import Record, add_entry
from broker.store.clock import now

NOT_HERE = "There is no account of this name."


def page(session: Session, actor: Actor, *, limit: int, after: str) -> Answered:
    """Accounts by their names, a page at a time."""
    found = accounts_on_record(session, after=after, limit=limit + 1)
    more = found[limit - 1].account_id if len(found) > limit else None
    add_entry(session, actor, "account.list", Record("accounts", "list"), at=now())
    return Answered(200, {"accounts": [_shown(one) for one in found[:limit]], "next": more})


def add(session: Session, actor: Actor, given: AccountNew, once: Once) -> Answered:
    """Make an account."""
    answered = before(session, once)
    if answered is not None:
        return answered
    at = now()
    new = NewAccount(
        account_id=given.account,
        role=Role(given.role),
        organisation=given.organisation,
        homes=tuple(given.homes),
        secret=given.password,
        subject=given.subject,
        program=given.program,
    )
    try:
        add_account(session, new, at)
    except BadAccount as refused:
        raise _told(refused) from None
    after = {"role": new.role.value, "organisation": new.organisation, "homes": list(new.homes)}
    told = _read(session, new.account_id)
    answered = _answered(201, told, f"/api/accounts/{new.account_id}")
    keep(session, once, answered, at)
    add_entry(session, actor, "account.add", Record("account", new.account_id), at=at, after=after)
    return answered


def change(
    session: Session, actor: Actor, account: str, given: AccountChange, seen: str
) -> Answered:
    """Change an account that was seen at a version.

    Raises:
        ProblemError: there is none, it has changed since, or it cannot be changed so.
    """
    if account == actor.id and given.ended:
        allowed = "not your own account: another administrator ends it"
        raise bad_input([InputError(allowed, ("ended",), value="true")])
    version = version_of(session, account)
    if version is None:
        raise ProblemError("not-found", NOT_HERE)
    if version != seen:
        detail = f"The account is at version {version} now. Read it again."
        raise ProblemError("changed", detail)
    at = now()
    changes = Changes(
        end=given.ended is True,
        unlock=given.unlock is True,
        homes=None if given.homes is None else tuple(given.homes),
        secret=given.password,
    )
    try:
        change_account(session, account, changes, at)
    except BadAccount as refused:
        raise _told(refused) from None
    after = {
        "ended": changes.end,
        "unlocked": changes.unlock,
        "homes": None if changes.homes is None else list(changes.homes),
        "new_password": changes.secret is not None,
    }
    add_entry(session, actor, "account.change", Record("account", account), at=at, after=after)
    return _answered(200, _read(session, account))


def _answered(status: int, told: dict[str, Any], location: str | None = None) -> Answered:
    return Answered(status, told, location, f'"{told["version"]}"')


def _read(session: Session, account: str) -> dict[str, Any]:
    return _shown(accounts_on_record(session, only=account)[0])


def _shown(one: AccountSeen) -> dict[str, Any]:
    locked, ended = one.locked_until, one.ended_at
    return {
        "account": one.account_id,
        "version": one.version,
        "role": one.role.value,
        "organisation": one.organisation,
        "homes": list(one.homes),
        "program": one.program,
        "subject": one.subject,
        "has_password": one.password,
        "locked_until": None if locked is None else locked.isoformat(),
        "made_at": one.made_at.isoformat(),
        "ended_at": None if ended is None else ended.isoformat(),
    }


def _told(refused: BadAccount) -> ProblemError:
    return bad_input([InputError(sentence, ()) for sentence in refused.sentences])
