import io
import sys
import time

import pytest

from broker.commands import progress
from broker.commands.fold import fold
from broker.commands.output import tell


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def worked(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, patience: float) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "PATIENCE", patience)
    monkeypatch.setattr(progress, "BEAT", 0.01)
    with progress.Progress("judging homes") as line:
        time.sleep(0.06)
        line.say("points: searching")
        time.sleep(0.06)
    return stream.getvalue()


def test_work_that_takes_long_is_told_on_one_line_that_is_wiped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = worked(monkeypatch, Terminal(), 0.01)
    assert "judging homes" in said
    assert "points: searching" in said
    assert "\n" not in said
    assert said.endswith("\r\x1b[K")


def test_work_of_a_moment_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worked(monkeypatch, Terminal(), 5.0) == ""


def test_nothing_is_told_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worked(monkeypatch, io.StringIO(), 0.01) == ""


def test_long_lines_are_folded_between_words_under_where_they_began() -> None:
    assert fold("  R-1  one two three four", 16) == "  R-1  one two\n      three four"
    assert fold(" 1. one two three", 11) == " 1. one two\n    three"
    assert fold("short\n\nshort", 6) == "short\n\nshort"
    assert fold("https://one/word/without/space", 10) == "https://one/word/without/space"


def test_words_are_folded_for_a_terminal_and_for_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    text = "one two three four five six"
    for stream, lines in ((Terminal(), 2), (io.StringIO(), 1)):
        monkeypatch.setattr(sys, "stdout", stream)
        tell(text)
        assert len(stream.getvalue().splitlines()) == lines
