"""What people wrote that a young person reads: word for word, with who wrote it and of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from broker.life.state import Taken

OF: Final[Mapping[str, str]] = {
    "confirm": "the decision",
    "approve": "the approval",
    "view": "what the young person said",
    "step_down": "the way back",
    "end": "the end of the stay",
    "withdraw": "why the search stopped",
    "withdraw_offer": "why the home is not asked any more",
    "decision": "going on though the young person said no",
}
"""What a text is about, by the kind of step that holds it; `decision` is of the matching."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A text of somebody who works here.

    `kind` is that of the step it stands in, `by` the role of who took it; of a signed decision it
    is who signed, as that is written there.
    """

    kind: str
    by: str
    text: str


def quote(step: Taken, text: str) -> Quote:
    """What somebody wrote in a step."""
    return Quote(step.kind, step.role, text)
