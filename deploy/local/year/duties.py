"""What governors and district teams do beside the cases: guidelines in January, a few complaints in spring, reports to คอต. at the end."""

from typing import Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office

COMPLAINTS_MAX: Final = 40
GUIDELINE: Final = {
    "title": "แนวทางขับเคลื่อนมาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ",
    "content": "ให้ทุกอำเภอตั้งทีมหมอประชารัฐสุขใจ ประกาศจุดรับแจ้งความประสงค์ และไปหากลุ่มเป้าหมายทุกคน",
    "valid_from": "2018-02-01",
}
WORDS: Final = (
    ("AMOUNT", "ได้รับเงินเพิ่มไม่ครบตามหางตั๋ว", "ตรวจสอบแล้ว จ่ายส่วนที่ขาดในรอบถัดไป"),
    ("PLACE", "จุดรับแจ้งอยู่ไกล เดินทางลำบาก", "จัดหน่วยเคลื่อนที่ไปยังหมู่บ้านแล้ว"),
    ("OTHER", "รอสัมภาษณ์นาน", "นัดหมายวันสัมภาษณ์ให้แล้ว"),
)


async def guide(office: Office, country: Country) -> None:
    """Every governor publishes a guideline."""

    async def publish(province: str) -> None:
        await office.post(f"governor-{province}", f"/interview/v1/provinces/{province}/guidelines", GUIDELINE)

    await country.each("แนวทางของจังหวัด · guidelines", _provinces(country), publish)


async def complain(office: Office, country: Country) -> None:
    """Some people of different districts complain; every second one is answered at once, the others wait for the clock."""

    async def complain_one(job: tuple[int, str]) -> None:
        number, district = job
        category, words, answer = WORDS[number % len(WORDS)]
        holder = country.holder_of[country.people[district][0].citizen_id]
        body = {"holder_id": holder, "category": category, "channel": "WALK_IN", "text": words}
        taken = await office.post(f"intake-{district}", "/interview/v1/complaints", body)
        if number % 2 == 0:
            await office.post(f"intake-{district}", f"/interview/v1/complaints/{taken['complaint_id']}/answer", {"text": answer})

    districts = [one for one in sorted(country.people) if country.people[one][0].citizen_id in country.holder_of]
    await country.each("เรื่องร้องเรียน · complaints", list(enumerate(districts[:: max(1, len(districts) // COMPLAINTS_MAX)])), complain_one)


async def report(office: Office, country: Country, first_month: str, last_month: str) -> None:
    """Every governor reports to คอต., which takes the reports in."""

    async def release(province: str) -> None:
        body = {"addressee": "MONITORING_COMMITTEE", "first_month": first_month, "last_month": last_month}
        made = await office.post(f"governor-{province}", f"/interview/v1/provinces/{province}/releases", body)
        await office.post(
            "committee", f"/interview/v1/releases/{made['release_id']}/receipt", {"reference": f"คอต. {province}/{last_month}"}
        )

    await country.each("รายงาน คอต. · reports", _provinces(country), release)


def _provinces(country: Country) -> list[str]:
    return sorted({district[:2] for district in country.people})
