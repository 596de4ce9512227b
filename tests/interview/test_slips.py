"""Slips on paper: what they say, whose name stands on them, and what becomes of one that is scanned."""

import jwt
import orjson
import pytest

from services.interview.papers.reference import TYPE, reference_of
from shared.auth import Level
from shared.ids import new_id
from shared.signatures import PublicKeys, SigningKeys
from tests.interview import world
from tests.interview.registry import registry_beside
from tests.support.pdf import read_pdf

VERIFICATION = "/v1/slip-references/verification"


@pytest.fixture
async def registry(interview):
    async with registry_beside(interview) as one:
        yield one


async def stated(interview, **more):
    """A stated wish: its slip."""
    [person] = await interview.people()
    return await interview.made("/v1/intents", world.wish(person.subject, **more))


def path_of(slip):
    return f"/v1/intents/{slip['intent_id']}/slip.pdf"


@pytest.mark.parametrize(("size", "width"), [("A5", 148), ("80MM", 80)])
async def test_a_slip_says_who_what_and_since_when(interview, registry, size, width):
    slip = await stated(interview)
    answer = await interview.get(path_of(slip), size=size)
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "application/pdf", "no-store"), (
        answer.text
    )
    assert slip["slip_no"] in answer.headers["content-disposition"]
    pdf = read_pdf(answer.content)
    told = (
        slip["slip_no"],
        "นางสาวน้ำทิพย์ ทั้งปวง ณ ป้ำฐู",
        "1-0000-xxxxx-01-7",
        "14 กุมภาพันธ์ 2561",
        "มาพบ ณ จุดรับแจ้ง",
        "อำเภอเมืองกระบี่ จังหวัดกระบี่",
        "รายได้ไม่เกิน 30,000 บาท",
        "200 บาท",
        "มีนาคม 2561 ถึง ธันวาคม 2561 รวม 10 เดือน",
    )
    assert [words for words in told if words not in pdf] == []
    assert [one[0] for one in pdf.sizes_mm] == [width]
    assert pdf.fonts == {("Sarabun-Regular", True), ("Sarabun-Bold", True)}
    [(asked, purpose, token)] = registry.asked
    assert (asked, purpose) == (f"/v1/card-holders/{slip['holder_id']}/names", "พิมพ์ หางตั๋ว")
    assert token == interview.caller()["Authorization"]


async def test_digits_are_thai_where_they_are_wished(interview, registry):
    pdf = read_pdf((await interview.get(path_of(await stated(interview)), digits="thai")).content)
    assert "๑๔ กุมภาพันธ์ ๒๕๖๑" in pdf
    assert "๒๐๐ บาท" in pdf


async def test_a_wish_that_does_not_count_promises_nothing(interview, registry):
    slip = await stated(interview)
    await interview.made(f"/v1/intents/{slip['intent_id']}/withdrawal", {"withdrawn_on": "2018-02-14", "reason": "ย้าย"})
    pdf = read_pdf((await interview.get(path_of(slip))).content)
    assert "ถอนความประสงค์แล้ว" in pdf
    assert "200 บาท" not in pdf


async def test_without_the_registry_the_refusal_says_what_to_do_and_a_slip_with_blanks_is_to_be_had(interview):
    slip = await stated(interview)
    interview.service.resources.registry = type(interview.service.resources.registry)("registry", "http://127.0.0.1:1")
    away = await interview.get(path_of(slip))
    assert (away.status_code, away.json()["type"], away.headers["retry-after"]) == (503, "urn:sukjai:problem:names-away", "5")
    assert "names=no" in away.json()["detail_th"]
    blank = read_pdf((await interview.get(path_of(slip), names="no")).content)
    assert slip["slip_no"] in blank
    assert "ชื่อ-นามสกุล" in blank
    await interview.service.resources.registry.close()


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        (403, {"needed_scope": "registry.card-holders:read"}, (403, "names-not-shown")),
        (404, {}, (403, "names-not-shown")),
        (401, {}, (401, "unauthenticated")),
        (500, {}, (503, "names-away")),
    ],
)
async def test_what_the_registry_refuses_is_told(interview, registry, status, body, refusal):
    slip = await stated(interview)
    registry.status, registry.body = status, body
    answer = await interview.get(path_of(slip))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == refusal
    assert answer.json().get("needed_scope") == body.get("needed_scope")


async def test_out_of_reach_and_of_the_erased_there_is_no_slip_and_the_registry_is_not_asked(interview, registry):
    [person] = await interview.people()
    slip = await interview.made("/v1/intents", world.wish(person.subject))
    for who in (interview.caller(code="9001"), interview.ao(new_id()), interview.caller(Level.BANK, "KTB")):
        assert (await interview.get(path_of(slip), who)).status_code == 404
    assert (await interview.get(path_of(slip), interview.caller(scopes=("interview.cases:read",)))).status_code == 403
    await interview.bring(world.erased(person, interview.service.resources.clock.business_today()))
    assert (await interview.get(path_of(slip))).status_code == 404
    signed = reference_of(slip["slip_no"], interview.service.resources.signing)
    assert (await interview.post(VERIFICATION, {"reference": signed})).status_code == 404
    assert registry.asked == []


async def test_a_scanned_slip_is_opened_and_holds_nothing_of_the_person(interview):
    slip = await stated(interview)
    signed = reference_of(slip["slip_no"], interview.service.resources.signing)
    opened = await interview.post(VERIFICATION, {"reference": signed})
    assert (opened.status_code, opened.json()) == (200, slip)
    assert (await interview.post(VERIFICATION, {"reference": signed}, interview.caller(code="9001"))).status_code == 404
    # What a scanner without a network sees: which slip it is, and by the public key that it is ours.
    keys = PublicKeys.of((await interview.client.get("/.well-known/jwks.json")).json())
    assert orjson.loads(keys.verify(signed)) == {"slip": slip["slip_no"]}
    assert jwt.get_unverified_header(signed) == {"alg": "ES256", "kid": "s1", "typ": TYPE}
    assert len(signed) < 250


async def test_what_is_forged_or_altered_is_refused(interview):
    slip = await stated(interview)
    ours = interview.service.resources.signing
    signed = reference_of(slip["slip_no"], ours)
    head, payload, signature = signed.split(".")
    another = jwt.utils.base64url_encode(b'{"slip":"8101-99999999"}').decode()
    stranger = SigningKeys.from_text(world.SIGNING_KEYS.replace("c3Nz", "dHR0"))
    none = jwt.utils.base64url_encode(b'{"alg":"none","kid":"s1","typ":"slip"}').decode()
    forged = {
        "another slip": f"{head}.{another}.{signature}",
        "another key of our name": reference_of(slip["slip_no"], stranger),
        "no signature": f"{none}.{payload}.",
        "something else that we signed": ours.sign(orjson.dumps({"slip": slip["slip_no"]})),
        "no slip": ours.sign(b"[]", {"typ": TYPE}),
        "no text": ours.sign(b"\xff", {"typ": TYPE}),
        "cut off": signed[:-4],
        "a word": "8101-00000001",
    }
    for what, reference in forged.items():
        answer = await interview.post(VERIFICATION, {"reference": reference})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:sukjai:problem:slip-reference-not-genuine"), what
