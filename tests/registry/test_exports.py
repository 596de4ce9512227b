"""Lists for other offices: by purpose and approval, encrypted to the office's key, on record, and gone after their time."""

import asyncio
import csv
import json
import stat
from datetime import timedelta
from uuid import UUID

import pytest

from services.registry.commands import exports as commands
from services.registry.http.scopes import EXPORTS_RECEIVE, EXPORTS_WRITE
from services.registry.jobs.make_export import expire_exports
from shared.audit import AuditKeys, Caller, seal_waiting, verify
from shared.auth import Level, Principal, Reach
from tests.registry.facts import KEYS, NOW
from tests.registry.offices import COLUMNS, Desk, bank, district_office, governor, opened
from tests.registry.people import citizen_id, file_of, line


@pytest.fixture
def desk(registry):
    return Desk(registry)


@pytest.fixture
async def krabi(desk):
    """The governor of Krabi, with an approved key."""
    return await desk.approved(governor("81"))


def files(registry):
    folder = registry.service.resources.settings.export_folder
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


async def swept(registry):
    resources = registry.service.resources
    await expire_exports(registry.db, resources.clock, resources.settings.export_folder)


async def test_a_list_reaches_its_office_whole_and_signed_and_is_confirmed(registry, people, desk, krabi, tmp_path):
    export_id = await desk.made(krabi, scope={"tier": "UP_TO_30000"})
    export = await desk.show(export_id)
    assert (export["status"], export["planned_rows"], export["rows"], export["columns"]) == ("READY", 2, 2, COLUMNS), export
    assert export["personal_columns"] == ["citizen_id", "first_name", "last_name", "house_no"]
    [name] = files(registry)
    path = registry.service.resources.settings.export_folder / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "เกษม".encode() not in path.read_bytes()

    file = await desk.received(krabi, export_id, tmp_path)
    said = await opened(krabi, file, out=tmp_path / "people.csv")
    assert (said["rows"], said["plain_sha256"], said["wrong"]) == (2, export["plain_sha256"], [])
    with (tmp_path / "people.csv").open(encoding="utf-8-sig", newline="") as content:
        rows = list(csv.DictReader(content))
    assert [row["first_name"] for row in rows] == ["เกษม", "ขวัญ"]
    assert rows[0] == {
        "holder_id": people[1],
        "citizen_id": citizen_id(1),
        "first_name": "เกษม",
        "last_name": "ใจดี",
        "house_no": "12/3",
        "subdistrict": "810101",
        "tier": "UP_TO_30000",
    }
    answer = await desk.confirm(krabi, export_id, said["rows"], said["plain_sha256"])
    assert (answer.status_code, answer.json()["confirmed_by"], answer.json()["last_receipt"]["matched"]) == (200, "clerk", True)
    await registry.assert_sound()


async def test_every_person_of_a_list_and_every_fetching_is_on_the_audit_and_the_seal_holds(registry, people, desk, krabi):
    export_id = await desk.made(krabi)
    await desk.fetch(krabi, export_id)
    rows = await registry.fetch("SELECT holder_id, client, purpose, fields, detail FROM audit_entry WHERE action = 'EXPORT'")
    assert {str(row["holder_id"]) for row in rows} == {people[number] for number in range(1, 5)}
    assert {(row["client"], row["purpose"], tuple(row["fields"]), row["detail"]) for row in rows} == {
        ("maker", "home visits", tuple(COLUMNS), f"export {export_id} to GOVERNOR 81")
    }
    [fetched] = await registry.fetch("SELECT client, reach, holder_id, detail FROM audit_entry WHERE action = 'EXPORT_FETCHED'")
    assert tuple(fetched) == ("clerk", "PROVINCE 81", None, f"export {export_id}")
    page = (await registry.get(f"/v1/card-holders/{people[1]}/readings")).json()
    assert page["items"][0]["action"] == "EXPORT"
    keys = AuditKeys.from_text(KEYS["audit_keys"])
    await seal_waiting(registry.db, keys, service="registry")
    async with registry.db.reading() as tx:
        assert (await verify(tx, keys)).broken is None


async def test_who_exports_with_approval_is_no_unusual_reader(registry, people, desk, krabi):
    await desk.fetch(krabi, await desk.made(krabi))
    found = (await registry.get("/v1/audit/unusual-readers", persons_min=1, not_found_min=1)).json()["items"]
    assert {one["client"] for one in found} == {"tester"}


async def test_four_eyes_decide_and_the_approver_names_the_key(registry, people, desk, krabi):
    export_id = await desk.asked(krabi)
    own = await desk.decide("exports", export_id, krabi.fingerprint, who="maker")
    assert (own.status_code, own.json()["type"].rsplit(":", 1)[-1]) == (409, "decider-is-proposer")
    for fingerprint in (None, "0000-1111"):
        other = await desk.decide("exports", export_id, fingerprint)
        assert (other.status_code, other.json()["fingerprint"]) == (409, krabi.fingerprint)
    assert (await desk.show(export_id))["status"] == "PROPOSED"
    answer = await desk.decide("exports", export_id, approved=False)
    assert answer.json()["status"] == "REJECTED"
    again = await desk.decide("exports", export_id, krabi.fingerprint)
    assert again.json()["type"].rsplit(":", 1)[-1] == "already-decided"
    await registry.run_jobs()
    assert files(registry) == []


async def test_a_key_is_used_only_after_another_person_compared_it(registry, desk):
    office = await desk.register(governor("81"))
    assert (await desk.ask(office)).json()["type"].rsplit(":", 1)[-1] == "recipient-not-usable"
    assert (await desk.decide("recipients", office.recipient_id, office.fingerprint, who="maker")).status_code == 409
    assert (await desk.decide("recipients", office.recipient_id, "wrong")).json()["type"].rsplit(":", 1)[-1] == "key-differs"
    assert (await desk.decide("recipients", office.recipient_id, office.fingerprint)).json()["status"] == "ACTIVE"
    assert (await desk.ask(office)).status_code == 201


async def test_two_approvers_at_once_are_one_decision(desk, krabi):
    export_id = await desk.asked(krabi)
    answers = await asyncio.gather(*(desk.decide("exports", export_id, krabi.fingerprint, who=f"checker-{n}") for n in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_the_key_of_the_approval_is_used_though_another_follows(registry, people, desk, krabi, tmp_path):
    waiting = await desk.asked(krabi)
    newer = await desk.approved(governor("81"), valid_from="2018-02-01")
    old = await desk.decide("exports", waiting, krabi.fingerprint)
    assert (old.status_code, old.json()["fingerprint"]) == (409, newer.fingerprint)
    assert (await desk.decide("exports", waiting, newer.fingerprint)).status_code == 200
    await desk.approved(governor("81"), valid_from="2018-02-02")
    await registry.run_jobs()
    said = await opened(newer, await desk.received(newer, waiting, tmp_path))
    assert said["rows"] == 4


async def test_nothing_is_encrypted_to_a_key_that_was_revoked_or_is_over(registry, people, desk, krabi):
    export_id = await desk.queued(krabi)
    answer = await desk.as_("checker", "POST", f"/v1/recipients/{krabi.recipient_id}/revocation", {"reason": "lost"})
    assert answer.json()["status"] == "REVOKED"
    await registry.run_jobs()
    export = await desk.show(export_id)
    assert (export["status"], files(registry)) == ("FAILED", [])
    assert "revoked" in export["error"]
    assert (await desk.ask(krabi)).status_code == 409
    over = await desk.approved(governor("10"), valid_to="2018-02-01")
    assert (await desk.ask(over)).json()["type"].rsplit(":", 1)[-1] == "recipient-not-usable"


async def test_what_is_for_another_is_not_there(registry, people, desk, krabi):
    export_id = await desk.made(krabi)
    for office in (governor("10"), district_office("8101"), bank("KTB")):
        assert (await desk.fetch(office, export_id)).status_code == 404
        assert (await desk.confirm(office, export_id, 4, "0" * 64)).status_code == 404
    stranger = await desk.as_("other", "GET", f"/v1/exports/{export_id}/file")
    assert stranger.status_code == 404
    assert (await desk.as_("maker", "GET", f"/v1/exports/{export_id}/file")).status_code == 200
    assert (await desk.as_("clerk", "GET", f"/v1/exports/{export_id}", reach=Reach(Level.PROVINCE, "10"))).status_code == 404
    page = (await desk.as_("clerk", "GET", "/v1/exports", reach=krabi.reach)).json()["items"]
    assert [one["export_id"] for one in page] == [export_id]
    for reach in (Reach(Level.PROVINCE, "10"), Reach(Level.AGENCY, "DSD")):
        assert (await desk.as_("clerk", "GET", "/v1/exports", reach=reach)).json()["items"] == []
        assert (await desk.as_("clerk", "GET", "/v1/recipients", reach=reach)).json()["items"] == []
    narrow = await desk.as_("chief", "POST", "/v1/exports", {}, krabi.reach, (EXPORTS_RECEIVE,))
    assert narrow.status_code == 403


async def test_only_the_national_office_asks(desk, krabi):
    body = {"recipient_id": krabi.recipient_id, "purpose": "PUBLIC_TASK", "reason": "own list", "columns": ["tier"]}
    assert (await desk.as_("governor", "POST", "/v1/exports", body, krabi.reach, (EXPORTS_WRITE,))).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"scope": {"province": "10"}}, "scope.province"),
        ({"scope": {"district": "1001"}}, "scope.district"),
        ({"purpose": "BANK_SERVICES"}, "purpose"),
        ({"columns": ["name_sort_key"]}, "columns.0"),
        ({"columns": ["tier", "tier"]}, "columns"),
        ({"columns": []}, "columns"),
        ({"keep_days": 400}, "keep_days"),
    ],
)
async def test_what_may_not_be_exported_is_refused_by_its_field(desk, krabi, changed, field):
    answer = await desk.ask(krabi, **changed)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text


@pytest.mark.parametrize(
    ("changed", "field"), [({"unit": "8101"}, "unit"), ({"public_key": "age1x"}, "public_key"), ({"valid_to": "2017-01-01"}, "valid_to")]
)
async def test_what_is_no_recipient_is_refused_by_its_field(desk, changed, field):
    office = governor("81")
    body = {
        "kind": "GOVERNOR",
        "unit": "81",
        "office": "x" * 3,
        "public_key": office.public_key,
        "valid_from": "2018-01-01",
        "reason": "letter",
    }
    answer = await desk.as_("maker", "POST", "/v1/recipients", body | changed)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_who_has_not_consented_is_left_out_and_a_bank_gets_its_own(registry, desk, tmp_path):
    registry.write("r.csv", file_of(line(1), line(2, mobile_consent="N"), line(3, bank="GSB"), line(4)))
    await registry.import_file("r.csv")
    office = await desk.approved(bank("KTB"))
    export_id = await desk.made(office, purpose="CONTACT", columns=["phone", "account_no"], format="NDJSON")
    export = await desk.show(export_id)
    assert (export["planned_rows"], export["rows"]) == (2, 2)
    await opened(office, await desk.received(office, export_id, tmp_path), out=tmp_path / "out")
    rows = [json.loads(row) for row in (tmp_path / "out").read_text().splitlines()]
    assert rows == [{"phone": "0812345678", "account_no": "1234567890"}] * 2
    # No consent of this kind is on record for anybody.
    assert (await desk.ask(office, purpose="BANK_SERVICES")).json()["planned_rows"] == 0


async def test_a_wrong_receipt_is_refused_with_both_values_and_stays_open(registry, people, desk, krabi):
    export_id = await desk.made(krabi)
    sent = await desk.show(export_id)
    answer = await desk.confirm(krabi, export_id, 5, sent["plain_sha256"])
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"].endswith("receipt-differs")
    assert (problem["told"]["rows"], problem["sent"]["rows"]) == (5, 4)
    open_ = await desk.show(export_id)
    assert (open_["confirmed_at"], open_["last_receipt"]["rows"], open_["last_receipt"]["matched"]) == (None, 5, False)
    for _ in range(2):
        assert (await desk.confirm(krabi, export_id, 4, sent["plain_sha256"])).status_code == 200
    assert await registry.value("SELECT count(*) FROM export_receipt") == 2


async def test_after_its_time_the_file_is_gone_and_the_export_says_so(registry, people, desk, krabi):
    export_id = await desk.made(krabi, keep_days=3)
    await swept(registry)
    assert len(files(registry)) == 1
    registry.service.resources.clock.play(NOW + timedelta(days=3, minutes=1))
    late = await desk.fetch(krabi, export_id)
    assert (late.status_code, late.json()["export_status"]) == (409, "EXPIRED"), late.text
    await swept(registry)
    assert files(registry) == []
    assert (await desk.show(export_id))["status"] == "EXPIRED"
    late = await desk.fetch(krabi, export_id)
    assert late.status_code == 409
    # What was fetched in time can still be confirmed.
    sent = await desk.show(export_id)
    assert (await desk.confirm(krabi, export_id, sent["rows"], sent["plain_sha256"])).status_code == 200


async def test_a_revoked_list_is_deleted_and_a_proposed_one_withdrawn_by_its_asker(registry, people, desk, krabi):
    made, waiting = await desk.made(krabi), await desk.asked(krabi)
    body = {"reason": "wrong office"}
    assert (await desk.as_("checker", "POST", f"/v1/exports/{made}/revocation", body)).json()["status"] == "REVOKED"
    assert files(registry) == []
    assert (await desk.fetch(krabi, made)).json()["type"].endswith("export-not-ready")
    again = await desk.as_("checker", "POST", f"/v1/exports/{made}/revocation", body)
    assert again.status_code == 409
    assert (await desk.as_("checker", "POST", f"/v1/exports/{waiting}/revocation", body)).json()["type"].endswith("not-your-proposal")
    stale = await desk.as_("maker", "POST", f"/v1/exports/{waiting}/revocation", body, **{"If-Match": '"9"'})
    assert stale.status_code == 412
    assert (await desk.as_("maker", "POST", f"/v1/exports/{waiting}/revocation", body)).json()["status"] == "WITHDRAWN"


async def test_a_revocation_before_the_making_leaves_nothing_to_make(registry, people, desk, krabi):
    export_id = await desk.queued(krabi)
    await desk.as_("checker", "POST", f"/v1/exports/{export_id}/revocation", {"reason": "wrong office"})
    await registry.run_jobs()
    assert ((await desk.show(export_id))["status"], files(registry)) == ("REVOKED", [])
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE action = 'EXPORT'") == 0


async def test_two_fetch_at_once_and_one_who_began_in_time_gets_all(registry, people, desk, krabi):
    export_id = await desk.made(krabi)
    first, second = await asyncio.gather(desk.fetch(krabi, export_id), desk.fetch(krabi, export_id))
    assert first.content == second.content != b""
    assert len(first.content) == int(first.headers["Content-Length"])
    call = registry.service.resources
    principal = Principal("clerk", frozenset(), krabi.reach)
    async with registry.db.transaction() as tx:
        _, begun = await commands.fetch(
            tx,
            UUID(export_id),
            who=Caller.of(principal, "c"),
            principal=principal,
            folder=call.settings.export_folder,
            clock=call.clock,
        )
    with begun:
        call.clock.play(NOW + timedelta(days=15))
        await swept(registry)
        assert files(registry) == []
        assert begun.read() == first.content


async def test_a_lost_file_is_told_by_name(registry, people, desk, krabi):
    export_id = await desk.made(krabi)
    [name] = files(registry)
    (registry.service.resources.settings.export_folder / name).unlink()
    answer = await desk.fetch(krabi, export_id)
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (409, "export-not-stored")


async def test_a_file_of_somebody_else_or_a_changed_manifest_is_seen_by_the_recipient(registry, people, desk, krabi, tmp_path):
    export_id = await desk.made(krabi)
    file = await desk.received(krabi, export_id, tmp_path)
    manifest = file.with_name(f"{file.name}.manifest.json")
    good = manifest.read_text()
    manifest.write_text(good.replace('rows\\": 4', 'rows\\": 5'))
    assert manifest.read_text() != good
    assert "SignatureBroken" in await opened(krabi, file, exit_code=1)
    manifest.write_text(good)
    other = await desk.made(krabi, columns=["tier"])
    foreign = await desk.fetch(krabi, other)
    file.write_bytes(foreign.content)
    said = await opened(krabi, file, exit_code=1, out=tmp_path / "out")
    assert "file_sha256" in said["wrong"]
    assert not (tmp_path / "out").exists()
    stranger = governor("81")
    (tmp_path / "81.key").write_text(str(stranger.key))
    assert "NotOpened" in await opened(stranger, file, exit_code=1)
