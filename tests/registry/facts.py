"""Keys, reaches and the others' events, made up for tests."""

import base64
from datetime import UTC, date, datetime

from shared.auth import Level, Reach
from shared.contracts import Event, interview, payments

NOW = datetime(2018, 2, 15, 5, tzinfo=UTC)


def _key(letter):
    return base64.b64encode(letter.encode() * 32).decode()


KEYS = {
    "lookup_key": f"t1:{_key('l')}",
    "field_keys": f"f1:{_key('f')}",
    "payee_keys": f"p1:{_key('p')}",
    "audit_keys": f"a1:{_key('a')}",
    "master_keys": f"m1:{_key('m')}",
    "signing_keys": f"s1:{_key('s')}",
    "dci_encryption_keys": f"e1:{_key('e')}",
}
PARAMETERS = {"income_threshold_baht": 30000, "visit_age_max": 60, "age_reference_date": "2018-02-01"}


def policy_event(version=1, **changed):
    data = payments.PolicyPublished(profile="amended", version=version, published_on=date(2018, 1, 5), parameters={**PARAMETERS, **changed})
    return Event.of(data, subject=f"policy-{version}", time=NOW)


def district(code):
    return Reach(Level.DISTRICT, code)


def routed(holder_id, to, version=1):
    data = interview.CaseRouted(
        holder_id=holder_id,
        case_id=holder_id,
        version=version,
        home_district=to,
        responsible_district=to,
        routed_on=date(2018, 2, 10),
        reason="wish",
    )
    return Event.of(data, subject=holder_id, time=NOW)


def assigned(holder_id, officer_id, version=1):
    data = interview.AccountOfficerAssigned(
        holder_id=holder_id,
        case_id=holder_id,
        version=version,
        officer_id=officer_id,
        employer="BAAC",
        district="1001",
        assigned_on=date(2018, 2, 11),
    )
    return Event.of(data, subject=holder_id, time=NOW)


def move_reported(holder_id, to, moved_on=date(2018, 2, 12)):
    data = interview.MoveReported(holder_id=holder_id, case_id=holder_id, moved_on=moved_on, to_subdistrict=to)
    return Event.of(data, subject=holder_id, time=NOW)


def death_reported(holder_id, deceased_on=date(2018, 2, 13)):
    data = interview.DeathReported(holder_id=holder_id, case_id=holder_id, deceased_on=deceased_on, evidence="certificate 1/2561")
    return Event.of(data, subject=holder_id, time=NOW)
