"""What `make bench` tells of pages: how long an answer took that came later, and which are late."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.pages import (
    ASK_EVERY,
    WAIT_AT_MOST,
    Measured,
    measured_of,
    over,
    seconds_until_there,
)


class Clock:
    """A clock that goes on only where somebody sleeps."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def answers(*statuses: int) -> tuple[list[int], Callable[[], int]]:
    """One status after another, the last for ever; and how often it was asked."""
    asked: list[int] = []

    def status() -> int:
        asked.append(statuses[min(len(asked), len(statuses) - 1)])
        return asked[-1]

    return asked, status


def test_an_answer_is_asked_for_every_quarter_of_a_second_until_it_is_there() -> None:
    clock = Clock()
    asked, status = answers(202, 202, 202, 200)
    assert seconds_until_there(status, None, clock, clock.sleep) == 3 * ASK_EVERY == 0.75
    assert asked == [202, 202, 202, 200]


def test_an_answer_that_never_comes_is_waited_for_no_longer_than_said() -> None:
    clock = Clock()
    asked, status = answers(202)
    assert seconds_until_there(status, None, clock, clock.sleep) is None
    assert WAIT_AT_MOST < clock.at - 100 <= WAIT_AT_MOST + ASK_EVERY
    assert len(asked) == WAIT_AT_MOST / ASK_EVERY + 1


def test_an_answer_that_was_asked_for_before_is_counted_from_then() -> None:
    clock = Clock()
    assert seconds_until_there(answers(202, 200)[1], clock.at - 3, clock, clock.sleep) == 3.25


def test_a_refusal_ends_the_waiting_too() -> None:
    clock = Clock()
    assert seconds_until_there(answers(202, 404)[1], None, clock, clock.sleep) == ASK_EVERY


def test_the_percentiles_are_of_all_times_in_any_order() -> None:
    spent = [float(99 - number) for number in range(100)]
    assert measured_of("broker", "/", 7.0, spent) == Measured("broker", "/", 7.0, 49.0, 94.0)


def test_the_pages_over_a_limit_are_counted_and_named_by_their_p95() -> None:
    soon = Measured("broker", "/", 900.0, 10.0, 200.0)
    late = Measured("auditor", "/audit/chain", 20.0, 20.0, 200.5)
    assert over("here", 200.0, [soon, late]) == (
        "here: 1 of 2 pages over 200 ms at p95 (auditor /audit/chain)"
    )
    assert over("here", 500.0, [soon, late]) == "here: 0 of 2 pages over 500 ms at p95"
