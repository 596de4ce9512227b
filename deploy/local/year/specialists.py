"""Specialists answer what they are asked about plans; where one is silent too long, the account officer goes on without the answer."""

from datetime import date
from typing import Any, Final

from deploy.local.year.country import Country
from deploy.local.year.office import Office

ANSWERS: Final = 0.9
SPECIALISTS: Final = {"D1": "specialist-work", "D2": "specialist-training", "D3": "specialist-finance", "D4": "specialist-necessities"}
REVIEWS: Final = "/plan/v1/specialist-reviews"


async def answer(office: Office, country: Country) -> None:
    """Those of the province take and answer the questions that wait, but for a few, about whom they are silent."""
    waiting = [
        review
        for review in await country.pages("moi-country", REVIEWS, status="ASKED")
        if country.person_of[review["holder_id"]].does(f"specialist answers {review['dimension']}", ANSWERS)
    ]

    async def act(review: dict[str, Any]) -> None:
        specialist = f"{SPECIALISTS[review['dimension']]}-{review['responsible_district'][:2]}"
        path = f"{REVIEWS}/{review['review_id']}"
        await office.post(specialist, f"{path}/taking")
        await office.post(specialist, f"{path}/opinion", {"opinion": "AS_RECOMMENDED", "words": "เห็นควรตามคำแนะนำ เริ่มได้ทันที"})

    await country.each("เฉพาะทาง · specialists answer", waiting, act)


async def go_on_without(office: Office, country: Country) -> None:
    """Account officers withdraw the questions that are overdue: the person cannot wait longer."""
    overdue = [review for review in await country.pages("moi-country", REVIEWS, overdue="true") if review["officer_id"]]

    async def act(review: dict[str, Any]) -> None:
        await office.post(f"ao-{review['officer_id']}", f"{REVIEWS}/{review['review_id']}/withdrawal", {"reason": "PERSON_CANNOT_WAIT"})

    await country.each("ถอนคำขอที่เกินกำหนด · overdue questions withdrawn", overdue, act)


async def offering_of(country: Country, plan: dict[str, Any], programme_code: str, today: date) -> dict[str, str]:
    """The first offering of the programme near the person that takes people in, as a field of the line; nothing where there is none."""
    page = await country.office.get(
        "committee",
        "/plan/v1/offerings",
        programme_code=programme_code,
        area=plan["responsible_district"],
        open_on=today.isoformat(),
        limit=1,
    )
    return {"offering_id": page["items"][0]["offering_id"]} if page["items"] else {}
