"""Diagnosis help: the rules' own examples, what cannot count, and that proposal and decision are both kept."""

from dataclasses import asdict

import pytest

from services.interview.rules.diagnosing import RulesInvalid, rule_sets, rules_on
from tests.interview import world
from tests.interview.test_interviews import interviewed

EXAMPLES = [
    pytest.param(rules, rule, example, id=f"{rules.version}-{rule.reason.rule}-{n}")
    for rules in rule_sets()
    for rule in (*rules.problems, *rules.approaches)
    for n, example in enumerate(rule.examples)
]
WHOLE = [pytest.param(rules, example, id=f"{rules.version}-{example['name']}") for rules in rule_sets() for example in rules.examples]


@pytest.mark.parametrize(("rules", "rule", "example"), EXAMPLES)
def test_a_rule_holds_as_its_examples_say(rules, rule, example):
    seen = rules.seen(example["answers"])
    assert rule.missing(rules.answered(seen)) == ()
    assert (rule.reason.rule in rules.holding(seen)) is example["holds"]


@pytest.mark.parametrize(("rules", "example"), WHOLE)
def test_the_rules_propose_as_their_examples_say(rules, example):
    proposal = rules.propose(example["answers"])
    assert {one.rule: one.dimension for one in proposal.reasons} == example["problems"]
    assert proposal.approach == example["approach"]
    assert proposal.problems == tuple(sorted(set(example["problems"].values())))


def test_every_rule_has_examples_of_both_kinds_source_and_words():
    for rules in rule_sets():
        for rule in (*rules.problems, *rules.approaches[:-1]):
            assert {example["holds"] for example in rule.examples} == {True, False}, rule.reason.rule
        for rule in (*rules.problems, *rules.approaches):
            assert rule.reason.source.startswith(("[S]", "[P]", "[R]"))
            assert rule.reason.message_th != rule.reason.message_en


def test_sex_religion_name_and_age_do_not_count():
    for rules in rule_sets():
        for example in rules.examples:
            answers = example["answers"]
            told = {**answers, "sex": "F", "name": "สมหญิง", "person": {**answers["person"], "sex": "F", "religion": "ISLAM", "age": 59}}
            assert asdict(rules.propose(told)) == asdict(rules.propose(answers))
            assert "religion" not in str(rules.seen(told))


def test_a_rule_may_ask_for_its_inputs_only(tmp_path):
    from services.interview.rules import diagnosing  # noqa: PLC0415  # its folder is what this test plants in

    text = (diagnosing.FOLDER / "2018-01.yaml").read_text(encoding="utf-8")
    for planted, what in (("religion == 'ISLAM'", "religion"), ("person.sex == 'F'", "person.sex")):
        (tmp_path / "2018-01.yaml").write_text(text.replace("person.occupation in limits.without_work", planted, 1), encoding="utf-8")
        with pytest.raises(RulesInvalid, match=what):
            diagnosing.load(tmp_path)


async def test_a_proposal_is_made_of_what_is_answered_and_nothing_is_stored(interview):
    before = await interview.state()
    asked = {
        "answers": {"person": {"occupation": "6111", "income_now_baht": 28000}, "abilities": {"readiness": "READY"}},
        "on": "2018-03-20",
    }
    answer = (await interview.client.post("/v1/diagnoses/proposals", json=asked, headers=interview.caller())).json()
    lacking = {one["rule"]: one["missing"] for one in answer["not_judged"]}
    assert lacking["expenses-over-income"] == ["person.expenses_month_baht"]
    assert (answer["approach"], answer["because"]) == (None, None)  # one before it could not be judged
    asked["answers"]["person"]["expenses_month_baht"] = 4500
    answer = (await interview.client.post("/v1/diagnoses/proposals", json=asked, headers=interview.caller())).json()
    assert (answer["approach"], answer["problems"], answer["because"]["source"]) == ("SECOND_OCCUPATION", ["D1"], "[R]")
    wrong = {"answers": {"person": {"sex": "F"}}}
    refused = await interview.client.post("/v1/diagnoses/proposals", json=wrong, headers=interview.caller())
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "answers.person.sex")
    assert await interview.state() == before
    assert (await interview.client.post("/v1/diagnoses/proposals", json=asked, headers=interview.caller(scopes=()))).status_code == 403


async def test_what_was_proposed_is_kept_beside_what_the_officer_decided(interview):
    person, _ = await interviewed(interview, diagnosis={"problems": ["D4"], "approach": "NEW_OCCUPATION"})
    (completed,) = await interview.outbox("InterviewCompleted", subject=person.subject)
    shown = (await interview.get(f"/v1/interviews/{completed.data.interview_id}")).json()
    assert shown["answers"]["diagnosis"] == {"problems": ["D4"], "approach": "NEW_OCCUPATION"}
    proposal = rules_on(completed.data.interviewed_on).propose(world.interview(person.subject))
    assert shown["proposed"] == {"rules_version": "2018-01", "problems": list(proposal.problems), "approach": "SECOND_OCCUPATION"}
    assert (completed.data.problems, completed.data.approach) == (("D4",), "NEW_OCCUPATION")
