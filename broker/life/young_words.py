"""Words for a young person: what a home is like, and why a home said no, as they could be told it.

Short words and short sentences; none names or tells of anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HELPS: Final[Mapping[str, str]] = {
    "wheelchair": "You can get about in a wheelchair.",
    "ground_floor_room": "There is a room on the ground floor.",
    "hearing_loop": "There is help if you find it hard to hear.",
    "bsl": "Some staff use sign language.",
    "makaton": "Some staff use Makaton signs.",
    "esol": "Staff help you with English.",
    "interpreter": "Somebody can speak your language with you.",
    "autism": "Staff know about autism.",
    "learning_disability": "Staff help you if you find it hard to learn.",
    "adhd": "Staff know about ADHD.",
    "epilepsy": "Staff know what to do if you have a fit.",
    "diabetes": "Staff know how to help with diabetes.",
    "medication_complex": "Staff can help with all your medicine.",
    "therapeutic_support": "There is somebody to talk to about hard things.",
    "mental_health": "Staff help when you feel very low or upset.",
    "eating_disorder": "Staff help if food and eating are hard for you.",
    "self_harm": "Staff help to keep you safe when things are too much.",
    "substance_misuse": "Staff help with drink and drugs.",
    "fire_setting": "The home is made safe from fire.",
    "harmful_sexual_behaviour": "Staff help all who live there to stay safe.",
    "exploitation": "Staff help if people try to use you.",
    "going_missing": "Staff look for you, and care, if you go missing.",
    "offending": "Staff help you stay out of trouble.",
    "waking_night": "Staff are awake all night.",
    "one_to_one": "Somebody can be with just you when you need it.",
    "two_to_one": "Two staff can be with just you when you need it.",
    "education_on_site": "You can learn at the home.",
    "transport_to_school": "Staff take you to school every day.",
    "halal": "The food can be halal.",
    "kosher": "The food can be kosher.",
    "faith_practice": "Staff help you keep your faith.",
    "hair_and_skin_care": "Staff know how to care for Black and mixed hair and skin.",
    "pets_welcome": "A pet can come too.",
    "no_pets": "There are no pets there.",
}
"""What a home helps with, by the tag of the need."""

WHO_CAN_LIVE: Final[Mapping[frozenset[str], str]] = {
    frozenset({"F", "M"}): "Girls and boys can live there.",
    frozenset({"F"}): "The home is for girls.",
    frozenset({"M"}): "The home is for boys.",
}
"""Whom a home is for, in general: nothing of those who live there now."""

JUDGED: Final[Mapping[str, str]] = {
    "outstanding": "The people who check homes said it is a very good home.",
    "good": "The people who check homes said it is a good home.",
    "requires_improvement": "The people who check homes said some things must get better.",
    "inadequate": "The people who check homes said it is not good enough.",
    "not_yet": "It is a new home. The people who check homes have not been yet.",
}
"""What the inspectorate's last judgement means."""

UNJUDGED: Final = "We do not know what the people who check homes said of it."

SAID_NO: Final[Mapping[str, str]] = {
    "no_longer_free": "The place was not free any more.",
    "needs_not_met": "The staff there could not give you the help you need.",
    "mix_of_residents": "It would not have been right for you and those who live there.",
    "staffing": "The home did not have enough staff.",
    "location_unsafe": "You would not have been safe in that area.",
    "registration": "The rules for that home did not let you move in.",
    "other": "The people who run the home said no.",
}
"""Why a home said no, by the code of its answer."""

MATTERS: Final[Mapping[str, str]] = {
    "school": "Your school",
    "family": "Your family",
    "friend": "A friend",
    "health": "Your doctor or other health care",
    "faith": "Where you go for your faith",
    "other": "Another place that matters to you",
}
"""Who or what matters, in the words of the sheet."""

READ_BY_THEM: Final = "The young person reads this: write to them, and about nobody else."
"""Said at each field whose text a sheet or a letter quotes."""

YOUNG_AREA: Final[Mapping[str, str]] = {
    "in_area": ", which is your borough",
    "adjoining": ", which is next to your borough",
    "distant": ", which is not next to your borough",
}
"""Where a home lies from the young person's borough."""

YOUNG_ROLES: Final[Mapping[str, str]] = {
    "broker": "a broker, who looks for homes,",
    "assessor": "somebody of your borough",
    "verifier": "somebody of your borough",
    "nominated_officer": "a senior officer of your borough",
    "director": "the head of children’s services",
    "registered_manager": "the manager of the home",
    "provider": "somebody of those who run the home",
    "commissioner": "somebody of those who pay for homes",
    "finance": "somebody of those who pay for homes",
    "auditor": "somebody who checks our work",
    "administrator": "somebody who looks after our records",
}
"""Who wrote something, by the role in which they did."""

YOUNG_APPROVALS: Final[Mapping[str, str]] = {
    "nominated_officer": "A senior officer of your borough has to say yes.",
    "director": "The head of children’s services has to say yes.",
    "key_stage_4": "You may be in year 10 or 11. If you cannot stay at your school, a senior "
    "officer has to say yes.",
}
"""Whose yes is needed, by the kind of approval."""

YOUNG_OFFICERS: Final[Mapping[str, str]] = {
    "nominated_officer": "A senior officer of your borough",
    "director": "The head of children’s services",
    "key_stage_4": "A senior officer who thought of your school",
}
"""Who gave an approval."""
