"""Employers: two companies employ some who take their wages through the card; half a year later it is certified what they may deduct."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from deploy.local.bank_simulator.payroll import WageOrder, tell, wage_paid
from deploy.local.year.country import Country
from deploy.local.year.office import Office
from deploy.local.year.people import TAKES_WAGES_THROUGH_CARD, Person
from shared.contracts.common import Bank
from shared.crypto import FieldCipher

REVENUE: Final = "revenue"
COMPANIES: Final = {
    "0000561000018": ("บริษัท ตัวอย่างหนึ่ง จำกัด", "Example One Co., Ltd.", Bank.KTB),
    "0000561000026": ("ห้างหุ้นส่วนจำกัด ตัวอย่างสอง", "Example Two Ltd., Part.", Bank.BAAC),
}
"""Made-up tax ids of the office 000, by the bank that pays the wages."""

EMPLOYED_MAX: Final = 5
EMPLOYEES: Final = 40
WAGE_SATANG: Final = 950_000
MONTHS: Final = tuple(f"2018-{month:02}" for month in range(3, 9))
PERIOD: Final = {"starts_on": "2018-03-01", "ends_on": "2018-08-31"}


@dataclass
class Employers:
    """What the companies know: whom they employ, by the reference that they give their bank."""

    bank_keys: Mapping[str, FieldCipher]
    periods: dict[str, str] = field(default_factory=dict)
    employed: dict[str, list[tuple[str, str, Person]]] = field(default_factory=dict)

    async def begin(self, office: Office, country: Country) -> None:
        """The companies are registered, open an accounting period, and employ people who show them their cards."""
        willing = [person for person in country.everybody() if _takes_wages(country, person)]
        country.progress.begin("นายจ้าง · employers", len(COMPANIES))
        for number, (tax_id, (name_th, name_en, _)) in enumerate(COMPANIES.items()):
            employer, path = f"employer-{tax_id}", f"/plan/v1/employers/{tax_id}"
            applied = await office.post(employer, "/plan/v1/employers", {"tax_id": tax_id, "name_th": name_th, "name_en": name_en})
            decision = {"approved": True, "reason": "ตรวจทะเบียนนิติบุคคลแล้ว"}
            await office.post(REVENUE, f"{path}/decision", decision, version=applied["version"])
            self.periods[tax_id] = (await office.post(employer, f"{path}/accounting-periods", PERIOD))["period_id"]
            self.employed[tax_id] = []
            for person in willing[number :: len(COMPANIES)][:EMPLOYED_MAX]:
                shown = {"citizen_id": person.citizen_id, "card_no": person.card_no, "starts_on": PERIOD["starts_on"]}
                entered = await office.post(employer, f"{path}/employments", shown)
                self.employed[tax_id].append((entered["employment_id"], entered["reference"], person))
            country.progress.step()

    async def pay(self, office: Office, day: date) -> None:
        """The companies' banks pay the month's wages onto the cards, and tell of it. The last one of the first company is paid in cash in April."""
        month = f"{day:%Y-%m}"
        if month not in MONTHS:
            return
        told = []
        for number, (tax_id, (_, _, bank)) in enumerate(COMPANIES.items()):
            through_card = self.employed[tax_id][:-1] if number == 0 and month == "2018-04" else self.employed[tax_id]
            orders = [WageOrder(reference, tax_id, month, WAGE_SATANG, person.card_no) for _, reference, person in through_card]
            told += [wage_paid(bank, order, day, self.bank_keys[bank]) for order in orders]
        await tell(office.clock, told)

    async def withdraw(self, office: Office, country: Country, day: date) -> None:
        """One of each company does not want the wages to be disclosed any more."""
        for employed in self.employed.values():
            for _, _, person in employed[:1]:
                said = {
                    "purpose": "WAGE_THROUGH_CARD",
                    "decision": "WITHDRAWN",
                    "signed_on": day.isoformat(),
                    "channel": "COUNTER",
                    "evidence": "แบบถอนความยินยอม",
                }
                holder_id = country.holder_of[person.citizen_id]
                await office.post("registrar", f"/registry/v1/card-holders/{holder_id}/consents", said)

    async def certify(self, office: Office, country: Country) -> None:
        """The companies tell the rest and close the period; the Revenue side looks at it, and certifies."""
        country.progress.begin("หนังสือรับรองการหักรายจ่าย · certificates", len(COMPANIES))
        for tax_id, employed in self.employed.items():
            employer, path = f"employer-{tax_id}", f"/plan/v1/employers/{tax_id}"
            if employed:
                wages = [{"employment_id": employment_id, "amount_satang": WAGE_SATANG} for employment_id, _, _ in employed]
                await office.post(employer, f"{path}/wage-declarations", {"month": "2018-04", "wages": wages})
            for month in MONTHS:
                await office.put(employer, f"{path}/head-counts/{month}", {"employees": EMPLOYEES})
            period = f"/plan/v1/accounting-periods/{self.periods[tax_id]}"
            await office.post(employer, f"{period}/close", version=1)
            seen: dict[str, Any] = await office.get(REVENUE, f"{period}/deduction")
            issued = await office.post(REVENUE, f"{period}/statements", {"basis": seen["basis"]})
            await office.get(employer, f"/plan/v1/deduction-statements/{issued['statement_id']}/certificate")
            country.progress.step()


def _takes_wages(country: Country, person: Person) -> bool:
    holder = country.holder_of[person.citizen_id]
    return person.does(*TAKES_WAGES_THROUGH_CARD) and holder in country.intents and holder not in country.dead | country.withdrawn
