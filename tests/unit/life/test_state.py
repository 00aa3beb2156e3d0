"""A life is what its steps add up to: nothing else is kept, and each step changes what it says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.life import steps
from broker.life.state import CLOSED, LIVING, LOOKING, Life, State
from broker.life.steps import KINDS, said_of
from tests.unit.life.story import Story, said
from tests.whole_life import HOME, SECOND, STARTS


def test_the_usual_way_goes_through_every_state_in_order() -> None:
    story = Story()
    seen = [story.life.state]
    for kind in ("open", "submit", "band", "verify", "shortlist", "view", "offer", "impact",
                 "accept", "confirm", "move_in", "step_down", "end"):  # fmt: skip
        story.told(kind)
        if story.life.state is not seen[-1]:
            seen.append(story.life.state)
    assert seen == [state for state in State if state is not State.WITHDRAWN]


def test_the_groups_of_states_do_not_overlap() -> None:
    assert not LOOKING & LIVING
    assert not (LOOKING | LIVING) & CLOSED


def test_adding_up_the_steps_anew_gives_the_same_life() -> None:
    life = Story().to("move_in").told("end")
    assert Life.of(life.referral, life.steps) == life
    assert life.version == len(life.steps)


def test_a_verification_that_fails_goes_back_unless_it_is_an_emergency() -> None:
    ordinary = Story().to("band").told("verify", need_met=False)
    assert ordinary.state is State.RECEIVED
    urgent = Story().to("band", emergency=True).told("verify", need_met=False)
    assert urgent.state is State.BANDED
    assert Story().to("band", emergency=True).told("verify").state is State.VERIFIED
    story = Story().to("band", emergency=True)
    story.told("shortlist")
    assert story.told("verify").state is State.SHORTLISTED


def test_a_place_is_sought_once_verified_and_in_an_emergency_once_banded() -> None:
    assert not Story().to("band").life.sought
    assert Story().to("band", emergency=True).life.sought
    assert Story().to("verify").life.sought
    assert not Story().to("confirm").life.sought


def test_where_a_referral_stands_follows_from_all_its_offers() -> None:
    story = Story().to("offer")
    story.told("offer", home_id=SECOND)
    assert story.life.state is State.OFFERED
    assert story.told("accept").state is State.ACCEPTED
    assert story.told("offer", home_id="SC990001").state is State.ACCEPTED
    assert story.told("decline").state is State.OFFERED, "a home may take its word back"
    assert story.told("decline", home_id=SECOND).state is State.OFFERED
    assert story.told("withdraw_offer", home_id="SC990001").state is State.SHORTLISTED
    assert [offer.state for offer in story.life.offers.values()] == [
        "declined",
        "declined",
        "withdrawn",
    ]


def test_a_later_shortlist_leaves_the_offers_where_they_stand() -> None:
    assert Story().to("offer").told("shortlist").state is State.OFFERED
    assert Story().to("accept").told("shortlist").state is State.ACCEPTED


def test_a_decision_takes_the_other_offers_back_and_no_answer_away() -> None:
    story = Story().to("offer")
    story.told("offer", home_id=SECOND)
    story.told("offer", home_id="SC990001")
    story.told("decline", home_id="SC990001")
    story.told("accept")
    life = story.told("confirm")
    assert {home: offer.state for home, offer in life.offers.items()} == {
        HOME: "accepted",
        SECOND: "withdrawn",
        "SC990001": "declined",
    }
    assert (life.home, life.contract) == (HOME, "NEL-BLOCK-1")


def test_withdrawing_takes_every_open_offer_back() -> None:
    story = Story().to("offer")
    story.told("offer", home_id=SECOND)
    story.told("accept", home_id=SECOND)
    life = story.told("withdraw")
    assert {offer.state for offer in life.offers.values()} == {"withdrawn"}
    assert not life.open_offers
    assert not life.accepted


@pytest.mark.parametrize(
    ("as_far_as", "then"),
    [("offer", State.SHORTLISTED), ("accept", State.SHORTLISTED), ("confirm", State.SHORTLISTED),
     ("move_in", State.MOVED_IN)],
)  # fmt: skip
def test_a_lost_place_sets_back_whoever_does_not_live_there_yet(
    as_far_as: str, then: State
) -> None:
    life = Story().to(as_far_as).told("place_lost")
    assert life.state is then
    assert len(life.lost) == 1
    assert (life.decision is None) is (as_far_as != "move_in")
    assert life.offers[HOME].state == ("accepted" if as_far_as == "move_in" else "withdrawn")


def test_a_lost_place_leaves_an_offer_elsewhere_where_it_is() -> None:
    story = Story().to("offer")
    story.told("offer", home_id=SECOND)
    story.told("accept", home_id=SECOND)
    assert story.told("place_lost").state is State.ACCEPTED


def test_the_band_in_force_is_the_latest_word_and_confirmed_only_where_it_says_so() -> None:
    story = Story().to("move_in")
    assert (story.life.band, story.life.band_status) == ("medium", "provisional")
    story.told("reband")
    assert (story.life.band, story.life.band_status) == ("high", "confirmed")
    story.told("reband", band="low", confirmed=False)
    assert (story.life.band, story.life.band_status) == ("low", "provisional")


def test_the_day_of_leaving_is_expected_confirmed_or_told_by_the_end() -> None:
    assert Story().to("move_in").life.leaves is None
    story = Story().to("move_in")
    story.told("step_down")
    assert story.life.leaves == (date(2027, 4, 1), False)
    story.told("step_down", confirmed=True)
    assert story.life.leaves == (date(2027, 4, 1), True)
    back = story.told("step_down_back")
    assert (back.leaves, back.state) == (None, State.MOVED_IN)
    stays = story.told("step_down", destination="staying_put", expected_on=date(2030, 9, 9))
    assert stays.leaves is None, "whoever stays put does not leave"
    story.told("end")
    assert story.life.leaves == (date(2026, 12, 1), True)


def test_the_start_is_the_day_decided_until_somebody_moved_in() -> None:
    story = Story().to("confirm")
    assert story.life.starts_on == STARTS
    story.told("move_in", moved_in_on=date(2026, 9, 17))
    assert story.life.starts_on == date(2026, 9, 17)
    assert Story().to("accept").life.starts_on is None


def test_the_referral_opened_after_an_ending_is_told() -> None:
    story = Story().to("move_in")
    assert story.life.follow_up is None
    assert story.told("end", facts={"follow_up": "R-NEXT"}).follow_up == "R-NEXT"


def test_every_look_back_is_kept() -> None:
    story = Story().to("move_in")
    story.told("end")
    story.told("look_back")
    assert len(story.told("look_back").look_backs) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_step_says_reads_back_from_the_record_as_it_was(kind: str) -> None:
    one = said(kind)
    assert said_of(kind, one.model_dump(mode="json", exclude={"kind"})) == one


@given(st.sampled_from(["match", "options", "by_hand"]), st.none() | st.integers(1, 9))
def test_a_match_is_named_where_a_home_comes_from_one_and_nowhere_else(
    source: str, run: int | None
) -> None:
    told = {"home_id": HOME, "source": source, "run_id": run, "reason": "near"}
    if (source == "match") == (run is not None):
        assert steps.Shortlisted(**told).run_id == run  # type: ignore[arg-type]
    else:
        with pytest.raises(ValueError, match="run_id names"):
            steps.Shortlisted(**told)  # type: ignore[arg-type]
