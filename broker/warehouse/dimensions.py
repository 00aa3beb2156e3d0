"""The dimensions: young person, home, provider, borough, band, reason, date."""

from __future__ import annotations

from typing import Final

from broker.warehouse.shape import Column, Shape, Type, Unit

PERSON_KEY: Final = Column(
    "person_key",
    Type.TEXT,
    "the young person's pseudonym, of the era in which the referral was opened",
)
REFERRAL_KEY: Final = Column("referral_key", Type.TEXT, "the referral's pseudonym, of the same era")
BOROUGH: Final = Column("borough", Type.TEXT, "the young person's borough, by its ONS code")
SEX: Final = Column("sex", Type.TEXT, "M, F or U", "the form does not say")
PLACES: Final = Column("places", Type.WHOLE, "how many may live there")
NOT_BANDED: Final = "the need was not banded yet"

_FROM: Final = Column("valid_from", Type.DAY, "the first day of this version")
_TO: Final = Column(
    "valid_to", Type.DAY, "the day after its last", "it is the version that holds now"
)

YOUNG_PERSON: Final = Shape(
    "dim_young_person",
    "A young person under a pseudonym, as the forms had them from a day on (slowly changing, type "
    "2). No name, birthday, address, school or number is here.",
    Unit.PERSON,
    "person_key",
    ("person_key", "valid_from"),
    (
        PERSON_KEY,
        _FROM,
        _TO,
        BOROUGH,
        SEX,
        Column("ethnicity", Type.TEXT, "as the form has it", "the form does not say"),
        Column(
            "disability",
            Type.YES_NO,
            "whether the form names any disability",
            "the form does not say: that is not no",
        ),
        Column(
            "unaccompanied",
            Type.YES_NO,
            "whether they came to the country alone",
            "the form does not say: that is not no",
        ),
    ),
    "borough",
)

HOME: Final = Shape(
    "dim_home",
    "A home as it stood from a day on (slowly changing, type 2), from the history of its row. The "
    "first version is from the day it came on record; where older history was removed by the "
    "schedule of retention, from 1 January 1900.",
    Unit.HOME,
    "home_id",
    ("home_id", "valid_from"),
    (
        Column("home_id", Type.TEXT, "the home's registration number"),
        _FROM,
        _TO,
        Column("name", Type.TEXT, "its name", "not told"),
        Column("provider", Type.TEXT, "who runs it", "not told"),
        Column("borough", Type.TEXT, "the authority it lies in, by its ONS code"),
        Column("provision", Type.TEXT, "children's home or supported accommodation"),
        Column("registration", Type.TEXT, "registered, restricted, suspended or cancelled"),
        Column("judgement", Type.TEXT, "the inspectorate's latest judgement", "not told"),
        PLACES,
        Column("min_age", Type.WHOLE, "the youngest age it takes"),
        Column("max_age", Type.WHOLE, "the oldest age it takes"),
        Column("bands", Type.TEXT, "the bands it takes, separated by ;"),
        Column("contract", Type.TEXT, "its block contract", "its places are bought one by one"),
        Column("open", Type.YES_NO, "whether places there are offered"),
    ),
)

PROVIDER: Final = Shape(
    "dim_provider",
    "Everybody who ran a home on record.",
    Unit.FIXED,
    None,
    ("provider",),
    (
        Column("provider", Type.TEXT, "the provider's name"),
        Column("homes", Type.WHOLE, "how many homes it runs now that are open"),
    ),
)

BOROUGH_DIM: Final = Shape(
    "dim_borough",
    "Every authority that a young person or a home is of.",
    Unit.FIXED,
    None,
    ("borough",),
    (
        Column("borough", Type.TEXT, "its ONS code"),
        Column("name", Type.TEXT, "its name"),
        Column("partner", Type.YES_NO, "whether it is one of the eight"),
    ),
)

BAND: Final = Shape(
    "dim_band",
    "The need bands, lowest first.",
    Unit.FIXED,
    None,
    ("rank",),
    (
        Column("band", Type.TEXT, "the band"),
        Column("rank", Type.WHOLE, "1 is the lowest"),
    ),
)

REASON: Final = Shape(
    "dim_reason",
    "Why an offer was declined or withdrawn, why a placement ended, why a referral waits.",
    Unit.FIXED,
    None,
    ("reason_key",),
    (
        Column("reason_key", Type.TEXT, "kind and code, as facts name it"),
        Column("kind", Type.TEXT, "offer, ending or match"),
        Column("code", Type.TEXT, "the code on record"),
        Column("words", Type.TEXT, "what it means"),
        Column(
            "disrupted",
            Type.YES_NO,
            "for endings: whether the code says that the placement broke down",
            "not an ending",
        ),
    ),
)

DATE: Final = Shape(
    "dim_date",
    "Every day from the first of the year of the earliest fact to the end of this year.",
    Unit.FIXED,
    None,
    ("day",),
    (
        Column("day", Type.DAY, "the day"),
        Column("year", Type.WHOLE, "calendar year"),
        Column("quarter", Type.TEXT, "calendar quarter, such as 2026-Q3"),
        Column("month", Type.TEXT, "month, such as 2026-09"),
        Column("financial_year", Type.TEXT, "from 1 April, such as 2026-27"),
        Column("weekday", Type.WHOLE, "1 is Monday"),
    ),
)

DIMENSIONS: Final = (YOUNG_PERSON, HOME, PROVIDER, BOROUGH_DIM, BAND, REASON, DATE)
