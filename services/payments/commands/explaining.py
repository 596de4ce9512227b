"""Explaining a month of an allowance: as it was known at a moment, and as it is known now. Reads only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.payments.commands.reckoning import Told, basis_of, later_sets
from services.payments.domain import Month
from services.payments.repository import entitlements, knowledge, policies
from services.payments.repository.knowledge import KnownChange, KnownFact, Life, Source
from services.payments.repository.policies import Policy
from services.payments.rules import wording
from services.payments.rules.benefit import benefit_of
from services.payments.rules.entitling import Ends
from services.payments.rules.explaining import Case, GoverningSet, MonthReckoned, reckon_month
from services.payments.rules.facts import Fact, Wish
from services.payments.rules.tiers import Tiers
from services.payments.rules.wording import RuleTold, Words
from shared.db import ReadTx
from shared.money import in_baht
from shared.thai.dates import month_in_thai

_ALWAYS: Final = Source(None, None, None)
"""Of what came with the holder, before anything was told of them."""


@dataclass(frozen=True, slots=True)
class Input:
    """Something that was known: in words, what it says, since when, by which event, and whether the month turned on it."""

    kind: str
    words: Words
    content: Mapping[str, Any]
    source: Source
    decides: bool


@dataclass(frozen=True, slots=True)
class View:
    """The month as it was known by a moment. `rules` are in the order in which they count; the last of them that fits `satang` decides."""

    as_of: datetime
    satang: int
    due_satang: int
    tier: str | None
    policy_version: int
    profile: str
    decided_by: str
    rules: tuple[tuple[str, bool, RuleTold], ...]
    inputs: tuple[Input, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Explanation:
    """A month as known then and as known now, and the difference."""

    month: Month
    then: View
    now: View
    learned: tuple[Input, ...]
    difference: Words


@dataclass(frozen=True, slots=True)
class _Known:
    """All that was known by a moment."""

    as_of: datetime
    facts: Sequence[KnownFact]
    life: Life
    case: Case | None
    sets: Mapping[int, Policy]


async def explain(tx: ReadTx, holder_id: UUID, month: Month, then: datetime | None, now: datetime) -> Explanation:
    """The month of the holder's allowance. `then` is by default when the month was first proposed to be paid, or now if it never was."""
    listed = then or await knowledge.first_listed_at(tx, holder_id, month) or now
    before = _view(await _known(tx, holder_id, min(listed, now), None if listed >= now else listed), month)
    today = _view(await _known(tx, holder_id, now, None), month)
    learned = tuple(one for one in today.inputs if one.source.known_at and one.source.known_at > before.as_of)
    return Explanation(month, before, today, learned, _difference(before, today, learned))


async def _known(tx: ReadTx, holder_id: UUID, as_of: datetime, by: datetime | None) -> _Known:
    """What was known `by` the moment; None for all that is."""
    away = await knowledge.merged_away(tx, holder_id, by)
    facts = await knowledge.facts(tx, [holder_id, *(one for one, _ in away)], by)
    life = await knowledge.life(tx, holder_id, by)
    sets = await policies.every(tx, by)
    own = [one.fact for one in facts if one.holder_id == holder_id]
    told = Told(own, [(on, [one.fact for one in facts if one.holder_id == other]) for other, on in away])
    current = (await entitlements.of_holders(tx, [holder_id])).get(holder_id)
    basis = basis_of(told, current.standing.intent_id if current else None, sets)
    wishes = [fact for fact in own if isinstance(fact, Wish)]
    if basis is None and not wishes:
        return _Known(as_of, facts, life, None, sets)
    wish, counted, over_on = (basis.wish, basis.facts, basis.merged_on) if basis else (wishes[0], own, None)
    tiers = Tiers(life.tier or wish.tier, await knowledge.corrections(tx, holder_id, by))
    later = tuple(GoverningSet(one.first, one.version, one.parameters) for one in later_sets(wish, sets))
    case = Case(sets[wish.policy_version].parameters, wish.policy_version, later, wish, tuple(counted), Ends(*life.ends), tiers, over_on)
    return _Known(as_of, facts, life, case, sets)


def _view(known: _Known, month: Month) -> View:
    if known.case is None:
        return _without_wish(known)
    reckoned = reckon_month(known.case, month)
    policy = known.sets[reckoned.policy_version]
    sources = policy.parameters.sources
    rules = [(one.rule, one.grants, wording.tell(one, sources)) for one in reckoned.applied]
    if reckoned.satang:
        rules.append((f"{wording.AMOUNT}.{reckoned.tier}", True, wording.tell_amount(reckoned, sources)))
        benefit = benefit_of(policy.parameters, month)
        rules.append((f"{wording.BENEFIT}.{benefit}", True, wording.tell_benefit(benefit, sources)))
    return View(
        as_of=known.as_of,
        satang=reckoned.satang,
        due_satang=reckoned.due_satang,
        tier=reckoned.tier,
        policy_version=policy.version,
        profile=policy.profile,
        decided_by=reckoned.deciding.rule,
        rules=tuple(rules),
        inputs=tuple(_inputs(known, reckoned)),
        words=_sentence(month, reckoned.satang, [told.words for _, granted, told in rules if granted or not reckoned.satang]),
    )


def _without_wish(known: _Known) -> View:
    newest = known.sets[max(known.sets)] if known.sets else None
    told = wording.tell_no_wish(newest.parameters.sources if newest else {})
    return View(
        as_of=known.as_of,
        satang=0,
        due_satang=0,
        tier=known.life.tier,
        policy_version=newest.version if newest else 0,
        profile=newest.profile if newest else "",
        decided_by=wording.NO_WISH,
        rules=((wording.NO_WISH, False, told),),
        inputs=tuple(_life_inputs(known, frozenset())),
        words=told.words,
    )


def _inputs(known: _Known, reckoned: MonthReckoned) -> Iterator[Input]:
    used: set[Fact] = {one.fact for one in reckoned.applied if one.fact is not None}
    for fact in known.facts:
        content = fact.fact.model_dump(mode="json", exclude={"kind"})
        words = wording.input_words(fact.fact.kind, wording.day_of(fact.fact))
        yield Input(fact.fact.kind, words, content, fact.source, decides=fact.fact in used)
    yield from _life_inputs(known, frozenset(one.rule.partition("=")[0] for one in reckoned.applied))


def _life_inputs(known: _Known, rules: frozenset[str]) -> Iterator[Input]:
    """What the registry told of the holder: each change, or as it was first told where it never changed."""
    if known.life.tier and not any(change.tier_before != change.tier for change, _ in known.life.changes):
        yield Input("TIER", wording.input_words("TIER"), {"tier": known.life.tier}, _ALWAYS, decides=True)
    for one in known.life.changes:
        yield from _changed(one, rules)


def _changed(known: KnownChange, rules: frozenset[str]) -> Iterator[Input]:
    change, source = known
    if change.tier_before != change.tier:
        content = {"tier": change.tier, "tier_before": change.tier_before}
        yield Input("TIER", wording.input_words("TIER"), content, source, decides=True)
    for kind, before, after, rule in (
        ("DEATH", change.deceased_before, change.deceased_on, "stop_rules.DECEASED"),
        ("MERGE", change.merged_before, change.merged_on, "merged_into_another_holder"),
    ):
        if before != after:
            name = kind if after else f"{kind}_REMOVED"
            yield Input(name, wording.input_words(name, after), {"day": after, "day_before": before}, source, decides=rule in rules)


def _sentence(month: Month, satang: int, reasons: Sequence[Words]) -> Words:
    en, th = "; ".join(one.en for one in reasons), "; ".join(one.th for one in reasons)
    return Words(
        f"{wording.month_in_english(month)}: {in_baht(satang)} baht, since {en}.",
        f"เดือน{month_in_thai(month)}: {in_baht(satang)} บาท เนื่องจาก{th}",
    )


def _difference(then: View, now: View, learned: Sequence[Input]) -> Words:
    if (then.satang, then.due_satang, then.decided_by) == (now.satang, now.due_satang, now.decided_by):
        return Words("Nothing that was learned since changes this month.", "ข้อมูลที่ได้รับภายหลังไม่ทำให้เดือนนี้เปลี่ยนแปลง")
    news = [one.words for one in learned if one.decides] or [one.words for one in learned]
    if then.policy_version != now.policy_version:
        news.append(Words(f"policy set {now.policy_version}", f"ชุดนโยบายรุ่นที่ {now.policy_version}"))
    en = f"Then {in_baht(then.satang)} baht, now {in_baht(now.satang)} baht"
    th = f"เดิม {in_baht(then.satang)} บาท ปัจจุบัน {in_baht(now.satang)} บาท"
    if now.due_satang != now.satang:
        en += f" ({in_baht(now.due_satang)} baht would be right; the difference waits for two persons)"
        th += f" (ที่ถูกต้องคือ {in_baht(now.due_satang)} บาท ส่วนต่างรอการอนุมัติโดยเจ้าหน้าที่สองคน)"
    return Words(f"{en}. Learned since: {'; '.join(one.en for one in news)}.", f"{th} ข้อมูลที่ได้รับภายหลัง: {'; '.join(one.th for one in news)}")
