"""Persons who were interviewed, referred to a programme, and asked later."""

from datetime import date, timedelta

from shared.contracts import interview, plan
from shared.contracts.common import Dimension
from shared.ids import same_id
from tests.reporting.story import OFFICER, followed, in_plan, interviewed, registered

JOBS, COURSE = "D1-DOE-DOMESTIC-JOB", "D2-DSD-TECHNICIAN"


def referred(
    tell, name, programme=JOBS, *, taken_by=None, outcome=None, on=date(2018, 4, 2), day=date(2018, 5, 1), job_starts_on=None, final=True
):
    """A person with a plan of one line that was sent on a day, and its outcome where it has one; `taken_by` another programme at the second attempt."""
    line = {"line_no": 1, "agency": programme.split("-")[1]}
    dimension = Dimension(programme[:2])
    agreed = plan.PlanLine(**line, dimension=dimension, programme_code=programme, programme_version=1)
    assigned = {"version": 1, "interview_id": same_id("interview", name), "officer_id": OFFICER, "agreed_on": on, "district": "8101"}
    tell(on, plan.PlanAssigned(**in_plan(name), **assigned, lines=(agreed,)))
    referral = {**in_plan(name), "referral_id": same_id("referral", name), **line}
    tell(on, plan.ReferralCreated(**referral, programme_code=programme, dimension=dimension, referred_on=on))
    if taken_by is not None:
        referral |= {"referral_id": same_id("second referral", name), "agency": taken_by.split("-")[1]}
        tell(on, plan.ReferralCreated(**referral, programme_code=taken_by, dimension=dimension, referred_on=on, attempt=2))
    if outcome is not None:
        tell(day, plan.ReferralOutcomeRecorded(**referral, outcome=outcome, final=final, recorded_on=day, job_starts_on=job_starts_on))


def person(tell, name, *, subdistrict="810101", age=40, income=20_000, **more):
    """A card holder who was interviewed."""
    tell(date(2018, 1, 15), registered(name, subdistrict=subdistrict, age=age, **more))
    tell(date(2018, 3, 5), interviewed(name, date(2018, 3, 5), income=income))


def contacted(name, days, job_status=None, *, since=date(2018, 1, 1), yearly=None, of_round=interview.FollowUpRound.AD_HOC):
    """A contact so many days after the day."""
    told = followed(name, since + timedelta(days=days), of_round, yearly=yearly)
    return told.model_copy(update={"job_status": None if job_status is None else interview.JobStatus(job_status)})
