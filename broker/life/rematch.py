"""A breakdown opens an urgent referral that starts from the former, with the ranked back-up.

The former shortlist in its order, less the home that was lost, is judged anew for the young person
as they are today: somebody can ring the next home at once. All is one transaction.
"""

from __future__ import annotations

from typing import Any

from broker.life import steps as said
from broker.life.form import Form
from broker.life.judge import CannotBeJudged, judge_form
from broker.life.state import Life, what
from broker.life.work import Work, new_referral_id


def end_and_look_again(work: Work, life: Life, one: said.End, why: str | None = None) -> Life:
    """End a placement and open the urgent referral after it; the ended life.

    Raises:
        Shut: a gate of the ending, or of the new referral, is shut; nothing is done then.
    """
    new = new_referral_id()
    ended = work.take(life, one, {"follow_up": new}, why)
    _open_again(work, ended, new)
    return ended


def back_up(work: Work, life: Life, but: str | None) -> list[dict[str, Any]]:
    """The shortlist in its order, less a lost home, judged anew: who fits, and what was said.

    `wish` is what the young person said of the home then; `answered` how its offer ended.
    """
    homes = [home for home in life.shortlisted if home != but]
    try:
        judged = judge_form(work.session, life, homes, work.moment.today)
    except CannotBeJudged:
        return []  # somebody looks for a home without it: nothing of theirs waits for the records
    return [
        {
            "home_id": home,
            **judged[home].to_json(),
            "fits": not judged[home].failed,
            "wish": what(life.views[home], said.View).wish if home in life.views else None,
            "answered": life.offers[home].state if home in life.offers else None,
        }
        for home in homes
        if home in judged
    ]


def _open_again(work: Work, former: Life, referral: str) -> Life:
    """The urgent referral: the former's form, needed today, its band carried as provisional."""
    form = _form(work, former)
    assert former.banding is not None
    assert former.band is not None
    source = f"carried over from {former.referral}, which ended unplanned"
    as_now = Life(
        referral,
        form=form,
        banding=former.banding,
        rebandings=former.rebandings,
        shortlist=former.shortlist,
        views=former.views,
        offers=former.offers,
    )
    ranked = back_up(work, as_now, former.home)
    began = said.Open(kind="open", form=form, former=former.referral, emergency=True)
    life = work.take(Life(referral), began, {"back_up": ranked, "lost": former.home})
    life = work.take(life, said.Submit(kind="submit", not_a_double=source))
    thresholds = what(former.banding, said.BandNeed).thresholds
    if former.rebandings:
        thresholds = what(former.rebandings[-1], said.Reband).thresholds
    banded = said.BandNeed(kind="band", band=former.band, thresholds=thresholds, reason=source)
    return work.take(life, banded)


def _form(work: Work, former: Life) -> Form:
    """The former's form as it is now: a place is needed today, and there was one move more."""
    assert former.form is not None
    today = work.moment.today
    moves = min(99, (former.form.moves_last_12_months or 0) + 1)
    changed = {"needed_by": today, "waiting_since": today, "moves_last_12_months": moves}
    return former.form.model_copy(update=changed)
