"""Gates of a dispute of the band: by a home it concerns, and answered by who did not set the band.

The band that was set stands while a dispute is open, and after it: only banding anew changes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from broker.life import steps as said
from broker.life.gate import DISPUTE, Known, Missing
from broker.life.state import Life


def of_a_home_it_concerns(life: Life, one: said.DisputeBand, _known: Known) -> Iterator[Missing]:
    """The home is asked for the young person, or was decided for them."""
    offer = life.offers.get(one.home_id)
    asked = offer is not None and offer.state in ("open", "accepted")
    if not asked and life.home != one.home_id:
        sentence = f"{one.home_id} is not asked for this young person, who does not live there"
        yield Missing("HOME", DISPUTE, sentence, "provider")


def another_band(life: Life, one: said.DisputeBand, _known: Known) -> Iterator[Missing]:
    """Another band than the one in force is said to be right."""
    if one.band == life.band:
        sentence = f"the band is {life.band}: say which other one it should be"
        yield Missing("BAND", DISPUTE, sentence, "provider")


def one_at_a_time(life: Life, one: said.DisputeBand, _known: Known) -> Iterator[Missing]:
    """A home waits for the answer before it disputes the band again."""
    before = life.open_dispute(one.home_id)
    if before is not None:
        sentence = f"{one.home_id} disputed the band on {before.made.on}, and waits for the answer"
        yield Missing("DISPUTE", DISPUTE, sentence)


def not_confirmed_in_dispute(life: Life, one: said.Reband, _known: Known) -> Iterator[Missing]:
    """A band is not confirmed while a dispute of it is open; provisionally it may be changed."""
    waiting = sorted({dispute.home for dispute in life.disputes if dispute.answered is None})
    if one.confirmed and waiting:
        sentence = (
            f"{' and '.join(waiting)} disputes the band: answer first, or band anew without "
            "confirming it"
        )
        yield Missing("DISPUTE", DISPUTE, sentence)


def there_is_one(life: Life, one: said.AnswerDispute, _known: Known) -> Iterator[Missing]:
    """Only what was disputed, and is not answered yet, is answered."""
    if life.open_dispute(one.home_id) is None:
        sentence = f"no dispute of the band by {one.home_id} waits for an answer"
        yield Missing("DISPUTE", DISPUTE, sentence)


def by_whom_it_is_not_about(life: Life, one: said.AnswerDispute, known: Known) -> Iterator[Missing]:
    """Whoever set the band that is disputed, or has set one since, does not judge it."""
    dispute = life.open_dispute(one.home_id)
    if dispute is None:
        return
    since = [step for step in (*life.rebandings, life.banding) if step is not None]
    setters = {step.by for step in since if step.number >= dispute.set_by.number}
    if known.by in setters:
        sentence = f"{known.by} set the band: somebody else answers the dispute of it"
        yield Missing("ANOTHER", DISPUTE, sentence)
