import os
import signal
import threading

import pytest

from broker.commands.interrupt import stopping


def test_the_first_interrupt_is_a_wish_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    with stopping(stop):
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(5)
    assert signal.getsignal(signal.SIGINT) is before
    assert "Once more to end at once" in capsys.readouterr().err


def test_the_second_interrupt_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with stopping(threading.Event()):
        os.kill(os.getpid(), signal.SIGINT)
        assert ended == []
        os.kill(os.getpid(), signal.SIGINT)
    assert ended == [130]


def test_only_the_main_thread_listens_for_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    found: list[object] = []

    def work() -> None:
        with stopping(threading.Event()):
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]
