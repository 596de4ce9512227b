"""Agencies are a process of their own: the year tells them that it is another day. What they leave undone rises, and account officers care for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

from deploy.local.year.country import Country
from deploy.local.year.office import Office, Refused
from deploy.local.year.wire import Wire

DAY_SECONDS_MAX: Final = 1800
IDLE_SECONDS_MAX: Final = 1.0
ATTEMPTS_MAX: Final = 3
GOES_ELSEWHERE: Final = 0.85
"""Of those whom an agency declined, who agree to another programme; the others give the line up."""
WAITS_NO_LONGER: Final = 0.7
"""Of those whose agency says nothing even when the governor knows, who go elsewhere; the others wait on."""
RECEIPT: Final = "RECEIPT"
NEXT_ATTEMPT: Final = "NEXT_ATTEMPT"
NOBODY: Final = "NOBODY"
TOLD_BY: Final = {"REST": "PULL", "KAFKA": "KAFKA", "CSV": "FILE", "XLSX": "FILE", "WEBHOOK": "WEBHOOK"}
WHY: Final = {
    "NO_SEAT": "รอบนี้เต็ม",
    "NOT_ELIGIBLE": "ไม่เข้าเงื่อนไขของโครงการ",
    "OUTSIDE_AREA": "อยู่นอกพื้นที่ให้บริการ",
    "PAPERS_MISSING": "เอกสารไม่ครบ",
    "NOT_REACHED": "หน่วยงานติดต่อไม่ได้",
    "PERSON_REFUSED": "เปลี่ยนใจไม่เข้าโครงการนี้",
    "PROGRAMME_ENDED": "โครงการสิ้นสุดแล้ว",
    "OTHER": "หน่วยงานไม่พร้อม",
}


@dataclass
class Agencies:
    """The house of the agencies, from the side of who plays the year.

    `risen` has every step of an agency that was overdue: by referral and clock, the agency and the highest level that heard of it.
    """

    wire: Wire
    risen: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def at(cls, address: str) -> Self:
        """The house at the address."""
        return cls(Wire(address, 1, IDLE_SECONDS_MAX, DAY_SECONDS_MAX))

    async def connect(self, office: Office) -> None:
        """The ministry of finance enters by which way each agency is told."""
        for agency, way in (await self._call("GET", "/connections")).items():
            path = f"/plan/v1/agencies/{agency}/connection"
            now = await office.get("mof", path)
            if now["way"] != TOLD_BY[way]:
                await office.put("mof", path, {"way": TOLD_BY[way], "reason": "ตามระบบของหน่วยงาน"}, version=now["version"])

    async def work(self, office: Office, country: Country, today: date) -> None:
        """Every agency does its work of the day, what is overdue rises, and account officers go on with what no agency took. Raises Refused.

        Whoever may see a person's packet must have heard of the referral: call it when all has drained.
        """
        sent = await self.tell(today)
        country.progress.begin("หน่วยงานรายงาน · agencies report", sum(sent.values()))
        country.progress.step(sum(sent.values()))
        await office.drained()
        await office.post("operator", "/plan/v1/referrals/alarms")
        overdue = await country.pages("moi-country", "/plan/v1/referrals/overdue")
        of_agencies = [row for row in overdue if row["waits_for"] != NEXT_ATTEMPT]
        self.risen |= {(row["referral_id"], row["waits_for"]): (row["agency"], row["raised_to"] or NOBODY) for row in of_agencies}
        await go_on(office, country, [row for row in of_agencies if row["waits_for"] == RECEIPT])

    async def tell(self, today: date) -> dict[str, int]:
        """It is this day: returns how many reports each agency sent. Raises Refused."""
        return await self._call("POST", "/days", json={"day": today.isoformat()})

    async def summary(self) -> dict[str, Any]:
        """What the agencies did, by their own books."""
        return await self._call("GET", "/summary")

    async def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = await self.wire.request(method, path, **more)
        if answer.is_error:
            raise Refused(method, path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()
        return found


async def go_on(office: Office, country: Country, not_received: Sequence[dict[str, Any]]) -> None:
    """Account officers send elsewhere, or give up, the lines that were declined, and those of agencies that say nothing to anybody."""
    declined = [row for row in await country.pages("moi-country", "/plan/v1/referrals", status="DECLINED") if row["current"]]
    silent = [
        row
        for row in not_received
        if row["raised_to"] in {"PROVINCE", "MINISTRY"} and _does(country, row, "waits no longer", WAITS_NO_LONGER)
    ]
    waiting = [row for row in [*declined, *silent] if row["officer_id"] and row["holder_id"] not in country.dead | country.withdrawn]

    async def act(row: dict[str, Any]) -> None:
        path = f"/plan/v1/referrals/{row['referral_id']}"
        reason = WHY.get(row["decline_reason"], "หน่วยงานไม่ตอบ")
        officer = f"ao-{row['officer_id']}"
        if row["attempt"] >= ATTEMPTS_MAX or not _does(country, row, "goes elsewhere", GOES_ELSEWHERE):
            await office.post(officer, f"{path}/giving-up", {"reason": reason})
            return
        body = {"programme_code": _elsewhere(country, row), "reason": reason, "holder_agrees": True}
        await office.post(officer, f"{path}/next-attempts", body)

    await country.each("ส่งต่อใหม่ · referred again", waiting, act)


def _elsewhere(country: Country, row: dict[str, Any]) -> str:
    """A programme of the same dimension that another agency gives."""
    others = [one["code"] for one in country.programmes if one["dimension"] == row["dimension"] and one["agency"] != row["agency"]]
    code: str = country.person_of[row["holder_id"]].chance.one_of(_question("programme", row), others)
    return code


def _does(country: Country, row: dict[str, Any], what: str, share: float) -> bool:
    return country.person_of[row["holder_id"]].does(_question(what, row), share)


def _question(what: str, row: dict[str, Any]) -> str:
    return f"{what} {row['line_no']} {row['attempt']}"
