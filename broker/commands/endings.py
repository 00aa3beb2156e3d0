"""How a command ends that could not do what was asked: an exit code and words, no traceback."""

from __future__ import annotations

import os
import traceback
from typing import Final

from broker.commands.output import say

DONE: Final = 0
VIOLATIONS: Final = 1
BAD_INPUT: Final = 2
SOLVER_FAILED: Final = 3
OWN_FAULT: Final = 70
INTERRUPTED: Final = 130

DEBUG_VARIABLE: Final = "BROKER_DEBUG"

ENDINGS: Final = {
    "broker.commands.endings.Refused": BAD_INPUT,
    "matching.faults.BadInput": BAD_INPUT,
    "pricing.problems.BadInput": BAD_INPUT,
    "broker.sample.folder.FolderInUse": BAD_INPUT,
    "broker.sample.generate.BadSize": BAD_INPUT,
    "broker.database.DatabaseProblem": BAD_INPUT,
    "api.serve.CannotServe": BAD_INPUT,
    "api.settings.BadSettings": BAD_INPUT,
    "matching.search.SolverFailed": SOLVER_FAILED,
}
"""Exit codes of the exceptions that explain themselves, by name, so that none is loaded for it."""


class Refused(Exception):
    """The command was asked for something that cannot be; a sentence for each reason."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


def end(problem: BaseException) -> int:
    """Say on stderr what went wrong and return the exit code for it."""
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(problem)
    code = _code(problem)
    if isinstance(problem, KeyboardInterrupt):
        say("Interrupted. Nothing unfinished was written.")
    elif code == SOLVER_FAILED:
        say(f"The solver failed: {problem}.\nNo plan was written. {_how_to_report()}")
    elif code != OWN_FAULT:
        say(str(problem))
    elif isinstance(problem, OSError):
        code = BAD_INPUT
        say(f"{problem.filename or 'The output'}: {(problem.strerror or str(problem)).lower()}.")
    elif isinstance(problem, MemoryError):
        say("There is not enough memory on this machine for that. Nothing more was written.")
    else:
        words = " ".join(str(problem).split())[:300]
        say(f"A fault of this program: {type(problem).__name__}: {words}\n{_how_to_report()}")
    return code


def _how_to_report() -> str:
    again = f"Run the command again with {DEBUG_VARIABLE}=1 before it"
    return f"{again} and send what it prints, with the case if you may, to whoever gave you this."


def _code(problem: BaseException) -> int:
    if isinstance(problem, KeyboardInterrupt):
        return INTERRUPTED
    for kind in type(problem).__mro__:
        name = f"{kind.__module__}.{kind.__qualname__}"
        if name in ENDINGS:
            return ENDINGS[name]
    return OWN_FAULT
