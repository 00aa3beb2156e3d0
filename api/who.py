"""Who asks: the actor of a request, and the refusals that follow from who it is."""

from __future__ import annotations

from starlette.requests import Request

from api.problems import ProblemError
from broker.access.actor import Actor
from broker.access.allowed import ACTS, Scope


def actor_of(request: Request) -> Actor:
    """Whoever is signed in, by a session or a token.

    Raises:
        ProblemError: nobody is.
    """
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        detail = "Sign in, or send a token: Authorization: Bearer …"
        raise ProblemError("not-signed-in", detail, headers={"WWW-Authenticate": "Bearer"})
    return actor


def not_allowed(actor: Actor, act: str) -> ProblemError:
    """The refusal of an act that the role may never do."""
    allowed = ACTS[act]
    roles = ", ".join(sorted(role.value for role in allowed.roles))
    where = ", of a borough" if allowed.scope is Scope.BOROUGH else ""
    detail = f"The role {actor.role.value} may not do {act}; it is for: {roles}{where}."
    return ProblemError("not-allowed", detail, act=act)
