"""What the service allows at most, whom it answers to, and its secrets; read once at the start.

In production nothing is taken for granted: a secret, the names it answers to, and cookies for https
only. Without production settings the service is for this computer alone and makes a secret of its
own for the time it runs.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import limits

MEGABYTE = 1024 * 1024
SHORTEST_SECRET: Final = 32
_FEWEST_CHARACTERS: Final = 10
_PLACEHOLDERS: Final = ("change", "secret", "example", "default", "password", "insecure")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


class BadSettings(Exception):
    """The service cannot start as it is set; a sentence for each reason."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


@dataclass(frozen=True, slots=True)
class Rates:
    """How often somebody may ask. The figures are our starting assumptions.

    Attributes:
        sign_in: attempts to sign in from one address.
        account: attempts to sign in to one account.
        address: requests of one address where nobody is signed in.
        actor: requests of one account.
    """

    sign_in: str = "60/minute"
    account: str = "10/minute"
    address: str = "600/minute"
    actor: str = "1200/minute"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The boroughs' OpenID Connect provider, and where it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the service; every one is a bound on what one caller can take from the others.

    Attributes:
        match_bytes: largest body with a case, the size a case file may have.
        price_bytes: largest body of a price; a contract text is a few kilobytes.
        body_seconds: how long a body may take to arrive.
        database_seconds: how long the health check waits for the database.
        matches_at_once: matches and questions about a case that run side by side.
        matches_waiting: those that may wait for their turn; one more is told to come back.
        production: others than this computer may reach it: cookies are for https only.
        secret: signs what a browser keeps beside its session; one of its own if none is given.
        threads: how many requests may be at the database at once.
        metrics_secret: what the program that scrapes the metrics shows; None lets none in so.
        hosts: the names it answers to; none are this computer's own and no other.
        proxies: addresses, or networks, of proxies that are believed about who asks.
        rates: how often somebody may ask.
        provider: who vouches for people, beside local accounts; None offers local accounts only.
        simulations: the folder of simulations and of the demand they start from; None offers none.
        patience: seconds for which a page waits for an answer before it says that it takes longer.
    """

    match_bytes: int = 64 * MEGABYTE
    price_bytes: int = MEGABYTE
    body_seconds: float = 60.0
    database_seconds: float = 5.0
    matches_at_once: int = 2
    matches_waiting: int = 8
    production: bool = False
    secret: str = field(default="", repr=False)
    threads: int = 16
    metrics_secret: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    rates: Rates = Rates()
    provider: IdentityProvider | None = None
    simulations: Path | None = None
    patience: float = 0.15

    def __post_init__(self) -> None:
        wrong = [*_wrong(self)]
        if wrong:
            raise BadSettings(*wrong)
        if not self.secret:
            object.__setattr__(self, "secret", secrets.token_urlsafe(SHORTEST_SECRET))

    @property
    def session_cookie(self) -> str:
        """The cookie that holds a session; browsers take `__Host-` over https from us alone."""
        return "__Host-session" if self.production else "session"

    @property
    def forgery_cookie(self) -> str:
        """The cookie that a page of ours sends back as the header `X-CSRFToken`."""
        return "__Host-csrftoken" if self.production else "csrftoken"

    @property
    def state_cookie(self) -> str:
        """The cookie that remembers, for minutes, that this browser went to the provider."""
        return "__Host-sign-in" if self.production else "sign-in"


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment.

    Raises:
        BadSettings: with everything that is wrong, and what is allowed.
    """
    given = os.environ if environment is None else environment

    wrong: list[str] = []

    def value(name: str) -> str:
        return given.get(name, "").strip()

    def secret(name: str) -> str:
        """A secret of the environment, or of a file it names, such as BROKER_SECRET_FILE."""
        file = value(f"{name}_FILE")
        if not file:
            return value(name)
        if value(name):
            wrong.append(f"{name} and {name}_FILE are both set; set one of them")
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            wrong.append(f"{name}_FILE is {file!r}, which cannot be read; allowed: a file of text")
            return ""

    kind = value("BROKER_ENV") or "development"
    if kind not in ("development", "production"):
        wrong.append(f"BROKER_ENV is {kind!r}; allowed: development, production")
    provider, missing = _provider(value)
    usual = Rates()
    names = {name: f"BROKER_RATE_{name.upper()}" for name in Rates.__dataclass_fields__}
    rates = Rates(**{name: value(key) or getattr(usual, name) for name, key in names.items()})
    try:
        made = Settings(
            production=kind == "production",
            secret=secret("BROKER_SECRET"),
            metrics_secret=secret("BROKER_METRICS_SECRET") or None,
            hosts=_listed(value("BROKER_HOSTS").lower()),
            proxies=_listed(value("BROKER_PROXY")),
            rates=rates,
            provider=provider,
            simulations=Path(folder) if (folder := value("BROKER_SIMULATIONS")) else None,
        )
    except BadSettings as refused:
        raise BadSettings(*wrong, *missing, *refused.sentences) from None
    if wrong or missing:
        raise BadSettings(*wrong, *missing)
    return made


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one for one in re.split(r"[\s,]+", text) if one)


_PROVIDER = {
    "issuer": "BROKER_OIDC_ISSUER",
    "client_id": "BROKER_OIDC_CLIENT_ID",
    "client_secret": "BROKER_OIDC_CLIENT_SECRET",
    "redirect": "BROKER_OIDC_REDIRECT",
}


def _provider(value: Callable[[str], str]) -> tuple[IdentityProvider | None, list[str]]:
    given = {name: value(key) for name, key in _PROVIDER.items()}
    if not any(given.values()):
        return None, []
    missing = [
        f"{_PROVIDER[name]} is not set; the four settings BROKER_OIDC_… go together"
        for name, found in given.items()
        if not found
    ]
    return (None if missing else IdentityProvider(**given)), missing


def _wrong(made: Settings) -> Iterator[str]:
    if made.metrics_secret is not None and len(made.metrics_secret) < SHORTEST_SECRET:
        yield (
            "BROKER_METRICS_SECRET is too short to be a secret; allowed: at least "
            f"{SHORTEST_SECRET} random characters, or nothing"
        )
    if made.production:
        yield from _wrong_secret(made.secret)
        if not made.hosts:
            yield "BROKER_HOSTS is not set; allowed: the names people reach the service by"
    for host in made.hosts:
        if not _HOST.fullmatch(host) and not is_address(host):
            yield f"BROKER_HOSTS has {host!r}; allowed: names without port, separated by commas"
    for proxy in made.proxies:
        if not _network(proxy):
            yield f"BROKER_PROXY has {proxy!r}; allowed: addresses or networks of proxies"
    for name in Rates.__dataclass_fields__:
        rate = getattr(made.rates, name)
        try:
            limits.parse(rate)
        except ValueError:
            yield f"BROKER_RATE_{name.upper()} is {rate!r}; allowed: such as 60/minute"
    if made.provider is not None:
        yield from _wrong_provider(made.provider, made.production)


def _wrong_secret(secret: str) -> Iterator[str]:
    random = (
        f"at least {SHORTEST_SECRET} random characters, such as "
        "python3 -c 'import secrets; print(secrets.token_urlsafe())' makes"
    )
    if not secret:
        yield f"BROKER_SECRET is not set; allowed: {random}"
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < _FEWEST_CHARACTERS:
        yield f"BROKER_SECRET is too short or too simple; allowed: {random}"
    elif any(word in secret.lower() for word in _PLACEHOLDERS):
        yield f"BROKER_SECRET looks like a placeholder of an example; allowed: {random}"


def _wrong_provider(provider: IdentityProvider, production: bool) -> Iterator[str]:
    for name in ("issuer", "redirect"):
        address = getattr(provider, name)
        parts = urlsplit(address)
        secure = parts.scheme == "https" or (parts.scheme == "http" and not production)
        if not secure or not parts.netloc or parts.fragment:
            yield f"{_PROVIDER[name]} is {address!r}; allowed: an https address"
    if not urlsplit(provider.redirect).path.endswith("/sign-in/callback"):
        yield f"{_PROVIDER['redirect']} must lead to /sign-in/callback of this service"


def is_address(text: str) -> bool:
    """Whether a text is an address of a computer, an IPv6 one in brackets or without."""
    try:
        ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _network(text: str) -> bool:
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False
