"""What every test has: the servers. Their module also prints the session's first line, which says which broker the tests run on."""

pytest_plugins = ["tests.support.servers"]
