"""What every test has: the servers, and logs in plain text. The servers' module also prints the session's first line, which says which broker the tests run on."""

from tests.support import logs

pytest_plugins = ["tests.support.servers"]


def pytest_configure() -> None:
    """Before anything logs."""
    logs.in_plain_text()
