"""Made-up programmes and offerings, and a market of them, as plain functions."""

from datetime import date
from uuid import UUID

from services.plan.domain import Lack, Merits, Offering, Programme, Situation
from services.plan.rules import data
from services.plan.rules.offerings import OfferingsIndex
from services.plan.rules.recommend import Market
from shared.contracts.common import Approach, Dimension, Tier
from shared.ids import same_id

RULES = data.load()
SCORING = RULES.scorings.versions[0]
TODAY = date(2018, 4, 2)


def programme(code="D2-DSD-WEAVING", **more) -> Programme:
    """Open to everybody, and with no merits of its own."""
    facts = {
        "code": code,
        "version": 1,
        "dimension": Dimension(code[:2]),
        "name_th": "ทอผ้า",
        "name_en": "Weaving",
        "agency": code.split("-")[1],
        "confidence": "H",
        "active": True,
        "valid_from": date(2018, 1, 9),
        "valid_until": None,
        "gives_th": "",
        "gives_en": "",
        "papers": (),
        "contact": "",
        "outcomes": (),
        "conditions": (),
        "examples": (),
        "merits": Merits(),
        "source": "",
        "approval_reference": "คอต. ๑/๒๕๖๑",
    }
    return Programme(**{**facts, **more})


def offering(number=1, code="D2-DSD-WEAVING", area="8101", **more) -> Offering:
    """In a district (4 digits) or a whole province (2)."""
    facts = {
        "offering_id": offering_id(number),
        "programme_code": code,
        "version": 1,
        "province": area[:2],
        "district": area if len(area) == 4 else None,
        "place": "วิทยาลัยสารพัดช่าง",
        "starts_on": date(2018, 5, 1),
        "ends_on": date(2018, 5, 10),
        "apply_until": date(2018, 4, 25),
        "hours": 30,
        "seats": 20,
        "cost_baht": 0,
        "kit": None,
        "kit_value_baht": 0,
        "stipend_baht_a_day": 0,
        "course_code": None,
        "active": True,
        "synthetic": True,
    }
    return Offering(**{**facts, **more})


def offering_id(number) -> UUID:
    return same_id("test-offering", number)


def market(*programmes, offerings=(), free=None, records=None, on=TODAY) -> Market:
    """`free` is how many seats are free by the number of the offering, where they are few."""
    few = {offering_id(number): seats for number, seats in (free or {}).items()}
    index = OfferingsIndex(offerings, RULES.scorings.regions, on=on)
    return Market(on, programmes or (programme(),), index, few, records or {}, SCORING)


def somebody(**more) -> Situation:
    """A labourer of Krabi town with a low income who wishes to be trained."""
    facts = {
        "age": 40,
        "approach": Approach.SECOND_OCCUPATION,
        "problems": frozenset({Dimension.D2}),
        "wishes": frozenset({Dimension.D2}),
        "occupations": frozenset({"LABOURER"}),
        "main_occupations": frozenset({"LABOURER"}),
        "wants_loan": False,
        "lacks": frozenset({Lack.LOW_INCOME}),
        "tier": Tier.UP_TO_30000,
        "income_now_baht": 24_000,
        "occupation": "9313",
        "second_occupation": "",
        "district": "8101",
        "assessment": None,
    }
    return Situation(**{**facts, **more})
