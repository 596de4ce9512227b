"""What conditions of programmes may speak of. Neither sex nor religion, name or marital status is among it, on purpose."""

from functools import cache
from typing import Final

from services.plan.rules import data
from shared.conditions import Kind, Variable
from shared.contracts.common import Approach, Dimension, Tier

READINESS: Final = frozenset({"READY", "NEEDS_SUPPORT", "NOT_READY"})


@cache
def variables() -> dict[str, Variable]:
    """The variables by name; a person's value of each, or that it is not known, is made in rules/situation.py."""
    dimensions, groups = frozenset(Dimension), frozenset(data.load().occupation_groups)
    listed = (
        Variable("age", Kind.NUMBER, "อายุเป็นปีเต็ม ณ วันอ้างอิงของนโยบาย", "whole years on the policy's reference date"),
        Variable("tier", Kind.TEXT, "กลุ่มรายได้ปี ๒๕๕๙", "tier of the income of B.E. 2559", frozenset(Tier)),
        Variable("income_now_baht", Kind.NUMBER, "รายได้ปัจจุบัน บาทต่อปี", "present income, baht a year"),
        Variable("occupation", Kind.TEXT, "รหัสอาชีพหลัก", "code of the main occupation"),
        Variable("second_occupation", Kind.TEXT, "รหัสอาชีพรอง ว่างเมื่อไม่มี", "code of the second occupation, empty without one"),
        Variable("occupation_groups", Kind.TEXTS, "กลุ่มของอาชีพหลักและอาชีพรอง", "groups of both occupations", groups),
        Variable("main_occupation_groups", Kind.TEXTS, "กลุ่มของอาชีพหลัก", "groups of the main occupation", groups),
        Variable("province", Kind.TEXT, "รหัสจังหวัดที่รับผิดชอบ ๒ หลัก", "responsible province, 2 digits"),
        Variable("district", Kind.TEXT, "รหัสอำเภอที่รับผิดชอบ ๔ หลัก", "responsible district, 4 digits"),
        Variable("problems", Kind.TEXTS, "มิติที่วินิจฉัยว่ามีปัญหา", "dimensions in which the diagnosis found a problem", dimensions),
        Variable("wishes", Kind.TEXTS, "มิติที่ประสงค์จะพัฒนา", "dimensions in which the person wishes to develop", dimensions),
        Variable("approach", Kind.TEXT, "แนวทางพัฒนาอาชีพ", "the chosen way to raise income", frozenset(Approach)),
        Variable("wants_loan", Kind.YES_NO, "ประสงค์ขอสินเชื่อ", "asks for a loan or for formal finance"),
        # From here on they stand in the assessment, and are not known without one.
        Variable("land_rai", Kind.NUMBER, "ที่ดิน (ไร่)", "land in rai"),
        Variable("informal_debt_baht", Kind.NUMBER, "หนี้นอกระบบรวม (บาท)", "informal debt in all, whole baht"),
        Variable("wants_mediation", Kind.YES_NO, "ต้องการไกล่เกลี่ยหนี้", "wants mediation of a debt"),
        Variable("owns_home", Kind.YES_NO, "มีที่อยู่อาศัยเป็นของตนเอง", "owns the home"),
        Variable("saves", Kind.YES_NO, "มีการออม", "saves"),
        Variable("skills", Kind.TEXTS, "ทักษะ", "skills"),
        Variable("readiness", Kind.TEXT, "ความพร้อม", "readiness", READINESS),
        Variable("work_limited", Kind.YES_NO, "มีข้อจำกัดทางสุขภาพในการทำงาน", "health limits what work the person can do"),
    )
    return {one.name: one for one in listed}
