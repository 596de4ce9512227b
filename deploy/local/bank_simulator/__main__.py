"""Runs the banks until SIGTERM or SIGINT; then prints one JSON line of what they did and ends with 0."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Any

import typer

from deploy.local.bank_simulator.bag import Bag
from deploy.local.bank_simulator.books import Books
from deploy.local.bank_simulator.fate import Misbehaviour, MisbehaviourInvalid
from deploy.local.bank_simulator.post import Post
from deploy.local.bank_simulator.rest import Login, RestPost
from shared import observability
from shared.bus.kafka import KafkaLogin, KafkaSettings
from shared.contracts.common import Bank
from shared.crypto import FieldCipher
from shared.signatures import SigningKeys


async def serve(posts: Sequence[Post | RestPost]) -> None:
    """Serve every bank until a signal. Raises what a bank broke by."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    working = [asyncio.create_task(post.run(), name=post.books.bank) for post in posts]
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({waiting, *working}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    broken = [task.exception() for task in working if task.done()]
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    for error in broken:
        if error is not None:
            raise error


def summary(posts: Sequence[Post | RestPost]) -> dict[str, Any]:
    """Totals of each bank and of all together."""
    banks = {post.books.bank.value: post.books.summary() for post in posts}
    names = next(iter(banks.values()))
    return {"banks": banks, "all": {name: sum(one[name] for one in banks.values()) for name in names}}


def main(
    bootstrap: Annotated[str, typer.Option(envvar="KAFKA_BOOTSTRAP_SERVERS", help="Address of the broker, for banks by Kafka.")] = "",
    banks: Annotated[str, typer.Option(help="Codes, by commas.")] = ",".join(Bank),
    seed: Annotated[int, typer.Option(help="The same seed, the same fates.")] = 1,
    misbehave: Annotated[
        str, typer.Option(help=f"Shares of {', '.join(one.name for one in fields(Misbehaviour))}: `late=0.02,lost=0.01`.")
    ] = "",
    late_seconds: Annotated[float, typer.Option(min=0, help="How much later a late answer goes out.")] = 1.0,
    down_seconds: Annotated[float, typer.Option(min=0, help="How long a bank is down.")] = 1.0,
    bank_keys: Annotated[
        str, typer.Option(envvar="SUKJAI_BANK_KEYS", help="`BAAC=k1:base64;…`: payees are then opened, and refused if unreadable.")
    ] = "",
    rest: Annotated[str, typer.Option(help="Address of payments: the banks then work over REST.")] = "",
    token: Annotated[str, typer.Option(help="Over REST: the token.")] = "",
    token_url: Annotated[str, typer.Option(help="Over REST: where each bank gets its token, as the development user `bank-<code>`.")] = "",
    signing_keys: Annotated[str, typer.Option(help="Over REST: what requests are signed with, `id:base64`.")] = "",
) -> None:
    """Play the banks."""
    observability.configure("bank-simulator")
    try:
        misbehaviour = Misbehaviour.of(misbehave)
        codes = [Bank(code) for code in banks.split(",")]
    except (MisbehaviourInvalid, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    if not (bootstrap or rest):
        raise typer.BadParameter("is needed, or --rest", param_hint="--bootstrap")
    ciphers = FieldCipher.by_party(bank_keys)
    kafka = KafkaSettings(bootstrap, login=KafkaLogin.from_environment(os.environ))
    keys = SigningKeys.from_text(signing_keys) if signing_keys else None

    def post(bank: Bank) -> Post | RestPost:
        books, bag = Books(bank, seed, misbehaviour, ciphers.get(bank)), Bag(late_seconds, down_seconds)
        return RestPost(books, rest.rstrip("/"), Login(token, token_url, f"bank-{bank}", keys), bag) if rest else Post(books, kafka, bag)

    posts = [post(bank) for bank in codes]
    asyncio.run(serve(posts))
    sys.stdout.write(json.dumps(summary(posts)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(main)
