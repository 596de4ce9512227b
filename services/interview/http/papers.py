"""Forms on paper: empty, and filled in with what is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.interview.commands.print_sealed import open_names_of_others
from services.interview.commands.read_sealed import read_sealed
from services.interview.commands.record_spot_check import read_remarks
from services.interview.forms.definition import Definition, catalogue
from services.interview.http.calls import InterviewCall
from services.interview.http.printing import PDF_ROUTE, DigitsQuery, person_for_print, printed
from services.interview.papers import answers
from services.interview.papers.form import FilledIn, form_document
from services.interview.papers.person import Names
from services.interview.queries import papers
from services.interview.repository import code_lists
from shared.audit import Caller
from shared.db import ReadTx
from shared.documents import Digits
from shared.errors import NotFound
from shared.http import calling, operation

router = APIRouter(tags=["papers"])

SEALED_READ: Final = "interview.sealed-answers:read"
_FURTHER: Final = [SEALED_READ, "registry.card-holders:read", "registry.personal:read"]
_HOW_EN: Final = (
    " Names are asked of the registry with your own token and noted there: `names=yes` prints masked numbers, `plain` also birth date, address and"
    " phone (scope `registry.personal:read`), `no` blanks. `sensitive=true` prints what the form marks as sensitive; that is in the audit."
)
_HOW_TH: Final = (
    " ชื่อนำมาจากระบบทะเบียนด้วยสิทธิของท่านเองและถูกบันทึกที่นั่น (names=yes ปิดบังเลข, plain แสดงครบ, no เว้นช่อง)"
    " sensitive=true พิมพ์ข้อมูลอ่อนไหวด้วย และถูกบันทึกว่าใครพิมพ์ของใคร"
)

_OFFICERS: Final = ("officer_id", "co_interviewer_id", "checker_id")
_SENSITIVE: Final = frozenset({"health", "debts", "others", "remarks"})

NamesQuery = Annotated[Names, Query(description="How much of the person is printed. การพิมพ์ชื่อ")]
SensitiveQuery = Annotated[bool, Query(description="With what the form marks as sensitive. รวมข้อมูลอ่อนไหว")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a form is to be printed."""

    names: Names
    digits: Digits
    sensitive: bool

    def check(self, call: InterviewCall) -> None:
        """Raise Forbidden unless the caller may read what is sensitive, where that is asked for."""
        if self.sensitive:
            call.principal.require(SEALED_READ)


def _wanted(
    names: NamesQuery = Names.YES,
    sensitive: SensitiveQuery = False,  # a query parameter
    digits: DigitsQuery = Digits.ARABIC,
) -> Wanted:
    return Wanted(names, digits, sensitive)


@router.get(
    "/v1/forms/{form}/versions/{version}/empty.pdf",
    **PDF_ROUTE,
    **operation(
        "Print an empty form",
        "พิมพ์แบบเปล่าสำหรับเขียนด้วยมือ ตามนิยามของแบบรุ่นนั้น",
        "The form as A4 to write on, as its definition says: sections, boxes and lines in their order.",
        "interview.forms:read",
    ),
)
async def print_empty_form(
    call: Annotated[InterviewCall, Depends(calling("interview.forms:read"))],
    form: Annotated[str, Path(max_length=40, description="annex2, annex3, follow_up or spot_check. ชื่อแบบ", examples=["annex3"])],
    version: Annotated[str, Path(max_length=20, description="Version of the form. รุ่นของแบบ", examples=["1"])],
    digits: DigitsQuery = Digits.ARABIC,
) -> Response:
    """Print an empty form."""
    definition = catalogue().get(form, version)
    document = form_document(definition.schema, None, digits=digits, printed_on=call.resources.clock.business_today())
    return await printed(call, document, f"{form}-{version}")


@router.get(
    "/v1/intents/{intent_id}/form.pdf",
    **PDF_ROUTE,
    **operation(
        "Print a wish",
        f"พิมพ์แบบแจ้งความประสงค์ (แนบ 2) ตามที่บันทึก{_HOW_TH}",
        f"Annex 2 as recorded, A4; sensitive are the names of witness and proxy.{_HOW_EN}",
        "interview.intents:read",
        further_scopes=_FURTHER,
    ),
)
async def print_intent(
    intent_id: UUID,
    call: Annotated[InterviewCall, Depends(calling("interview.intents:read"))],
    wanted: Annotated[Wanted, Depends(_wanted)],
) -> Response:
    """Print a wish."""
    wanted.check(call)
    async with call.resources.db.transaction() as tx:
        row = await papers.slip(tx, call.principal.reach, "intent_id", intent_id)
        if row is None:
            raise NotFound
        others = await open_names_of_others(tx, row, _reader(call), call.resources.fields) if wanted.sensitive else {}
    filled = answers.of_intent(row, others)
    return await _filled(call, catalogue().get("annex2", row["form_version"]), row, filled, wanted)


@router.get(
    "/v1/interviews/{interview_id}/form.pdf",
    **PDF_ROUTE,
    **operation(
        "Print an interview",
        f"พิมพ์แบบสัมภาษณ์และเมนูพัฒนา (แนบ 3) ตามที่บันทึก{_HOW_TH}",
        f"Annex 3 as recorded, A4; sensitive are health and debts.{_HOW_EN}",
        "interview.interviews:read",
        further_scopes=_FURTHER,
    ),
)
async def print_interview(
    interview_id: UUID,
    call: Annotated[InterviewCall, Depends(calling("interview.interviews:read"))],
    wanted: Annotated[Wanted, Depends(_wanted)],
) -> Response:
    """Print an interview."""
    wanted.check(call)
    async with call.resources.db.transaction() as tx:
        row = await papers.interview(tx, call.principal.reach, interview_id)
        # Asking in vain is noted too, so this transaction is committed before it is said.
        sealed = (
            await read_sealed(tx, call.principal.reach, interview_id, _reader(call), call.resources.fields) if wanted.sensitive else None
        )
    if row is None:
        raise NotFound
    filled = answers.of_interview(row, sealed["answers"] if sealed else {})
    return await _filled(call, catalogue().get("annex3", row["form_version"]), row, filled, wanted)


@router.get(
    "/v1/follow-ups/{follow_up_id}/form.pdf",
    **PDF_ROUTE,
    **operation(
        "Print a follow-up",
        "พิมพ์แบบติดตามผลตามที่บันทึก ชื่อนำมาจากระบบทะเบียนด้วยสิทธิของท่านเองและถูกบันทึกที่นั่น",
        "The follow-up as recorded, A4. Names are asked of the registry with your own token and noted there; `names=no` prints blanks.",
        "interview.follow-ups:read",
        further_scopes=_FURTHER[1:],
    ),
)
async def print_follow_up(
    follow_up_id: UUID,
    call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:read"))],
    names: NamesQuery = Names.YES,
    digits: DigitsQuery = Digits.ARABIC,
) -> Response:
    """Print a follow-up."""
    async with call.resources.db.reading() as tx:
        row = await papers.follow_up(tx, call.principal.reach, follow_up_id)
    if row is None:
        raise NotFound
    definition = catalogue().get("follow_up", row["form_version"])
    return await _filled(call, definition, row, answers.of_follow_up(row), Wanted(names, digits, sensitive=True))


@router.get(
    "/v1/spot-checks/{check_id}/form.pdf",
    **PDF_ROUTE,
    **operation(
        "Print a spot check",
        f"พิมพ์แบบสุ่มตรวจ: ก่อนตรวจพิมพ์พร้อมชื่อและผู้สัมภาษณ์สำหรับเขียนคำตอบ หลังบันทึกพิมพ์ตามผลล่าสุด{_HOW_TH}",
        "The form of the check, A4: before it is made, with what is known, to write the answers on; after, as the last result was recorded; sensitive"
        f" are the remarks.{_HOW_EN}",
        "interview.spot-checks:read",
        further_scopes=_FURTHER,
    ),
)
async def print_spot_check(
    check_id: UUID,
    call: Annotated[InterviewCall, Depends(calling("interview.spot-checks:read"))],
    wanted: Annotated[Wanted, Depends(_wanted)],
) -> Response:
    """Print a spot check."""
    wanted.check(call)
    reach = call.principal.reach
    async with call.resources.db.transaction() as tx:
        row = await papers.spot_check(tx, reach, check_id)
        remarks = await read_remarks(tx, reach, check_id, _reader(call), call.resources.fields) if wanted.sensitive else None
    if row is None:
        raise NotFound
    version, today = row["form_version"], call.resources.clock.business_today()
    definition = catalogue().get("spot_check", version) if version else catalogue().in_force("spot_check", today)
    return await _filled(call, definition, row, answers.of_spot_check(row, remarks), wanted)


async def _filled(
    call: InterviewCall,
    definition: Definition,
    row: Mapping[str, Any],
    answered: Mapping[str, Any] | None,
    wanted: Wanted,
) -> Response:
    person = await person_for_print(call, row["holder_id"], wanted.names, definition.schema["x-label"]["th"])
    async with call.resources.db.reading() as tx:
        officers = await papers.officers(tx, [one for one in map(row.get, _OFFICERS) if one])
        words = await _words(tx, definition, row, answered or {})
    withheld = frozenset() if wanted.sensitive else _SENSITIVE
    filled = FilledIn(answered, answers.known_of(person, row, officers), words, withheld)
    document = form_document(definition.schema, filled, digits=wanted.digits, printed_on=call.resources.clock.business_today())
    return await printed(call, document, f"{definition.form}-{row['case_id']}")


async def _words(tx: ReadTx, definition: Definition, row: Mapping[str, Any], answered: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Codes as people know them, by list: programmes with their names, and what is in the published lists as they were on the day of the form."""
    codes = [line["programme_code"] for line in answered.get("menu", ())]
    names = {"programme": await papers.programme_names(tx, codes)} if codes else {}
    listed = [(one.name, one.code) for one in definition.listed_codes(answered)]
    titles = await code_lists.titles(tx, row["code_lists"], listed) if listed else {}
    return {name: {code: f"{code} {title}" for code, title in of_list.items()} for name, of_list in (names | titles).items()}


def _reader(call: InterviewCall) -> Caller:
    return Caller.of(call.principal, call.correlation_id, "พิมพ์แบบ")
