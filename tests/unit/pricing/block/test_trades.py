"""Whose place is used, at what price, and who bears the voids: weeks worked by hand."""

from datetime import date
from fractions import Fraction

from pricing.block.life import BlockLife
from pricing.block.render import PARTS_OF_A_PLACE, render_life
from pricing.block.trades import Trade
from pricing.ledger import LedgerRow
from tests.unit.pricing.block.samples import PLACE_WEEK, REDBRIDGE, WEEK, YEAR, life, scene, trade
from tests.unit.pricing.samples import HACKNEY, HAVERING, NEWHAM, stretch

START = YEAR[0]


def ledger(*boroughs: str) -> list[LedgerRow]:
    """One young person of each borough named, all through the term."""
    return [stretch(number, borough, START, None) for number, borough in enumerate(boroughs)]


def bears(answer: BlockLife, what: str) -> dict[str, int]:
    return {code: getattr(each, what) for code, each in answer.burdens.boroughs.items()}


def test_nobody_beyond_its_share_uses_nobodys_place() -> None:
    answer = life(scene(ledger(HAVERING, HACKNEY)))
    assert answer.uses == ()
    assert answer.burdens.charge == 3 * PLACE_WEEK  # 5 guaranteed, 2 in use
    assert bears(answer, "relief") == {HACKNEY: 0, HAVERING: 0, NEWHAM: 0}


def test_use_beyond_a_share_is_spread_over_idle_shares_in_proportion() -> None:
    answer = life(scene(ledger(NEWHAM, NEWHAM, HAVERING)))
    # Havering leaves 2 idle, Hackney 2: half a place each
    assert answer.place_days() == {
        (NEWHAM, HACKNEY, ""): Fraction(7, 2),
        (NEWHAM, HAVERING, ""): Fraction(7, 2),
    }
    answer = life(scene(ledger(NEWHAM, NEWHAM, HACKNEY)))
    assert answer.place_days() == {
        (NEWHAM, HACKNEY, ""): Fraction(7, 4),
        (NEWHAM, HAVERING, ""): Fraction(21, 4),
    }


def test_two_who_use_more_than_their_share_are_treated_alike() -> None:
    answer = life(scene(ledger(NEWHAM, NEWHAM, REDBRIDGE, HACKNEY)))
    # idle: Havering 3, Hackney 1; one place beyond each for Newham and for Redbridge
    assert answer.place_days() == {
        (NEWHAM, HACKNEY, ""): Fraction(7, 4),
        (NEWHAM, HAVERING, ""): Fraction(21, 4),
        (REDBRIDGE, HACKNEY, ""): Fraction(7, 4),
        (REDBRIDGE, HAVERING, ""): Fraction(21, 4),
    }


def test_an_agreed_trade_comes_first_and_the_rest_is_spread() -> None:
    given = trade("T1", HACKNEY, NEWHAM)
    answer = life(scene(ledger(NEWHAM, NEWHAM, NEWHAM), [given]))
    # Newham holds 2 now; the third place: Havering leaves 3 idle, Hackney 1
    assert answer.place_days() == {
        (NEWHAM, HACKNEY, ""): Fraction(7, 4),
        (NEWHAM, HACKNEY, "T1"): 7,
        (NEWHAM, HAVERING, ""): Fraction(21, 4),
    }


def test_places_released_by_two_are_used_in_proportion_to_what_each_released() -> None:
    trades = [trade("T1", HACKNEY, NEWHAM), trade("T2", HAVERING, NEWHAM, places=2)]
    answer = life(scene(ledger(NEWHAM, NEWHAM), trades))
    assert answer.place_days() == {
        (NEWHAM, HACKNEY, "T1"): Fraction(7, 3),
        (NEWHAM, HAVERING, "T2"): Fraction(14, 3),
    }


def test_a_trade_moves_the_void_and_its_price_is_due_whether_the_place_is_used_or_not() -> None:
    used = life(scene(ledger(NEWHAM, NEWHAM), [trade("T1", HAVERING, NEWHAM)]))
    # 5 guaranteed, 2 in use: 3 unused; idle before: Havering 3, Hackney 2; after: 2 and 2
    assert bears(used, "after_exits") == {
        HACKNEY: 432000,
        HAVERING: 648000,
        NEWHAM: 0,
    }
    assert bears(used, "after_trades") == {HACKNEY: 540000, HAVERING: 540000, NEWHAM: 0}
    assert bears(used, "pays") == {HACKNEY: 0, HAVERING: 0, NEWHAM: 70000}
    assert bears(used, "gets") == {HACKNEY: 0, HAVERING: 70000, NEWHAM: 0}
    assert bears(used, "bears") == {HACKNEY: 540000, HAVERING: 470000, NEWHAM: 70000}
    idle = life(scene(ledger(NEWHAM), [trade("T1", HAVERING, NEWHAM)]))
    # 4 unused; idle: Havering 2, Hackney 2, Newham 1
    assert bears(idle, "after_trades") == {HACKNEY: 576000, HAVERING: 576000, NEWHAM: 288000}
    assert bears(idle, "pays")[NEWHAM] == 70000
    assert idle.uses == ()


def test_relief_is_what_the_voids_would_have_been_without_use_beyond_shares() -> None:
    answer = life(scene(ledger(NEWHAM, NEWHAM, NEWHAM)))
    # without Newham's two beyond its share: 4 unused by Havering 3, Hackney 2; with them 2 unused
    assert bears(answer, "without_use") == {HACKNEY: 576000, HAVERING: 864000, NEWHAM: 0}
    assert bears(answer, "after_trades") == {HACKNEY: 288000, HAVERING: 432000, NEWHAM: 0}
    assert bears(answer, "relief") == {HACKNEY: 288000, HAVERING: 432000, NEWHAM: 0}
    assert bears(answer, "pays") == {HACKNEY: 0, HAVERING: 0, NEWHAM: 0}  # nothing was agreed


def test_a_trade_counts_from_its_first_day_to_the_day_before_its_last() -> None:
    part = trade("T1", HACKNEY, NEWHAM, start=date(2026, 10, 7), end=date(2026, 10, 10))
    answer = life(scene(ledger(NEWHAM, NEWHAM), [part]))
    assert answer.place_days()[NEWHAM, HACKNEY, "T1"] == 3
    assert part.payment(*WEEK) == 30000
    assert [str(day.stretch.start) for day in answer.days] == [
        "2026-10-05",
        "2026-10-07",
        "2026-10-10",
    ]


def test_a_payment_is_rounded_once_half_up() -> None:
    odd = trade("T1", HACKNEY, NEWHAM, price=1)
    assert odd.payment(date(2026, 10, 5), date(2026, 10, 8)) == 0  # 3 days of a penny a week
    assert odd.payment(date(2026, 10, 5), date(2026, 10, 9)) == 1
    assert Trade("T", HACKNEY, NEWHAM, *WEEK, 3, 12345).payment(*WEEK) == 37035
    assert odd.payment(date(2027, 4, 1), date(2027, 5, 1)) == 0


def test_who_releases_places_its_own_young_people_live_in_is_told_so() -> None:
    answer = life(scene(ledger(NEWHAM, NEWHAM), [trade("T1", NEWHAM, HACKNEY)]))
    # Newham kept none and uses 2: Havering leaves 3 idle and Hackney 3
    assert answer.place_days() == {(NEWHAM, HACKNEY, ""): 7, (NEWHAM, HAVERING, ""): 7}
    assert any("E09000025 released places and used more than it kept on 7 days" in each
               for each in answer.findings)  # fmt: skip


def test_the_answer_says_who_released_the_place_and_at_what_price() -> None:
    answer = life(scene(ledger(NEWHAM, NEWHAM), [trade("T1", HAVERING, NEWHAM)])).to_json()
    assert answer["uses"] == [
        {
            "from": "2026-10-05",
            "to": "2026-10-12",
            "used_by": NEWHAM,
            "place_of": HAVERING,
            "places": "1",
            "place_days": "7",
            "trade_id": "T1",
            "price_per_place_week": "700.00",
        }
    ]
    assert answer["trades"] == [
        {
            "trade_id": "T1",
            "released_by": HAVERING,
            "used_by": NEWHAM,
            "from": "2026-04-01",
            "to": "2027-04-01",
            "places": 1,
            "price_per_place_week": "700.00",
            "payment": "700.00",
        }
    ]


def test_whole_places_are_shown_without_a_word_about_parts() -> None:
    whole = render_life(life(scene(ledger(NEWHAM, NEWHAM), [trade("T1", HAVERING, NEWHAM)])))
    assert "trade T1" in whole
    assert PARTS_OF_A_PLACE not in whole
    parts = render_life(life(scene(ledger(NEWHAM, NEWHAM, HACKNEY))))
    assert PARTS_OF_A_PLACE in parts
    assert "1.75" in parts
