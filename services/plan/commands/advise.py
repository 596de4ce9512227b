"""Making recommendations: what they are made from is kept in memory by its edition, so that a batch or a single person reads only what is its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.changes import Changes, Recommendation, stored
from services.plan.domain import Assessment, Because, Catalogue, Holder, Interview, Offering, Plan, Situation
from services.plan.repository import catalogue, market, people, plans
from services.plan.repository.market import Edition
from services.plan.repository.people import Policy
from services.plan.rules.data import Rules
from services.plan.rules.explain import Explanation, explain
from services.plan.rules.offerings import OfferingsIndex
from services.plan.rules.recommend import Market, Record, recommend
from services.plan.rules.scoring import ScoringData
from services.plan.rules.situation import open_assessment, situation_of
from shared.clock import on_day
from shared.contracts.plan import RecommendationPrepared, RecommendedProgramme
from shared.crypto import FieldCipher
from shared.db import ReadTx
from shared.errors import NotFound, Unavailable

DAYS_KEPT_MAX: Final = 64
"""Of how many days the open offerings are kept; events of a backlog are of many days."""


@dataclass
class _Shelf:
    """One edition of the catalogue with the count of outcomes, and what is there on the days that were asked for."""

    edition: Edition
    catalogue: Catalogue
    offerings: Sequence[Offering]
    records: Mapping[str, Record]
    by_day: dict[date, Market] = field(default_factory=dict)

    def on(self, day: date, scorings: ScoringData) -> Market:
        """What is offered and what one can apply for on the day, as if there were seats enough."""
        found = self.by_day.get(day)
        if found is None:
            if len(self.by_day) >= DAYS_KEPT_MAX:
                self.by_day.pop(next(iter(self.by_day)))
            found = self.by_day[day] = Market(
                on=day,
                offered=self.catalogue.offered_on(day),
                offerings=OfferingsIndex(self.offerings, scorings.regions, on=day),
                few_seats={},
                records=self.records,
                scoring=scorings.on(day),
            )
        return found


@dataclass
class Desk:
    """Where advisers are made: the cipher that opens assessments, the rules, and the newest edition that was read."""

    cipher: FieldCipher
    rules: Rules
    _shelf: _Shelf | None = None

    async def adviser(self, tx: ReadTx, holder_ids: Iterable[UUID]) -> "Adviser":
        """An adviser of these persons. Raises Unavailable before the first policy set arrived."""
        policy = await people.newest_policy(tx)
        if policy is None:
            raise Unavailable
        shelf = await self._newest(tx)
        sealed = await plans.assessments(tx, holder_ids)
        opened = {(one.holder_id, one.interview_id): open_assessment(self.cipher, one.holder_id, one.sealed) for one in sealed.values()}
        few = max(scoring.seats_few for scoring in self.rules.scorings.versions)
        return Adviser(shelf, await market.few_seats(tx, few), policy, self.rules, opened)

    async def catalogue(self, tx: ReadTx) -> Catalogue:
        """Every programme with its versions, of now."""
        return (await self._newest(tx)).catalogue

    async def explain(self, tx: ReadTx, holder_id: UUID, programme_code: str, on: date) -> Explanation:
        """Why the programme is recommended to the person on the day, or why not. Raises NotFound for one that is not in the catalogue."""
        adviser = await self.adviser(tx, [holder_id])
        holders, interviews = await people.seen_holders(tx, [holder_id]), await plans.interviews(tx, [holder_id])
        programme = adviser.catalogue.version_on(programme_code, on)
        if programme is None or holder_id not in interviews:
            raise NotFound
        return explain(programme, adviser.situation(holders[holder_id], interviews[holder_id]), adviser.market(on))

    async def _newest(self, tx: ReadTx) -> _Shelf:
        edition = await market.edition(tx)
        if self._shelf is None or self._shelf.edition != edition:
            records = await market.records(tx, edition.records)
            self._shelf = _Shelf(edition, await catalogue.catalogue(tx), await market.offerings(tx), records)
        return self._shelf


@dataclass(frozen=True)
class Adviser:
    """What recommendations of one batch are made from; the same persons get the same answer from it."""

    shelf: _Shelf
    few_seats: Mapping[UUID, int]
    policy: Policy
    rules: Rules
    assessments: Mapping[tuple[UUID, UUID], Assessment]
    _markets: dict[date, Market] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        """Every programme with its versions."""
        return self.shelf.catalogue

    def market(self, on: date) -> Market:
        """What is there for everybody on the day."""
        found = self._markets.get(on)
        if found is None:
            found = self._markets[on] = replace(self.shelf.on(on, self.rules.scorings), few_seats=self.few_seats)
        return found

    def assessment(self, interview: Interview) -> Assessment | None:
        """What was told sealed at this interview, if it is here."""
        return self.assessments.get((interview.holder_id, interview.interview_id))

    def situation(self, holder: Holder, interview: Interview) -> Situation:
        """All that counts of the person."""
        return situation_of(
            holder,
            interview,
            self.assessment(interview),
            income_threshold_baht=self.policy.parameters["income_threshold_baht"],
            groups=self.rules.occupation_groups,
        )

    def answer(self, holder: Holder, interview: Interview, on: date) -> tuple[RecommendedProgramme, ...]:
        """The programmes for the person on the day, best first."""
        return recommend(self.situation(holder, interview), self.market(on))

    def prepare(self, changes: Changes, plan: Plan, holder: Holder, interview: Interview, because: Because) -> Plan:
        """Put the plan with its next recommendation into the changes, and publish it; returns the plan."""
        on = on_day(because.at)
        return self.put(changes, plan, interview, self.answer(holder, interview, on), because)

    def put(
        self, changes: Changes, plan: Plan, interview: Interview, programmes: tuple[RecommendedProgramme, ...], because: Because
    ) -> Plan:
        """Put the plan with this answer as its next recommendation into the changes, and publish it; returns the plan."""
        on = on_day(because.at)
        advised = plan.changed(
            recommendation_version=plan.recommendation_version + 1, recommended=tuple(one.programme_code for one in programmes)
        )
        changes.put_plan(advised, because)
        changes.recommendations.append(
            Recommendation(
                plan_id=plan.plan_id,
                version=advised.recommendation_version,
                interview_id=interview.interview_id,
                interview_revision=interview.revision,
                with_assessment=self.assessment(interview) is not None,
                policy_version=self.policy.version,
                advised_on=on,
                scoring_from=self.rules.scorings.on(on).valid_from,
                record_version=self.shelf.edition.records,
                programmes=stored(programmes),
                prepared_at=because.at,
            )
        )
        prepared = RecommendationPrepared(
            holder_id=plan.holder_id,
            plan_id=plan.plan_id,
            interview_id=interview.interview_id,
            version=advised.recommendation_version,
            programmes=programmes,
        )
        changes.publish(prepared, plan.holder_id, because, advised.recommendation_version)
        return advised
