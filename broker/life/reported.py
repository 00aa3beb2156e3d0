"""What another system says of a referral on record here: told with its source, never acted on.

A file of the Placements Data Standard tells of a referral and, if there is one, of its placement.
The form holds what is asked for; this step holds the rest. It decides nothing: who lives where is
decided here, by a named person, who sees what the other system says beside it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from broker.life.form import Day, Line, Part, Words

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Pounds = Annotated[int, Field(ge=0, le=2**53 - 1)]
ReportedType = Literal["Residential", "Foster", "Supported Accommodation"]


class ReportedPlacement(Part):
    """A placement as another system holds it, in the words of the standard.

    `weekly_cost` is in whole pounds; `urn` names the home there, whether or not it is on record
    here; `siblings_together` counts siblings placed in the same home.
    """

    urn: Words
    placement_type: ReportedType
    location: Words
    preferred_location: bool
    school_kept: bool
    siblings_together: Annotated[int, Field(ge=0, le=2**53 - 1)]
    weekly_cost: Pounds
    placed_on: Day
    placed_by: Words
    cost_on: Day
    cost_by: Words | None = None


class Reported(Part):
    """Another system's word of this referral: when and by whom it was made there, and what of it.

    `source` names the file and the place in it, `sha256` its bytes. `liberty` says whether the
    other system tells of a deprivation of liberty; None where it does not say.
    """

    kind: Literal["reported"]
    source: Line
    sha256: Digest
    referred_on: Day
    referred_by: Words | None = None
    liberty: bool | None = None
    placement: ReportedPlacement | None = None
