"""Forms on paper: empty ones as their definition says, filled ones as recorded, and what is sensitive only for those who may."""

from datetime import date

import pytest

from services.interview.forms.definition import catalogue
from services.interview.papers.form import form_document
from shared.auth import Level
from shared.documents import Answer, Choices, Digits, Fields, Group
from shared.ids import new_id
from tests.interview import world
from tests.interview.conftest import ALL
from tests.interview.registry import PERSON, registry_beside
from tests.interview.test_interviews import interviewed
from tests.support.pdf import read_pdf

SEALED = (*ALL, "interview.sealed-answers:read")
FORMS = ("interview.forms:read",)
MENU = [
    {
        "dimension": "D2",
        "programme_code": "D2-TRAIN",
        "goal": '#read("/etc/passwd") *เก่งขึ้น*',
        "loan_amount_satang": 5_000_000,
        "preferred_month": "2018-06",
        "agreed_on": "2018-03-20",
    }
]


@pytest.fixture
async def registry(interview):
    async with registry_beside(interview) as one:
        yield one


async def of_interview(interview, **more):
    person, officer = await interviewed(interview, menu=MENU, **more)
    (completed,) = await interview.outbox("InterviewCompleted", subject=person.subject)
    return person, officer, f"/v1/interviews/{completed.data.interview_id}/form.pdf"


async def reads(interview):
    async with interview.db.reading() as tx:
        rows = await tx.fetch("SELECT client, holder_id, fields, detail FROM audit_entry ORDER BY seq")
    return [(row["client"], str(row["holder_id"]), *row["fields"]) for row in rows]


def words_of(node):
    """Every label of a definition that stands on its paper, but for what is told by name or is a paper of its own."""
    for name, one in node.get("properties", {}).items():
        if not name.endswith("_id") and "x-fields-of" not in one:
            yield one["x-label"]["th"].replace("สตางค์", "บาท")
            yield from (words["th"] for words in one.get("x-options", {}).values())
            yield from words_of(one)
            yield from words_of(one.get("items", {}))


@pytest.mark.parametrize("form", ["annex2", "annex3", "follow_up", "spot_check"])
async def test_an_empty_form_has_every_section_field_and_box_of_its_definition(interview, form):
    definition = catalogue().newest(form)
    answer = await interview.get(f"/v1/forms/{form}/versions/{definition.version}/empty.pdf", interview.caller(scopes=FORMS))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    pdf = read_pdf(answer.content)
    wanted = [*words_of(definition.schema), *(one["th"] for one in definition.schema["x-sections"].values())]
    wanted += [one["x-label"]["th"] for one in definition.schema["x-prefilled"].values()]
    assert len(wanted) > 20
    assert [words for words in wanted if words not in pdf] == []
    assert "×" not in pdf.text
    assert "มิใช่แบบตามหนังสือราชการ" in pdf
    assert set(pdf.sizes_mm) == {(210, 297)}
    assert {embedded for _, embedded in pdf.fonts} == {True}
    assert (await interview.get(f"/v1/forms/{form}/versions/99/empty.pdf", interview.caller(scopes=FORMS))).status_code == 404


def test_a_version_that_nobody_thought_of_prints_by_itself():
    made_up = {
        "x-form": "visit_2570",
        "x-version": "7",
        "x-source": "[S]",
        "x-label": {"th": "แบบใหม่"},
        "x-sections": {"a": {"th": "ก"}, "none": {"th": "ว่าง"}},
        "properties": {
            "scale": {"x-section": "a", "x-label": {"th": "ระดับ"}, "type": "integer", "minimum": 0, "maximum": 4},
            "height": {"x-section": "a", "x-label": {"th": "สูง"}, "type": "number"},
            "pets": {
                "x-section": "a",
                "x-label": {"th": "สัตว์เลี้ยง"},
                "type": "array",
                "maxItems": 2,
                "items": {"x-label": {"th": "ตัว"}, "type": "object", "properties": {"name": {"x-label": {"th": "ชื่อ"}, "type": "string"}}},
            },
        },
    }
    _, scale, height, *pets, _ = form_document(made_up, None, digits=Digits.ARABIC, printed_on=date(2018, 2, 1)).blocks
    assert isinstance(scale, Choices)
    assert [one.label for one in scale.options] == ["0", "1", "2", "3", "4"]
    assert height == Fields((Answer("สูง", None, 4),))
    assert [pet.title for pet in pets if isinstance(pet, Group)] == ["ตัวที่ 1", "ตัวที่ 2"]


async def test_an_interview_is_printed_as_recorded_without_health_and_debts(interview, registry):
    person, _, path = await of_interview(interview)
    pdf = read_pdf((await interview.get(path)).content)
    told = (
        "นางสาวน้ำทิพย์ ทั้งปวง ณ ป้ำฐู",
        "1-0000-xxxxx-01-7",
        "20 มีนาคม 2561",
        "ธ.ก.ส. เลขประจำตัว",
        "× ประถมศึกษา",
        "× สมรส",
        "28,000",
        "3.5",
        "× อาชีพเสริม",
        "× ประสงค์พัฒนา",
        "D2-TRAIN ฝึกอาชีพ",
        '#read("/etc/passwd") *เก่งขึ้น*',
        "50,000",
        "มิถุนายน 2561",
        "ข้อมูลอ่อนไหว",
    )
    assert [words for words in told if words not in pdf] == []
    assert [words for words in ("เบาหวาน", "นายทุนในหมู่บ้าน", "root:") if words in pdf] == []
    assert await reads(interview) == []
    assert registry.asked[0][0] == f"/v1/card-holders/{person.subject}/names"


async def test_health_and_debts_are_printed_for_who_may_and_each_time_is_in_the_audit(interview, registry):
    person, _, path = await of_interview(interview)
    refused = await interview.get(path, sensitive="true")
    assert (refused.status_code, refused.json()["needed_scope"]) == (403, "interview.sealed-answers:read")
    assert await reads(interview) == []
    who = interview.caller(scopes=SEALED)
    pdf = read_pdf((await interview.get(path, who, sensitive="true", digits="thai")).content)
    assert [words for words in ("เบาหวาน", "นายทุนในหมู่บ้าน", "× นอกระบบ", "๒๐,๐๐๐") if words not in pdf] == []
    assert "ไม่แสดงในฉบับนี้" not in pdf
    assert await reads(interview) == [("DISTRICT-8101", person.subject, "health", "debts")]
    assert (await interview.get(path, interview.caller(code="9001", scopes=SEALED), sensitive="true")).status_code == 404
    assert (await reads(interview))[1][:2] == ("DISTRICT-9001", "None")


async def test_a_wish_is_printed_with_plain_values_where_the_registry_gives_them(interview, registry):
    [person] = await interview.people()
    slip = await interview.made("/v1/intents", world.wish(person.subject, signed_by="THUMBPRINT", witness="นายฤทธิ์ ป้ำเป๋อ"))
    path = f"/v1/intents/{slip['intent_id']}/form.pdf"
    pdf = read_pdf((await interview.get(path, names="plain")).content)
    told = (
        slip["slip_no"],
        "1-0000-00000-01-7",
        PERSON["card_no"],
        "มีนาคม 2481",
        "12/3 หมู่ 4 ถนนท่าน้ำ ตำบลปากน้ำ อำเภอเมืองกระบี่ จังหวัดกระบี่ 81000",
        "รายได้ไม่เกิน 30,000 บาท",
        "14 กุมภาพันธ์ 2561",
        "× ลายพิมพ์นิ้วมือ",
        "ยินยอมเปิดเผยข้อมูลแก่หน่วยงาน × ใช่",
        "ยินยอมรับค่าจ้างผ่านบัตร ใช่ × ไม่ใช่",
    )
    assert [words for words in told if words not in pdf] == []
    assert "ฤทธิ์" not in pdf
    assert registry.asked[0][0] == f"/v1/card-holders/{person.subject}/personal"
    shown = read_pdf((await interview.get(path, interview.caller(scopes=SEALED), sensitive="true", names="no")).content)
    assert "นายฤทธิ์ ป้ำเป๋อ" in shown
    assert await reads(interview) == [("DISTRICT-8101", person.subject, "people")]
    assert len(registry.asked) == 1


async def test_a_follow_up_is_printed_as_recorded(interview, registry):
    person, officer, _ = await of_interview(interview)
    interview.on("2018-06-12")
    made = await interview.made(
        "/v1/follow-ups", world.follow_up(person.subject, obstacles="ฝนตกหนัก น้ำท่วม", quality_of_life=4), interview.ao(officer)
    )
    pdf = read_pdf((await interview.get(f"/v1/follow-ups/{made['follow_up_id']}/form.pdf")).content)
    told = (
        "× มิถุนายน",
        "10 มิถุนายน 2561",
        "× โทรศัพท์",
        "ติดต่อได้ × ใช่",
        "3,200",
        "× ดำเนินการต่อ",
        "ฝนตกหนัก น้ำท่วม",
        "× 4",
        "รายการในแผน: ไม่มีรายการ",
    )
    assert [words for words in told if words not in pdf] == []


async def test_a_spot_check_is_printed_to_be_carried_out_and_then_as_found(interview, registry):
    await of_interview(interview)
    interview.on("2018-04-10")
    await interview.made("/v1/districts/8101/spot-checks", {"from": "2018-03-01", "to": "2018-03-31", "count": 1}, interview.chief())
    (check,) = (await interview.get("/v1/spot-checks", interview.chief())).json()["items"]
    checker = await interview.officer("GSB")
    path = f"/v1/spot-checks/{check['check_id']}"
    await interview.made(f"{path}/assignment", {"officer_id": checker}, interview.chief())
    to_write = read_pdf((await interview.get(f"{path}/form.pdf", interview.chief())).content)
    known = ("นางสาวน้ำทิพย์ ทั้งปวง ณ ป้ำฐู", "20 มีนาคม 2561", "ธ.ก.ส. เลขประจำตัว", "ธนาคารออมสิน เลขประจำตัว", "แบบสุ่มตรวจการสัมภาษณ์", "หมายเหตุ")
    assert [words for words in known if words not in to_write] == []
    assert "×" not in to_write.text
    found = world.spot_check(remarks="หลานบอกว่าไม่มีหนี้")
    await interview.made(f"{path}/results", found | {"confirmed": {**found["confirmed"], "debts": False}}, interview.ao(checker))
    told = ("10 เมษายน 2561", "× ไปหาที่บ้าน", "หนี้สิน ใช่ × ไม่ใช่", "× พอใจ", "ธนาคารออมสิน เลขประจำตัว")
    as_found = read_pdf((await interview.get(f"{path}/form.pdf", interview.chief())).content)
    assert [words for words in told if words not in as_found] == []
    assert ("หลานบอก" in as_found, "ข้อมูลอ่อนไหว" in as_found) == (False, True)
    whole = await interview.get(f"{path}/form.pdf", interview.caller(scopes=SEALED), sensitive="true", names="no")
    assert "หลานบอกว่าไม่มีหนี้" in read_pdf(whole.content)
    assert [read[2:] for read in await reads(interview)] == [("remarks",)]
    assert (await interview.get(f"{path}/form.pdf", interview.chief("9001"))).status_code == 404


async def test_what_is_out_of_reach_or_erased_is_not_printed(interview, registry):
    person, officer, path = await of_interview(interview)
    interview.on("2018-06-12")
    made = await interview.made("/v1/follow-ups", world.follow_up(person.subject), interview.ao(officer))
    intent_id = (await interview.case(person.subject))["slip"]["intent_id"]
    paths = (path, f"/v1/intents/{intent_id}/form.pdf", f"/v1/follow-ups/{made['follow_up_id']}/form.pdf")
    for one in paths:
        assert (await interview.get(one, interview.ao(officer))).status_code == 200
        for who in (interview.caller(code="9001"), interview.ao(new_id()), interview.caller(Level.BANK, "KTB")):
            assert (await interview.get(one, who)).status_code == 404
        assert (await interview.get(one, interview.caller(scopes=FORMS))).status_code == 403
    await interview.bring(world.erased(person, interview.service.resources.clock.business_today()))
    assert [(await interview.get(one)).status_code for one in paths] == [404, 404, 404]
