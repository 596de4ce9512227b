"""The proof of a run: downloaded, and verified by a program that knows nothing of the service; what was tampered with is found."""

import json

import pytest
from typer import Typer
from typer.testing import CliRunner

from deploy import verify_run_proof
from services.payments.repository import proofs, run_lists
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import PaymentInstructed, ResultStatus
from tests.payments import story
from tests.payments.conftest import CHECKER

KEYS = "/.well-known/jwks.json"


@pytest.fixture
def verify(tmp_path):
    """The verifier on files: `verify(proof, keys, lines=…)` gives what it printed and its exit code."""
    app = Typer()
    app.command()(verify_run_proof.main)

    def run(proof, keys, **files):
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        (tmp_path / "keys.json").write_text(json.dumps(keys))
        asked = [str(tmp_path / "proof.json"), "--jwks", str(tmp_path / "keys.json")]
        for name, content in files.items():
            (tmp_path / name).write_text(content)
            asked += [f"--{name}", str(tmp_path / name)]
        told = CliRunner().invoke(app, asked)
        return told.exit_code, json.loads(told.stdout) if told.stdout.startswith("{") else told.output

    return run


async def closed_run(payments, monkeypatch):
    """April of nine with two banks and one without, some of them with March again, in chunks of three and blocks of four; closed and proved."""
    monkeypatch.setattr(run_lists, "CHUNK_LINES_MAX", 3)
    monkeypatch.setattr(proofs, "BLOCK_LEAVES", 4)
    people = [story.person(bank=Bank.KTB if number < 5 else Bank.GSB) for number in range(8)]
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10", tier=Tier.UP_TO_30000) for holder_id, _ in people])
    march = await payments.run("2018-03")
    told = [event.data for event in await payments.events(PaymentInstructed)]
    await payments.bring(
        *[story.answered(one, ResultStatus.FAILED if at % 3 else ResultStatus.SETTLED, reason="X") for at, one in enumerate(told)]
    )
    await payments.close(march["run_id"])
    nowhere, (known, _) = story.person()
    await payments.bring(known, story.wish(nowhere, "2018-02-10"))
    april = await payments.run("2018-04")
    told = [event.data for event in await payments.events(PaymentInstructed) if str(event.data.run_id) == april["run_id"]]
    await payments.bring(*[story.answered(one, on="2018-04-21", reference=f'a|b "{one.instruction_id[:4]}\n') for one in told])
    assert (await payments.close(april["run_id"])).status_code == 200
    await payments.timer("prove_closed_runs")
    return april["run_id"], told, [holder_id for holder_id, _ in people]


async def downloaded(payments, run_id):
    proof = await payments.get(f"/v1/runs/{run_id}/proof")
    lines = await payments.get(f"/v1/runs/{run_id}/proof/lines")
    assert (proof.status_code, lines.status_code) == (200, 200), lines.text
    return proof.json(), (await payments.client.get(KEYS)).json(), lines.text


async def test_a_closed_run_is_proved_and_who_changes_a_line_is_found_out(payments, monkeypatch, verify):
    run_id, told, _ = await closed_run(payments, monkeypatch)
    proof, keys, lines = await downloaded(payments, run_id)
    count = len(lines.splitlines())
    assert count == len(told) + 2
    code, said = verify(proof, keys, lines=lines)
    assert (code, said["wrong"], said["lines"], said["persons"], said["satang"]) == (0, [], count, 9, 20000 * count)

    first, second, *rest = lines.splitlines(keepends=True)
    for tampered in (
        lines.replace('"amount_satang":20000', '"amount_satang":20001', 1),
        "".join([first, *rest]),
        "".join([second, first, *rest]),
        "".join([first, first, second, *rest]),
    ):
        code, said = verify(proof, keys, lines=tampered)
        assert code == 1
        assert "the root over the lines" in said["wrong"]
    assert "1 lines are twice or out of order" in said["wrong"]

    # What is told beside the signature, and the signature itself.
    code, said = verify({**proof, "statement": {**proof["statement"], "month": "2018-05"}}, keys)
    assert (code, said["wrong"]) == (1, ["the statement is not the signed one"])
    head, body, signature = proof["signed"].split(".")
    assert "SignatureBroken" in verify({**proof, "signed": f"{head}.{body[:-4]}AAAA.{signature}"}, keys)[1]
    other = {"keys": [{**keys["keys"][0], "kid": "other"}]}
    assert "SignatureBroken" in verify(proof, other)[1]


async def test_one_persons_lines_are_proved_without_anybody_elses(payments, monkeypatch, verify):
    run_id, _, people = await closed_run(payments, monkeypatch)
    proof, keys, lines = await downloaded(payments, run_id)
    everything = lines.splitlines()
    for holder_id in people:
        path = f"/v1/runs/{run_id}/proof/inclusions"
        answer = (await payments.get(path, holder_id=str(holder_id))).json()
        assert [everything[one["leaf_index"]] for one in answer["inclusions"]] == [one["line"] for one in answer["inclusions"]]
        assert len(answer["inclusions"]) == sum(str(holder_id) in line for line in everything)
        code, said = verify(proof, keys, inclusions=json.dumps(answer))
        assert (code, said["wrong"]) == (0, [])
        assert {one["holder_id"] for one in said["included"]} == {str(holder_id)}
    answer["inclusions"][0]["line"] = answer["inclusions"][0]["line"].replace("20000", "10000")
    assert verify(proof, keys, inclusions=json.dumps(answer))[0] == 1
    # The bank of the last has them too, another has not.
    assert (await payments.get(path, payments.bank("GSB"), holder_id=str(people[-1]))).status_code == 200
    assert (await payments.get(path, payments.bank("KTB"), holder_id=str(people[-1]))).status_code == 404
    assert (await payments.get(f"/v1/runs/{run_id}/proof", payments.bank("GSB"))).status_code == 404


async def test_what_moves_after_the_closing_wants_a_new_proof_and_the_old_one_stays_true_of_its_day(payments, monkeypatch, verify):
    run_id, told, people = await closed_run(payments, monkeypatch)
    before, keys, lines = await downloaded(payments, run_id)
    assert (await payments.post(f"/v1/runs/{run_id}/proof")).status_code == 202
    await payments.work()
    assert (await payments.get(f"/v1/runs/{run_id}/proof")).json()["statement"]["version"] == 1

    await payments.bring(story.answered(told[0], ResultStatus.RETURNED, reason="CARD_BLOCKED", on="2018-04-25"))
    refused = await payments.get(f"/v1/runs/{run_id}/proof/lines")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sukjai:problem:proof-behind")
    assert (await payments.get(f"/v1/runs/{run_id}/proof/inclusions", holder_id=str(people[0]))).status_code == 409
    assert (await payments.get(f"/v1/runs/{run_id}/proof")).json()["current"] is False
    asked = await payments.post(f"/v1/runs/{run_id}/proof")
    assert (asked.status_code, asked.json()["newest_version"]) == (202, 1)
    await payments.work()
    after, _, moved = await downloaded(payments, run_id)
    assert (after["statement"]["version"], after["current"]) == (2, True)
    assert verify(after, keys, lines=moved)[0] == 0
    assert verify(before, keys, lines=lines)[0] == 0
    code, said = verify(before, keys, lines=moved)
    assert (code, "the root over the lines" in said["wrong"]) == (1, True)


async def test_a_run_that_was_not_released_has_no_proof(payments):
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    assert (await payments.post(f"/v1/runs/{run_id}/proof", None, payments.caller(CHECKER))).status_code == 409
    assert (await payments.get(f"/v1/runs/{run_id}/proof")).status_code == 404
    assert (await payments.get(f"/v1/runs/{run_id}/proof/lines")).status_code == 404
