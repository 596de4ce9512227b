"""Why a month is paid: the rules one by one, and what was known when."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain import Refused, month_of, months_between
from services.payments.rules.entitling import Ends, LaterSet, stand, taken_over
from services.payments.rules.explaining import Case, GoverningSet, reckon_month
from services.payments.rules.facts import DeathTakenBack, MissedGranted
from services.payments.rules.tiers import Correction, Tiers
from services.payments.rules.wording import rule_of
from shared.auth import Level, Reach
from shared.contracts.common import Tier
from shared.contracts.interview import DecisionKind
from shared.contracts.payments import StopReason
from shared.ids import new_id, same_id
from tests.payments import story
from tests.payments.test_corrections import pay
from tests.payments.test_rules import DAYS, deaths, facts, policies, wishes

YEAR = months_between(month_of(date(2018, 2, 1)), month_of(date(2019, 3, 1)))
months = st.sampled_from(YEAR)
month_texts = st.lists(months.map(lambda month: f"{month:%Y-%m}"), max_size=4, unique=True).map(tuple)
taken_back_deaths = st.lists(
    st.builds(DeathTakenBack, wrong_death_on=DAYS, alive_again_on=DAYS, missed=month_texts)
    | st.builds(MissedGranted, proposal_id=st.uuids(), granted_on=DAYS, months=month_texts),
    max_size=2,
)
later_sets = st.lists(st.tuples(policies, months), max_size=2).map(
    lambda found: [LaterSet(number, one, first) for number, (one, first) in enumerate(sorted(found, key=lambda pair: pair[1]), start=2)]
)
tiers = st.builds(
    lambda now, found: Tiers(now, tuple(sorted(found))),
    st.sampled_from(Tier),
    st.lists(st.builds(Correction, months, st.sampled_from(Tier)), max_size=2, unique_by=lambda one: one.from_month),
)


@given(policies, wishes, facts, taken_back_deaths, deaths, deaths, later_sets, tiers, st.none() | DAYS)
def test_a_month_explained_is_the_month_of_the_whole_standing(policy, wish, known, deaths_back, died, merged, later, by_tier, over):
    known = [*known, *deaths_back]
    standing = stand(policy, wish, known, died, later, merged_on=merged, tiers=by_tier)
    if over is not None and not isinstance(standing, Refused):
        standing = taken_over(policy, standing, over)
    sets = tuple(GoverningSet(one.first, one.version, one.parameters) for one in later)
    case = Case(policy, 1, sets, wish, tuple(known), Ends(died, merged), by_tier, over)
    reckoned = {month: reckon_month(case, month) for month in YEAR}
    granted = {} if isinstance(standing, Refused) else dict(zip(standing.payable, standing.amounts, strict=True))
    assert {month: one.satang for month, one in reckoned.items() if one.satang} == granted
    assert all(one.deciding.grants == (one.satang > 0) for one in reckoned.values())
    if isinstance(standing, Refused):
        return
    differing = {one.month: one.due_satang for one in standing.differences if one.due_satang != one.granted_satang}
    assert {month: one.due_satang for month, one in reckoned.items() if one.due_satang != one.satang} == differing


async def explained(payments, holder_id, month, **query):
    answer = await payments.get(f"/v1/entitlements/{same_id('entitlement', holder_id)}/explanation", month=month, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_death_reported_late_is_explained_as_known_then_and_as_known_now(payments):
    holder_id, events = story.person()
    wish = story.wish(holder_id, "2018-02-10")
    await payments.bring(*events, wish)
    await pay(payments, "2018-03")
    await pay(payments, "2018-04")
    death = story.died(holder_id, on="2018-03-30", known="2018-05-02")
    payments.play("2018-05-02")
    await payments.bring(death)
    april = await explained(payments, holder_id, "2018-04")
    then, now = april["as_known_then"], april["as_known_now"]
    assert (then["satang"], then["decided_by"], then["as_of"][:10]) == (20000, "first_month=MONTH_AFTER_STATED", "2018-04-20")
    assert (now["satang"], now["decided_by"], april["difference_satang"]) == (0, "stop_rules.DECEASED=NEXT_MONTH", -20000)
    (known,) = [one for one in then["inputs"] if one["kind"] == "WISH"]
    assert (known["event_type"], known["event_id"], known["decides"]) == (wish.type, str(wish.id), True)
    (learned,) = april["learned_since"]
    assert (learned["kind"], learned["event_id"], learned["known_at"][:10]) == ("DEATH", str(death.id), "2018-05-02")
    assert "death on 30 March 2018 (B.E. 2561)" in april["difference"]["en"]
    assert "ถึงแก่ความตายเมื่อวันที่ 30 มีนาคม 2561" in april["difference"]["th"]
    stop = now["rules"][-1]
    assert (stop["policy_value"], stop["legal_source"]) == ("stop_rules.DECEASED", "Stops the month after the death; nothing to heirs [R]")
    # Of March, and by what was known in April, nothing has changed.
    march = await explained(payments, holder_id, "2018-03")
    assert (march["difference_satang"], march["difference"]["en"]) == (0, "Nothing that was learned since changes this month.")
    assert (await explained(payments, holder_id, "2018-04", at="2018-05-03T00:00:00+07:00"))["as_known_then"]["satang"] == 0
    before = await explained(payments, holder_id, "2018-04", at="2018-02-01T00:00:00+07:00")
    assert (before["as_known_then"]["decided_by"], before["as_known_then"]["policy_version"]) == ("no_wish", 1)


async def test_a_tier_corrected_later_and_a_reversed_decision_are_explained(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"), story.interviewed(holder_id, "2018-02-20"))
    await pay(payments, "2018-03")
    payments.play("2018-04-06")
    await payments.bring(story.updated(holder_id, version=2, tier=Tier.OVER_30000, on="2018-04-06"))
    march = await explained(payments, holder_id, "2018-03")
    assert (march["as_known_then"]["due_satang"], march["as_known_now"]["satang"], march["as_known_now"]["due_satang"]) == (
        20000,
        20000,
        10000,
    )
    assert "100.00 baht would be right" in march["difference"]["en"]
    assert [(one["kind"], one["content"]["tier"]) for one in march["learned_since"]] == [("TIER", "OVER_30000")]
    await payments.bring(story.decided(holder_id, DecisionKind.DID_NOT_DEVELOP, "2018-04-10"))
    payments.play("2018-05-10")
    await payments.bring(story.decided(holder_id, DecisionKind.REINSTATE, "2018-05-09", effective_month="2018-05"))
    may = await explained(payments, holder_id, "2018-05", at="2018-04-30T00:00:00+07:00")
    assert (may["as_known_then"]["decided_by"], may["as_known_now"]["decided_by"]) == (
        "stop_rules.DID_NOT_DEVELOP=NEXT_MONTH",
        "decision=REINSTATE",
    )
    assert may["difference_satang"] == 10000
    assert [one["granted"] for one in may["as_known_now"]["rules"]] == [True, False, True, True, True]


async def test_who_may_not_see_the_allowance_gets_no_explanation_and_a_month_has_its_form(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    path = f"/v1/entitlements/{same_id('entitlement', holder_id)}/explanation"
    elsewhere = payments.caller(reach=Reach(Level.DISTRICT, "1001"))
    assert (await payments.get(path, elsewhere, month="2018-03")).status_code == 404
    assert (await payments.get(f"/v1/entitlements/{new_id()}/explanation", month="2018-03")).status_code == 404
    assert (await payments.get(path, payments.caller(scopes=("x:y",)), month="2018-03")).status_code == 403
    assert (await payments.get(path, month="2018-3")).status_code == 422
    assert (await payments.get(path, month="2018-03", at="2018-03-01")).status_code == 422


def test_every_stop_has_its_words():
    for reason in StopReason:
        assert rule_of(f"stop_rules.{reason}=NEXT_MONTH")["source"] == f"stop_rules.{reason}"
