"""What must not count does not: people who are alike but for it hear the same, from the registry's file through the interview to the plan."""

from dataclasses import dataclass
from typing import Any

from shared.contracts.plan import PLANS, RecommendationPrepared
from tests.flows.country import Country, interview_form
from tests.flows.townsfolk import Person, people_of

HERE, DAY = "8101", "2018-02-20"


@dataclass(frozen=True)
class Named(Person):
    """Somebody whose line of the file says other things."""

    says: tuple[tuple[str, str], ...] = ()

    def line(self) -> dict[str, str]:
        """The line."""
        return super().line() | dict(self.says)


OTHERWISE: tuple[tuple[dict[str, str], dict[str, Any]], ...] = (
    ({}, {}),
    ({"prefix": "นาย"}, {}),
    ({"prefix": "พระ"}, {}),
    ({"first_name": "อับดุลเลาะห์", "last_name": "หะยีสาแม"}, {}),
    ({}, {"marital_status": "WIDOWED"}),
    ({}, {"education": "BACHELOR_OR_HIGHER", "household_size": 9, "dependants": 4}),
)
"""What the file says otherwise of a person, and what the person says otherwise of themselves."""


async def test_sex_religion_name_and_family_change_no_recommendation(country: Country):
    people = [
        Named(**vars(one), says=tuple(named.items()))
        for one, (named, _) in zip(people_of("810101", len(OTHERWISE), bank="KTB"), OTHERWISE, strict=True)
    ]
    await country.import_people(people)
    await country.day("2018-02-14")
    await country.state_wishes(people, "2018-02-14")
    await country.assign(HERE)
    await country.day(DAY)
    for one, (_, told) in zip(people, OTHERWISE, strict=True):
        form = interview_form((await country.case(one))["case_id"], DAY, "DEVELOP", [], None)
        form["person"] |= told
        await country.post(f"ao-{country.officers[HERE]}", "/interview/v1/interviews", form)
    await country.drained()
    last: dict[str, RecommendationPrepared] = {}
    for event in await country.events(PLANS):
        if isinstance(event.data, RecommendationPrepared):
            last[event.subject] = event.data
    first, *others = [last[country.holder(one)].programmes for one in people]
    assert first
    assert others == [first] * len(others)
