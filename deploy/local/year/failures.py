"""Who did not develop, by what agencies told: committees decide about the cause, some appeal, and who is right is paid again, back-pay with it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from deploy.local.year.country import Country
from deploy.local.year.follow_ups import decide
from deploy.local.year.office import Office

NOT_TRIED: Final = frozenset({"DID_NOT_START", "JOB_DID_NOT_COME", "JOB_CHANGED_WISH"})
HAS_A_CAUSE: Final = 0.2
"""Of those who did not try anything; who tried and did not succeed, or was taken by no agency, is excused."""
LEFT_FOR_LATER: Final = 0.15
APPEALS: Final = 0.25
IS_RIGHT: Final = 0.5


@dataclass
class Failures:
    """What committees decided about whom, as the people concerned know it."""

    decided: Counter[str] = field(default_factory=Counter)
    stopped: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    appeals: list[dict[str, Any]] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)
    """Holders who are paid again."""

    async def decide(self, office: Office, country: Country, today: date) -> None:
        """Provincial committees look at who did not develop: for some there is a reasonable cause, for the others the allowance stops."""
        failures = [
            failure
            for failure in await country.pages("moi-country", "/interview/v1/development-failures", state="OPEN")
            if failure["holder_id"] not in country.dead | country.withdrawn
            and not country.person_of[failure["holder_id"]].does(f"is left for later {today.month}", LEFT_FOR_LATER)
        ]

        async def act(failure: dict[str, Any]) -> None:
            tried = any(line["outcome"] not in NOT_TRIED for line in failure["lines"])
            excused = (tried and failure["failure"] == "DID_NOT_DEVELOP") or _does(country, failure, "has a cause", HAS_A_CAUSE)
            kind = "REASONABLE_CAUSE" if excused else failure["failure"]
            reason = "มีเหตุอันสมควร" if excused else "ไม่มีเหตุอันสมควร"
            decision = await decide(office, failure["case_id"], failure["responsible_district"], kind, today, reason=reason)
            self.decided[kind] += 1
            if not excused:
                self.stopped.append((decision["decision_id"], failure))

        await country.each("มติ ไม่พัฒนาตน · did not develop", failures, act)

    async def appeal(self, office: Office, country: Country, today: date) -> None:
        """The first of those whose allowance stopped appeals, and some of the others."""
        in_order = sorted(self.stopped, key=lambda stop: country.person_of[stop[1]["holder_id"]].citizen_id)
        appealing = in_order[:1] + [stop for stop in in_order[1:] if _does(country, stop[1], "appeals", APPEALS)]

        async def act(stop: tuple[str, dict[str, Any]]) -> None:
            decision_id, failure = stop
            body = {"received_on": today.isoformat(), "grounds": "เจ็บป่วยในวันนัด มีใบรับรองแพทย์"}
            user = f"chief-{failure['responsible_district']}"
            self.appeals.append(await office.post(user, f"/interview/v1/decisions/{decision_id}/appeals", body))

        await country.each("อุทธรณ์ · appeals", appealing, act)

    async def rule(self, office: Office, country: Country, today: date) -> None:
        """คอต. decides the appeals: the first is right, and some of the others."""
        in_order = sorted(self.appeals, key=lambda appeal: country.person_of[appeal["holder_id"]].citizen_id)

        async def act(appeal: dict[str, Any]) -> None:
            granted = appeal is in_order[0] or _does(country, appeal, "is right", IS_RIGHT)
            body = {
                "granted": granted,
                "committee": "MONITORING_COMMITTEE",
                "decided_on": today.isoformat(),
                "reference": f"คอต. อธ. {appeal['responsible_district']}/2561",
                "reason": "เจ็บป่วยจริง" if granted else "หลักฐานไม่เพียงพอ",
            }
            await office.post("committee", f"/interview/v1/appeals/{appeal['appeal_id']}/decision", body)
            if granted:
                self.granted.append(appeal["holder_id"])

        await country.each("คำวินิจฉัยอุทธรณ์ · appeals decided", in_order, act)


def _does(country: Country, row: dict[str, Any], what: str, share: float) -> bool:
    return country.person_of[row["holder_id"]].does(what, share)
