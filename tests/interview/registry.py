"""The registry as interview's papers see it: one process outside, which answers by the caller's token or not at all."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

import httpx

from shared.http import Neighbour

PERSON = {
    "prefix": "นางสาว",
    "first_name": "น้ำทิพย์",
    "last_name": "ทั้งปวง ณ ป้ำฐู",
    "citizen_id_masked": "1-0000-xxxxx-01-7",
    "card_no_masked": "xxxx-xxxx-xxxx-0001",
    "citizen_id": "1000000000017",
    "card_no": "9764000000000001",
    "birth_date": "1939-03-01",
    "birth_precision": "MONTH",
    "house_no": "12/3",
    "moo": "4",
    "road": "ถนนท่าน้ำ",
    "subdistrict": "810101",
    "postcode": "81000",
    "phone": "0812345678",
}


@dataclass
class Registry:
    """Answers every person with PERSON, in the village that `moo` has for them, or with `status`; `asked` is what it heard: path, purpose, token."""

    status: int = 200
    body: dict = field(default_factory=dict)
    moo: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content) if request.content else {"purpose": unquote(request.url.params["purpose"])}
        self.asked.append((request.url.path, told["purpose"], request.headers["authorization"]))
        if request.method == "POST" and self.status == 200:
            villages = [{"holder_id": one, "subdistrict": "", "moo": self.moo[one]} for one in told["holder_ids"] if one in self.moo]
            return httpx.Response(200, json={"items": villages})
        return httpx.Response(self.status, json=PERSON if self.status == 200 else self.body)


@asynccontextmanager
async def registry_beside(interview):
    """Interview with a registry beside it."""
    registry = Registry()
    neighbour = Neighbour("registry", "http://registry")
    async with httpx.AsyncClient(base_url="http://registry", transport=httpx.MockTransport(registry)) as client:
        neighbour.__dict__["_client"] = client
        interview.service.resources.registry = neighbour
        yield registry
