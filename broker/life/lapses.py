"""What an amended form undoes: the verification that rested on what it said before.

Need met and funding agreed were said of a young person as the form told them. Where it tells of
other needs, another band's inputs or other days, they are said anew, by the verifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from broker.life import steps as said
from broker.life.form import Form
from broker.life.gate import PROCESS, Known, Missing
from broker.life.state import CLOSED, Life, State, Taken, what
from broker.life.steps import Said

RISKS = tuple(name for name in Form.model_fields if name.startswith("risk_"))
"""The form's fields on what the young person is at risk of, or a risk to others by."""

WHAT_IS_VERIFIED = (
    "date_of_birth",
    "sex",
    "needed_by",
    "planned_months",
    "living_companions",
    "band",
    "needs",
    "communication_needs",
    "communication",
    "home_adaptation",
    "cultural_needs",
    "additional_support",
    *RISKS,
    "foster_care",
    "residential_care",
    "supported_accommodation",
    "provision",
    "liberty",
)
"""What of a form the words “need met, funding agreed” rest on: needs, what a band is scored from,
and the days. Which fields these are is our reading."""


def changed_since(life: Life, step: Taken, names: Sequence[str]) -> list[str]:
    """Which of these fields the form says otherwise than when a step was taken."""
    forms = [
        one.said.form
        for one in life.steps
        if one.number < step.number and isinstance(one.said, said.Open | said.Amend)
    ]
    assert life.form is not None
    return [name for name in names if getattr(forms[-1], name) != getattr(life.form, name)]


def lapsed(life: Life) -> list[str]:
    """What was changed since the need and the funding were verified; nothing while it holds."""
    verification = life.verification
    if verification is None or not what(verification, said.Verify).passed:
        return []
    changed = changed_since(life, verification, WHAT_IS_VERIFIED)
    assert life.banding is not None
    if life.banding.number > verification.number and "band" not in changed:
        changed.append("band")
    return changed


def verified_as_it_is(life: Life, _one: Said, _known: Known) -> Iterator[Missing]:
    """The form says what it said when it was verified; in an emergency a duty follows instead."""
    changed = [] if life.emergency else lapsed(life)
    if changed:
        yield Missing("VERIFIED", PROCESS, _sentence(changed), "verifier")


def notices(life: Life) -> Iterator[str]:
    """What the reader of a life must know first: what lapsed, and what was told all the same."""
    changed = lapsed(life) if life.state not in CLOSED | {State.DRAFT} else []
    if changed:
        yield _sentence(changed)
    amended = [step for step in life.steps if step.kind == "amend"]
    for sentence in amended[-1].facts.get("agreements", ()) if amended else ():
        yield (
            f"The last amendment, of {amended[-1].on}, tells of a risk and was taken although "
            f"{sentence}."
        )


def _sentence(changed: Sequence[str]) -> str:
    return (
        f"the verification lapsed: amended since were {', '.join(changed)}; need and funding are "
        "verified anew, by somebody other than who amended, before a home is shortlisted, asked "
        "or decided for"
    )
