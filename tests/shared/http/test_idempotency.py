"""One key, one effect."""

import asyncio
from datetime import timedelta

import pytest

from shared.auth import Reach
from shared.clock import system_now
from shared.http import forget_answers
from shared.ids import new_id


async def _count(db, table="thing"):
    async with db.reading() as tx:
        return await tx.fetchval(f"SELECT count(*) FROM {table}")


def _key():
    return {"Idempotency-Key": str(new_id())}


async def test_the_same_request_gets_the_same_answer_again(client, db):
    headers = _key()
    first = await client.post("/v1/things", json={"name": "somchai"}, headers=headers)
    again = await client.post("/v1/things", json={"name": "somchai"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"] == f"/v1/things/{first.json()['id']}"
    assert again.headers["etag"] == first.headers["etag"] == '"1"'
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    assert await _count(db) == 1


async def test_another_body_under_the_key_is_refused(client, db):
    headers = _key()
    await client.post("/v1/things", json={"name": "somchai"}, headers=headers)
    other = await client.post("/v1/things", json={"name": "somying"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:sukjai:problem:idempotency-key-reused"
    assert await _count(db) == 1


async def test_thirty_two_writers_on_one_key_have_one_effect(client, db):
    headers = _key()
    answers = await asyncio.gather(*(client.post("/v1/things", json={"name": "somchai"}, headers=headers) for _ in range(32)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replay" not in answer.headers for answer in answers) == 1
    assert await _count(db) == 1


async def test_thirty_two_writers_of_two_bodies_have_one_effect(client, db):
    headers = _key()
    answers = await asyncio.gather(*(client.post("/v1/things", json={"name": f"n{n % 2}"}, headers=headers) for n in range(32)))
    assert sorted({answer.status_code for answer in answers}) == [201, 422]
    assert sum(answer.status_code == 201 for answer in answers) == 16
    assert await _count(db) == 1


@pytest.mark.parametrize(("kind", "status"), [("REFUSED", 409), ("BUG", 500)])
async def test_a_failure_rolls_back_and_frees_the_key(client, db, kind, status):
    headers = _key()
    failed = await client.post("/v1/things", json={"name": "somchai", "kind": kind}, headers=headers)
    assert failed.status_code == status
    assert (await _count(db), await _count(db, "idempotency")) == (0, 0)
    made = await client.post("/v1/things", json={"name": "somchai"}, headers=headers)
    assert made.status_code == 201
    assert "idempotent-replay" not in made.headers


async def test_a_key_belongs_to_its_client_and_operation(client, db, issuer):
    headers = _key()
    mine = await client.post("/v1/things", json={"name": "somchai"}, headers=headers)
    token = issuer.issue("another", ["plan.things:write"], Reach.country())
    theirs = await client.post("/v1/things", json={"name": "somchai"}, headers={**headers, "Authorization": f"Bearer {token}"})
    renamed = await client.put(mine.headers["location"], json={"name": "new"}, headers=headers)
    assert mine.json()["id"] != theirs.json()["id"]
    assert renamed.json()["version"] == 2
    assert await _count(db) == 2


async def test_an_operation_that_creates_needs_a_key_and_others_honour_one(client):
    missing = await client.post("/v1/things", json={"name": "somchai"})
    assert missing.status_code == 422
    assert missing.json()["errors"][0]["field"] == "Idempotency-Key"
    made = await client.post("/v1/things", json={"name": "somchai"}, headers=_key())
    headers = _key()
    versions = [(await client.put(made.headers["location"], json={"name": "new"}, headers=headers)).json()["version"] for _ in range(2)]
    assert versions == [2, 2]


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_a_key_of_a_wrong_form_is_refused(client, key):
    answer = await client.post("/v1/things", json={"name": "somchai"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_an_answer_without_a_body_is_given_again(client):
    made = await client.post("/v1/things", json={"name": "somchai"}, headers=_key())
    headers = _key()
    answers = [await client.delete(made.headers["location"], headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert [answer.content for answer in answers] == [b"", b""]


async def test_old_answers_are_forgotten(client, db):
    await client.post("/v1/things", json={"name": "somchai"}, headers=_key())
    async with db.transaction() as tx:
        assert await forget_answers(tx, system_now() - timedelta(hours=1)) == 0
        assert await forget_answers(tx, system_now() + timedelta(hours=1)) == 1
