"""Gates before a place is looked for: the form, doubles, agreements, banding, verification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from broker.life import steps as said
from broker.life.form import Form
from broker.life.gate import LIBERTY, PROCESS, S22C, Known, Missing
from broker.life.lapses import RISKS
from broker.life.state import CLOSED, Life, State
from broker.life.steps import Said


def agreements(_life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    """The borough's agreements are in force: for its data, and to be acted for."""
    for sentence in known.agreements:
        yield Missing("AGREEMENT", "register of agreements", sentence, "commissioner")


OF_RISK = (
    *RISKS,
    "needs",
    "avoid",
    "must_not_live_with",
    "caution_with",
    "min_distance_miles",
    "liberty",
)
"""What of a form keeps the young person, and those they live with, safe: our reading."""


def agreements_but_for_risk(life: Life, one: said.Amend, known: Known) -> Iterator[Missing]:
    """A risk can be told whatever lapsed; anything else waits for the borough's agreement.

    That it was told without one is kept with the step, and shown.
    """
    assert life.form is not None
    other = [
        name
        for name in Form.model_fields
        if name not in OF_RISK and getattr(one.form, name) != getattr(life.form, name)
    ]
    if not other and one.form != life.form:
        return
    for gap in agreements(life, one, known):
        also = f"; only what tells of a risk can be amended now, not {', '.join(other)}"
        yield replace(gap, sentence=gap.sentence + (also if other else ""))


def starts_from_former(_life: Life, one: said.Open, known: Known) -> Iterator[Missing]:
    """A later referral starts from a closed one of the same young person and borough."""
    if one.former is None:
        return
    source = "referral form: a later referral starts from the former"
    former = known.former
    if former is None or former.form is None:
        sentence = f"there is no referral {one.former} that concerns you"
        yield Missing("FORMER", source, sentence, "assessor")
        return
    same = (former.form.young_person_id, former.form.borough)
    if same != (one.form.young_person_id, one.form.borough):
        sentence = f"{one.former} is of another young person or borough"
        yield Missing("FORMER", source, sentence, "assessor")
    if former.state not in CLOSED:
        sentence = f"{one.former} is not closed, it stands at {former.state.value}; amend that one"
        yield Missing("FORMER", source, sentence, "assessor")


def same_young_person(life: Life, one: said.Amend, _known: Known) -> Iterator[Missing]:
    """A form is amended, never turned into somebody else's or another borough's."""
    assert life.form is not None
    for name in ("young_person_id", "borough"):
        if getattr(one.form, name) != getattr(life.form, name):
            sentence = f"{name} cannot be amended; withdraw this referral and begin another"
            yield Missing("FORM", "referral form", sentence, "assessor")


def stays_whole(life: Life, one: said.Amend, _known: Known) -> Iterator[Missing]:
    """A form that was submitted stays whole when it is amended."""
    if life.state is not State.DRAFT:
        yield from _not_said(one.form.missing())


def form_is_whole(life: Life, _one: Said, _known: Known) -> Iterator[Missing]:
    """A submitted form says all that the standard, safety and section 22C ask for."""
    assert life.form is not None
    yield from _not_said(life.form.missing())


def _not_said(names: list[str]) -> Iterator[Missing]:
    for name in names:
        yield Missing(
            "FORM", f"referral form; {S22C}", f"the form does not say: {name}", "assessor"
        )


def form_can_be_matched(_life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    """What the form says, a match can read."""
    for sentence in known.form_faults:
        yield Missing("FORM", "case folder, referrals.csv", sentence, "assessor")


def no_double(_life: Life, one: said.Submit, known: Known) -> Iterator[Missing]:
    """A likely double needs a word that it is none.

    A borough is not told which referral of another borough it is; the central team is.
    """
    if one.not_a_double is not None:
        return
    named = [*known.doubles.own, *(known.doubles.elsewhere if known.central else ())]
    if named:
        sentence = (
            f"{', '.join(named)} seems to be of the same young person ({_COMPARED}); say in "
            "not_a_double why it is not, or amend that one"
        )
        yield Missing("DOUBLE", "referral form", sentence, "assessor")
    if known.doubles.elsewhere and not known.central:
        sentence = (
            "a referral of another borough seems to be of the same young person (compared: birth "
            "date, sex, and the name or the id); ask the brokerage, and say in not_a_double why it "
            "is not"
        )
        yield Missing("DOUBLE", "referral form", sentence, "assessor")


_COMPARED = (
    "compared: birth date and sex, and in another borough the name, written alike, or the id"
)


def banded_by_hand(life: Life, one: said.BandNeed, _known: Known) -> Iterator[Missing]:
    """Where liberty is restricted by order, need is never scored."""
    assert life.form is not None
    if life.form.liberty is not None and one.scores:
        sentence = "with a deprivation of liberty order need is banded by hand, without scores"
        yield Missing("LIBERTY", LIBERTY, sentence, "assessor")


def another_person(life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    """Whoever assessed does not verify."""
    involved = {step.by for step in life.steps if step.kind in ("open", "amend", "submit", "band")}
    if known.by in involved:
        sentence = "whoever wrote, submitted or banded the referral may not verify it"
        yield Missing("VERIFIER", PROCESS, sentence, "verifier")
