"""Banks without Kafka: what they read is what stands on their topic, what they tell is taken line by line, and who signs is believed once."""

import asyncio
import base64
from datetime import timedelta
from email.utils import format_datetime

import orjson
import pytest

from services.payments.http.banks import CURSOR_HEADER
from services.payments.invariants import INVARIANTS
from services.payments.resources import bank_signatures
from shared import invariants
from shared.clock import system_now
from shared.contracts.common import Bank
from shared.contracts.payments import PaymentInstructed, PaymentStatusRequested, ResultStatus
from shared.http.signed_requests import DIGEST_HEADER, WINDOW, digest_of, forget_signed_requests, signed_headers, signed_text
from shared.ids import new_id
from shared.signatures import SIGNATURE_HEADER, SigningKeys
from tests.payments import story
from tests.payments.test_bank_results import paid_out

NDJSON = {"Content-Type": "application/x-ndjson"}
BASE = "http://payments"
KEYS = SigningKeys.from_text(f"ktb1:{base64.b64encode(bytes([9]) * 32).decode()}")
OTHERS = SigningKeys.from_text(f"ktb1:{base64.b64encode(bytes([8]) * 32).decode()}")


def line(one, status="SETTLED", **more):
    told = {
        "instruction_id": one.instruction_id,
        "status": status,
        "amount_satang": one.amount_satang,
        "value_date": "2018-03-21",
        "bank_reference": f"R-{one.instruction_id[-8:]}",
    }
    return orjson.dumps(told | more)


async def read(payments, bank="KTB", **query):
    answer = await payments.get("/v1/bank/instructions", payments.bank(bank), **query)
    assert answer.status_code == 200, answer.text
    return answer.content.splitlines(), answer.headers[CURSOR_HEADER]


async def read_all(payments, bank="KTB", cursor=None, limit=2):
    """Page by page until nothing comes; the messages and every cursor with how many had come before it."""
    found, places = [], []
    while True:
        page, cursor = await read(payments, bank, limit=limit, **({"cursor": cursor} if cursor else {}))
        found += page
        places.append((cursor, len(found)))
        if not page:
            return found, places


async def push(payments, body, bank="KTB", **headers):
    answer = await payments.client.post("/v1/bank/results", content=body, headers={**payments.bank(bank), **NDJSON, **headers})
    return answer.status_code, [orjson.loads(one) for one in answer.content.splitlines()]


def on_topic(raw, bank="KTB"):
    return [value for topic, value in raw if topic == f"payments.instructions.{bank.lower()}.v1"]


@pytest.fixture
def raw(payments, monkeypatch):
    """The bytes that the relay puts on topics, as (topic, value)."""
    found = []
    expanders = dict(payments.service.expanders)

    def keeping(expand):
        async def expanded(tx, chunk):
            messages = await expand(tx, chunk)
            found.extend((topic, value) for topic, _, value in messages if (topic, value) not in found)
            return messages

        return expanded

    payments.service.expanders = {name: keeping(expand) for name, expand in expanders.items()}
    return found


async def test_what_a_bank_reads_is_what_stands_on_its_topic_to_the_byte_from_any_cursor_and_nothing_of_others(payments, raw):
    people = [story.person(bank=bank) for bank in (Bank.KTB, Bank.KTB, Bank.KTB, Bank.GSB, Bank.KTB, Bank.KTB)]
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people])
    assert await read(payments) == ([], (await read(payments))[1])
    run = await payments.run("2018-03")
    first, places = await read_all(payments)
    await payments.post(f"/v1/runs/{run['run_id']}/status-requests")
    await payments.relay()
    everything, more = await read_all(payments, cursor=places[-1][0])
    everything = first + everything
    assert everything == on_topic(raw)  # instructions, then questions, in the topic's order
    kinds = [orjson.loads(one)["type"] for one in everything]
    assert kinds == [PaymentInstructed.type] * 5 + [PaymentStatusRequested.type] * 5
    for cursor, before in places:  # also the cursor of an empty page
        assert (await read_all(payments, cursor=cursor, limit=3))[0] == everything[before:]
    assert (await read(payments, limit=100))[0] == everything
    assert len((await read(payments, "GSB"))[0]) == 2
    assert (await read(payments, "BAAC"))[0] == []
    assert {orjson.loads(one)["data"]["bank"] for one in (await read(payments, "GSB", cursor=more[-1][0]))[0]} <= {"GSB"}


async def test_a_cursor_that_is_none_a_limit_too_large_and_a_caller_who_is_no_bank_are_refused(payments):
    wrong = await payments.get("/v1/bank/instructions", payments.bank("KTB"), cursor="xyz")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "cursor")
    assert (await payments.get("/v1/bank/instructions", payments.bank("KTB"), limit=10_001)).status_code == 422
    country = payments.caller(scopes=("payments.instructions:read", "payments.results:write"))
    assert (await payments.get("/v1/bank/instructions", country)).status_code == 404
    assert (await payments.client.post("/v1/bank/results", content=b"{}", headers={**country, **NDJSON})).status_code == 404


async def test_results_are_answered_line_by_line_and_the_same_content_twice_changes_nothing(payments):
    run, _, (paid, failed, odd, other) = await paid_out(payments, 4)
    body = b"\n".join(
        (
            line(paid),
            b"not json",
            line(failed, "FAILED", reason_code="ACCOUNT_CLOSED"),
            line(paid),
            line(odd, amount_satang=1),
            line(other, bank="GSB"),
            line(paid, status="PAID", value_date="21/3/2018"),
            line(paid.model_copy(update={"instruction_id": new_id().hex})),
        )
    )
    status, answers = await push(payments, body)
    assert status == 200
    assert [(one["line"], one["standing"], one["disposition"]) for one in answers] == [
        (1, "TAKEN", "APPLIED"),
        (2, "REFUSED", None),
        (3, "TAKEN", "APPLIED"),
        (4, "REPEATED", "APPLIED"),
        (5, "TAKEN", "AMOUNT_DIFFERS"),
        (6, "TAKEN", "REJECTED_WRONG_BANK"),
        (7, "REFUSED", None),
        (8, "TAKEN", "UNKNOWN_INSTRUCTION"),
    ]
    assert {error["field"] for error in answers[6]["errors"]} == {"status", "value_date"}
    assert all(error["message_en"] and error["message_th"] for error in answers[6]["errors"])
    before = await payments.balances()
    _, again = await push(payments, body)
    assert [one["standing"] for one in again] == ["REPEATED" if one["standing"] != "REFUSED" else "REFUSED" for one in answers]
    assert [one["disposition"] for one in again] == [one["disposition"] for one in answers]
    assert (
        await payments.balances() == before == {"ALLOWANCE": 60000, "IN_TRANSIT": -40000, "TREASURY": -20000, "RECOVERABLE": 0, "SPENT": 0}
    )
    # The same answers by Kafka are the same answers.
    await payments.bring(story.answered(paid, reference=f"R-{paid.instruction_id[-8:]}"))
    assert (await payments.get(f"/v1/runs/{run['run_id']}")).json()["paid"] == 1


async def test_thousands_of_lines_are_taken_in_one_request_and_one_of_two_at_once_counts(payments):
    _, _, instructions = await paid_out(payments, 3)
    strangers = [line(instructions[0].model_copy(update={"instruction_id": f"{number:032x}"})) for number in range(3_000)]
    body = b"\n".join((*strangers, *(line(one) for one in instructions)))
    (_, one), (_, two) = await asyncio.gather(push(payments, body), push(payments, body))
    assert len(one) == len(two) == 3_003
    assert {entry["disposition"] for entry in one[:3_000]} == {"UNKNOWN_INSTRUCTION"}
    for place in range(3_000, 3_003):
        assert {one[place]["disposition"], two[place]["disposition"]} == {"APPLIED"}
        assert sorted((one[place]["standing"], two[place]["standing"])) == ["REPEATED", "TAKEN"]
    assert (await payments.balances())["TREASURY"] == -60000


async def test_a_line_too_long_and_lines_above_the_limit_are_refused_alone(payments, monkeypatch):
    _, _, (one,) = await paid_out(payments)
    monkeypatch.setattr("services.payments.http.banks.LINES_MAX", 2)
    _, answers = await push(payments, b"\n".join((b'{"x": "' + b"y" * 3000 + b'"}', line(one), line(one), line(one))))
    assert [(entry["line"], entry["standing"]) for entry in answers] == [(1, "REFUSED"), (2, "TAKEN"), (3, "REFUSED")]
    assert [answers[place]["errors"][0]["code"] for place in (0, 2)] == ["line_too_long", "too_many_lines"]


@pytest.fixture
async def signing(payments):
    """Payments where Krungthai signs."""
    payments.resources.bank_signatures = bank_signatures(orjson.dumps({"KTB": KEYS.jwks()}).decode())
    return payments


def signed(keys, method, path, body=b"", **more):
    return signed_headers(keys, method, BASE + path, body, **more)


async def test_a_signed_request_is_believed_once(signing):
    _, _, (one,) = await paid_out(signing)
    body = line(one)
    headers = signed(KEYS, "POST", "/v1/bank/results", body)
    assert (await push(signing, body, **headers))[1][0]["standing"] == "TAKEN"
    replayed = await signing.client.post("/v1/bank/results", content=body, headers={**signing.bank("KTB"), **NDJSON, **headers})
    assert (replayed.status_code, replayed.json()["type"], replayed.json()["reason"]) == (
        403,
        "urn:sukjai:problem:request-not-believed",
        "replay",
    )
    path = "/v1/bank/instructions?limit=10"
    page = await signing.client.get(path, headers={**signing.bank("KTB"), **signed(KEYS, "GET", path)})
    assert (page.status_code, len(page.content.splitlines())) == (200, 1)
    old = {"results": [orjson.loads(line(one))]}
    assert (await signing.post("/v1/bank-results", old, signing.bank("KTB"))).json()["reason"] == "missing"
    raw = orjson.dumps(old)
    more = {
        **signing.bank("KTB"),
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
        **signed(KEYS, "POST", "/v1/bank-results", raw),
    }
    assert (await signing.client.post("/v1/bank-results", content=raw, headers=more)).json()["repeated"] == 1
    # A bank without keys in the setting is known by its token, and by its certificate where the installation asks for one.
    assert (await signing.get("/v1/bank/instructions", signing.bank("GSB"))).status_code == 200


def _stripped(headers, name):
    return {key: value for key, value in headers.items() if key != name}


def _without_jti(body):
    date, digest = format_datetime(system_now(), usegmt=True), digest_of(body)
    signature = KEYS.sign_detached(signed_text("POST", f"{BASE}/v1/bank/results", date, digest))
    return {"Date": date, DIGEST_HEADER: digest, SIGNATURE_HEADER: signature}


ATTACKS = {
    "nothing is signed": (lambda _: {}, "missing"),
    "another key": (lambda body: signed(OTHERS, "POST", "/v1/bank/results", body), "signature"),
    "another body": (lambda _: signed(KEYS, "POST", "/v1/bank/results", b"{}"), "digest"),
    "another address": (lambda body: signed(KEYS, "POST", "/v1/bank/other", body), "signature"),
    "another method": (lambda body: signed(KEYS, "PUT", "/v1/bank/results", body), "signature"),
    "another host": (lambda body: signed_headers(KEYS, "POST", "http://elsewhere/v1/bank/results", body), "signature"),
    "too old": (
        lambda body: signed(KEYS, "POST", "/v1/bank/results", body, at=system_now() - WINDOW - timedelta(seconds=5)),
        "date",
    ),
    "of the future": (
        lambda body: signed(KEYS, "POST", "/v1/bank/results", body, at=system_now() + WINDOW + timedelta(seconds=5)),
        "date",
    ),
    "no date": (lambda body: _stripped(signed(KEYS, "POST", "/v1/bank/results", body), "Date"), "missing"),
    "no jti": (_without_jti, "jti"),
    "another date": (
        lambda body: {**signed(KEYS, "POST", "/v1/bank/results", body), "Date": "Wed, 21 Mar 2018 02:00:00 GMT"},
        "signature",
    ),
    "a whole JWS over nothing": (lambda body: {**_without_jti(body), SIGNATURE_HEADER: KEYS.sign(b"", {"jti": "12345678"})}, "signature"),
}


async def test_what_was_changed_moved_or_kept_is_not_believed_and_nothing_is_taken_in(signing):
    _, (holder_id,), (one,) = await paid_out(signing)
    body = line(one)
    for attack, (make, reason) in ATTACKS.items():
        answer = await signing.client.post("/v1/bank/results", content=body, headers={**signing.bank("KTB"), **NDJSON, **make(body)})
        assert (answer.status_code, answer.json()["reason"]) == (403, reason), attack
    assert await signing.states(holder_id) == {"2018-03": "INSTRUCTED"}


async def test_the_public_address_is_what_counts_where_it_is_set_and_signatures_are_forgotten_after_the_window(signing):
    settings = signing.resources.settings
    signing.resources.settings = settings.model_copy(update={"bank_url": "https://payments.example"})
    try:
        headers = signed_headers(KEYS, "GET", "https://payments.example/v1/bank/instructions")
        assert (await signing.client.get("/v1/bank/instructions", headers={**signing.bank("KTB"), **headers})).status_code == 200
        wrong = signed(KEYS, "GET", "/v1/bank/instructions")
        assert (await signing.client.get("/v1/bank/instructions", headers={**signing.bank("KTB"), **wrong})).status_code == 403
    finally:
        signing.resources.settings = settings
    async with signing.db.transaction() as tx:
        await forget_signed_requests(tx, system_now())
        assert await tx.fetchval("SELECT count(*) FROM signed_request") == 1
        await forget_signed_requests(tx, system_now() + 3 * WINDOW)
        assert await tx.fetchval("SELECT count(*) FROM signed_request") == 0


@pytest.mark.parametrize("text", ["[]", '{"XYZ": {"keys": []}}', '{"KTB": {"keys": []}}', '{"KTB": 1}', "x"])
def test_a_setting_of_keys_that_is_not_one_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  # whoever reads the setting says its name
        bank_signatures(text)


async def test_a_run_whose_instructions_no_bank_could_read_breaks_an_invariant(payments):
    await paid_out(payments)
    owner = payments.db.pool
    async with owner.acquire() as connection:
        await connection.execute("UPDATE disbursement SET chunk_no = 7")
    async with payments.db.reading() as tx:
        assert [one.name for one in await invariants.check(tx, INVARIANTS)] == ["instructions_are_told"]
    async with owner.acquire() as connection:
        await connection.execute("UPDATE disbursement SET chunk_no = 0")


async def test_status_of_a_line_is_that_of_the_contract(payments):
    _, _, (one,) = await paid_out(payments)
    _, answers = await push(payments, b"\n".join(line(one, status) for status in ResultStatus))
    assert [entry["disposition"] for entry in answers] == ["APPLIED", "CONTRADICTS", "APPLIED", "NOT_ASKED"]
