"""The command: plays, prints each rule with what was found and one JSON line; ends with 0 if every rule is kept, else 1."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn

from deploy.bank_conformance.play import Pace, Way, play
from deploy.bank_conformance.rules import RULES, judged
from deploy.bank_conformance.script import Script
from deploy.bank_conformance.ways import KafkaWay, RestWay
from shared.bus.kafka import KafkaLogin, KafkaSettings
from shared.clock import system_now
from shared.contracts.common import Bank
from shared.crypto import FieldCipher
from shared.ids import new_id
from shared.signatures import PublicKeys

FINDINGS_SHOWN: Final = 3

BankOption = Annotated[Bank, typer.Option(help="Which bank the adapter is.")]
KeyOption = Annotated[str, typer.Option(envvar="BANK_KEY", help="The key shared with the bank, `b1:base64`; one for tests.")]
AnswerOption = Annotated[float, typer.Option(min=0.1, help="Seconds that an answer may take.")]
GraceOption = Annotated[float, typer.Option(min=0, help="Seconds that a late answer is waited for besides.")]
QuietOption = Annotated[float, typer.Option(min=0, help="Seconds of listening at the end.")]

app = typer.Typer(help="Plays the suite against a bank's adapter.", add_completion=False)


@app.command()
def kafka(
    bank: BankOption,
    bank_key: KeyOption,
    bootstrap: Annotated[str, typer.Option(envvar="KAFKA_BOOTSTRAP_SERVERS", help="A broker for tests, with the bank's topics.")],
    answer_seconds: AnswerOption = 30.0,
    grace_seconds: GraceOption = 60.0,
    quiet_seconds: QuietOption = 5.0,
) -> None:
    """Play over the bank's topics."""

    async def run() -> bool:
        settings = KafkaSettings(bootstrap, login=KafkaLogin.from_environment(os.environ))
        async with KafkaWay(bank, settings) as way:
            return await _played(way, bank, bank_key, Pace(answer_seconds, grace_seconds, quiet_seconds))

    raise SystemExit(0 if asyncio.run(run()) else 1)


@app.command()
def rest(
    bank: BankOption,
    bank_key: KeyOption,
    port: Annotated[int, typer.Option(help="Port on which the adapter finds the suite.")] = 8600,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    jwks: Annotated[Path | None, typer.Option(help="File with the bank's key set: its requests must then be signed.")] = None,
    base: Annotated[str, typer.Option(help="What the adapter calls the suite by, where that is not what it says itself.")] = "",
    answer_seconds: AnswerOption = 30.0,
    grace_seconds: GraceOption = 60.0,
    quiet_seconds: QuietOption = 5.0,
) -> None:
    """Play over REST: the kit serves the two operations, the adapter calls them."""

    async def run() -> bool:
        keys = PublicKeys.of(json.loads(jwks.read_text(encoding="utf-8"))) if jwks else None
        way = RestWay(bank, keys, base or None)
        server = uvicorn.Server(uvicorn.Config(way.app(), host=host, port=port, log_config=None, access_log=False, lifespan="off"))
        serving = asyncio.create_task(server.serve())
        try:
            return await _played(way, bank, bank_key, Pace(answer_seconds, grace_seconds, quiet_seconds))
        finally:
            server.should_exit = True
            await serving

    raise SystemExit(0 if asyncio.run(run()) else 1)


async def _played(way: Way, bank: Bank, bank_key: str, pace: Pace) -> bool:
    """Play, and print what the rules find; whether all are kept."""
    script = Script(bank, FieldCipher.from_text(bank_key), str(new_id()), system_now())
    found = judged(await play(way, script, pace))
    for rule in RULES:
        findings = found[rule.name]
        sys.stdout.write(f"{'FAIL' if findings else 'PASS'}  {rule.name:<22} {rule.words}\n")
        sys.stdout.writelines(f"        {one}\n" for one in findings[:FINDINGS_SHOWN])
        if len(findings) > FINDINGS_SHOWN:
            sys.stdout.write(f"        and {len(findings) - FINDINGS_SHOWN} more\n")
    failed = [name for name, findings in found.items() if findings]
    sys.stdout.write(json.dumps({"bank": bank, "passed": not failed, "failed": failed}) + "\n")
    sys.stdout.flush()
    return not failed


if __name__ == "__main__":
    app()
