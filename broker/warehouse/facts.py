"""The facts: referral, offer, placement episode and its stretches, proposal, occupancy, invoice."""

from __future__ import annotations

from typing import Final

from broker.warehouse.dimensions import (
    BOROUGH,
    DIMENSIONS,
    NOT_BANDED,
    PERSON_KEY,
    PLACES,
    REFERRAL_KEY,
    SEX,
)
from broker.warehouse.shape import Column, Shape, Type, Unit

_HOME: Final = Column("home_id", Type.TEXT, "the home")
_PROVIDER: Final = Column(
    "provider", Type.TEXT, "who ran the home on that day", "not told on that day"
)
_AREA: Final = Column(
    "area", Type.TEXT, "in_area, adjoining or distant, from the young person's borough", "not found"
)
_TENTHS: Final = Column(
    "distance_tenths", Type.WHOLE, "official straight-line distance in tenths of a mile",
    "a location is not known",
)  # fmt: skip
_FEE: Final = Column(
    "weekly_fee_pence", Type.PENCE, "the home's weekly fee on that day, before requirements",
    "no rate covers the day: that is not free of charge",
)  # fmt: skip

_INVOICE: Final = Column("invoice_key", Type.TEXT, "contract and month")
_OF_MONTH: Final = (
    Column("contract", Type.TEXT, "the contract"),
    Column("month", Type.DAY, "the first day of the month"),
)


def _first(name: str, what: str) -> Column:
    return Column(name, Type.DAY, f"the first day on which it {what}", "it never was")


REFERRAL: Final = Shape(
    "fact_referral",
    "A referral: one row, with the day of each step and what was asked for.",
    Unit.PERSON,
    "person_key",
    ("referral_key",),
    (
        REFERRAL_KEY,
        PERSON_KEY,
        BOROUGH,
        Column("state", Type.TEXT, "where it stands"),
        Column("band", Type.TEXT, "the need band in force", NOT_BANDED),
        Column("age", Type.WHOLE, "the young person's age when it was opened", "no birthday told"),
        SEX,
        Column("emergency", Type.YES_NO, "whether it was begun as an emergency"),
        Column("opened_on", Type.DAY, "the day the form was begun"),
        _first("submitted_on", "was sent to the brokerage"),
        _first("banded_on", "was banded"),
        _first("verified_on", "was verified: need met and funding agreed"),
        _first("shortlisted_on", "had a shortlist"),
        _first("offered_on", "was offered to a home"),
        _first("accepted_on", "was accepted by a home"),
        _first("confirmed_on", "was decided by a named person"),
        Column("moved_in_on", Type.DAY, "the day of moving in", "nobody moved in"),
        Column("withdrawn_on", Type.DAY, "the day it was withdrawn", "it was not"),
        Column("needed_by", Type.DAY, "the day a place is needed by", "the form does not say"),
        Column("nearness", Type.TEXT, "near, neutral, or away where near is not safe or wanted"),
        Column("unsafe_area", Type.YES_NO, "whether an area (not a home) must be avoided",
               "nobody was asked yet"),
        Column("unsafe_own_borough", Type.YES_NO, "whether their own borough must be avoided",
               "nobody was asked yet"),
        Column("avoid", Type.TEXT,
               "what must be avoided, by kind: own_borough, other_borough, radius, home, separated "
               "by ; (the words of it are not kept)",
               "nobody was asked yet"),
        Column("provision", Type.TEXT, "the kinds of provision asked for, separated by ;"),
        Column("needs", Type.TEXT, "what the home must support, by tag, separated by ;"),
        Column("liberty", Type.YES_NO, "whether an order or application deprives them of liberty"),
        Column("shortlisted_homes", Type.WHOLE, "how many homes stood on any shortlist"),
        Column("offers", Type.WHOLE, "how many offers were made"),
        Column("refusals", Type.WHOLE, "how many offers homes declined"),
        Column("repeat", Type.YES_NO,
               "whether a placement on record ended within 12 months before it was opened"),
    ),
    "borough",
)  # fmt: skip

OFFER: Final = Shape(
    "fact_offer",
    "An offer of a referral to a home.",
    Unit.PERSON,
    "person_key",
    ("referral_key", "number"),
    (
        REFERRAL_KEY,
        Column("number", Type.WHOLE, "the offers of a referral, from 1"),
        PERSON_KEY,
        BOROUGH,
        _HOME,
        _PROVIDER,
        Column("contract", Type.TEXT, "the home's block contract", "none, or not told"),
        Column("band", Type.TEXT, "the band when it was made", NOT_BANDED),
        Column("made_on", Type.DAY, "the day it was made"),
        Column("starts_on", Type.DAY, "the day from which a place was asked for"),
        Column("answer_by", Type.DAY, "the day by which an answer was asked for"),
        Column("answered_on", Type.DAY, "the day from which it stands as it does", "it is open"),
        Column("state", Type.TEXT, "open, accepted, declined or withdrawn"),
        Column(
            "home_said",
            Type.TEXT,
            "yes or no: what the home said at last, also where the offer was withdrawn then",
            "the home has not answered",
        ),
        Column(
            "home_said_on",
            Type.DAY,
            "the day on which the home said so",
            "the home has not answered",
        ),
        Column("reason_key", Type.TEXT, "why it was declined or withdrawn", "it was neither"),
        _AREA,
        _TENTHS,
        _FEE,
    ),
    "borough",
)

EPISODE: Final = Shape(
    "fact_placement_episode",
    "A placement somebody decided for: the home, from when until when, and what came of it.",
    Unit.PERSON,
    "person_key",
    ("referral_key",),
    (
        REFERRAL_KEY,
        PERSON_KEY,
        BOROUGH,
        _HOME,
        _PROVIDER,
        Column("contract", Type.TEXT, "the block contract it is under", "none"),
        Column("band_first", Type.TEXT, "the band on the first day"),
        Column("band_last", Type.TEXT, "the band in force now, or at the end"),
        Column("decided_on", Type.DAY, "the day it was decided"),
        Column("starts_on", Type.DAY, "the day decided for, or of moving in"),
        Column("moved_in_on", Type.DAY, "the day of moving in", "nobody moved in yet"),
        Column("planned_until", Type.DAY, "the day it was planned until"),
        Column("ended_on", Type.DAY, "the day it ended", "it goes on"),
        Column("days", Type.WHOLE, "days lived there, from moving in to the end",
               "it goes on, or nobody moved in"),
        Column("planned_end", Type.YES_NO, "whether the ending was planned", "it goes on"),
        Column("disrupted", Type.YES_NO, "whether the code of the ending says it broke down",
               "it goes on"),
        Column("reason_key", Type.TEXT, "the reason for the change of place",
               "it goes on, or care ended"),
        Column("care_code", Type.TEXT, "SSDA903 reason the episode ceased; X1 is care goes on",
               "it goes on"),
        Column("destination", Type.TEXT, "where the young person went", "it goes on"),
        Column("needs_place", Type.YES_NO, "whether it ended without a next place",
               "it goes on"),
        Column("goals_met", Type.TEXT, "all, some or none", "no outcomes were told"),
        Column("step_down_planned", Type.YES_NO, "whether a step down is or was planned"),
        Column("first_option", Type.YES_NO, "whether the home stood first on the shortlist"),
        Column("wish", Type.TEXT, "wants, unsure, against or not_given",
               "the young person's word of it is not on record"),
        Column("school_kept", Type.YES_NO, "whether the school is kept", "not told"),
        _AREA,
        _TENTHS,
        _FEE,
    ),
    "borough",
)  # fmt: skip

STRETCH: Final = Shape(
    "fact_placement_stretch",
    "A stretch of a placement with one band and one set of requirements, as a ledger has it.",
    Unit.PERSON,
    "person_key",
    ("referral_key", "starts_on"),
    (
        REFERRAL_KEY,
        PERSON_KEY,
        BOROUGH,
        _HOME,
        Column("band", Type.TEXT, "the band"),
        Column("starts_on", Type.DAY, "its first day"),
        Column("ends_on", Type.DAY, "the day after its last", "it goes on"),
        Column("moved_in", Type.YES_NO, "whether somebody moved in: only then it is billed"),
        Column("requirements", Type.TEXT, "units a week by code, as a ledger's cell"),
    ),
    "borough",
)

PROPOSAL: Final = Shape(
    "fact_match_proposal",
    "What a match proposed for a referral: a home, or a wait and why.",
    Unit.RUN,
    "run_id",
    ("run_id", "referral_key"),
    (
        Column("run_id", Type.WHOLE, "the match on record"),
        Column("referral_key", Type.TEXT, "the referral's pseudonym, of the era of the match"),
        Column("matched_on", Type.DAY, "the day the match answers for"),
        Column("status", Type.TEXT, "optimal, feasible or no_referrals"),
        Column("home_id", Type.TEXT, "the home proposed", "a wait was proposed"),
        Column("reason_key", Type.TEXT, "why a wait was proposed", "a home was proposed"),
        Column("points", Type.WHOLE, "points of the pair, lower is better", "a wait was proposed"),
        Column("area", Type.TEXT, "in_area, adjoining or distant", "a wait was proposed"),
        Column("distance_tenths", Type.WHOLE, "tenths of a mile",
               "a location is not known, or a wait was proposed"),
    ),
)  # fmt: skip

OCCUPANCY: Final = Shape(
    "fact_occupancy_day",
    "A home on a day: its places, who lives there, what stands empty. From the day on which the "
    "home came on record, while it is open.",
    Unit.OCCUPANCY,
    "home_id",
    ("home_id", "day"),
    (
        _HOME,
        Column("day", Type.DAY, "the day"),
        _PROVIDER,
        Column("contract", Type.TEXT, "its block contract", "none"),
        PLACES,
        Column(
            "placed",
            Type.WHOLE,
            "who lives there by a placement on record: from moving in until they are said to have "
            "left",
        ),
        Column(
            "others",
            Type.WHOLE,
            "who else is on record as living there: they came with an imported case, counted from "
            "the day they came on record",
        ),
        Column(
            "out_of_use",
            Type.WHOLE,
            "places nobody can be given, as told of the home, and no more than it has",
        ),
        Column("empty", Type.WHOLE, "places less all of these, never below 0"),
    ),
)

INVOICE: Final = Shape(
    "fact_invoice_line",
    "What is due for a month that is over, by contract and borough, line by line, by the ledger as "
    "it stands on record. What was billed and paid is not on record.",
    Unit.INVOICE,
    "invoice_key",
    ("invoice_key", "line"),
    (
        _INVOICE,
        Column("line", Type.WHOLE, "the lines of an invoice, from 1"),
        *_OF_MONTH,
        Column("borough", Type.TEXT, "who owes it, by its ONS code", "nothing is due"),
        Column("referral_key", Type.TEXT, "the placement's pseudonym", "voids are no placement's"),
        Column("home_id", Type.TEXT, "the home", "voids are no home's"),
        Column("what", Type.TEXT, "the fee, a requirement, voids, or that nothing is due"),
        Column("starts_on", Type.DAY, "its first day"),
        Column("ends_on", Type.DAY, "the day after its last"),
        Column("amount_pence", Type.PENCE, "what is due"),
        Column("rule", Type.TEXT, "the term of the contract it comes from"),
    ),
    "borough",
)

NOT_INVOICED: Final = Shape(
    "fact_not_invoiced",
    "A month of a contract for which no line could be worked out, and why: that is not zero.",
    Unit.INVOICE,
    "invoice_key",
    ("invoice_key",),
    (
        _INVOICE,
        *_OF_MONTH,
        Column("why", Type.TEXT, "what the contract's reader refuses, by kind"),
    ),
)

RETURNED: Final = Shape(
    "fact_return_episode",
    "An episode of care of a statutory return (SSDA903) that was loaded, mended, beside our own "
    "placements: what the authority returned, not what was decided here.",
    Unit.RETURNS,
    "source",
    ("source", "file", "row"),
    (
        Column("source", Type.TEXT, "the name under which the folder of returns was loaded"),
        Column("file", Type.TEXT, "the file in that folder"),
        Column("row", Type.WHOLE, "the row of the file"),
        Column("person_key", Type.TEXT,
               "a pseudonym within the source, of the era of the first episode: it is not that of "
               "any of our referrals"),
        Column("borough", Type.TEXT, "the authority, by its ONS code"),
        Column("collection", Type.WHOLE, "the year in which the collection closes"),
        Column("sex", Type.TEXT, "M, F or U"),
        Column("age", Type.WHOLE, "the age on the first day"),
        Column("unaccompanied", Type.YES_NO, "whether the return's table names them"),
        Column("starts_on", Type.DAY, "its first day (DECOM)"),
        Column("ended_on", Type.DAY, "the day it ceased (DEC)", "it goes on"),
        Column("days", Type.WHOLE, "days from the first to the end", "it goes on"),
        Column("began_code", Type.TEXT, "why it began (RNE)"),
        Column("legal_code", Type.TEXT, "legal status (LS)"),
        Column("need_code", Type.TEXT, "category of need (CIN)", "not told"),
        Column("place_code", Type.TEXT, "kind of place (PLACE)"),
        Column("place_provider_code", Type.TEXT, "kind of provider (PLACE_PROVIDER)", "not told"),
        Column("ceased_code", Type.TEXT, "why it ceased (REC)", "it goes on, or not told"),
        Column("change_code", Type.TEXT, "reason for the change of place",
               "no change of place, or not told"),
        Column("home_id", Type.TEXT, "the home's URN", "not told"),
        Column("in_area", Type.YES_NO, "whether the place lies in the authority",
               "a place or authority is not known"),
        Column("distance_tenths", Type.WHOLE, "straight-line distance in tenths of a mile",
               "a postcode is not known, or they came unaccompanied"),
        Column("mended", Type.YES_NO, "whether a rule changed it, or read it otherwise"),
    ),
    "borough",
)  # fmt: skip

_ENDS: Final = "it goes on"
RETURN_PLACEMENT: Final = Shape(
    "fact_return_placement",
    "A placement in a children's home or residential care home (K2, R1) as a loaded return has it: "
    "episodes that go on with another legal status alone are one.",
    Unit.RETURNS,
    "source",
    ("source", "file", "row"),
    (
        Column("source", Type.TEXT, "the name under which the folder of returns was loaded"),
        Column("file", Type.TEXT, "the file in which its first episode is"),
        Column("row", Type.WHOLE, "the row of the file"),
        Column("person_key", Type.TEXT, "the pseudonym, as `fact_return_episode` has it"),
        Column("borough", Type.TEXT, "the authority, by its ONS code"),
        Column("starts_on", Type.DAY, "its first day"),
        Column("ended_on", Type.DAY, "the day it ended", _ENDS),
        Column("days", Type.WHOLE, "days from the first to the end", _ENDS),
        Column("in_area", Type.YES_NO, "whether the place lies in the authority",
               "a place or authority is not known"),
        Column("distance_tenths", Type.WHOLE, "straight-line distance in tenths of a mile",
               "a postcode is not known, or they came unaccompanied"),
        Column("back", Type.YES_NO,
               "whether the young person had left such a place within 12 months before, "
               "with a gap"),
        Column("moved", Type.YES_NO, "whether care went on when it ended", _ENDS),
        Column("disrupted", Type.YES_NO, "whether the reason for the change says it broke down",
               _ENDS),
        Column("stepped_down", Type.YES_NO, "whether a smaller place or home followed at once",
               _ENDS),
    ),
    "borough",
)  # fmt: skip

FACTS: Final = (
    REFERRAL, OFFER, EPISODE, STRETCH, PROPOSAL, OCCUPANCY, INVOICE, NOT_INVOICED, RETURNED,
    RETURN_PLACEMENT,
)  # fmt: skip
SHAPES: Final = (*DIMENSIONS, *FACTS)
BY_NAME: Final = {shape.name: shape for shape in SHAPES}


def of_unit(unit: Unit) -> tuple[Shape, ...]:
    """The tables that a kind of unit fills."""
    return tuple(shape for shape in SHAPES if shape.unit is unit)
