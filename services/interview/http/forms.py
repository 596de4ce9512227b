"""Form definitions and diagnosis help: what a form app is generated from, and what the answers suggest."""

import hashlib
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response

from services.interview.forms.definition import Catalogue, Definition, catalogue, tidy
from services.interview.forms.interview import InterviewForm
from services.interview.http.calls import InterviewCall, act_of
from services.interview.repository import code_lists
from services.interview.rules.diagnosing import rules_on
from services.interview.schemas.diagnoses import DiagnosisIn, ProposalOut
from services.interview.schemas.forms import CodeListsOut, FormOut, FormsOut, FormVersionOut, Words
from shared.db import ReadTx
from shared.http import calling, operation

READ = "interview.forms:read"
SCHEMA_JSON = "application/schema+json"

router = APIRouter(tags=["forms"])

FormsCall = Annotated[InterviewCall, Depends(calling(READ))]


@router.get(
    "/v1/forms",
    response_model=FormsOut,
    **operation("List the forms", "แสดงแบบฟอร์มและรุ่นทั้งหมด", "The forms with their versions, and which is in force today.", READ),
)
async def list_forms(call: FormsCall) -> Response:
    """List the forms."""
    today = act_of(call).today
    known = catalogue()

    async def read(_: ReadTx) -> FormsOut:
        return FormsOut(items=[_form(known, versions, known.in_force(form, today)) for form, versions in sorted(known.forms.items())])

    return await call.query(read)


@router.get(
    "/v1/forms/code-lists",
    response_model=CodeListsOut,
    **operation(
        "Read the code lists of forms",
        "อ่านบัญชีรหัสอาชีพและหลักสูตรที่ใช้กับแบบซึ่งกรอกในวันนั้น",
        "The lists in force on a day, today where none is named: what occupations and training courses in forms of that day are chosen from.",
        READ,
    ),
)
async def list_codes(
    call: FormsCall,
    on: Annotated[date | None, Query(description="Day on which the form is filled in. วันที่กรอกแบบ", examples=["2018-03-20"])] = None,
) -> Response:
    """Read the lists in force."""
    day = on or act_of(call).today

    async def read(tx: ReadTx) -> dict[str, Any]:
        return {"items": await code_lists.in_force(tx, day)}

    return await call.query(read)


@router.get(
    "/v1/forms/{form}/versions/{version}",
    response_model=dict[str, Any],
    responses={
        200: {"content": {SCHEMA_JSON: {"schema": {"type": "object"}}}, "description": "The definition. นิยามของแบบ"},
        304: {"description": "As you have it. ไม่เปลี่ยนแปลง"},
    },
    **operation(
        "Read the definition of a form",
        "อ่านนิยามของแบบเป็น JSON Schema 2020-12 พร้อมคำภาษาไทยและอังกฤษของทุกช่อง ส่วนที่มีเงื่อนไข และข้อความเมื่อผิดกฎ",
        "The definition as a JSON Schema 2020-12 that stands alone: every field with its words in Thai and English, conditional sections,"
        " sensitivity, and the messages of its rules. A form app can be made from it.",
        READ,
    ),
)
async def show_form(
    call: FormsCall,
    form: Annotated[str, Path(max_length=40, description="annex2, annex3 or follow_up. ชื่อแบบ", examples=["annex3"])],
    version: Annotated[str, Path(max_length=20, description="Version of the form. รุ่นของแบบ", examples=["1"])],
) -> Response:
    """Read the definition of a form."""
    body = orjson.dumps(catalogue().get(form, version).schema)
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
    if call.knows(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=SCHEMA_JSON)


@router.post(
    "/v1/diagnoses/proposals",
    response_model=ProposalOut,
    **operation(
        "Propose a diagnosis",
        "เสนอปัญหาตามมิติและแนวทางพัฒนาจากคำตอบ พร้อมเหตุผลของทุกข้อ ไม่บันทึกข้อมูลใด ผู้ดูแลเป็นผู้ตัดสินใจ",
        "Problems by dimension and the approach that the answers suggest, each with its reason; nothing is stored, and the account officer"
        " decides. Rules that lack an answer say which.",
        "interview.interviews:write",
    ),
)
async def propose_diagnosis(body: DiagnosisIn, call: Annotated[InterviewCall, Depends(calling("interview.interviews:write"))]) -> Response:
    """Propose a diagnosis."""
    today = act_of(call).today
    answers = tidy(body.answers)
    InterviewForm.definition_for(answers, body.form_version, today).check_shape(answers, under="answers")
    proposal = rules_on(body.on or InterviewForm.day_of(answers) or today).propose(answers)

    async def read(_: ReadTx) -> ProposalOut:
        return ProposalOut.model_validate(proposal)

    return await call.query(read)


def _form(known: Catalogue, versions: tuple[Definition, ...], in_force: Definition) -> FormOut:
    return FormOut(
        form=in_force.form,
        label=Words(**known.newest(in_force.form).schema["x-label"]),
        in_force=in_force.version,
        versions=[
            FormVersionOut(
                version=one.version,
                valid_from=one.valid_from,
                source=one.schema["x-source"],
                schema_path=f"/v1/forms/{one.form}/versions/{one.version}",
            )
            for one in versions
        ],
    )
