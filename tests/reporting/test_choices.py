"""What became of recommendations, from events: who chose what was recommended, who something else, who none of it."""

from datetime import date

from shared.auth import Level, Reach
from shared.contracts import plan
from shared.contracts.common import Dimension
from shared.ids import same_id
from tests.reporting.story import OFFICER, Story, in_plan, registered

ADVISED, OTHER = "D2-DSD-TECHNICIAN", "D1-DOE-DOMESTIC-JOB"
COUNTED = ("recommended", "chosen_as_recommended", "chosen_otherwise", "declined")


def advised(name, *codes):
    programmes = tuple(
        plan.RecommendedProgramme(programme_code=code, programme_version=1, dimension=code[:2], score=80, reasons_th=(), reasons_en=())
        for code in codes
    )
    return plan.RecommendationPrepared(**in_plan(name), interview_id=same_id("interview", name), version=1, programmes=programmes)


def agreed(name, code, recommended):
    line = plan.PlanLine(
        line_no=1, dimension=Dimension(code[:2]), programme_code=code, programme_version=1, agency="DSD", recommended=recommended
    )
    facts = {**in_plan(name), "version": 2, "interview_id": same_id("interview", name), "officer_id": OFFICER, "district": "8101"}
    return plan.PlanAssigned(**facts, agreed_on=date(2018, 3, 20), lines=(line,))


async def test_choices_are_counted_by_programme_and_small_counts_are_not_shown(reporting):
    story = Story()
    for number in range(18):
        name = f"p{number}"
        story.tell(date(2018, 3, 1), registered(name, subdistrict="810101" if number < 14 else "100101"))
        story.tell(date(2018, 3, 6), advised(name, ADVISED))
        if number < 6:
            story.tell(date(2018, 3, 20), agreed(name, ADVISED, recommended=True))
        elif number < 11:
            story.tell(date(2018, 3, 20), agreed(name, OTHER, recommended=None if number == 10 else False))
        elif number < 14:
            declined = {"interview_id": same_id("interview", name), "declined_on": date(2018, 3, 20), "sufficient": True}
            story.tell(date(2018, 3, 20), plan.PlanDeclined(**in_plan(name), **declined))
    await reporting.bring(*reversed(story.events))
    rows = {row["programme"]: tuple(row[name] for name in COUNTED) for row in (await reporting.figures("choices"))["rows"]}
    assert rows == {ADVISED: (18, 6, 0, None), OTHER: (0, 0, 5, 0)}
    elsewhere = await reporting.figures("choices", Reach(Level.PROVINCE, "10"))
    assert [tuple(row[name] for name in COUNTED) for row in elsewhere["rows"]] == [(None, 0, 0, 0)]
