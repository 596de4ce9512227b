"""Messages that are made by the thousand are what one made with care would be, to the byte."""

from datetime import date
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.expanders import _outcomes, _settled
from services.payments.resources import told_to_banks
from shared.clock import noon
from shared.crypto import SealBroken

TEXT = st.text(max_size=30) | st.text("0123456789", max_size=16) | st.none()
PAYEES = st.fixed_dictionaries(
    {"name": st.text(min_size=1, max_size=30), "account_no": TEXT, "card_no": TEXT}, optional={"promptpay": TEXT}
)


@given(PAYEES)
def test_a_bank_is_told_the_three_fields_of_a_payee_and_the_promptpay_that_is_there(payee):
    told = {name: payee[name] for name in ("name", "account_no", "card_no")}
    if payee.get("promptpay"):
        told["promptpay"] = payee["promptpay"]
    assert told_to_banks(orjson.dumps(payee)) == orjson.dumps(told)


@pytest.mark.parametrize("payee", [b"", b"{", b"[]", b'{"name":"","account_no":null,"card_no":"1"}', b'{"account_no":null,"card_no":"1"}'])
def test_a_payee_without_a_name_is_told_to_nobody(payee):
    with pytest.raises(SealBroken):
        told_to_banks(payee)


@pytest.mark.parametrize("programme", ["TOP_UP_2561", "TOP_UP_2561#1", "HOUSING"])
@pytest.mark.parametrize("district", ["1001", '"1001\\'])
def test_a_settlement_of_many_is_the_settlement_of_one(programme, district):
    row = {
        "outcomes": "SETTLED",
        "value_date": date(2018, 3, 20),
        "reason_code": None,
        "received_at": noon(date(2018, 3, 20)),
        "disbursement_id": UUID(int=1),
        "holder_id": UUID(int=2),
        "run_id": UUID(int=3),
        "benefit_month": date(2018, 3, 1),
        "attempt_no": 2,
        "bank": "KTB",
        "tier": "BELOW_30000",
        "amount_satang": 20000,
        "district": district,
        "programme": programme,
    }
    assert [_settled(row)] == list(_outcomes(row))
