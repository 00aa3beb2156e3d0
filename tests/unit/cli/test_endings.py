import errno
import importlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.cli import COMMANDS, main
from broker.commands.endings import ENDINGS, end
from tests.unit.cli.conftest import Broker


def raising(problem: BaseException) -> object:
    def run(*_: object, **__: object) -> None:
        raise problem

    return run


def test_every_exception_with_an_ending_of_its_own_exists() -> None:
    for name in ENDINGS:
        module, _, kind = name.rpartition(".")
        assert issubclass(getattr(importlib.import_module(module), kind), Exception)


def test_every_command_says_what_it_does_and_what_it_takes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in COMMANDS:
        assert main([name, "--help"]) == 0
        said = capsys.readouterr().out
        assert f"broker {name}" in said
        assert len(said.splitlines()) > 5


def test_help_and_version_are_answers(broker: Broker) -> None:
    said = broker("--help")
    assert said.code == 0
    assert all(name in said.out for name in COMMANDS)
    assert broker("--version").out.startswith("broker ")


def test_no_word_of_the_help_is_one_that_young_people_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = "b" + "ed"
    for name in ("", *COMMANDS):
        main([*filter(None, [name]), "--help"])
        words = capsys.readouterr().out.lower().replace("-", " ").split()
        assert not {refused, refused + "s"} & set(words)


def test_a_fault_of_the_program_is_a_sentence_and_says_how_to_report_it(
    broker: Broker, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = raising(ZeroDivisionError("points over\nnothing"))
    monkeypatch.setattr("broker.commands.match_command.search", fault)
    answer = broker("match", small, "--out", "plan.json")
    assert answer.code == 70
    assert answer.err.startswith("A fault of this program: ZeroDivisionError: points over nothing")
    assert "BROKER_DEBUG=1" in answer.err
    assert not Path("plan.json").exists()


def test_where_a_fault_is_can_be_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError) as caught:
        raise ZeroDivisionError("over nothing")
    assert end(caught.value) == 70
    said = capsys.readouterr()
    assert "test_endings.py" in said.err
    assert said.out == ""


def test_a_solver_that_broke_its_promise_ends_with_three_and_without_a_plan(
    broker: Broker, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matching.search import SolverFailed

    broken = raising(SolverFailed("the checker rejects the plan"))
    monkeypatch.setattr("broker.commands.match_command.search", broken)
    answer = broker("match", small, "--out", "plan.json")
    assert answer.code == 3
    assert "the checker rejects the plan" in answer.err
    assert not Path("plan.json").exists()


def test_an_interrupt_outside_a_search_writes_nothing(
    broker: Broker, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.commands.match_command.read_seen", raising(KeyboardInterrupt()))
    answer = broker("match", small, "--out", "plan.json")
    assert answer.code == 130
    assert "Nothing unfinished was written" in answer.err
    assert not Path("plan.json").exists()


def test_a_disk_that_is_full_is_bad_input_and_names_the_file(
    broker: Broker, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("pathlib.Path.replace", raising(full))
    answer = broker("match", small, "--out", "plan.json")
    assert answer.code == 2
    assert "plan.json was not written: no space left on device" in answer.err
    assert list(Path.cwd().glob(".*part")) == []


def test_too_little_memory_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert end(MemoryError()) == 70
    assert "not enough memory" in capsys.readouterr().err


class Pipe(io.TextIOWrapper):
    """A stdout whose reader went away after so many letters."""

    def __init__(self, file: io.BufferedWriter) -> None:
        super().__init__(file, encoding="utf-8")

    def flush(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


@pytest.fixture
def broken_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with (tmp_path / "pipe").open("wb") as file:
        pipe = Pipe(file)
        monkeypatch.setattr(sys, "stdout", pipe)
        yield
        monkeypatch.undo()


@pytest.mark.usefixtures("broken_pipe")
def test_a_reader_who_has_seen_enough_is_no_fault(small: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert main(["match", str(small), "--out", str(plan)]) == 0
    assert plan.exists()


@pytest.mark.usefixtures("broken_pipe")
def test_violations_are_told_by_the_exit_code_even_to_a_reader_who_went_away(
    small: Path, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    assert main(["check", str(small), str(tmp_path / "plan.json")]) == 1


def test_a_terminal_without_the_letters_shows_substitutes(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", plain)
    assert main(["match", str(small)]) == 0
    plain.seek(0)
    assert "?7,700.00  a week" in plain.read()
    assert plain.errors == "strict"
