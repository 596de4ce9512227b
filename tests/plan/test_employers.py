"""Employers: registered, with their employments, and an accounting period from its first wage to a corrected certificate."""

import json

import jwt
import pytest

from shared.auth import Level, Reach
from shared.contracts.common import Bank
from shared.ids import new_id
from shared.signatures import PublicKeys
from tests.plan import employers as they
from tests.plan import story
from tests.plan.employers import ACME, CITIZENS, OTHER
from tests.support.pdf import read_pdf

YEAR = tuple(f"2018-{month:02}" for month in range(1, 13))


async def begin(plan, persons=2):
    """A registered employer, and so many persons who take wages through the card since 20 January."""
    they.at(plan, "2018-02-05")
    numbers = range(persons)
    await plan.bring(they.policy(), *(story.registered(story.person(number)) for number in numbers))
    await plan.bring(*(they.said(plan, number) for number in numbers))
    await they.register(plan)


@pytest.mark.parametrize(
    ("tax_id", "code"),
    [
        ("0-10-5-561-00000-4", "check_digit"),
        ("1-0000-00000-01-7", "first_digit"),
        ("010556100000", "length"),
        ("O105561000003", "characters"),
    ],
)
async def test_a_tax_id_that_is_none_is_refused_by_its_rule(plan, tax_id, code):
    answer = await plan.post("/v1/employers", {"tax_id": tax_id, "name_th": "ก", "name_en": "A"}, they.employer(plan))
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert (problem["field"], problem["code"], bool(problem["allowed"])) == ("tax_id", code, True)


async def test_an_employer_applies_for_itself_and_the_revenue_side_decides(plan):
    body = {"tax_id": "๐-๑๐-๕-๕๖๑-๐๐๐๐๐-๓", "name_th": "บริษัท ดี จำกัด", "name_en": "Dee Co., Ltd."}
    assert (await plan.post("/v1/employers", body, they.employer(plan, OTHER))).status_code == 404
    applied = await plan.post("/v1/employers", body, they.employer(plan))
    assert (applied.status_code, applied.json()["tax_id"], applied.json()["status"]) == (201, ACME, "APPLIED")
    assert (await plan.post("/v1/employers", body, they.employer(plan))).json()["type"].endswith("employer-known")
    early = await they.employ(plan, 0)
    assert (early.status_code, early.json()["type"].rsplit(":", 1)[-1]) == (409, "employer-not-registered")

    path, tag = f"/v1/employers/{ACME}/decision", {"If-Match": '"1"'}
    refusal = {"approved": False, "reason": "ไม่พบในทะเบียน"}
    assert (await plan.post(path, refusal, they.employer(plan), headers=tag)).status_code == 403
    own = plan.employer(ACME, (*they.EMPLOYER, "plan.employers:decide"))
    assert (await plan.post(path, refusal, own, headers=tag)).status_code == 404
    assert (await plan.post(path, refusal, they.revenue(plan), headers={"If-Match": '"7"'})).status_code == 412
    assert (await plan.post(path, refusal, they.revenue(plan), headers=tag)).json()["status"] == "REFUSED"
    assert (await plan.post(path, refusal, they.revenue(plan), headers={"If-Match": '"2"'})).status_code == 409
    await they.register(plan)
    shown = (await plan.get(f"/v1/employers/{ACME}", they.employer(plan))).json()
    assert [(act["state"], act["who"].split("-")[0]) for act in shown["history"]] == [
        ("APPLIED", "employer"),
        ("REFUSED", "revenue"),
        ("APPLIED", "employer"),
        ("REGISTERED", "revenue"),
    ]


async def test_who_applied_for_an_employer_does_not_decide(plan):
    both = {"Authorization": f"Bearer {plan.issuer.issue('clerk', ('plan.employers:write', 'plan.employers:decide'), Reach.country())}"}
    await plan.post("/v1/employers", {"tax_id": ACME, "name_th": "ก", "name_en": "A"}, both)
    answer = await plan.post(f"/v1/employers/{ACME}/decision", {"approved": True, "reason": "ดี"}, both, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (409, "applicant-decides")


async def test_only_who_shows_the_card_and_consents_is_employed_and_no_answer_tells_why_not(plan):
    await begin(plan)
    await plan.bring(story.registered(story.person(2)), they.said(plan, 2, consents=they.WITHOUT))
    refused = [await they.employ(plan, 0, card=they.card_of(1)), await they.employ(plan, 2), await they.employ(plan, 3)]
    answers = [{name: one.json()[name] for name in ("type", "title", "detail", "status")} for one in refused]
    assert answers[0]["type"].endswith("card-holder-not-consenting")
    assert answers[0] == answers[1] == answers[2]

    entered = await they.employ(plan, 0)
    assert entered.status_code == 201
    told = entered.json()
    assert told.keys() == {"employment_id", "version", "tax_id", "starts_on", "ends_on", "reference"}
    assert told["reference"] == told["employment_id"].replace("-", "")
    again = await they.employ(plan, 0, "2018-02-03")
    assert (again.status_code, again.json()["employment_id"]) == (409, told["employment_id"])
    ended = await plan.post(
        f"/v1/employments/{told['employment_id']}/end", {"ends_on": "2018-02-04"}, they.employer(plan), headers={"If-Match": '"1"'}
    )
    assert ended.json()["ends_on"] == "2018-02-04"
    assert (await they.employ(plan, 0, "2018-02-05")).status_code == 201
    for starts_on in ("2018-06-01", "2018-13-01"):
        assert (await they.employ(plan, 1, starts_on)).status_code == 422
    assert (await they.employ(plan, 1, ends_on="2018-01-31")).json()["errors"][0]["field"] == "ends_on"


async def test_an_accounting_period_from_its_first_wage_to_a_corrected_certificate(plan):
    await begin(plan, 3)
    ann, bo, cee = [await they.employed(plan, number, f"2018-02-0{number + 1}") for number in range(3)]
    year = await they.period(plan)
    overlapping = {"starts_on": "2018-12-01", "ends_on": "2019-11-30"}
    assert (await plan.post(f"/v1/employers/{ACME}/accounting-periods", overlapping, they.employer(plan))).status_code == 409

    # Ann is paid through the card; Bo withdraws the consent in June; Cee is paid in cash, and trained.
    await plan.bring(*(they.wage(plan, 0, ann, month, 900_001) for month in YEAR[1:]))
    await plan.bring(they.said(plan, 1, consents=they.WITHOUT, on=story.date(2018, 6, 1), version=3))
    await plan.bring(*(they.wage(plan, 1, bo, month) for month in ("2018-05", "2018-06")))
    they.at(plan, "2018-12-31")
    declared = {"month": "2018-07", "wages": [{"employment_id": cee["employment_id"], "amount_satang": 800_000}]}
    assert (await plan.post(f"/v1/employers/{ACME}/wage-declarations", declared, they.employer(plan))).status_code == 201
    training = {"title": "ช่างเชื่อม", "provider": "กพร.", "paid_on": "2018-06-15", "cost_satang": 450_000}
    trained = await plan.post(f"/v1/employments/{cee['employment_id']}/trainings", training, they.employer(plan))
    assert trained.status_code == 201
    await they.heads(plan, YEAR[:11], 30)
    before = await they.preview(plan, year)
    assert before.head_count["months_missing"] == ["2018-12"]
    assert (await they.close(plan, year)).json()["type"].endswith("accounting-period-not-over")

    they.at(plan, "2019-01-10")
    assert (await they.close(plan, year)).json()["months"] == ["2018-12"]
    await they.heads(plan, ["2018-12"], 30)
    now = await they.preview(plan, year)
    assert (now.wages_satang, now.training_satang) == (11 * 900_001 + 900_000, 450_000)
    assert (now.wages_deduction_satang, now.training_deduction_satang) == ((11 * 900_001 + 900_000) * 3 // 2, 675_000)
    assert now.not_counted_satang == {"CONSENT_WITHDRAWN": 900_000, "NOT_THROUGH_CARD": 800_000}
    assert (now.head_count["persons_max"], now.head_count["persons"]) == (3, 3)
    assert (await they.certify(plan, year, now.basis)).json()["type"].endswith("accounting-period-not-closed")
    assert (await they.close(plan, year)).json()["status"] == "CLOSED"
    assert (await they.certify(plan, year, before.basis)).json()["present_basis"] == now.basis
    assert (
        await plan.post(f"/v1/accounting-periods/{year['period_id']}/statements", {"basis": now.basis}, they.employer(plan))
    ).status_code == 403
    first = await they.certify(plan, year, now.basis)
    assert (first.status_code, first.json()["version"]) == (201, 1)
    assert (await they.certify(plan, year, now.basis, "อีกครั้ง")).json()["certified_version"] == 1

    # A late wage and a corrected head count change nothing that was certified, and are seen before they are.
    they.at(plan, "2019-02-20")
    await plan.bring(they.wage(plan, 0, ann, "2018-12", 100_000, paid_on="2018-12-29", reference="late"))
    unexplained = await plan.client.put(f"/v1/employers/{ACME}/head-counts/2018-12", json={"employees": 1}, headers=they.employer(plan))
    assert unexplained.json()["type"].endswith("correction-needs-reason")
    await they.heads(plan, YEAR, 20, correction="นับรวมพนักงานชั่วคราวผิด")
    assert (await plan.get(f"/v1/deduction-statements/{first.json()['statement_id']}", they.employer(plan))).json()["newest_version"] == 1
    after = await they.preview(plan, year, they.revenue(plan))
    assert after.differs
    assert (after.head_count["persons_max"], after.head_count["persons_over"]) == (2, 1)
    assert after.not_counted_satang["OVER_HEAD_COUNT"] == 450_000  # Cee came last
    assert after.wages_satang == now.wages_satang + 100_000
    assert (await they.certify(plan, year, after.basis)).json()["type"].endswith("correction-needs-reason")
    second = await they.certify(plan, year, after.basis, "แก้ไขจำนวนลูกจ้าง")
    assert second.json()["version"] == 2
    # An end within the closed period takes months from it; one at its end does not.
    path, tag = f"/v1/employments/{ann['employment_id']}/end", {"If-Match": '"1"'}
    taking = await plan.post(path, {"ends_on": "2018-11-30"}, they.employer(plan), headers=tag)
    assert taking.json()["type"].endswith("correction-needs-reason")
    assert (await plan.post(path, {"ends_on": "2018-12-03"}, they.employer(plan), headers=tag)).status_code == 200
    path = f"/v1/trainings/{trained.json()['training_id']}"
    again = {**training, "cost_satang": 0, "correction": "ยกเลิก"}
    for body, status in (({**again, "correction": None}, 422), (again, 200)):
        assert (await plan.client.put(path, json=body, headers={**they.employer(plan), **tag})).status_code == status
    assert (await they.preview(plan, year)).training_satang == 0
    old = (await plan.get(f"/v1/deduction-statements/{first.json()['statement_id']}", they.employer(plan))).json()
    assert (old["version"], old["newest_version"], old["certificate"]["wages_satang"]) == (1, 2, now.wages_satang)
    assert len(old["items"]) == 15
    told = [
        (one["data"]["version"], one["data"]["deduction_satang"], one["subject"]) for one in await plan.outbox("DeductionStatementIssued")
    ]
    assert told == [(1, now.deduction_satang, ACME), (2, after.deduction_satang, ACME)]


async def test_a_period_that_ends_in_2562_and_its_certificate_which_anybody_verifies(plan):
    await begin(plan, 1)
    ann = await they.employed(plan, 0)
    months = [*YEAR[3:], "2019-01", "2019-02", "2019-03"]
    period = await they.period(plan, "2018-04-01", "2019-03-31")
    they.at(plan, "2019-04-05")
    await plan.bring(*(they.wage(plan, 0, ann, month, 1_000_000) for month in ["2018-02", "2018-03", *months]))
    await they.heads(plan, months, 10)
    assert (await they.close(plan, period)).status_code == 200
    found = await they.preview(plan, period)
    assert (found.wages_satang, found.deduction_satang, found.not_counted_satang) == (12_000_000, 18_000_000, {})
    issued = (await they.certify(plan, period, found.basis)).json()

    path = f"/v1/deduction-statements/{issued['statement_id']}"
    given = (await plan.get(f"{path}/certificate", they.employer(plan))).json()
    keys = PublicKeys.of((await plan.client.get("/.well-known/jwks.json")).json())
    assert json.loads(keys.verify(given["signed"])) == issued["certificate"] == given["certificate"]
    said = json.dumps(given["certificate"]) + json.dumps(jwt.decode(given["reference"], options={"verify_signature": False}))
    for personal in (str(story.person(0)), CITIZENS[0], they.card_of(0), ann["employment_id"], ann["reference"]):
        assert personal not in said

    paper = await plan.get(f"{path}/certificate.pdf", they.employer(plan), digits="thai")
    assert paper.headers["content-type"] == "application/pdf"
    page = read_pdf(paper.content)
    for words in ("๐-๑๐-๕-๕๖๑-๐๐๐๐๐-๓", "๑๘๐,๐๐๐.๐๐", "๓๑ มีนาคม ๒๕๖๒", "บริษัท ดี จำกัด"):
        assert words in page

    for text in (given["signed"], given["reference"]):
        verified = await plan.client.post("/v1/deduction-certificates/verification", json={"text": text})
        assert (verified.status_code, verified.json()["deduction_satang"], verified.json()["newest_version"]) == (200, 18_000_000, 1)
    other = plan.resources.signing.sign(b'{"statement": "x"}', {"typ": "slip"})
    head, body, signature = given["reference"].split(".")
    for forged in (other, f"{head}.{body[:-2]}AA.{signature}", "x.y.z", "x"):
        refused = await plan.client.post("/v1/deduction-certificates/verification", json={"text": forged})
        assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (422, "certificate-not-genuine")


async def test_an_employer_reaches_its_own_and_nothing_of_another_or_of_plans(plan):
    await begin(plan, 1)
    ann = await they.employed(plan, 0)
    year = await they.period(plan)
    await plan.bring(story.officer(), story.assigned(story.person(0)), story.interviewed(story.person(0)))
    stranger = they.employer(plan, OTHER)
    await they.register(plan, OTHER)
    for path in (
        f"/v1/employers/{ACME}",
        f"/v1/employments/{ann['employment_id']}",
        f"/v1/accounting-periods/{year['period_id']}",
        f"/v1/accounting-periods/{year['period_id']}/deduction",
    ):
        assert (await plan.get(path, they.employer(plan))).status_code == 200
        assert (await plan.get(path, stranger)).status_code == 404
    for path in ("/v1/employments", "/v1/accounting-periods", "/v1/deduction-statements"):
        assert (await plan.get(path, stranger)).json()["items"] == []
        assert (await plan.get(path, stranger, tax_id=ACME)).json()["items"] == []
    assert [one["tax_id"] for one in (await plan.get("/v1/employers", stranger)).json()["items"]] == [OTHER]
    end = await plan.post(f"/v1/employments/{ann['employment_id']}/end", {"ends_on": "2018-02-10"}, stranger, headers={"If-Match": '"1"'})
    heads = await plan.client.put(f"/v1/employers/{ACME}/head-counts/2018-01", json={"employees": 1}, headers=stranger)
    declared = {"month": "2018-02", "wages": [{"employment_id": ann["employment_id"], "amount_satang": 1}]}
    assert (end.status_code, heads.status_code) == (404, 404)
    assert (await plan.post(f"/v1/employers/{ACME}/wage-declarations", declared, stranger)).status_code == 404
    assert (await plan.post(f"/v1/employers/{OTHER}/wage-declarations", declared, stranger)).json()["errors"][0][
        "code"
    ] == "unknown_employment"
    # Even with scopes that no employer's token has.
    every = plan.employer(ACME, ("plan.plans:read", "plan.referrals:read"))
    assert (await plan.get("/v1/plans", every)).json()["items"] == []
    assert (await plan.get(f"/v1/plans/{(await plan.plan_of(story.person(0)))['plan_id']}", every)).status_code == 404
    for reach in (Reach(Level.DISTRICT, "8101"), Reach(Level.AGENCY, "DSD"), Reach(Level.BANK, Bank.KTB)):
        assert (await plan.get(f"/v1/employments/{ann['employment_id']}", plan.caller(reach))).status_code == 404
    assert (await plan.get(f"/v1/employments/{new_id()}", they.employer(plan))).status_code == 404
