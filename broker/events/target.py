"""Where events may be sent: an https address of the open internet, or in development any.

An address is looked at when it is subscribed and again each time something is sent, and what is
connected to is the very number that was looked at: a name that changes its mind leads nowhere.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2000
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class BadTarget(Exception):
    """Nothing may be sent there, in a sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's address in its parts."""

    secure: bool
    host: str
    port: int
    path: str


def production() -> bool:
    """Whether this is no development: then nothing is sent to this computer or its neighbours."""
    return (os.environ.get("BROKER_ENV", "").strip() or "development") != "development"


def parse_target(address: str, *, open_only: bool) -> Target:
    """The parts of an address.

    Raises:
        BadTarget: it is none that events may be sent to.
    """
    if len(address) > LONGEST or not address.isascii() or not address.isprintable():
        raise BadTarget(f"allowed: an address of up to {LONGEST} plain letters")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadTarget("it is no address; allowed: https://HOST/PATH") from None
    if parts.scheme != "https" and (open_only or parts.scheme != "http"):
        raise BadTarget("allowed: https://, so that nobody reads or alters what is sent")
    if not host or " " in address:
        raise BadTarget("it names no host; allowed: https://HOST/PATH")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadTarget("allowed: no name, password or #part in the address")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def number_of(target: Target, *, open_only: bool) -> str:
    """The number to connect to.

    Raises:
        BadTarget: the host is not known, or one of its numbers is of this computer or of a private
            network.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadTarget(f"the host {target.host} is not known") from None
    numbers = [str(one[4][0]) for one in found]
    if not numbers:
        raise BadTarget(f"the host {target.host} is not known")
    if open_only and not all(map(is_open, numbers)):
        raise BadTarget(
            f"the host {target.host} is this computer or in a private network; events go to the "
            "open internet only (but with BROKER_ENV=development)"
        )
    return numbers[0]


def is_open(number: str) -> bool:
    """Whether a number is of the open internet, whatever it is wrapped in."""
    address = ipaddress.ip_address(number.partition("%")[0])
    inner: ipaddress.IPv4Address | None = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None and address.teredo is not None:
            return False
    if inner is not None:
        return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast
