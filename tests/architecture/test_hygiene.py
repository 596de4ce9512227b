"""Suppressions have reasons, files stay small, the clock is one, and nothing of a machine is checked in."""

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from tests.architecture.conftest import CODE, ROOT

LINES_MAX = 400
RUFF = Path(sys.executable).with_name("ruff")

SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)")
# The codes of the rules, then a comment of its own that says why, in more than one word.
WITH_REASON = re.compile(r"#\s*(noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*|type: ignore\[[a-z-]+(, ?[a-z-]+)*\])\s+#\s*\S.*\s\S")

BANNED = {
    "datetime.datetime.now()": "import datetime\ndatetime.datetime.now(datetime.UTC)\n",
    "datetime.datetime.utcnow()": "import datetime\ndatetime.datetime.utcnow()\n",
    "datetime.datetime.today()": "import datetime\ndatetime.datetime.today()\n",
    "datetime.date.today()": "from datetime import date\ndate.today()\n",
    "time.time()": "import time\ntime.time()\n",
    "time.monotonic()": "from time import monotonic\nmonotonic()\n",
    "time.perf_counter()": "import time\ntime.perf_counter()\n",
    "uuid.uuid4()": "from uuid import uuid4\nuuid4()\n",
    "uuid.uuid1()": "import uuid\nuuid.uuid1()\n",
}

# Written apart, so that this file does not hold them.
MACHINE_PATHS = re.compile("|".join(f"(?<![\\w.])/{place}/" for place in ("work", "root", "home", "Users", "tmp/[a-z]+-[a-z]+")))
# Whoever installs uses an index of their own: what is locked names packages and hashes, and no place to fetch them from.
FETCHED_FROM = re.compile(r'"resolve[d]":|--(extra-)?index-ur[l]|--find-link[s]|://[^ "]+[.](whl|tgz|tar[.]gz|jar)|registry\s*=\s*"?http')


def comments(path: Path) -> list[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    return [
        (token.start[0], token.string) for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.COMMENT
    ]


def test_every_suppression_names_its_rule_and_its_reason(python_files):
    bare = [
        f"{path.relative_to(ROOT)}:{line}: {comment}"
        for path in python_files
        for line, comment in comments(path)
        if SUPPRESSION.match(comment) and not WITH_REASON.match(comment)
    ]
    assert bare == []


@pytest.mark.parametrize(
    "comment",
    ["# noqa", "# noqa: S608", "# type: ignore", "# type: ignore[arg-type]", "# noqa: S608 # ok", "# type: ignore # because of X"],
)
def test_a_suppression_without_rule_or_reason_is_found(comment):
    assert SUPPRESSION.match(comment)
    assert not WITH_REASON.match(comment)


def test_no_file_of_the_code_is_long(python_files):
    code = [path for path in python_files if path.relative_to(ROOT).parts[0] in CODE and path.parent.name != "versions"]
    assert len(code) > 100
    assert {
        str(path.relative_to(ROOT)): lines for path in code if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MAX
    } == {}


def lint_as(name: str, source: str) -> str:
    told = subprocess.run(
        [RUFF, "check", "--no-cache", "--output-format=concise", "--select=TID251", f"--stdin-filename={name}", "-"],
        cwd=ROOT,
        check=False,
        input=source,
        capture_output=True,
        text=True,
    )
    return told.stdout


@pytest.mark.parametrize("call", BANNED)
@pytest.mark.parametrize("folder", [*CODE, "tests"])
def test_the_clock_and_the_ids_are_the_only_ones(call, folder):
    assert "TID251" in lint_as(f"{folder}/planted.py", BANNED[call])


def test_only_the_clock_lifts_the_ban(python_files):
    lifting = {
        str(path.relative_to(ROOT))
        for path in python_files
        for _, comment in comments(path)
        if SUPPRESSION.match(comment) and "TID251" in comment
    }
    assert lifting == {"shared/clock.py"}


def texts(tracked) -> list[tuple[str, str]]:
    found = []
    for path in tracked:
        raw = path.read_bytes()
        if b"\0" not in raw:
            found.append((str(path.relative_to(ROOT)), raw.decode("utf-8")))
    return found


def test_no_file_names_a_path_of_a_machine_or_a_place_to_fetch_packages_from(tracked):
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts(tracked)
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATHS.search(line) or FETCHED_FROM.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "see " + "/wo" + "rk/main/x",
        'open("' + "/ro" + 'ot/.cache")',
        '  "reso' + 'lved": "x"',
        "https:" + "//files.example/x-1.0.tar" + ".gz",
    ],
)
def test_such_lines_are_found(line):
    assert MACHINE_PATHS.search(line) or FETCHED_FROM.search(line)
