"""What a referral's life is, once its steps are added up: nothing here is stored, all is told.

`Life.of(steps)` is the only way to a life. Where it stands, which home was offered, who approved
what: each follows from the steps, so that no second record of it can disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from broker.life import steps as said
from broker.life.form import Form
from broker.life.taken import BandDisputed, OfferMade, Taken, what


class State(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    RECEIVED = "received"
    BANDED = "banded"
    VERIFIED = "verified"
    SHORTLISTED = "shortlisted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    MOVED_IN = "moved_in"
    STEPPING_DOWN = "stepping_down"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


LOOKING = frozenset({State.VERIFIED, State.SHORTLISTED, State.OFFERED, State.ACCEPTED})
"""A place is being looked for."""

LIVING = frozenset({State.MOVED_IN, State.STEPPING_DOWN})
"""The young person lives in the home."""

CLOSED = frozenset({State.ENDED, State.WITHDRAWN})
"""Nothing more is to come, but a look back."""


@dataclass(frozen=True)
class Life:
    """A referral's life so far. Steps are kept whole; the rest is found in them.

    By home: `views` (the latest), `offers`, `impacts`, `visits`; by home and kind: `approvals`,
    `evidence`. `disputes` are those of the band. `step_down` is the plan in force: none after a way
    back. `lost` are the places lost; `care` is what the borough last told for the return,
    `reported` what another system said last.
    """

    referral: str
    steps: tuple[Taken, ...] = ()
    state: State = State.DRAFT
    form: Form | None = None
    emergency: bool = False
    former: str | None = None
    banding: Taken | None = None
    verification: Taken | None = None
    shortlist: Taken | None = None
    views: Mapping[str, Taken] = field(default_factory=dict)
    offers: Mapping[str, OfferMade] = field(default_factory=dict)
    impacts: Mapping[str, Taken] = field(default_factory=dict)
    visits: Mapping[str, Taken] = field(default_factory=dict)
    approvals: Mapping[tuple[str, str], Taken] = field(default_factory=dict)
    evidence: Mapping[tuple[str, str], Taken] = field(default_factory=dict)
    calls: tuple[Taken, ...] = ()
    decision: Taken | None = None
    moved_in: Taken | None = None
    rebandings: tuple[Taken, ...] = ()
    disputes: tuple[BandDisputed, ...] = ()
    visited: tuple[Taken, ...] = ()
    reviews: tuple[Taken, ...] = ()
    step_down: Taken | None = None
    stepped_back: Taken | None = None
    lost: tuple[Taken, ...] = ()
    ending: Taken | None = None
    look_backs: tuple[Taken, ...] = ()
    care: Taken | None = None
    reported: Taken | None = None

    @classmethod
    def of(cls, referral: str, steps: Iterable[Taken]) -> Life:
        """The life that these steps, in their order, add up to."""
        life = cls(referral)
        for step in steps:
            life = life.after(step)
        return life

    def after(self, step: Taken) -> Life:
        """The life with one more step."""
        life = _AFTER[type(step.said)](self, step)
        return replace(life, steps=(*self.steps, step))

    @property
    def version(self) -> int:
        """How many steps there are: whoever adds one says how many they saw."""
        return len(self.steps)

    @property
    def band(self) -> str | None:
        """The band in force: the latest word of a banding or re-banding."""
        if self.rebandings:
            return str(what(self.rebandings[-1], said.Reband).band)
        return None if self.banding is None else str(what(self.banding, said.BandNeed).band)

    @property
    def banded_by(self) -> Taken | None:
        """The step by which the band in force was set."""
        return self.rebandings[-1] if self.rebandings else self.banding

    def open_dispute(self, home: str | None) -> BandDisputed | None:
        """The dispute of the band by a home that nobody has answered yet."""
        own = (one for one in self.disputes if one.home == home and one.answered is None)
        return next(own, None)

    @property
    def band_status(self) -> str:
        """`confirmed` once a re-banding says so, else `provisional`."""
        confirmed = bool(self.rebandings) and what(self.rebandings[-1], said.Reband).confirmed
        return "confirmed" if confirmed else "provisional"

    @property
    def home(self) -> str | None:
        """The home decided for."""
        return None if self.decision is None else what(self.decision, said.Confirm).home_id

    @property
    def shortlisted(self) -> tuple[str, ...]:
        """The homes of the shortlist, best first."""
        if self.shortlist is None:
            return ()
        return tuple(home.home_id for home in what(self.shortlist, said.Shortlist).homes)

    @property
    def open_offers(self) -> tuple[OfferMade, ...]:
        """Offers nobody has answered yet."""
        return tuple(offer for offer in self.offers.values() if offer.state == "open")

    @property
    def accepted(self) -> tuple[OfferMade, ...]:
        """Offers that a home has accepted."""
        return tuple(offer for offer in self.offers.values() if offer.state == "accepted")

    @property
    def sought(self) -> bool:
        """Whether a place is being looked for: once verified; in an emergency, once banded."""
        return self.state in LOOKING or (self.emergency and self.state is State.BANDED)

    @property
    def starts_on(self) -> date | None:
        """The day the young person moved in, else the day decided for."""
        if self.moved_in is not None:
            return what(self.moved_in, said.MoveIn).moved_in_on
        return None if self.decision is None else what(self.decision, said.Confirm).starts_on

    @property
    def leaves(self) -> tuple[date, bool] | None:
        """The day of leaving the home and whether it is confirmed; None where none is known.

        Whoever stays put lives there still when care has ended: until they are said to have left.
        """
        if self.ending is not None:
            day = self.stayed_until if self.stays_put else what(self.ending, said.End).ended_on
            return None if day is None else (day, True)
        if self.step_down is None:
            return None
        plan = what(self.step_down, said.StepDown)
        return None if plan.destination == "staying_put" else (plan.expected_on, plan.confirmed)

    @property
    def stays_put(self) -> bool:
        """Whether care ended and the young person went on living in the home."""
        end = self.ending
        return end is not None and what(end, said.End).destination == "staying_put"

    @property
    def stayed_until(self) -> date | None:
        """The day on which whoever stayed put left the home; None until somebody says so."""
        days = (what(step, said.LookBack).left_on for step in self.look_backs)
        return next(filter(None, days), None)

    @property
    def contract(self) -> str | None:
        """The block contract of the home decided for; None for spot purchase or no decision."""
        return None if self.decision is None else self.decision.facts.get("contract") or None

    @property
    def follow_up(self) -> str | None:
        """The referral that an ending which needs a place opened."""
        return None if self.ending is None else self.ending.facts.get("follow_up")

    def found(self, home: str) -> Mapping[str, Any]:
        """What the brokerage found of a shortlisted home."""
        homes: Mapping[str, Any] = {} if self.shortlist is None else self.shortlist.facts["homes"]
        found: Mapping[str, Any] = homes.get(home, {})
        return found


def _open(life: Life, step: Taken) -> Life:
    one = what(step, said.Open)
    return replace(life, form=one.form, emergency=one.emergency, former=one.former)


def _amend(life: Life, step: Taken) -> Life:
    return replace(life, form=what(step, said.Amend).form)


def _band(life: Life, step: Taken) -> Life:
    state = State.BANDED if life.state is State.RECEIVED else life.state
    return replace(life, banding=step, state=state)


def _verify(life: Life, step: Taken) -> Life:
    """Not passed, it goes back to be banded; an emergency goes on, and the duty stays open.

    Whoever was asked meanwhile, of a form that is verified anew and not passed, is asked no longer.
    """
    told = replace(life, verification=step)
    if what(step, said.Verify).passed:
        return replace(told, state=State.VERIFIED) if life.state is State.BANDED else told
    if life.emergency:
        return told
    return replace(_without_offers(told, step), state=State.RECEIVED)


def _withdraw(life: Life, step: Taken) -> Life:
    return replace(_without_offers(life, step), state=State.WITHDRAWN)


def _without_offers(life: Life, step: Taken, *, but: str | None = None) -> Life:
    offers = {
        home: offer
        if home == but or offer.state not in ("open", "accepted")
        else replace(offer, state="withdrawn", answered=step)
        for home, offer in life.offers.items()
    }
    return replace(life, offers=offers)


def _shortlist(life: Life, step: Taken) -> Life:
    asking = life.state in (State.OFFERED, State.ACCEPTED)
    return replace(life, shortlist=step, state=life.state if asking else State.SHORTLISTED)


def _view(life: Life, step: Taken) -> Life:
    return replace(life, views={**life.views, what(step, said.View).home_id: step})


def _call(life: Life, step: Taken) -> Life:
    return replace(life, calls=(*life.calls, step))


def _offer(life: Life, step: Taken) -> Life:
    one = what(step, said.Offer)
    made = OfferMade(one.home_id, step, one.starts_on, one.answer_by)
    state = life.state if life.state is State.ACCEPTED else State.OFFERED
    return replace(life, offers={**life.offers, one.home_id: made}, state=state)


def _answered(word: str) -> Callable[[Life, Taken], Life]:
    def answer(life: Life, step: Taken) -> Life:
        home: str = step.said.home_id  # type: ignore[union-attr]
        return _set_offer(life, home, word, step)

    return answer


def _set_offer(life: Life, home: str, word: str, step: Taken) -> Life:
    """One offer answered; where the referral stands follows from the offers there are."""
    offers = {**life.offers, home: replace(life.offers[home], state=word, answered=step)}
    states = {offer.state for offer in offers.values()}
    if "accepted" in states:
        state = State.ACCEPTED
    elif "open" in states:
        state = State.OFFERED
    else:
        state = State.SHORTLISTED
    return replace(life, offers=offers, state=state)


def _place_lost(life: Life, step: Taken) -> Life:
    """An offer or a decision for the lost place is undone; whoever lives there is not moved yet."""
    home, told = what(step, said.PlaceLost).home_id, replace(life, lost=(*life.lost, step))
    if life.state in LIVING:
        return told
    if life.state is State.CONFIRMED:
        told = replace(told, decision=None)
    return _set_offer(told, home, "withdrawn", step)


def _impact(life: Life, step: Taken) -> Life:
    return replace(life, impacts={**life.impacts, what(step, said.Impact).home_id: step})


def _visit(life: Life, step: Taken) -> Life:
    return replace(life, visits={**life.visits, what(step, said.Visit).home_id: step})


def _approve(life: Life, step: Taken) -> Life:
    one = what(step, said.Approve)
    return replace(life, approvals={**life.approvals, (one.home_id, one.approval): step})


def _evidence(life: Life, step: Taken) -> Life:
    one = what(step, said.Evidence)
    return replace(life, evidence={**life.evidence, (one.home_id, one.evidence): step})


def _confirm(life: Life, step: Taken) -> Life:
    chosen = what(step, said.Confirm).home_id
    told = _without_offers(life, step, but=chosen)
    return replace(told, decision=step, state=State.CONFIRMED)


def _care(life: Life, step: Taken) -> Life:
    return replace(life, care=step)


def _dispute_band(life: Life, step: Taken) -> Life:
    set_by = life.banded_by
    assert set_by is not None, "a home is asked once the need is banded"
    home = what(step, said.DisputeBand).home_id
    return replace(life, disputes=(*life.disputes, BandDisputed(home, step, set_by)))


def _answer_dispute(life: Life, step: Taken) -> Life:
    """The open dispute of the home is answered; nothing else changes."""
    home = what(step, said.AnswerDispute).home_id
    disputes = tuple(
        replace(one, answered=step) if one.home == home and one.answered is None else one
        for one in life.disputes
    )
    return replace(life, disputes=disputes)


def _reported(life: Life, step: Taken) -> Life:
    return replace(life, reported=step)


def _step_down_back(life: Life, step: Taken) -> Life:
    return replace(life, step_down=None, stepped_back=step, state=State.MOVED_IN)


def _end(life: Life, step: Taken) -> Life:
    return replace(life, ending=step, state=State.ENDED)


def _moved(state: State, name: str | None = None) -> Callable[[Life, Taken], Life]:
    def move(life: Life, step: Taken) -> Life:
        told: dict[str, Any] = {} if name is None else {name: step}
        return replace(life, state=state, **told)

    return move


def _more(name: str) -> Callable[[Life, Taken], Life]:
    def more(life: Life, step: Taken) -> Life:
        told: dict[str, Any] = {name: (*getattr(life, name), step)}
        return replace(life, **told)

    return more


_AFTER: dict[type[Any], Callable[[Life, Taken], Life]] = {
    said.Open: _open,
    said.Amend: _amend,
    said.Submit: _moved(State.RECEIVED),
    said.Withdraw: _withdraw,
    said.BandNeed: _band,
    said.Verify: _verify,
    said.Shortlist: _shortlist,
    said.View: _view,
    said.Call: _call,
    said.Offer: _offer,
    said.WithdrawOffer: _answered("withdrawn"),
    said.Impact: _impact,
    said.Accept: _answered("accepted"),
    said.Decline: _answered("declined"),
    said.Visit: _visit,
    said.Approve: _approve,
    said.Evidence: _evidence,
    said.Confirm: _confirm,
    said.MoveIn: _moved(State.MOVED_IN, "moved_in"),
    said.Reband: _more("rebandings"),
    said.DisputeBand: _dispute_band,
    said.AnswerDispute: _answer_dispute,
    said.Visited: _more("visited"),
    said.Reviewed: _more("reviews"),
    said.StepDown: _moved(State.STEPPING_DOWN, "step_down"),
    said.StepDownBack: _step_down_back,
    said.PlaceLost: _place_lost,
    said.End: _end,
    said.LookBack: _more("look_backs"),
    said.Care: _care,
    said.Reported: _reported,
}


__all__ = [
    "CLOSED",
    "LIVING",
    "LOOKING",
    "BandDisputed",
    "Life",
    "OfferMade",
    "State",
    "Taken",
    "what",
]
