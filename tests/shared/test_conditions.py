"""Conditions: whatever is checked has one value, and learning more never turns a yes into a no."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.conditions import ConditionInvalid, Facts, Kind, Variable, check, strange_names

GROUPS = frozenset({"FARMER", "TRADER"})
VARIABLES = {
    one.name: one
    for one in (
        Variable("age", Kind.NUMBER, "อายุ", "age"),
        Variable("land_rai", Kind.NUMBER, "ที่ดิน", "land"),
        Variable("code", Kind.TEXT, "รหัส", "code"),
        Variable("tier", Kind.TEXT, "กลุ่ม", "tier", frozenset({"LOW", "HIGH"})),
        Variable("groups", Kind.TEXTS, "กลุ่มอาชีพ", "groups", GROUPS),
        Variable("saves", Kind.YES_NO, "ออม", "saves"),
    )
}
known = st.fixed_dictionaries(
    {
        "age": st.integers(0, 120),
        "land_rai": st.floats(0, 50),
        "code": st.sampled_from(["6111", "5212", ""]),
        "tier": st.sampled_from(["LOW", "HIGH"]),
        "groups": st.lists(st.sampled_from(sorted(GROUPS)), unique=True),
        "saves": st.booleans(),
    }
)
atoms = st.sampled_from(
    [
        "age >= 20",
        "age <= 60",
        "land_rai == 0.0",
        "land_rai > 2",
        "code.startsWith('6')",
        "code in ['6111', \"5212\"]",
        "tier == 'LOW'",
        "'FARMER' in groups",
        "size(groups) > 1",
        "saves",
        "saves == true",
        "!saves",
    ]
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner), st.builds("({} || {})".format, inner, inner), st.builds("!({})".format, inner)
    ),
    max_leaves=6,
)


@given(conditions, known, st.sets(st.sampled_from(sorted(VARIABLES))))
def test_what_is_checked_has_one_value_and_more_knowledge_only_adds(text, facts, unknown):
    check(text, VARIABLES)
    whole = Facts.of(facts).judge(text)
    assert isinstance(whole, bool)
    assert Facts.of({name: None if name in unknown else value for name, value in facts.items()}).judge(text) in {whole, None}


@pytest.mark.parametrize(
    ("text", "holds"),
    [("saves && age > 60", False), ("age > 60 && saves", False), ("saves || age < 60", True), ("age < 60 || saves", True), ("saves", None)],
)
def test_one_side_may_decide_whatever_the_other_is(text, holds):
    assert Facts.of({"age": 40}).judge(text) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age >= 20 &&", "ends too early"),
        ("age >= 99999999999999999999", "is not allowed there"),
        ("age >= ๒๐", "is not allowed there"),
        ("religion == 'ISLAM'", "speaks of religion"),
        ("age == '20'", "between a number and a text"),
        ("saves || age > 'x'", "between a number and a text"),  # where CEL itself would look only when it comes there
        ("age in groups", "between a number and a list of texts"),
        ("groups == groups", "between a list of texts and a list of texts"),
        ("saves < true", "between yes or no and yes or no"),
        ("age", "must be yes or no"),
        ("age && saves", "must be yes or no"),
        ("!age == 20", "must be yes or no"),  # `!` binds before `==`
        ("age.startsWith('2')", "must be a text"),
        ("size(code) > 1", "must be a list of texts"),
        ("tier == 'MIDDLE'", "never MIDDLE"),
        ("'KING' in groups", "never KING"),
        ("tier in ['LOW', 'MIDDLE']", "never MIDDLE"),
        ("age > 20 > true", "'>' is not allowed there"),
        ("groups.exists(one, one == 'FARMER')", "'exists' is not allowed"),
        ("code.matches('(6+)+$')", "'matches' is not allowed"),
        ("age + 1 > 20", "'+ 1 > 20' is not allowed"),
        ("saves ? true : false", "'? true : false' is not allowed"),
        ("tier in [code]", "'code' is not allowed"),
        ("(" * 30 + "saves" + ")" * 30, "nested more than"),
        (" || ".join(["saves"] * 100), "longer than"),
    ],
)
def test_what_may_not_be_kept_is_refused_in_words(text, said):
    with pytest.raises(ConditionInvalid, match=re.escape(said)) as refused:
        check(text, VARIABLES)
    assert refused.value.th != refused.value.en
    assert refused.value.allowed


def test_names_that_are_not_visible_are_found():
    assert strange_names("age > 20 && person.sex == 'F'", ["age"]) == ["person"]


@given(st.text(st.sampled_from("age saves code'\"()[]!&|=<>.,1 in\n"), max_size=40))
def test_any_text_is_a_condition_or_is_refused(text):
    try:
        check(text, VARIABLES)
    except ConditionInvalid:
        return
    assert Facts.of({"age": 40, "saves": True, "code": "6111"}).judge(text) in {True, False}
