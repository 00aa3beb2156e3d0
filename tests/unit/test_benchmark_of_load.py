"""What `make bench` counts of fifty people at work is counted rightly."""

import asyncio
import math
from collections import Counter
from datetime import date

import pytest

from benchmarks.load.afterwards import Found, Placed, hold
from benchmarks.load.cast import EVERYBODY, PROVIDERS, users
from benchmarks.load.tally import Sample, percentile, rows, strange, within
from benchmarks.load.wire import NoAnswer, Wire


def sample(name: str, writes: bool, sent: float, ms: float, status: int, **more: bool) -> Sample:
    return Sample(name, writes, sent, ms / 1000, status, **more)


def test_the_p99_of_a_hundred_is_the_ninety_ninth_and_the_p50_the_fiftieth() -> None:
    values = [float(number) for number in range(1, 101)]
    assert (percentile(values, 0.50), percentile(values, 0.99)) == (50.0, 99.0)
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([1.0, 9.0], 0.99) == 9.0
    assert math.isnan(percentile([], 0.5))


def test_requests_are_counted_by_kind_and_errors_have_no_part_in_the_times() -> None:
    told = [
        sample("list", False, 1.0, 10, 200),
        sample("list", False, 2.0, 30, 200),
        sample("list", False, 3.0, 9_000, 500),
        sample("step", True, 3.5, 50, 201),
        sample("step", True, 4.0, 70, 409, foreseen=True),
        sample("step", True, 4.5, 20_000, 0),
    ]
    everything, reads, writes, listed, step = rows(told, 2.0)
    assert (everything.requests, everything.a_second) == (6, 3.0)
    assert (reads.requests, reads.p50, reads.p99, reads.errors) == (3, 10.0, 30.0, 1)
    assert (writes.refused, writes.errors, writes.p99) == (1, 1, 70.0)
    assert (listed.name, step.name) == ("list", "step")
    assert strange(told) == Counter({"list: 500": 1, "step: no answer": 1})


def test_what_was_sent_while_warming_up_or_after_the_end_is_not_counted() -> None:
    told = [sample("list", False, at, 1, 200) for at in (0.0, 5.0, 9.9, 10.0)]
    assert [one.sent for one in within(told, 5.0, 10.0)] == [5.0, 9.9]


START, LATER = date(2026, 9, 14), date(2026, 10, 1)


def test_lost_untold_and_doubled_are_told_apart() -> None:
    accepted = [
        ("R-1", 1, "open", ""),
        ("R-1", 2, "confirm", "H-1"),
        ("R-2", 2, "confirm", "H-1"),
        ("R-3", 2, "confirm", "H-2"),
    ]
    steps = Counter({("R-1", 1, "open"): 1, ("R-1", 2, "confirm"): 2, ("R-2", 2, "confirm"): 1})
    placed = [
        Placed("R-1", "Y-1", "H-1", 1, START),
        Placed("R-2", "Y-2", "H-1", 1, LATER),
        Placed("R-9", "Y-9", "H-2", 1, START, LATER),
    ]
    found = hold(accepted, steps, placed, {"H-1": 2, "H-2": 1})
    assert found == Found(
        steps=4,
        lost_steps=1,
        untold_steps=1,
        placements=3,
        lost_placements=1,
        untold_placements=1,
        doubled_placements=1,
    )


@pytest.mark.parametrize(
    ("second", "doubled"),
    [
        (Placed("R-2", "Y-2", "H-1", 2, START), 0),
        (Placed("R-2", "Y-2", "H-1", 1, LATER), 0),
        (Placed("R-2", "Y-2", "H-1", 3, START), 1),
        (Placed("R-2", "Y-1", "H-2", 1, START), 1),
        (Placed("R-2", "Y-2", "H-1", 1, date(2026, 9, 30)), 1),
    ],
    ids=["another place", "after it", "a place too many", "one person twice", "a day in common"],
)
def test_a_place_has_one_placement_at_a_time(second: Placed, doubled: int) -> None:
    first = Placed("R-1", "Y-1", "H-1", 1, START, LATER)
    found = hold([], Counter(), [first, second], {"H-1": 2, "H-2": 1})
    assert found.doubled_placements == doubled


def test_all_roles_of_a_life_are_among_the_fifty() -> None:
    fifty = users(50, dict.fromkeys(PROVIDERS, ("H-1",)))
    assert len(fifty) == len(EVERYBODY) == 50
    roles = Counter(one.role for one in fifty)
    assert roles == {
        "assessor": 16, "verifier": 8, "nominated_officer": 8, "director": 8, "broker": 5,
        "registered_manager": 5,
    }  # fmt: skip
    assert sum(one.program for one in fifty) == 10
    assert {one.role for one in fifty if one.homes} == {"registered_manager"}
    assert len({one.account for one in users(70, {})}) == 70


def test_the_client_reads_answers_in_parts_keeps_cookies_and_notices_an_answer_cut_off() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 201 Created\r\nSet-Cookie: csrftoken=abc; Path=/\r\nContent-Le")
        await writer.drain()
        writer.write(b'ngth: 8\r\n\r\n{"a"')
        await writer.drain()
        writer.write(b": 1}")
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{")
        writer.close()

    async def work() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        wire = Wire(server.sockets[0].getsockname()[1])
        assert await wire.ask("POST", "/api/session") == (201, {"a": 1})
        with pytest.raises(NoAnswer):
            await wire.ask("GET", "/api/session")
        wire.close()
        server.close()

    asyncio.run(work())
    assert b"X-CSRFToken: abc" in asked[1]
    assert b"Cookie: csrftoken=abc" in asked[1]
    assert b"Cookie" not in asked[0]
