"""docs/banks.md says what is: each row of its table of ends is played, its examples are run, and it leaves out no rule and no code."""

import json
import re
from collections import Counter
from pathlib import Path

import httpx
import pytest

from deploy.bank_conformance.rules import RULES
from deploy.bank_conformance.ways import RestWay
from services.payments.http.banks import CURSOR_HEADER, LINES_MAX
from services.payments.rules.bank_answers import Disposition
from services.payments.rules.use_reports import UseDisposition
from shared.contracts import InvalidEvent, parse
from shared.contracts.common import Bank
from shared.contracts.payments import PaymentInstructed, ResultStatus
from shared.ids import new_id
from shared.signatures import PublicKeys, SigningKeys, private_key
from tests.payments import story
from tests.payments.test_bank_results import paid_out

GUIDE = (Path(__file__).parents[2] / "docs/banks.md").read_text(encoding="utf-8")
SETTLED, FAILED, RETURNED = ResultStatus.SETTLED, ResultStatus.FAILED, ResultStatus.RETURNED


def rows(heading):
    """The rows of the first table behind a heading, as cells."""
    section = GUIDE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return cells[2:]


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def never(one):
    return story.answered(one, ResultStatus.UNKNOWN_INSTRUCTION, amount=0)


def malformed(one):
    return story.answered(one).to_bytes().replace(b'"status":"SETTLED",', b"")


# What is told before the question is asked, and after it; a run is asked about as a whole.
BEFORE = {
    "not-asked": lambda one: [never(one)],
    "doubled": lambda one: [story.answered(one), story.answered(one)],
    "failed-again": lambda one: [story.answered(one, FAILED, reference=name) for name in "ab"],
    "returned": lambda one: [story.answered(one), story.answered(one, RETURNED)],
    "reordered": lambda one: [story.answered(one, RETURNED), story.answered(one)],
    "paid-then-failed": lambda one: [story.answered(one), story.answered(one, FAILED)],
    "failed-then-paid": lambda one: [story.answered(one, FAILED), story.answered(one)],
    "paid-twice": lambda one: [story.answered(one, reference=name) for name in "ab"],
    "another-amount": lambda one: [story.answered(one, amount=1)],
    "another-bank": lambda one: [story.answered(one, via=Bank.GSB)],
    "unknown": lambda one: [story.answered(one.model_copy(update={"instruction_id": new_id().hex}))],
    "malformed": lambda one: [malformed(one)],
}
ASKED = {"lost": lambda _: [], "lost-then-found": lambda one: [story.answered(one)], "never-received": lambda one: [never(one)]}
# What is told in time, and what when the run is closed.
CLOSED = {
    "late-again": (story.answered, story.answered),
    "late-return": (story.answered, lambda one: story.answered(one, RETURNED)),
    "late-payment": (never, story.answered),
    "late-failure": (story.answered, lambda one: story.answered(one, FAILED)),
}


@pytest.fixture
def wanted():
    """Of each case the state of the month and what is shown."""
    return {case: (month, shown) for case, _, month, shown, _ in rows("What becomes of every answer")}


async def by_holder(payments, holders):
    """The instructions in the order of the holders."""
    lines = {}
    for holder_id in holders:
        [month] = (await payments.payments(holder_id))["obligations"]
        lines[holder_id] = month["attempts"][-1]["instruction_id"]
    told = {event.data.instruction_id: event.data for event in await payments.events(PaymentInstructed)}
    return [told[lines[holder_id]] for holder_id in holders]


async def ends(payments, cases, holders, instructions):
    """What became of each case: the month's state, and what is shown of its instruction."""
    shown = Counter()
    for one in (await payments.get("/v1/results/exceptions", limit=200)).json()["items"]:
        shown[one["instruction_id"], one["disposition"]] += 1
    known = {one.instruction_id for one in instructions}
    strange = [disposition for (key, disposition) in shown if key not in known]
    found = {}
    for case, holder_id, one in zip(cases, holders, instructions, strict=True):
        mine = [disposition for key, disposition in shown if key == one.instruction_id]
        found[case] = ((await payments.states(holder_id))["2018-03"], " ".join(strange if case == "unknown" else mine))
    return found


async def deliver(payments, message):
    """A message as it lies on the results topic: what is no event is buried with its reason."""
    if isinstance(message, bytes):
        with pytest.raises(InvalidEvent):
            parse(message, topic="payments.results.ktb.v1")
        return
    await payments.bring(message)


async def test_each_answer_has_the_end_that_the_guide_says(payments, wanted):
    cases = [*BEFORE, *ASKED]
    run, holders, _ = await paid_out(payments, len(cases))
    instructions = await by_holder(payments, holders)
    for case, one in zip(cases, instructions, strict=True):
        for message in BEFORE[case](one) if case in BEFORE else []:
            await deliver(payments, message)
    found = await ends(payments, BEFORE, holders[: len(BEFORE)], instructions[: len(BEFORE)])
    await payments.post(f"/v1/runs/{run['run_id']}/status-requests")
    later = list(zip(cases, holders, instructions, strict=True))[len(BEFORE) :]
    for case, _, one in later:
        for message in ASKED[case](one):
            await deliver(payments, message)
    found |= await ends(payments, ASKED, [holder for _, holder, _ in later], [one for *_, one in later])
    assert found == {case: wanted[case] for case in cases}


async def test_each_answer_after_the_close_has_the_end_that_the_guide_says(payments, wanted):
    run, holders, _ = await paid_out(payments, len(CLOSED))
    instructions = await by_holder(payments, holders)
    await payments.post(f"/v1/runs/{run['run_id']}/status-requests")
    for one, (in_time, _) in zip(instructions, CLOSED.values(), strict=True):
        await deliver(payments, in_time(one))
    assert (await payments.close(run["run_id"])).status_code == 200
    for one, (_, late) in zip(instructions, CLOSED.values(), strict=True):
        await deliver(payments, late(one))
    assert await ends(payments, CLOSED, holders, instructions) == {case: wanted[case] for case in CLOSED}
    # What the next run takes is what came back; what is disputed is held.
    april = await payments.run("2018-04")
    lines = (await payments.get(f"/v1/runs/{april['run_id']}/lines", limit=200)).json()["items"]
    march = {line["holder_id"]: line["state"] for line in lines if line["month"] == "2018-03"}
    by_case = {str(holder_id): case for case, holder_id in zip(CLOSED, holders, strict=True)}
    assert {by_case[holder]: state for holder, state in march.items()} == {"late-return": "OPEN", "late-payment": "HELD"}


def test_every_row_is_played(wanted):
    assert set(wanted) == {*BEFORE, *ASKED, *CLOSED}


def test_the_payee_of_the_guide_opens_as_it_says():
    place = {}
    exec(blocks("python")[0], place)
    assert place["payee"] == json.loads(blocks("json")[0])


async def test_what_the_guide_signs_is_believed():
    place = {}
    exec(blocks("python")[1], place)
    way = RestWay(Bank.KTB, PublicKeys.of(SigningKeys.from_text("k1:" + "A" * 43 + "=").jwks()))
    body = json.dumps(json.loads(blocks("json")[1])).encode()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(way.app()), base_url="http://kit") as client:
        for method, path, content in (("GET", "/v1/bank/instructions", b""), ("POST", "/v1/bank/results", body)):
            headers = place["signed_headers"](method, f"http://kit{path}", content, private_key(bytes(32)), "k1")
            answer = await client.request(method, path, content=content, headers=headers)
            assert answer.status_code == 200
    assert way.unsigned == []
    assert json.loads(answer.content)["standing"] == "TAKEN"


def test_the_guide_names_every_code_rule_and_limit():
    for word in (*Disposition, *UseDisposition, *ResultStatus, *(rule.name for rule in RULES)):
        assert f"`{word}`" in GUIDE
    for reason in ("missing", "signature", "date", "digest", "jti", "replay"):
        assert f"`{reason}`" in GUIDE
    assert CURSOR_HEADER in GUIDE
    assert f"{LINES_MAX:,}" in GUIDE
