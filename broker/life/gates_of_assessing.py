"""Gates of the impact assessment: signed by the home's manager, and of those who live there now.

An assessment is of the young person as the form tells them and of the household as it is. Somebody
new in the household, or a form that tells of other needs or risks, makes it one of somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from broker.life import steps as said
from broker.life.gate import IMPACT, Known, Missing
from broker.life.lapses import RISKS, changed_since
from broker.life.state import Life, what


def impact_is_signed(life: Life, one: Any, _known: Known) -> Iterator[Missing]:
    """The registered manager signed, for this offer, what moving in means for those there."""
    impact, offer = life.impacts.get(one.home_id), life.offers.get(one.home_id)
    if impact is None or (offer is not None and impact.number < offer.made.number):
        sentence = (
            f"the registered manager of {one.home_id} has not signed an assessment of what moving "
            "in means for those who live there"
        )
        yield Missing("IMPACT", IMPACT, sentence, "registered_manager")
    elif not what(impact, said.Impact).can_live_together:
        sentence = f"the registered manager of {one.home_id} found that they cannot live together"
        yield Missing("IMPACT", IMPACT, sentence, "registered_manager")


def impact_is_of_now(life: Life, one: Any, known: Known) -> Iterator[Missing]:
    """Nobody came to the home, and the form tells nothing new, since the manager signed."""
    impact = life.impacts.get(one.home_id)
    if impact is None:
        return
    if one.home_id in known.newcomers:
        sentence = (
            f"somebody has come to {one.home_id}, or was decided for it, since its registered "
            "manager signed: the assessment is of those who live there now"
        )
        yield Missing("IMPACT", IMPACT, sentence, "registered_manager")
    changed = changed_since(life, impact, WHAT_IS_ASSESSED)
    if changed:
        sentence = (
            f"the form was amended since the registered manager of {one.home_id} signed: "
            f"{', '.join(changed)}"
        )
        yield Missing("IMPACT", IMPACT, sentence, "registered_manager")


WHAT_IS_ASSESSED = (
    "date_of_birth",
    "sex",
    "needs",
    "living_companions",
    "sibling_group",
    "must_not_live_with",
    "caution_with",
    "liberty",
    "communication",
    "home_adaptation",
    "additional_support",
    *RISKS,
)
"""What of a form an impact assessment rests on."""
