"""Signing in by the boroughs' OpenID Connect provider: the code flow with PKCE, state and nonce.

What a browser must bring back (state, nonce, the proof key) lies in a signed cookie of its own for
ten minutes. The provider says who somebody is; whether they have an account is ours to know.
"""

from __future__ import annotations

import hmac
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from itsdangerous import BadData, URLSafeTimedSerializer

from api.problems import ProblemError
from api.settings import IdentityProvider, Settings

MINUTES_AWAY: Final = 10
_SECONDS: Final = 10.0
_SIGNED_BY: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures that only the provider can make; none, and those with a shared secret, are refused."""
_LONGEST = 2048
_LONGEST_COOKIE: Final = 3500
"""Characters of a cookie that every browser keeps, with its name and terms (RFC 6265, 6.1)."""


@dataclass(frozen=True, slots=True)
class Away:
    """What is remembered of a browser that went to the provider, and where it goes afterwards."""

    state: str
    nonce: str
    verifier: str
    back: str


class Provider:
    """The identity provider as the service uses it, its metadata fetched when they are needed."""

    def __init__(self, given: IdentityProvider, settings: Settings) -> None:
        self._given = given
        self._signer = URLSafeTimedSerializer(settings.secret, "sign-in")
        self._client: Any = None

    async def start(self, back: str) -> tuple[str, str]:
        """Where to send a browser, and the cookie by which it is known again.

        `back` is the page of ours it goes to once it has signed in; one that no cookie can hold is
        the start page.

        Raises:
            ProblemError: the provider cannot be used.
        """
        client = await self._ready()
        made = await client.create_authorization_url(self._given.redirect)
        away = Away(made["state"], made["nonce"], made["code_verifier"], back)
        signed = str(self._signer.dumps(asdict(away)))
        if len(signed) > _LONGEST_COOKIE:
            signed = str(self._signer.dumps(asdict(replace(away, back="/"))))
        return str(made["url"]), signed

    async def subject(self, cookie: str, state: str | None, code: str | None) -> tuple[str, str]:
        """Who somebody is to the provider when their browser comes back, and where they go on.

        Raises:
            ProblemError: this browser did not go there, too long ago, or with another state; the
                provider does not take the code; or what it says does not hold.
        """
        away = self._away(cookie)
        if not hmac.compare_digest(away.state.encode(), (state or "").encode()):
            raise _refused("The state is not the one this browser was sent away with.")
        if not code or len(code) > _LONGEST:
            raise _refused("The provider gave no code.")
        client = await self._ready()
        from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
        from joserfc.errors import JoseError

        try:
            token = await self._asked(
                client.fetch_access_token(
                    redirect_uri=self._given.redirect, code=code, code_verifier=away.verifier
                )
            )
            claims = await self._asked(client.parse_id_token(token, nonce=away.nonce))
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as problem:
            name = type(problem).__name__
            raise _refused(f"What the provider says does not hold ({name}).") from None
        subject = claims.get("sub") if claims else None
        if not isinstance(subject, str) or not subject or not claims.get("nonce"):
            raise _refused("The provider does not say who this is.")
        return subject, away.back

    def _away(self, cookie: str) -> Away:
        try:
            told = self._signer.loads(cookie, max_age=MINUTES_AWAY * 60)
            return Away(**told)
        except (BadData, TypeError):
            detail = (
                "This browser was not sent to the provider in the last "
                f"{MINUTES_AWAY} minutes, or came back before."
            )
            raise _refused(detail) from None

    async def _ready(self) -> Any:
        """The client, once the provider's metadata is there and is that of the issuer named."""
        from authlib.integrations.starlette_client import (  # type: ignore[import-untyped]
            OAuth,
        )

        if self._client is None:
            issuer = self._given.issuer.rstrip("/")
            client = OAuth().register(
                "provider",
                client_id=self._given.client_id,
                client_secret=self._given.client_secret,
                server_metadata_url=f"{issuer}/.well-known/openid-configuration",
                client_kwargs={
                    "scope": "openid",
                    "code_challenge_method": "S256",
                    "timeout": _SECONDS,
                },
            )
            metadata = await self._asked(client.load_server_metadata())
            if str(metadata.get("issuer", "")).rstrip("/") != issuer:
                raise _away_now("it is not the issuer that is set")
            named = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
            metadata["id_token_signing_alg_values_supported"] = [
                name for name in named if name in _SIGNED_BY
            ]
            self._client = client
        return self._client

    async def _asked(self, asked: Any) -> Any:
        """What the provider answers."""
        import httpx2

        try:
            return await asked
        except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
            raise _away_now(type(problem).__name__) from None


def _refused(detail: str) -> ProblemError:
    return ProblemError("sign-in-refused", detail)


def _away_now(reason: str) -> ProblemError:
    return ProblemError("provider-away", f"The identity provider cannot be used: {reason}.")
