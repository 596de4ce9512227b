"""Routes of recommendations: why and why not, what became of them, and recommending anew."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.plan.commands.recommend_again import RECOMMEND_AGAIN_JOB, ask_again
from services.plan.http.asking import CHOICES_READ, RECOMMENDATIONS_READ, RECOMMENDATIONS_WRITE
from services.plan.queries.recommendations import recommendation_of
from services.plan.repository import recommendations
from services.plan.resources import PlanResources
from services.plan.rules.explain import Explanation
from services.plan.schemas.recommendations import (
    ChoiceOut,
    ChoicesOut,
    ConditionJudgedOut,
    ExplanationOut,
    FactorOut,
    FactorWeighedOut,
    FullRecommendationOut,
    ReasonOut,
    RunOut,
)
from shared import jobs
from shared.auth import Level, require_country
from shared.clock import on_day
from shared.contracts.plan import OtherChoice
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.http import Call, calling, operation
from shared.small_cells import shown

router = APIRouter(prefix="/v1", tags=["recommendations"])

Reading = Annotated[Call[PlanResources], Depends(calling(RECOMMENDATIONS_READ))]


@router.get(
    "/plans/{plan_id}/recommendation",
    response_model=FullRecommendationOut,
    **operation(
        "Show the recommendation",
        "แสดงคำแนะนำล่าสุดของแผน พร้อมเหตุผลสนับสนุนและข้อสังเกต คะแนนแต่ละปัจจัย รอบที่เหมาะที่สุด และหลักเกณฑ์การให้คะแนนพร้อมที่มา",
        "The last recommendation: reasons for and against, the points of each factor, the best offering of each programme, and the scoring with its sources.",
        RECOMMENDATIONS_READ,
    ),
)
async def show_recommendation(plan_id: UUID, call: Reading) -> Response:
    """GET /v1/plans/{plan_id}/recommendation."""

    async def read(tx: ReadTx) -> FullRecommendationOut:
        row = await recommendation_of(tx, plan_id, call.principal.reach)
        if row is None:
            raise NotFound
        scoring = call.resources.rules.scorings.on(row["advised_on"] or on_day(row["prepared_at"]))
        factors = [FactorOut(factor=name, points_max=points, reference=scoring.sources[name]) for name, points in scoring.best.items()]
        return FullRecommendationOut(
            **row,
            scoring_reference=scoring.reference,
            score_min=scoring.score_min,
            programmes_max=scoring.programmes_max,
            factors=factors,
        )

    return await call.query(read)


@router.get(
    "/plans/{plan_id}/recommendation/programmes/{code}",
    response_model=ExplanationOut,
    **operation(
        "Say why a programme is recommended, or why not",
        "แสดงเหตุที่แนะนำหรือไม่แนะนำโครงการใดโครงการหนึ่งแก่ผู้มีบัตร: เงื่อนไขที่ไม่ผ่าน คะแนนที่ขาด และรอบที่เปิดรับ",
        "Any programme of the catalogue as it is weighed for the person today: the conditions that are not met, the points that are missing,"
        " and whether there is an offering near, in time and with seats.",
        RECOMMENDATIONS_READ,
    ),
)
async def explain_programme(plan_id: UUID, code: Annotated[str, Path(max_length=60)], call: Reading) -> Response:
    """GET /v1/plans/{plan_id}/recommendation/programmes/{code}."""
    on = call.resources.clock.business_today()

    async def read(tx: ReadTx) -> ExplanationOut:
        holder_id = await recommendations.holder_in_reach(tx, plan_id, call.principal.reach)
        if holder_id is None:
            raise NotFound
        found = await call.resources.desk.explain(tx, holder_id, code, on)
        return _explanation_out(found, on)

    return await call.query(read)


def _explanation_out(found: Explanation, on: date) -> ExplanationOut:
    programme = found.programme
    return ExplanationOut(
        programme_code=programme.code,
        programme_version=programme.version,
        dimension=programme.dimension,
        name_th=programme.name_th,
        name_en=programme.name_en,
        on=on,
        offered=found.offered,
        recommended=found.recommended,
        rank=found.rank,
        score=found.score,
        conditions=[
            ConditionJudgedOut(name=one.condition.name, th=one.condition.th, en=one.condition.en, met=one.met) for one in found.conditions
        ],
        factors=[
            FactorWeighedOut(
                factor=one.factor,
                level=one.level,
                points=one.points,
                points_max=one.points_max,
                th=one.words and one.words.th,
                en=one.words and one.words.en,
            )
            for one in found.factors
        ],
        offering_id=found.offering and found.offering.offering_id,
        why_not_th=[words.th for words in found.why_not],
        why_not_en=[words.en for words in found.why_not],
    )


@router.get(
    "/recommendation-choices",
    response_model=ChoicesOut,
    **operation(
        "Count what was chosen",
        "แสดงจำนวนแผนที่แนะนำ เลือกตามคำแนะนำ เลือกต่างจากคำแนะนำ และไม่รับแผน รายโครงการ พร้อมเหตุที่เลือกต่าง ในพื้นที่รับผิดชอบ จำนวน ๑ ถึง ๔ ไม่แสดง",
        "By programme, where the plans are now: how often it was recommended, chosen as recommended, passed over, chosen otherwise or declined, and why"
        " something else was agreed. Counts of 1 to 4 are not shown.",
        CHOICES_READ,
    ),
)
async def count_choices(
    call: Annotated[Call[PlanResources], Depends(calling(CHOICES_READ))],
    area: Annotated[
        str | None,
        Query(pattern=r"^(\d{2}|\d{4})$", description="Province (2 digits) or district (4). รหัสจังหวัดหรืออำเภอ", examples=["8101"]),
    ] = None,
) -> Response:
    """GET /v1/recommendation-choices."""
    reach = call.principal.reach
    if area is not None and reach.level in {Level.PROVINCE, Level.DISTRICT} and not area.startswith(reach.code):
        raise NotFound

    async def read(tx: ReadTx) -> ChoicesOut:
        found = await recommendations.choices(tx, reach, area or "")
        reasons = await recommendations.other_choices(tx, reach, area or "")
        return ChoicesOut(
            area=area or (reach.code if reach.level in {Level.PROVINCE, Level.DISTRICT} else ""),
            items=[_choice_out(one) for one in found],
            reasons=[ReasonOut(other_choice=OtherChoice(code), plans=shown(plans)) for code, plans in reasons.items()],
        )

    return await call.query(read)


def _choice_out(one: recommendations.Choice) -> ChoiceOut:
    chosen, passed_over = shown(one.chosen_as_recommended), shown(one.passed_over)
    settled = one.chosen_as_recommended + one.passed_over
    return ChoiceOut(
        programme_code=one.code,
        recommended=shown(one.recommended),
        chosen_as_recommended=chosen,
        passed_over=passed_over,
        chosen_otherwise=shown(one.chosen_otherwise),
        declined=shown(one.declined),
        chosen_percent=None if chosen is None or passed_over is None or not settled else chosen * 100 // settled,
    )


@router.post(
    "/recommendation-runs",
    status_code=202,
    response_model=RunOut,
    **operation(
        "Recommend anew",
        "สั่งให้ระบบแนะนำใหม่ทั่วประเทศแก่ทุกแผนที่ยังไม่ตกลง เฉพาะแผนที่คำตอบเปลี่ยนจะได้คำแนะนำรุ่นใหม่ ดูความคืบหน้าได้จาก GET /v1/recommendation-runs/{job_id}",
        "Look at every plan that waits for an agreement with the catalogue, seats and outcomes of now; only who would be recommended something else gets"
        " a new version. The approval of a change to the catalogue asks for it by itself.",
        RECOMMENDATIONS_WRITE,
    ),
)
async def recommend_again(
    call: Annotated[Call[PlanResources], Depends(calling(RECOMMENDATIONS_WRITE, idempotent=True))],
) -> Response:
    """POST /v1/recommendation-runs."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> RunOut:
        return RunOut(job_id=await ask_again(tx, by=call.principal.subject, why="asked for by an operator"), status="QUEUED")

    return await call.command(use_case, location=lambda run: f"/v1/recommendation-runs/{run.job_id}")


@router.get(
    "/recommendation-runs/{job_id}",
    response_model=RunOut,
    **operation(
        "Show how far recommending anew is",
        "แสดงความคืบหน้าของการแนะนำใหม่ทั่วประเทศ",
        "How many plans waited at its beginning, were looked at, and have another recommendation.",
        RECOMMENDATIONS_WRITE,
    ),
)
async def show_run(job_id: UUID, call: Annotated[Call[PlanResources], Depends(calling(RECOMMENDATIONS_WRITE))]) -> Response:
    """GET /v1/recommendation-runs/{job_id}."""
    require_country(call.principal)

    async def read(tx: ReadTx) -> RunOut:
        found = await jobs.state(tx, job_id, RECOMMEND_AGAIN_JOB)
        done = {name: value for name, value in found.progress.items() if name not in {"after", "done"}}
        return RunOut(job_id=job_id, status=found.status, **done)

    return await call.query(read)
