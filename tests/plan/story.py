"""Events of other services about made-up people, as plain functions."""

from datetime import UTC, date, datetime
from uuid import UUID

import orjson

from shared.contracts import Event
from shared.contracts.common import Approach, Bank, Channel, Dimension, Tier
from shared.contracts.interview import (
    AccountOfficerAssigned,
    Answer,
    AssessmentRecorded,
    CaseRouted,
    DecisionKind,
    DecisionRecorded,
    Employer,
    FollowUpRecorded,
    FollowUpRound,
    IntentDeclared,
    IntentWithdrawn,
    InterviewCompleted,
    JobStatus,
    MenuLine,
    OfficerRegistered,
)
from shared.contracts.payments import PolicyPublished
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
from shared.ids import same_id

NOW = datetime(2018, 4, 2, 5, tzinfo=UTC)
OFFICER = UUID("0f000000-0000-4000-8000-000000000001")
OTHER_OFFICER = UUID("0f000000-0000-4000-8000-000000000002")
TECHNICIAN, JOB, FARMER_LOAN = "D2-DSD-TECHNICIAN", "D1-DOE-DOMESTIC-JOB", "D3-BAAC-OCCUPATION-LOAN"


def person(number) -> UUID:
    return same_id("test-holder", number)


def _event(data, subject, day=date(2018, 3, 20), *identity):
    time = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    return Event.of(data, subject=subject, time=time, identity=identity or ("once",))


def _state(holder_id, version, subdistrict, age, status=HolderStatus.ALIVE):
    return {
        "holder_id": holder_id,
        "version": version,
        "citizen_index": "c",
        "card_index": "d",
        "index_key": "k1",
        "tier": Tier.UP_TO_30000,
        "age": age,
        "visit_group": True,
        "policy_version": 1,
        "subdistrict": subdistrict,
        "bank": Bank.KTB,
        "status": status,
        "recorded_on": date(2018, 1, 15),
    }


def registered(holder_id, *, subdistrict="810101", age=40, version=1, consents=None):
    state = _state(holder_id, version, subdistrict, age) | {"consents": consents}
    return _event(CardholderRegistered(**state), holder_id, date(2018, 1, 15), version)


def moved(holder_id, *, subdistrict="830101", age=40, version=2):
    data = CardholderMoved(**_state(holder_id, version, subdistrict, age), previous_subdistrict="810101", moved_on=date(2018, 4, 1))
    return _event(data, holder_id, date(2018, 4, 1), version)


def died(holder_id, *, version=9):
    data = CardholderDeceased(**_state(holder_id, version, "810101", 40, HolderStatus.DECEASED), deceased_on=date(2018, 4, 1))
    return _event(data, holder_id, date(2018, 4, 1), version)


def merged(holder_id, into, *, version=5):
    state = _state(holder_id, version, "810101", 40)
    data = CardholderMerged(**state, merged_into=into, merged_on=date(2018, 5, 2), reason="same person")
    return _event(data, holder_id, date(2018, 5, 2), version)


def unmerged(holder_id, *, version=6):
    data = CardholderUnmerged(**_state(holder_id, version, "810101", 40), unmerged_on=date(2018, 5, 20), reason="two persons")
    return _event(data, holder_id, date(2018, 5, 20), version)


def erased(holder_id, *, version=7):
    data = CardholderErased(**_state(holder_id, version, "810101", 40), erased_on=date(2018, 7, 2))
    return _event(data, holder_id, date(2018, 7, 2), version)


def assessment_emptied(holder_id):
    interview_id = same_id("interview", holder_id)
    data = AssessmentRecorded(holder_id=holder_id, interview_id=interview_id, revision=1, key_id="", sealed="", erased=True)
    return _event(data, holder_id, date(2018, 7, 2), "emptied")


def alive_again(holder_id, *, version=10):
    state = _state(holder_id, version, "810101", 40) | {"wrong_death_on": date(2018, 4, 1), "alive_again_on": date(2018, 6, 8)}
    return _event(CardholderDeathTakenBack(**state), holder_id, date(2018, 6, 8), version)


def policy(version=1):
    data = PolicyPublished(profile="amended", version=version, published_on=date(2018, 1, 9), parameters={"income_threshold_baht": 30000})
    return _event(data, "policy", date(2018, 1, 9), version)


def officer(officer_id=OFFICER, *, version=1, active=True):
    data = OfficerRegistered(officer_id=officer_id, version=version, district="8101", employer=Employer.BAAC, active=active)
    return _event(data, officer_id, date(2018, 2, 1), version)


def _case(holder_id):
    return {"holder_id": holder_id, "case_id": same_id("case", holder_id)}


def assigned(holder_id, *, officer_id=OFFICER, version=1):
    data = AccountOfficerAssigned(
        **_case(holder_id), version=version, officer_id=officer_id, employer=Employer.BAAC, district="8101", assigned_on=date(2018, 3, 1)
    )
    return _event(data, holder_id, date(2018, 3, 1), version)


def routed(holder_id, responsible, *, version=1):
    data = CaseRouted(
        **_case(holder_id),
        version=version,
        home_district="8101",
        responsible_district=responsible,
        routed_on=date(2018, 3, 1),
        reason="wish",
    )
    return _event(data, holder_id, date(2018, 3, 1), version)


def declared(holder_id, on=date(2018, 2, 5)):
    data = IntentDeclared(
        **_case(holder_id),
        intent_id=same_id("intent", holder_id, on),
        slip_no="1",
        stated_on=on,
        received_on=on,
        channel=Channel.WALK_IN,
        tier=Tier.UP_TO_30000,
        district="8101",
        policy_version=1,
    )
    return _event(data, holder_id, on, str(on))


def withdrawn(holder_id, on=date(2018, 3, 25)):
    return _event(IntentWithdrawn(**_case(holder_id), withdrawn_on=on, known_on=on), holder_id, on, str(on))


def menu(*codes, signed=True):
    return tuple(
        MenuLine(
            line_no=number,
            dimension=Dimension(code[:2]),
            programme_code=code,
            goal="มีรายได้เพิ่ม",
            target_income_baht=60000,
            holder_signed=signed,
            officer_signed=signed,
        )
        for number, code in enumerate(codes, start=1)
    )


def interviewed(holder_id, *, answer=Answer.DEVELOP, lines=(), revision=1, on=date(2018, 3, 20), wishes=("D2",), problems=("D2",), **more):
    facts = {
        "interview_id": same_id("interview", holder_id),
        "revision": revision,
        "interviewed_on": on,
        "channel": Channel.HOME_VISIT,
        "officer_id": OFFICER,
        "co_interviewer_id": None,
        "answer": answer,
        "decline_reason": None if answer is Answer.DEVELOP else "พอเพียงแล้ว",
        "approach": Approach.SECOND_OCCUPATION,
        "problems": problems,
        "occupation": "9313",
        "income_now_baht": 24000,
        "district": "8101",
        "subdistrict": "810101",
        "wishes": wishes,
        "menu": lines,
        **more,
    }
    return _event(InterviewCompleted(**_case(holder_id), **facts), holder_id, on, facts["interview_id"], revision)


def assessed(holder_id, cipher, content=None, *, revision=1):
    content = content or {
        "debts": [{"kind": "INFORMAL", "amount_satang": 5000000}],
        "land_rai": 0,
        "housing_tenure": "RENTED",
        "saves": False,
    }
    sealed = cipher.seal_text(orjson.dumps(content).decode(), str(holder_id).encode())
    data = AssessmentRecorded(
        holder_id=holder_id, interview_id=same_id("interview", holder_id), revision=revision, key_id=cipher.current, sealed=sealed
    )
    # The seal has a nonce of its own; the id does not, so that twice the same fact is one event.
    return _event(data, holder_id, date(2018, 3, 20), "assessed", revision)


def decided(holder_id, kind: DecisionKind, on=date(2018, 3, 28)):
    data = DecisionRecorded(
        **_case(holder_id),
        decision_id=same_id("decision", holder_id, kind),
        kind=kind,
        committee="คอจ. กระบี่",
        decided_on=on,
        known_on=on,
        reference="๗/๒๕๖๑",
    )
    return _event(data, holder_id, on, kind)


def followed(holder_id, *, on=date(2018, 6, 12), income=52000, reached=True):
    data = FollowUpRecorded(
        **_case(holder_id),
        follow_up_id=same_id("follow-up", holder_id, on),
        round=FollowUpRound.JUNE,
        contacted_on=on,
        reached=reached,
        officer_id=OFFICER,
        job_status=JobStatus.EMPLOYED if reached else None,
        monthly_income_baht=income // 12 if reached else None,
        yearly_income_baht=income if reached else None,
    )
    return _event(data, holder_id, on, str(on))


def beginning(*holder_ids):
    """Policy, officers, and the people with their officer."""
    return [policy(), officer(), officer(OTHER_OFFICER), *(registered(one) for one in holder_ids), *(assigned(one) for one in holder_ids)]
