"""Reads: pages, ETags, NDJSON both ways."""

import orjson
import pytest
from structlog.testing import capture_logs

from shared.errors import Invalid
from shared.http import decode_cursor, encode_cursor
from shared.ids import new_id


async def _make(client, *names):
    answers = [await client.post("/v1/things", json={"name": name}, headers={"Idempotency-Key": str(new_id())}) for name in names]
    return [answer.headers["location"] for answer in answers]


async def test_pages_show_every_row_once(client):
    await _make(client, *(f"n{n % 4}" for n in range(10)))
    seen, cursor, pages = [], None, 0
    while True:
        page = (await client.get("/v1/things", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [thing["id"] for thing in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
        if cursor is None:
            break
    assert (len(seen), len(set(seen)), pages) == (10, 10, 4)


async def test_a_full_last_page_has_no_next(client):
    await _make(client, "a", "b")
    assert (await client.get("/v1/things", params={"limit": 2})).json()["next_cursor"] is None


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!", "a" * 1025, encode_cursor("a"), encode_cursor(1, new_id()), encode_cursor("a", "b"), encode_cursor("\0", new_id())],
)
async def test_a_cursor_that_is_not_of_this_list_is_refused(client, cursor):
    answer = await client.get("/v1/things", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_a_damaged_cursor_is_refused_at_every_character():
    cursor = encode_cursor("somchai", 5)
    assert decode_cursor(cursor, str, int) == ("somchai", 5)
    for place in range(len(cursor) - 1):  # the last character also holds padding bits
        damaged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(Invalid):
            decode_cursor(damaged, str, int)


async def test_an_etag_that_holds_is_not_sent_again_and_a_stale_write_is_refused(client):
    (location,) = await _make(client, "old")
    read = await client.get(location)
    assert read.headers["etag"] == '"1"'
    assert read.headers["cache-control"] == "no-store"
    same = await client.get(location, headers={"If-None-Match": 'W/"9", "1"'})
    assert (same.status_code, same.content) == (304, b"")
    assert (await client.put(location, json={"name": "new"}, headers={"If-Match": '"1"'})).headers["etag"] == '"2"'
    stale = await client.put(location, json={"name": "newer"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:sukjai:problem:precondition-failed")
    assert (await client.get(location, headers={"If-None-Match": '"1"'})).json()["name"] == "new"
    assert (await client.put(location, json={"name": "any"}, headers={"If-Match": "*"})).status_code == 200
    odd = await client.put(location, json={"name": "any"}, headers={"If-Match": "abc"})
    assert (odd.status_code, odd.json()["errors"][0]["field"]) == (422, "If-Match")


async def test_rows_go_out_one_a_line_and_none_gives_an_empty_answer(client, db):
    assert (await client.get("/v1/things.ndjson")).content == b""
    await _make(client, "ก", "ข")
    answer = await client.get("/v1/things.ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [orjson.loads(line)["name"] for line in answer.content.splitlines()] == ["ก", "ข"]
    assert db.pool.get_idle_size() == db.pool.get_size()


async def test_a_failure_before_the_first_row_is_a_problem_document(client, db):
    answer = await client.get("/v1/things.ndjson", params={"fail": True})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:sukjai:problem:name-taken")
    assert db.pool.get_idle_size() == db.pool.get_size()


async def test_a_reader_who_goes_away_leaves_no_transaction_open(app, client, db):
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO thing SELECT gen_random_uuid(), repeat('x', 1000), 1 FROM generate_series(1, 2000)")

    class Gone(OSError):
        pass

    sent = 0

    async def send(message):
        nonlocal sent
        if message["type"] == "http.response.body":
            sent += len(message["body"])
            raise Gone

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    await app(_scope(client, "GET", "/v1/things.ndjson"), receive, send)
    assert 0 < sent < 1_000_000
    assert db.pool.get_idle_size() == db.pool.get_size()


def _scope(client, method, path):
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"authorization", client.headers["Authorization"].encode())],
        "server": ("plan", 80),
        "client": ("127.0.0.1", 1),
    }


async def test_a_sender_who_goes_away_in_the_middle_is_no_failure_of_ours(app, client):
    messages = iter([{"type": "http.request", "body": b'{"n": 1}\n{"n"', "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(messages)

    async def send(message):
        raise AssertionError(message)

    with capture_logs() as told:
        await app(_scope(client, "POST", "/v1/lines"), receive, send)
    assert [(one["event"], one["log_level"]) for one in told] == [("http.left", "info"), ("http.answered", "info")]
    assert told[-1]["status"] == 499


async def test_lines_are_read_as_they_come_past_the_body_limit(client):
    async def lines():
        for n in range(500):
            yield b'{"n": %d, "name": "' % n + "สม".encode()[:4]
            yield "สม".encode()[4:] + b'"}\n\n'

    answer = await client.post("/v1/lines", content=lines())
    assert answer.json()["good"] == 500
    assert answer.json()["wrong"] == []


async def test_a_bad_line_does_not_end_the_reading(client):
    content = b'{"a": 1}\nnot json\n[1]\n{"b": "' + b"x" * 5000 + b'"}\n{"c": {"d": "\\u0000"}}\r\n{"e": 1}'
    answer = (await client.post("/v1/lines", content=content)).json()
    assert answer["good"] == 2
    assert answer["wrong"] == [[2, "json_invalid", "2"], [3, "dict_type", "3"], [4, "line_too_long", "4"], [5, "nul_character", "5.c.d"]]


@pytest.mark.parametrize("chunk", [1, 7, 999, 1001])
async def test_where_the_chunks_break_does_not_matter(client, chunk):
    content = b'{"a": 1}\n' * 3 + b"x" * 3000 + b"\n" + b'{"b": 2}\n'

    async def pieces():
        for start in range(0, len(content), chunk):
            yield content[start : start + chunk]

    answer = (await client.post("/v1/lines", content=pieces())).json()
    assert (answer["good"], answer["wrong"]) == (4, [[4, "line_too_long", "4"]])
