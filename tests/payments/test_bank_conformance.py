"""The conformance kit, proved on the bank simulator: one that behaves keeps every rule, and each misbehaviour breaks just its own."""

import asyncio
import base64
import json
import sys

import httpx
import pytest

from deploy.bank_conformance.play import Pace, heard_event, heard_line, play
from deploy.bank_conformance.rules import RULES, judged
from deploy.bank_conformance.script import Script, Transcript
from deploy.bank_conformance.ways import RestWay
from deploy.local.bank_simulator.bag import Bag
from deploy.local.bank_simulator.books import Books
from deploy.local.bank_simulator.fate import Misbehaviour
from deploy.local.bank_simulator.post import Post
from deploy.local.bank_simulator.rest import Login, RestPost
from deploy.local.process import free_port
from shared.bus.kafka import KafkaSettings
from shared.contracts.common import Bank
from shared.crypto import FieldCipher
from shared.signatures import PublicKeys, SigningKeys
from tests.payments import story
from tests.support.fresh_topics import fresh_topics

KEY = f"b1:{base64.b64encode(bytes([7]) * 32).decode()}"
SIGNING = f"ktb1:{base64.b64encode(bytes([9]) * 32).decode()}"
CIPHER = FieldCipher.from_text(KEY)
PACE = Pace(answer_seconds=30, grace_seconds=60, quiet_seconds=60)
LATE, DOWN = 45.0, 50.0
SECONDS_MAX = 120


class Inside:
    """A bank inside the test, whose clock goes on when nothing happens."""

    def __init__(self, misbehave="", seed=3):
        self.unsigned = []
        self.seconds = 0.0
        self.books = Books(Bank.KTB, seed, Misbehaviour.of(misbehave), CIPHER)
        self.bag = Bag(LATE, DOWN, now=self.now)

    def now(self):
        return self.seconds

    async def tell(self, events):
        for event in events:
            self.bag.put(self.books.take(event))

    async def listen(self, seconds):
        due = self.bag.due()
        if not due:
            self.seconds = min(self.seconds + seconds, max(self.bag.next_at or float("inf"), self.seconds))
            due = self.bag.due()
        return [heard_event(self.seconds, one.value()) for one in due]


async def findings(way):
    return judged(await play(way, Script(Bank.KTB, CIPHER, "test", story.at("2018-03-21")), PACE))


async def test_a_bank_that_behaves_keeps_every_rule():
    assert await findings(Inside()) == {rule.name: [] for rule in RULES}


# Of each the share with which some fall and some do not.
BREAKS = {
    "lost=0.3": "answers-unasked",
    "late=0.3": "answers-in-time",
    "down=0.3": "stays-up",
    "doubled=0.3": "answers-once",
    "reordered=0.6": "return-after-payment",
    "contradicted=0.3": "no-contradiction",
    "misquoted=0.3": "amount-as-instructed",
    "misnamed=0.3": "own-name",
    "malformed=0.3": "well-formed",
    "forgotten=0.3": "pays-once",
    "careless=1": "opens-the-payee",
    "refused=0.3": "pays-the-account",
    "returned=0.3": "pays-the-account",
    "denied=0.3": "truth-when-asked",
    "guessed=0.9": "unknown-when-asked",
    "overspent=0.3": "reports-use",
}


@pytest.mark.parametrize("misbehave", BREAKS)
async def test_each_misbehaviour_breaks_its_rule_and_no_other(misbehave):
    found = await findings(Inside(misbehave))
    assert [name for name, ones in found.items() if ones] == [BREAKS[misbehave]], {name: ones for name, ones in found.items() if ones}


def test_every_rule_is_broken_by_something():
    assert {rule.name for rule in RULES} - set(BREAKS.values()) == {"signs-requests"}  # broken below, over REST


async def test_a_bank_that_is_not_there_answers_nothing():
    class Absent(Inside):
        async def tell(self, events):
            pass

    found = await findings(Absent())
    assert {name for name, ones in found.items() if ones} == {"answers-unasked", "truth-when-asked", "unknown-when-asked"}


@pytest.mark.parametrize(
    "line",
    [{"instruction_id": "0" * 32}, {"instruction_id": "short"}, {"status": "PAID"}, {}],
)
def test_a_line_of_no_form_is_a_finding(line):
    assert heard_line(0.0, line, Bank.KTB).answer is None


KIT = ("--bank", "KTB", "--bank-key", KEY, "--answer-seconds", "20", "--quiet-seconds", "0.5")


async def verdict(adapter, *arguments):
    """How the kit ended that played against the adapter, and the rules that it found broken."""
    kit = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.bank_conformance", *arguments, *KIT),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    working = asyncio.create_task(adapter.run())
    try:
        out, _ = await asyncio.wait_for(kit.communicate(), SECONDS_MAX)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    return kit.returncode, json.loads(out.decode().strip().splitlines()[-1])["failed"]


async def test_the_kit_plays_over_the_banks_topics_and_says_what_is_broken(broker):
    await fresh_topics(broker.bootstrap)
    books = Books(Bank.KTB, 3, Misbehaviour.of("misquoted=0.5"), CIPHER)
    adapter = Post(books, KafkaSettings(broker.bootstrap), Bag(0.1))
    assert await verdict(adapter, "kafka", "--bootstrap", broker.bootstrap) == (1, ["amount-as-instructed"])


async def test_the_kit_plays_over_rest_and_a_bank_that_signs_keeps_every_rule(tmp_path):
    keys, port = SigningKeys.from_text(SIGNING), free_port()
    (tmp_path / "jwks.json").write_text(json.dumps(keys.jwks()))
    books = Books(Bank.KTB, 3, Misbehaviour(), CIPHER)
    adapter = RestPost(books, f"http://127.0.0.1:{port}", Login(token="t", keys=keys), Bag(0.1))
    assert await verdict(adapter, "rest", "--port", str(port), "--jwks", str(tmp_path / "jwks.json")) == (0, [])


async def test_requests_that_are_not_signed_are_a_finding():
    way = RestWay(Bank.KTB, PublicKeys.of(SigningKeys.from_text(SIGNING).jwks()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(way.app()), base_url="http://kit") as client:
        assert (await client.get("/v1/bank/instructions")).status_code == 200
        answer = await client.post("/v1/bank/results", content=b'{"status": "PAID"}')
    assert json.loads(answer.content)["standing"] == "REFUSED"
    transcript = Transcript(Script(Bank.KTB, CIPHER, "test", story.at("2018-03-21")), 1.0, unsigned=way.unsigned)
    assert len(judged(transcript)["signs-requests"]) == 2
