"""Form definitions: what stands in them, how they are served, what their rules say, and a new version beside the old."""

from copy import deepcopy
from datetime import date

import jsonschema
import pytest
import yaml

from services.interview.forms import definition
from services.interview.forms.definition import DefinitionInvalid, catalogue, load
from services.interview.forms.interview import InterviewForm
from shared.contracts.common import Approach, Bank, Channel, Dimension
from shared.contracts.interview import Answer, FollowUpRound, JobStatus, Recommendation
from shared.errors import Invalid
from tests.interview import world
from tests.interview.test_interviews import assigned

OF_ANNEX_3 = {"health", "debts", "others"}
KINDS = OF_ANNEX_3 | {"remarks"}
OF_CONTRACTS = {
    "approach": Approach,
    "bank": Bank,
    "channel": Channel,
    "dimension": Dimension,
    "answer": Answer,
    "follow-up-round": FollowUpRound,
    "job-status": JobStatus,
    "recommendation": Recommendation,
}


def fields(node, path=""):
    """Every field of a definition with its path."""
    for name, one in node.get("properties", {}).items():
        yield f"{path}{name}", one
        yield from fields(one, f"{path}{name}.")
        yield from fields(one.get("items", {}), f"{path}{name}.*.")


def every_definition():
    return [one for versions in catalogue().forms.values() for one in versions]


@pytest.mark.parametrize("one", every_definition(), ids=lambda one: f"{one.form}-{one.version}")
def test_each_definition_is_a_schema_with_words_sections_and_codes(one):
    jsonschema.Draft202012Validator.check_schema(one.schema)
    sections = one.schema["x-sections"].keys()
    assert "[R]" in one.schema["x-source"]
    for path, field in fields(one.schema):
        assert set(field["x-label"]) == {"th", "en"}, path
        assert ("." in path) or field["x-section"] in sections, path
        assert field.get("x-sensitive", "others") in KINDS, path
        assert set(field.get("x-options", {})) == set(field.get("enum", ())), path
        codes = field.get("items", field)
        kind = OF_CONTRACTS.get(codes.get("x-code-list", {}).get("name"))
        assert kind is None or codes["enum"] == list(kind), f"{path} has not the codes of the contract"
    assert {field["x-section"] for field in one.schema["x-prefilled"].values()} <= sections
    for example in one.schema.get("examples", []):
        one.check(example)


def test_annex_3_seals_health_and_debts_and_keeps_the_rest():
    annex3 = catalogue().get("annex3", "1")
    readable, sealed = annex3.parts(annex3.schema["examples"][0])
    assert set(sealed) == OF_ANNEX_3
    assert "health" not in readable
    assert "debts" not in readable
    assert sealed["debts"]["debts"][0]["creditor"] == "นายทุนในหมู่บ้าน"
    assert "paper" not in readable["wishes"]
    assert annex3.code_lists["occupation"] == "published"


BROKEN = [
    ({"person.income_now_baht": "much"}, ("person.income_now_baht", "int_type", "ต้องเป็นจำนวนเต็ม")),
    ({"person.education": "PHD"}, ("person.education", "enum", "BACHELOR_OR_HIGHER")),
    ({"person.sex": "F"}, ("person.sex", "extra_forbidden", "ไม่ใช่ช่องข้อมูลที่รู้จัก")),
    ({"wishes": {"answer": "REFUSE"}, "menu": []}, ("wishes.decline_reason", "decline_reason", "ต้องระบุเหตุผล")),
    ({"wishes": {"answer": "REFUSE", "decline_reason": ""}, "menu": []}, ("wishes.decline_reason", "decline_reason", "ต้องระบุเหตุผล")),
    ({"wishes": {"answer": "SUFFICIENT", "decline_reason": "พอ"}}, ("menu", "menu", "ผู้ประสงค์พัฒนา")),
    ({"wishes": {"answer": "DEVELOP", "states_wish": True}}, ("wishes.paper", "states_wish", "paper")),
    ({"wishes.paper.signed_by": "THUMBPRINT"}, ("wishes.paper.witness", "witness", "พยาน")),
    ({"visit.ended_at": "2018-03-20T10:00:00+07:00"}, ("visit.started_at", "started_at", "เวลาเริ่ม")),
    ({"visit.started_at": "2018-03-20 10:00"}, ("visit.started_at", "datetime_type", "เขตเวลา")),
    ({"visit.travelled_km": 1001}, ("visit.travelled_km", "less_than_equal", "1000")),
    ({"visit.interviewed_on": "20 มี.ค. 2561"}, ("visit.interviewed_on", "date_type", "วันที่")),
    ({"menu.0.preferred_month": "2561-06"}, ("menu.0.preferred_month", "pattern", "ค.ศ.")),
    ({"person": None}, ("person.land.tenure", "missing", "จำเป็นต้องระบุ")),
]


@pytest.mark.parametrize(("changes", "told"), BROKEN, ids=[told[0] + str(n) for n, (_, told) in enumerate(BROKEN)])
def test_a_broken_rule_is_told_with_field_rule_and_words(changes, told):
    answers = deepcopy(catalogue().get("annex3", "1").schema["examples"][0])
    for path, value in changes.items():
        put(answers, path, value)
    with pytest.raises(Invalid) as caught:
        InterviewForm.filled_in(answers)
    found = {(one.field, one.code): f"{one.message_th} {one.allowed}" for one in caught.value.problems}
    field, code, words = told
    assert words in found[field, code]


def put(answers, path, value):
    *parents, name = path.split(".")
    for step in parents:
        answers = answers[int(step) if step.isdigit() else step]
    answers[name] = value


async def test_they_are_served_as_schemas_that_stand_alone(interview):
    listed = (await interview.get("/v1/forms")).json()["items"]
    assert [(one["form"], one["in_force"]) for one in listed] == [("annex2", "1"), ("annex3", "1"), ("follow_up", "1"), ("spot_check", "1")]
    for one in listed:
        answer = await interview.get(one["versions"][0]["schema_path"])
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "$ref" not in answer.text
        assert [field["x-order"] for field in schema["properties"].values()] == list(range(1, len(schema["properties"]) + 1))
        again = {**interview.caller(), "If-None-Match": answer.headers["etag"]}
        assert (await interview.client.get(one["versions"][0]["schema_path"], headers=again)).status_code == 304
    assert (await interview.get("/v1/forms/annex3/versions/9")).status_code == 404
    shown = interview.service.app.openapi()["components"]["schemas"]["InterviewIn"]
    assert shown["properties"]["person"]["properties"]["education"]["enum"][0] == "NONE"
    jsonschema.Draft202012Validator(shown).validate(shown["examples"][0])


@pytest.fixture
def second_version(tmp_path, monkeypatch):
    """Version 2 of annex 3 from 21 March on: one more optional question, about health."""
    for path in definition.FOLDER.glob("*/*.yaml"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    second = yaml.safe_load((tmp_path / "annex3/1.yaml").read_text(encoding="utf-8"))
    second |= {"$id": "urn:sukjai:form:annex3:2", "x-version": "2", "x-valid-from": "2018-03-21"}
    words = {"th": "ผู้ดูแลประจำ", "en": "Who cares for them"}
    second["properties"]["person"]["properties"]["cared_for_by"] = {"x-label": words, "x-sensitive": "health", "type": "string"}
    (tmp_path / "annex3/2.yaml").write_text(yaml.safe_dump(second, allow_unicode=True, sort_keys=False), encoding="utf-8")
    monkeypatch.setattr(definition, "FOLDER", tmp_path)
    catalogue.cache_clear()
    yield
    monkeypatch.undo()
    catalogue.cache_clear()


async def test_a_new_version_is_used_from_its_day_and_the_old_stays_readable(second_version, interview):
    old, _ = await assigned(interview)
    first = await interview.made("/v1/interviews", world.interview(old.subject))
    interview.on("2018-03-22")
    new, _ = await assigned(interview)
    interview.on("2018-03-22")
    asked = world.interview(new.subject, "2018-03-22")
    asked["person"]["cared_for_by"] = "หลานสาว"
    second = await interview.made("/v1/interviews", asked)
    shown = [(await interview.get(f"/v1/interviews/{one['interview_id']}")).json() for one in (first, second)]
    assert [one["form_version"] for one in shown] == ["1", "2"]
    assert [one["answers"]["person"]["education"] for one in shown] == ["PRIMARY", "PRIMARY"]
    assert "cared_for_by" not in shown[1]["answers"]["person"]
    sensitive = interview.caller(scopes=("interview.sealed-answers:read",))
    sealed = (await interview.get(f"/v1/interviews/{second['interview_id']}/sealed-answers", sensitive)).json()
    assert (sealed["answers"]["person"], sealed["health"]["note"]) == ({"cared_for_by": "หลานสาว"}, "เบาหวาน")
    late = world.interview(old.subject, "2018-03-20")
    late["person"]["cared_for_by"] = "หลานสาว"
    for body, field in ((late, "person.cared_for_by"), ({**late, "form_version": "2"}, "form_version")):
        answer = await interview.post("/v1/interviews", body)
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert (await interview.get("/v1/forms")).json()["items"][1]["in_force"] == "2"


def test_a_file_that_is_not_what_its_place_says_stops_the_start(tmp_path):
    (tmp_path / "annex2").mkdir()
    (tmp_path / "annex2/2.yaml").write_text((definition.FOLDER / "annex2/1.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(DefinitionInvalid, match=r"annex2/2\.yaml"):
        load(tmp_path)


def test_the_version_is_that_of_the_day():
    assert catalogue().in_force("annex3", date(2018, 3, 20)).version == "1"
    assert catalogue().in_force("annex3", date(2017, 1, 1)).version == "1"
