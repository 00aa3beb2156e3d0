"""A command run before a terminal, and what the terminal was shown."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Sequence


def seen_in_a_terminal(command: Sequence[str]) -> str:
    """What a command that ends well writes to its standard error where that is a terminal."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(ours)
    assert running.wait(60) == 0
    return seen.decode()
