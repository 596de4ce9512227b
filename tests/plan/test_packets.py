"""The packet of a referral: what the programme needs, the contact as the registry tells it, and nothing of the person without their consent."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

import httpx
import pytest

from shared.auth import Level, Reach
from shared.http import Neighbour
from tests.plan import story
from tests.plan.story import TECHNICIAN, person

ONE, TWO = person(1), person(2)
MEDIATION = "D3-FPO-DEBT-MEDIATION"
CONTACT = {
    "holder_id": str(ONE),
    "prefix": "นาง",
    "first_name": "สมศรี",
    "last_name": "ทดสอบ",
    "citizen_id_masked": "1-0000-xxxxx-01-7",
    "phone": "0812345678",
    "house_no": "12/3",
    "moo": "4",
    "road": "",
    "subdistrict": "810101",
    "postcode": "81000",
}


@dataclass
class Registry:
    """Answers with CONTACT or a status; `asked` is what it heard."""

    status: int = 200
    asked: list = field(default_factory=list)

    def __call__(self, request):
        self.asked.append((request.url.path, request.headers["authorization"]))
        return httpx.Response(self.status, json=CONTACT if self.status == 200 else {})


@asynccontextmanager
async def registry_beside(plan):
    registry = Registry()
    neighbour = Neighbour("registry", "http://registry")
    async with httpx.AsyncClient(base_url="http://registry", transport=httpx.MockTransport(registry)) as client:
        neighbour.__dict__["_client"] = client
        plan.resources.registry = neighbour
        yield registry


@pytest.fixture
async def referred(plan):
    """A person who consents to share and was referred to a course."""
    consents = story.registered(ONE, version=2, consents=("SHARE_WITH_AGENCIES",))
    await plan.bring(*story.beginning(ONE), consents, story.assessed(ONE, plan.resources.assessments))
    await plan.bring(story.interviewed(ONE, lines=story.menu(TECHNICIAN)))
    [one] = await plan.referrals_of(ONE)
    async with registry_beside(plan) as registry:
        yield plan, f"/v1/referrals/{one['referral_id']}/packet", registry


async def audited(plan):
    async with plan.db.reading() as tx:
        return [dict(row) for row in await tx.fetch("SELECT client, holder_id, fields, detail FROM audit_entry ORDER BY seq")]


async def test_an_agency_gets_what_its_programme_needs_and_each_reading_is_on_record(referred):
    plan, path, registry = referred
    dsd = plan.agency("DSD")
    packet = (await plan.get(path, dsd)).json()
    assert (packet["programme"]["code"], packet["goal"], packet["withheld"]) == (TECHNICIAN, "มีรายได้เพิ่ม", None)
    assert packet["person"] == {name: value for name, value in CONTACT.items() if name != "holder_id"}
    version = (await plan.get(f"/v1/programmes/{TECHNICIAN}")).json()
    spoken_of = " ".join(condition["when"] for condition in version["conditions"])
    assert packet["facts"], "the programme has conditions"
    assert [name for name in packet["facts"] if name not in spoken_of] == []
    assert packet["facts"]["age"] == 40
    assert registry.asked == [(f"/v1/card-holders/{ONE}/contact", dsd["Authorization"])]
    [entry] = await audited(plan)
    assert (entry["client"], entry["holder_id"]) == ("agency-DSD", ONE)
    assert {"goal", "phone", "age"} <= set(entry["fields"])


async def test_what_was_told_at_another_interview_goes_to_no_agency(referred):
    plan, _, _ = referred
    consents = story.registered(TWO, version=2, consents=("SHARE_WITH_AGENCIES",))
    await plan.bring(*story.beginning(TWO), consents, story.assessed(TWO, plan.resources.assessments))
    await plan.bring(story.interviewed(TWO, lines=story.menu(MEDIATION)))
    [one] = await plan.referrals_of(TWO)
    path, agency = f"/v1/referrals/{one['referral_id']}/packet", plan.agency("FPO")
    assert (await plan.get(path, agency)).json()["facts"]["informal_debt_baht"] == 50_000
    await plan.bring(story.interviewed(TWO, interview_id=story.person(77), on=date(2018, 4, 1)))
    assert (await plan.get(path, agency)).json()["facts"]["informal_debt_baht"] is None


async def test_another_agency_and_who_has_no_scope_get_nothing(referred):
    plan, path, registry = referred
    assert (await plan.get(path, plan.agency("DOE"))).status_code == 404
    assert (await plan.get(path, plan.officer())).status_code == 403
    assert (await plan.get(path, plan.caller(Reach(Level.DISTRICT, "9001")))).status_code == 404
    assert registry.asked == []


@pytest.mark.parametrize("how", ["no consent on record", "consent withdrawn", "closed", "the registry does not show"])
async def test_nothing_of_the_person_is_told_without_consent_or_when_it_is_over(referred, how):
    plan, path, registry = referred
    match how:
        case "no consent on record":
            await plan.bring(story.registered(ONE, version=3))
        case "consent withdrawn":
            await plan.bring(story.registered(ONE, version=3, consents=("NOTICES",)))
        case "closed":
            await plan.bring(story.withdrawn(ONE))
        case "the registry does not show":
            registry.status = 404
    expected = {"closed": "REFERRAL_CLOSED", "the registry does not show": "NOT_SHOWN_BY_REGISTRY"}.get(how, "NO_CONSENT")
    packet = (await plan.get(path, plan.agency("DSD"))).json()
    assert (packet["withheld"], packet["person"], packet["facts"], packet["goal"]) == (expected, None, {}, None)
    assert packet["programme"]["code"] == TECHNICIAN
    assert len(registry.asked) == (how == "the registry does not show")
    [entry] = await audited(plan)
    assert not entry["fields"]


async def test_a_registry_that_does_not_answer_is_named(referred):
    plan, path, registry = referred
    registry.status = 503
    answer = await plan.get(path, plan.agency("DSD"))
    assert (answer.status_code, answer.json()["neighbour"]) == (503, "registry")
    assert await audited(plan) == []
