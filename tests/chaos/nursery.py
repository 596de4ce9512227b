"""Starts processes of payments: what they import is imported once, and each is then a process of its own that dies alone.

Reads orders from standard input, a JSON object a line, and tells on standard output who was started and who ended, with the exit code (minus the signal).
To start one by `python -m services.payments` asks three seconds of a processor for its imports, which is most of what a kill would cost.
"""

import json
import os
import signal
import sys
from typing import Any

from services.payments.app import build
from services.payments.settings import Settings
from shared.service.main import command_line
from tests.chaos.planted import MISTAKES


def _tell(**news: int) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


def _reap(*_: Any) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def _become(order: dict[str, Any]) -> int:
    """Be payments; returns the exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["payments", *order["options"]]
    if order["mistake"]:
        MISTAKES[order["mistake"]]()
    try:
        command_line(Settings, build)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def main() -> None:
    """Work until standard input ends; who still lives then is killed."""
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = _become(json.loads(line))
            finally:
                os._exit(code)
        _tell(started=pid)


if __name__ == "__main__":
    main()
