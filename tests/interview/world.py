"""People, policies and forms of the tests, and what tests say about them."""

import base64
from datetime import date

from shared.clock import noon
from shared.contracts import Event
from shared.contracts.common import Bank, Dimension, Tier
from shared.contracts.payments import PolicyPublished
from shared.contracts.plan import ProgrammeChanged
from shared.contracts.registry import (
    CardholderDeathTakenBack,
    CardholderDeceased,
    CardholderErased,
    CardholderMerged,
    CardholderMoved,
    CardholderRegistered,
    CardholderUnmerged,
    HolderStatus,
)
from shared.crypto import BlindIndex
from shared.ids import new_id

LOOKUP_KEY = f"k1:{base64.b64encode(b'lookup' * 6)[:44].decode()}"
AUDIT_KEYS = f"a1:{base64.b64encode(b'a' * 32).decode()}"
FIELD_KEYS = f"f1:{base64.b64encode(b'f' * 32).decode()}"
ASSESSMENT_KEYS = f"a1:{base64.b64encode(b'a' * 32).decode()}"
SIGNING_KEYS = f"s1:{base64.b64encode(b's' * 32).decode()}"
LOOKUP = BlindIndex.from_text(LOOKUP_KEY)

AMENDED = {
    "amounts_satang": {"UP_TO_30000": 20000, "OVER_30000": 10000},
    "income_threshold_baht": 30000,
    "visit_age_max": 60,
    "walk_in_window": {"from": "2018-02-01", "to": "2018-02-28"},
    "visit_window": {"from": "2018-03-01", "to": "2018-05-31"},
    "first_benefit_month": "2018-03",
    "last_benefit_month": "2018-12",
    "late_entry_days_max": 7,
    "late_wish": "COMMITTEE",
    "follow_up": {"JUNE": {"from": "2018-06-01", "due": "2018-06-30"}, "SEPTEMBER": {"from": "2018-09-01", "due": "2018-09-30"}},
    "not_found_attempts_min": 3,
}
CIRCULAR = {**AMENDED, "visit_window": {"from": "2018-03-01", "to": "2018-04-30"}, "late_wish": "REFUSE"}
PAPER = {
    "consents": {"share_with_agencies": True, "bank_data": True, "wage_through_card": False},
    "identity_paper": "CITIZEN_ID_CARD",
    "signed_by": "SIGNATURE",
    "privacy_notice_version": "2018-01",
}


def policy(version=1, profile="amended", parameters=None):
    data = PolicyPublished(profile=profile, version=version, published_on=date(2018, 1, 10), parameters=parameters or AMENDED)
    return Event.of(data, subject=profile, time=noon(date(2018, 1, 10)))


def programme(code="D2-TRAIN", *, dimension=Dimension.D2, active=True, version=1, **more):
    data = ProgrammeChanged(
        code=code,
        version=version,
        dimension=dimension,
        name_th="ฝึกอาชีพ",
        name_en="Training",
        agency="DSD",
        active=active,
        approval_reference="คอต. 1",
        **more,
    )
    return Event.of(data, subject=code, time=noon(date(2018, 1, 10)))


def holder(*, holder_id=None, subdistrict="810101", age=45, tier=Tier.UP_TO_30000, citizen_id=None, card_no=None, version=1):
    """The registration of a card holder."""
    holder_id = holder_id or new_id()
    data = CardholderRegistered(
        holder_id=holder_id,
        version=version,
        citizen_index=LOOKUP.of(citizen_id or f"c-{holder_id}"),
        card_index=LOOKUP.of(card_no or f"n-{holder_id}"),
        index_key="k1",
        tier=tier,
        age=age,
        visit_group=age <= 60 and tier is Tier.UP_TO_30000,
        policy_version=1,
        subdistrict=subdistrict,
        bank=Bank.KTB,
        status=HolderStatus.ALIVE,
        recorded_on=date(2018, 1, 15),
    )
    return Event.of(data, subject=holder_id, time=noon(date(2018, 1, 15)))


def moved(event, to, on, version=2):
    state = event.data.model_dump() | {
        "subdistrict": to,
        "version": version,
        "previous_subdistrict": event.data.subdistrict,
        "moved_on": on,
    }
    return Event.of(CardholderMoved(**state), subject=event.subject, time=noon(on))


def died(event, on, version=9):
    state = event.data.model_dump() | {"status": "DECEASED", "version": version, "deceased_on": on}
    return Event.of(CardholderDeceased(**state), subject=event.subject, time=noon(on))


def alive_again(event, on, version=10):
    state = event.data.model_dump() | {"version": version, "wrong_death_on": date(2018, 4, 1), "alive_again_on": on}
    return Event.of(CardholderDeathTakenBack(**state), subject=event.subject, time=noon(on))


def merged(event, into, on, version=9):
    state = event.data.model_dump() | {"version": version, "merged_into": into, "merged_on": on, "reason": "same person"}
    return Event.of(CardholderMerged(**state), subject=event.subject, time=noon(on))


def unmerged(event, on, version=10):
    state = event.data.model_dump() | {"version": version, "unmerged_on": on, "reason": "two persons"}
    return Event.of(CardholderUnmerged(**state), subject=event.subject, time=noon(on))


def erased(event, on, version=9):
    """The registry's indexes are random from now on."""
    random = {"citizen_index": new_id().hex, "card_index": new_id().hex}
    state = event.data.model_dump() | {"version": version, "erased_on": on, **random}
    return Event.of(CardholderErased(**state), subject=event.subject, time=noon(on))


def wish(holder_id, stated_on="2018-02-14", **more):
    return {"holder_id": str(holder_id), "channel": "WALK_IN", "stated_on": stated_on, **PAPER} | more


def interview(holder_id, interviewed_on="2018-03-20", *, answer="DEVELOP", visit=None, **more):
    wishes = {"answer": answer} if answer == "DEVELOP" else {"answer": answer, "decline_reason": "พอใจกับชีวิต"}
    return {
        "holder_id": str(holder_id),
        "visit": {"interviewed_on": interviewed_on, "place": "บ้าน", **(visit or {})},
        "person": {
            "education": "PRIMARY",
            "marital_status": "MARRIED",
            "household_size": 4,
            "dependants": 2,
            "occupation": "6111",
            "income_now_baht": 28000,
            "income_2559_baht": 26000,
            "expenses_month_baht": 4500,
            "land": {"tenure": "OWNED", "rai": 3.5},
            "housing": "OWNED",
        },
        "health": {"chronic_illness": True, "note": "เบาหวาน"},
        "debts": [{"kind": "INFORMAL", "creditor": "นายทุนในหมู่บ้าน", "amount_satang": 2_000_000, "wants_mediation": True}],
        "abilities": {"skills": ["weaving"], "readiness": "READY"},
        "diagnosis": {"problems": ["D2"], "approach": "SECOND_OCCUPATION"},
        "wishes": wishes,
    } | more


def interview_answers(interviewed_on="2018-03-20", **more):
    """The answers alone, without whose they are."""
    body = interview("", interviewed_on, **more)
    del body["holder_id"]
    return body


def stating_wish(body):
    """The interview at which the wish is stated too."""
    return {**body, "wishes": {**body["wishes"], "states_wish": True, "paper": PAPER}}


def follow_up(holder_id, round_="JUNE", contacted_on="2018-06-10", **more):
    return {
        "holder_id": str(holder_id),
        "round": round_,
        "contacted_on": contacted_on,
        "method": "TELEPHONE",
        "reached": True,
        "job_status": "SELF_EMPLOYED",
        "monthly_income_baht": 3200,
        "recommendation": "CONTINUE",
    } | more


def decision(holder_id, kind, decided_on="2018-06-20", **more):
    return {"holder_id": str(holder_id), "kind": kind, "committee": "คอจ.กระบี่", "decided_on": decided_on, "reference": f"กบ/{kind}"} | more


def spot_check(checked_on="2018-04-10", **more):
    """A check that confirms everything."""
    return {
        "checked_on": checked_on,
        "method": "HOME_VISIT",
        "person_met": True,
        "took_place": True,
        "confirmed": {"person": True, "health": True, "debts": True, "abilities": True, "wishes": True},
        "satisfied": "SATISFIED",
        "holder_signed": True,
        "checker_signed": True,
    } | more
