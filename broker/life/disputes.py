"""What is said when a home disputes a need band, and when that is answered.

Neither changes the band: it stands as it was set until the need is banded anew.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from broker.life.form import Code, Part, Words
from matching.problem import BANDS

Band = Literal[BANDS]  # type: ignore[valid-type]


class DisputeBand(Part):
    """A home disputes the band of a young person it is asked for, or who lives there, and why.

    `band` is what the home finds it should be; `scores` are the items it scores otherwise.
    """

    kind: Literal["dispute_band"]
    home_id: Code
    band: Band
    scores: dict[Code, Annotated[int, Field(ge=0, le=3)]] = Field(default_factory=dict)
    reason: Words


class AnswerDispute(Part):
    """Somebody who did not set the band answers a dispute of it. The band itself stays as it is.

    `upheld` says that the need is banded anew, by the step that changes a band.
    """

    kind: Literal["answer_dispute"]
    home_id: Code
    upheld: bool
    reason: Words
