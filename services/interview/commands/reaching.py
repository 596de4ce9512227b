"""Whose case a caller may touch."""

from uuid import UUID

from services.interview.domain import Case
from services.interview.errors import NotTheCaseOfficer, OfficerRequired
from shared.auth import Level, Principal
from shared.errors import NotFound


def reaches(caller: Principal, case: Case | None, *districts: str | None) -> bool:
    """Whether the case, or for who has an area one of the districts, is in the caller's reach."""
    if caller.reach.level is Level.OFFICER:
        return case is not None and str(case.officer_id) == caller.reach.code
    of_case = (case.home_district, case.responsible_district) if case else ()
    return any(caller.reach.includes_district(district) for district in (*of_case, *districts))


def acting_officer(case: Case, named: UUID | None) -> UUID:
    """The case's account officer. Raises OfficerRequired without one, NotTheCaseOfficer when the form names another."""
    if case.officer_id is None:
        raise OfficerRequired(case_id=case.case_id)
    if named is not None and named != case.officer_id:
        raise NotTheCaseOfficer(case_id=case.case_id, officer_id=named)
    return case.officer_id


def require_province(caller: Principal, province: str) -> None:
    """Raise NotFound unless the whole province (2 digits) is in the caller's area."""
    whole = caller.reach.level is Level.PROVINCE and caller.reach.code == province
    if not whole and caller.reach.level is not Level.COUNTRY:
        raise NotFound
