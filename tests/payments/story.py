"""Events that tests tell: people, wishes, interviews, decisions, banks' answers."""

import base64
from datetime import date, datetime
from uuid import UUID

import orjson

from shared.clock import noon
from shared.contracts import Event
from shared.contracts.common import Bank, Channel, Tier
from shared.contracts.interview import (
    AccountOfficerAssigned,
    Answer,
    CaseRouted,
    DecisionKind,
    DecisionRecorded,
    Employer,
    IntentDeclared,
    IntentWithdrawn,
    InterviewCompleted,
)
from shared.contracts.payments import BankResultReported, PaymentInstructed, ResultStatus
from shared.contracts.plan import PlanAssigned
from shared.contracts.registry import (
    CardholderDeathTakenBack,
    CardholderDeceased,
    CardholderErased,
    CardholderMerged,
    CardholderMoved,
    CardholderRegistered,
    CardholderUnmerged,
    CardholderUpdated,
    DuplicateStatus,
    DuplicateSuspected,
    HolderStatus,
    PayeeChanged,
)
from shared.crypto import BlindIndex, FieldCipher
from shared.ids import new_id, same_id
from shared.thai.citizen_id import check_digit

LOOKUP = BlindIndex.from_text(f"l1:{base64.b64encode(bytes([5]) * 32).decode()}")
PAYEES = FieldCipher.from_text(f"p1:{base64.b64encode(bytes([1]) * 32).decode()}")


def day(text):
    return text if isinstance(text, date) else date.fromisoformat(text)


def at(text) -> datetime:
    return noon(day(text))


def citizen_id(holder_id) -> str:
    """The citizen id of a made-up person."""
    first12 = f"10000{UUID(str(holder_id)).int % 10**7:07d}"
    return first12 + check_digit(first12)


def _state(holder_id, version, subdistrict, bank, status, tier, on):
    return {
        "holder_id": holder_id,
        "version": version,
        "citizen_index": LOOKUP.of(citizen_id(holder_id)),
        "card_index": "1" * 64,
        "index_key": "l1",
        "tier": tier,
        "age": 45,
        "visit_group": True,
        "policy_version": 1,
        "subdistrict": subdistrict,
        "bank": bank,
        "status": status,
        "recorded_on": day(on),
    }


def registered(holder_id, *, subdistrict="810101", bank=Bank.KTB, tier=Tier.UP_TO_30000, on="2018-01-20"):
    data = CardholderRegistered(**_state(holder_id, 1, subdistrict, bank, HolderStatus.ALIVE, tier, on))
    return Event.of(data, subject=holder_id, time=at(on), identity=(1,))


def updated(holder_id, *, version, subdistrict="810101", bank=Bank.KTB, status=HolderStatus.ALIVE, tier=Tier.UP_TO_30000, on="2018-02-20"):
    data = CardholderUpdated(**_state(holder_id, version, subdistrict, bank, status, tier, on))
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def moved(holder_id, *, to, version=2, on="2018-03-10"):
    state = _state(holder_id, version, to, Bank.KTB, HolderStatus.ALIVE, Tier.UP_TO_30000, on)
    data = CardholderMoved(**state, previous_subdistrict="810101", moved_on=day(on))
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def died(holder_id, *, on, known=None, version=3):
    state = _state(holder_id, version, "810101", Bank.KTB, HolderStatus.DECEASED, Tier.UP_TO_30000, known or on)
    data = CardholderDeceased(**state, deceased_on=day(on))
    return Event.of(data, subject=holder_id, time=at(known or on), identity=(version,))


def alive_again(holder_id, *, wrong, on, version=4):
    state = _state(holder_id, version, "810101", Bank.KTB, HolderStatus.ALIVE, Tier.UP_TO_30000, on)
    data = CardholderDeathTakenBack(**state, wrong_death_on=day(wrong), alive_again_on=day(on))
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def merged(holder_id, into, *, on, version=2):
    state = _state(holder_id, version, "810101", Bank.KTB, HolderStatus.ALIVE, Tier.UP_TO_30000, on)
    data = CardholderMerged(**state, merged_into=into, merged_on=day(on), reason="same person")
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def unmerged(holder_id, *, on, version=3):
    state = _state(holder_id, version, "810101", Bank.KTB, HolderStatus.ALIVE, Tier.UP_TO_30000, on)
    data = CardholderUnmerged(**state, unmerged_on=day(on), reason="two persons")
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def suspected(holder_id, other, *, version=1, status=DuplicateStatus.OPEN, on="2018-02-20"):
    data = DuplicateSuspected(
        holder_id=holder_id,
        other_holder_id=other,
        pair_id=same_id("pair", *sorted((str(holder_id), str(other)))),
        version=version,
        status=status,
        score=90,
        reasons=("NAME_SAME",),
    )
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def erased(holder_id, *, version, on="2018-04-02"):
    """The registry erased the person."""
    state = _state(holder_id, version, "810101", Bank.KTB, HolderStatus.ALIVE, Tier.UP_TO_30000, on)
    return Event.of(CardholderErased(**state, erased_on=day(on)), subject=holder_id, time=at(on))


def payee(holder_id, *, bank=Bank.KTB, version=1, name="สมใจ ดีงาม", on="2018-01-20", card_cancelled=False, promptpay=None):
    told = {"name": name, "account_no": None, "card_no": "1234567890123456", "promptpay": promptpay}
    sealed = PAYEES.seal_text(orjson.dumps(told).decode(), UUID(str(holder_id)).bytes)
    data = PayeeChanged(holder_id=holder_id, version=version, bank=bank, key_id="p1", sealed=sealed, card_cancelled=card_cancelled)
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def case_of(holder_id):
    return same_id("case", holder_id)


def wish(
    holder_id,
    stated_on,
    *,
    received_on=None,
    tier=Tier.UP_TO_30000,
    approved_late=False,
    decision_reference=None,
    policy_version=1,
    intent_id=None,
):
    data = IntentDeclared(
        holder_id=holder_id,
        case_id=case_of(holder_id),
        intent_id=intent_id or same_id("intent", holder_id),
        slip_no="8101-000001",
        stated_on=day(stated_on),
        received_on=day(received_on or stated_on),
        channel=Channel.WALK_IN,
        tier=tier,
        district="8101",
        approved_late=approved_late,
        decision_reference=decision_reference,
        policy_version=policy_version,
    )
    return Event.of(data, subject=holder_id, time=at(received_on or stated_on), identity=(str(data.intent_id),))


def withdrawn(holder_id, known_on):
    data = IntentWithdrawn(holder_id=holder_id, case_id=case_of(holder_id), withdrawn_on=day(known_on), known_on=day(known_on))
    return Event.of(data, subject=holder_id, time=at(known_on), identity=(known_on,))


def interviewed(holder_id, on, answer=Answer.DEVELOP, *, revision=1):
    data = InterviewCompleted(
        holder_id=holder_id,
        case_id=case_of(holder_id),
        interview_id=same_id("interview", holder_id),
        revision=revision,
        interviewed_on=day(on),
        channel=Channel.HOME_VISIT,
        officer_id=same_id("officer"),
        co_interviewer_id=None,
        answer=answer,
        occupation="6111",
        income_now_baht=24000,
        district="8101",
        subdistrict="810101",
    )
    return Event.of(data, subject=holder_id, time=at(on), identity=(revision,))


def decided(holder_id, kind: DecisionKind, on, *, effective_month=None):
    data = DecisionRecorded(
        holder_id=holder_id,
        case_id=case_of(holder_id),
        decision_id=same_id("decision", holder_id, kind, on),
        kind=kind,
        committee="คอจ. กระบี่",
        decided_on=day(on),
        known_on=day(on),
        effective_month=effective_month,
        reference="คอจ. 1/2561",
    )
    return Event.of(data, subject=holder_id, time=at(on), identity=(kind, on))


def planned(holder_id, on):
    data = PlanAssigned(
        holder_id=holder_id,
        plan_id=same_id("plan", holder_id),
        version=1,
        interview_id=same_id("interview", holder_id),
        officer_id=same_id("officer"),
        agreed_on=day(on),
        lines=(),
        district="8101",
    )
    return Event.of(data, subject=holder_id, time=at(on), identity=(1,))


def routed(holder_id, district, *, version=1, on="2018-02-10"):
    data = CaseRouted(
        holder_id=holder_id,
        case_id=case_of(holder_id),
        version=version,
        home_district="8101",
        responsible_district=district,
        routed_on=day(on),
        reason="wish",
    )
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def assigned(holder_id, officer_id, *, version=1, on="2018-02-12"):
    data = AccountOfficerAssigned(
        holder_id=holder_id,
        case_id=case_of(holder_id),
        version=version,
        officer_id=officer_id,
        employer=Employer.BAAC,
        district="8101",
        assigned_on=day(on),
    )
    return Event.of(data, subject=holder_id, time=at(on), identity=(version,))


def answered(
    instruction: PaymentInstructed,
    status=ResultStatus.SETTLED,
    *,
    via=None,
    bank=None,
    amount=None,
    reference=None,
    reason=None,
    on="2018-03-21",
):
    """A bank's answer to an instruction, on its own results topic unless `via` names another bank's."""
    of = bank or instruction.bank
    data = BankResultReported(
        instruction_id=instruction.instruction_id,
        bank=of,
        status=status,
        amount_satang=instruction.amount_satang if amount is None else amount,
        value_date=day(on),
        bank_reference=reference or f"{of}-{instruction.instruction_id[-12:]}-{status}",
        reason_code=reason,
    )
    topic = f"payments.results.{(via or of).lower()}.v1"
    return Event.of(data, subject=instruction.instruction_id, time=at(on), topic=topic)


def person(**more):
    """A new card holder with a payee; returns the id and the two events."""
    holder_id = new_id()
    bank = more.get("bank", Bank.KTB)
    return holder_id, [registered(holder_id, **more), payee(holder_id, bank=bank)]
