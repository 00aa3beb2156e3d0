"""A process apart returns, raises, tells, stops when asked, and can be ended whatever it does."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from broker.apart.process import Ended, Lost, Process, borrowed
from matching.faults import BadInput, Fault
from tests.integration.apart import works


@pytest.fixture
def process() -> Iterator[Process]:
    made = Process(())
    yield made
    made.end()


def gone(pid: int | None) -> bool:
    """Whether there is no such process any more."""
    assert pid is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_does_one_piece_of_work_after_another_and_tells_how_each_stands(
    process: Process,
) -> None:
    heard: list[int] = []
    assert process.run(partial(works.counted, 3), heard=heard.append) == 3
    assert heard == [0, 1, 2]
    assert process.run(partial(works.counted, 2)) == 2
    assert process.alive


def test_what_the_work_raises_is_raised_with_where_it_arose(process: Process) -> None:
    with pytest.raises(ValueError, match="not so") as caught:
        process.run(partial(works.refusing, "not so"))
    assert "in refusing" in str(caught.value.__cause__)
    assert process.run(partial(abs, -3)) == 3


def test_what_cannot_travel_is_said_and_costs_nobody_the_process(process: Process) -> None:
    with pytest.raises(RuntimeError, match="lambda"):
        process.run(works.untold)
    with pytest.raises(Exception, match="lambda"):
        process.run(lambda: 3)
    assert process.run(partial(abs, -3)) == 3


def test_work_that_neither_ends_nor_stops_is_ended_with_its_process(process: Process) -> None:
    heard: list[int] = []
    with pytest.raises(Ended):
        process.run(works.stubborn, heard=heard.append, over=lambda: bool(heard))
    assert heard == [process.pid]
    assert gone(process.pid)
    assert not process.alive


def test_work_that_takes_longer_than_it_asked_for_is_ended(process: Process) -> None:
    with pytest.raises(Ended):
        process.run(works.overstaying)
    assert gone(process.pid)


def test_a_process_that_comes_to_an_end_by_itself_is_told_with_how(process: Process) -> None:
    with pytest.raises(Lost, match="-9"):
        process.run(works.dying)
    assert not process.alive


def test_work_that_heeds_a_wish_to_stop_gives_its_answer(process: Process) -> None:
    assert process.run(works.polite, heard=lambda news: process.stop()) == "stopped"
    assert process.alive


def test_work_that_does_not_heed_a_wish_to_stop_is_ended(process: Process) -> None:
    with pytest.raises(Ended):
        process.run(works.lazy, heard=lambda news: process.stop(seconds=0.1))
    assert gone(process.pid)


def test_it_is_borrowed_by_one_at_a_time_and_used_again() -> None:
    with borrowed() as first, borrowed() as second:
        assert first is not second
    with borrowed() as again:
        assert again in (first, second)
        again.end()
    with borrowed() as other:
        assert other.alive


def test_two_threads_ask_two_processes() -> None:
    found: list[int] = []

    def ask(number: int) -> None:
        with borrowed() as process:
            found.append(process.run(partial(works.counted, number)))

    threads = [threading.Thread(target=ask, args=(number,)) for number in (4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [4, 5]


def test_the_faults_of_an_input_travel(process: Process) -> None:
    fault = Fault("homes.csv", 3, "places", "x", "a whole number", "bad value")
    with pytest.raises(BadInput) as caught:
        process.run(partial(works.faulty, fault))
    assert caught.value.faults == (fault,)
