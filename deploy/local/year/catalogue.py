"""Staff add what the circular's list lacks: the ministry and agencies propose programmes, คอต. approves them, agencies open more places."""

from typing import Any, Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office

REFERENCE: Final = "คอต. ครั้งที่ ๑/๒๕๖๑"
WORKING_AGE: Final = {"name": "age", "when": "age >= 18 && age <= 60", "th": "อายุ 18 ถึง 60 ปี", "en": "is 18 to 60 years old"}
OF_WORKING_AGE: Final = (
    {"person": {"age": 40}, "fits": True, "because": "อยู่ในวัยทำงาน"},
    {"person": {"age": 61}, "fits": False, "fails": ["age"], "because": "อายุเกิน 60 ปี"},
)
FARMER: Final = {"name": "occupation", "when": '"FARMER" in occupation_groups', "th": "ประกอบอาชีพเกษตรกรรม", "en": "farms"}
OF_FARMERS: Final = (
    {"person": {"occupation_groups": ["FARMER"]}, "fits": True, "because": "เป็นเกษตรกร"},
    {"person": {"occupation_groups": ["TRADER"]}, "fits": False, "fails": ["occupation"], "because": "ค้าขาย ไม่ได้ทำเกษตร"},
)
PROPOSED: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    (
        "agency-CDD",
        {
            "code": "D1-CDD-OTOP-STALL",
            "name_th": "จุดจำหน่ายสินค้าชุมชน",
            "name_en": "Stalls for village products",
            "gives_th": "พื้นที่จำหน่ายสินค้าชุมชนและคำปรึกษาด้านบรรจุภัณฑ์",
            "gives_en": "A place to sell village products, and advice on packaging",
            "contact": "สำนักงานพัฒนาชุมชนอำเภอ",
            "conditions": [WORKING_AGE],
            "examples": OF_WORKING_AGE,
            "merits": {"serves": ["LOW_INCOME"], "approaches": ["SECOND_OCCUPATION"]},
        },
    ),
    (
        "agency-DSD",
        {
            "code": "D2-DSD-ELDERLY-CARE",
            "name_th": "ผู้ดูแลผู้สูงอายุ",
            "name_en": "Care for the elderly",
            "gives_th": "ฝึกดูแลผู้สูงอายุ ๖๐ ชั่วโมง",
            "gives_en": "60 hours of training in the care of the elderly",
            "contact": "สำนักงานพัฒนาฝีมือแรงงานจังหวัด",
            "conditions": [WORKING_AGE],
            "examples": OF_WORKING_AGE,
            "merits": {"serves": ["LOW_INCOME"], "approaches": ["NEW_OCCUPATION"]},
        },
    ),
    (
        "mof",
        {
            "code": "D4-BAAC-FARMER-SAVING",
            "name_th": "ออมเงินเกษตรกร",
            "name_en": "Saving for farmers",
            "gives_th": "บัญชีเงินฝากเพื่อการออมของเกษตรกร",
            "gives_en": "A savings account for farmers",
            "contact": "ธ.ก.ส. สาขา",
            "conditions": [FARMER],
            "examples": OF_FARMERS,
            "merits": {"serves": ["NO_SAVING"], "made_for": ["FARMER"]},
        },
    ),
)
TOO_WIDE: Final = {**PROPOSED[0][1], "code": "D1-CDD-FOR-EVERYBODY", "conditions": [], "examples": OF_WORKING_AGE[:1]}
NEW_CLASS: Final = {
    "programme_code": "D2-DSD-ELDERLY-CARE",
    "starts_on": "2018-06-04",
    "ends_on": "2018-06-15",
    "apply_until": "2018-05-25",
    "hours": 60,
    "seats": 10,
}
CLASSES_MAX: Final = 10


async def add_the_rest(office: Office, country: Country) -> None:
    """Three programmes are proposed and approved, one is refused; the new course is given in some districts."""

    async def propose(job: tuple[str, dict[str, Any]]) -> dict[str, Any]:
        who, content = job
        dimension, agency, _ = content["code"].split("-", 2)
        body = {**content, "dimension": dimension, "agency": agency, "source": "[R]", "reason": "เพิ่มเติมจากบัญชีแนบท้ายหนังสือสั่งการ"}
        proposed: dict[str, Any] = await office.post(who, "/plan/v1/programme-proposals", body)
        return proposed

    async def approve(job: tuple[str, dict[str, Any]]) -> None:
        waiting = await propose(job)
        await office.post("committee", f"/plan/v1/programme-proposals/{waiting['proposal_id']}/approval", {"approval_reference": REFERENCE})

    await country.each("เพิ่มโครงการ · programmes", list(PROPOSED), approve)
    waiting = await propose(("agency-CDD", TOO_WIDE))
    refusal = {"reason": "ต้องกำหนดกลุ่มเป้าหมายก่อน"}
    await office.post("committee", f"/plan/v1/programme-proposals/{waiting['proposal_id']}/refusal", refusal)

    async def give(district: str) -> None:
        made = await office.post("agency-DSD", "/plan/v1/offerings", {**NEW_CLASS, "area": district, "place": f"ศูนย์ฝึก {district}"})
        more = {name: value for name, value in NEW_CLASS.items() if name != "programme_code"}
        change = {**more, "area": district, "place": made["place"], "seats": 12, "reason": "เพิ่มจำนวนที่รับ"}
        await office.put("agency-DSD", f"/plan/v1/offerings/{made['offering_id']}", change, version=made["version"])

    districts = sorted(country.people)
    await country.each("เปิดรอบฝึก · classes", districts[:: max(1, len(districts) // CLASSES_MAX)][:CLASSES_MAX], give)
