"""The small words of invented cases: names of homes, needs, what young people say, birthdays."""

from datetime import date, timedelta
from typing import Final

from broker.sample.draw import Draw

LOAD: Final = {"low": 1, "medium": 2, "high": 4, "specialist": 6}
"""The product's own starting weights, by which invented load limits are sized."""

NAMES: Final = (
    "Alder", "Ash", "Aspen", "Beech", "Birch", "Bracken", "Bramble", "Briar", "Broom", "Cedar",
    "Cherry", "Clover", "Cypress", "Elder", "Elm", "Fern", "Gorse", "Hawthorn", "Hazel", "Heather",
    "Holly", "Hornbeam", "Ivy", "Juniper", "Larch", "Laurel", "Lavender", "Lilac", "Linden",
    "Maple", "Medlar", "Mulberry", "Myrtle", "Oak", "Pine", "Plane", "Poplar", "Quince", "Rowan",
    "Sorrel", "Spruce", "Sycamore", "Thyme", "Walnut", "Willow", "Yarrow", "Yew",
)  # fmt: skip

COMMON_NEEDS: Final = (
    "adhd", "autism", "exploitation", "going_missing", "halal", "hair_and_skin_care",
    "mental_health", "offending", "self_harm", "therapeutic_support", "transport_to_school",
)  # fmt: skip
RARE_NEEDS: Final = (
    "bsl", "diabetes", "eating_disorder", "education_on_site", "epilepsy", "esol", "faith_practice",
    "fire_setting", "ground_floor_room", "harmful_sexual_behaviour", "interpreter", "kosher",
    "learning_disability", "makaton", "one_to_one", "pets_welcome", "substance_misuse",
    "waking_night", "wheelchair",
)  # fmt: skip

WISHES: Final = {
    "wants": ("it is near my family", "I liked it when I visited", "my friend is close by"),
    "unsure": ("I do not know the area", "it is far from my school", "it was loud when I visited"),
    "against": ("I know people there and do not feel safe", "I lived there before"),
}
DECLINES: Final = (
    "The staff on shift cannot meet the need this month",
    "The registered manager's assessment of the impact on residents",
    "No driver for the journey to school",
)


def born(draw: Draw, age: int, as_of: date) -> date:
    """Return a date of birth of someone who is so many whole years old on a day."""
    turned = as_of - timedelta(days=draw.whole(0, 364))
    year, month, day = turned.year - age, turned.month, turned.day
    return date(year, month, min(day, 28) if month == 2 else day)
