"""Opens the agencies on a port of 127.0.0.1 until SIGTERM or SIGINT; then prints one JSON line of what they did and ends with 0."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from deploy.local.agency_simulator.books import Books
from deploy.local.agency_simulator.characters import OF_THE_YEAR, Cast
from deploy.local.agency_simulator.desk import Desk
from deploy.local.agency_simulator.house import House
from deploy.local.agency_simulator.ways import way_of
from shared import observability
from shared.bus.kafka import KafkaSettings
from shared.crypto import FieldCipher


async def serve(house: House, port: int) -> None:
    """Serve until a signal."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal once more when it has ended: here it meets a handler that lets the process go on to its last line.
        asyncio.get_running_loop().add_signal_handler(number, lambda: None)
    try:
        config = uvicorn.Config(house.app(), host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
        await uvicorn.Server(config).serve()
    finally:
        await house.close()


def main(
    address: Annotated[str, typer.Option(help="Where the suite is.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1 on which the agencies are told the day.")],
    bootstrap: Annotated[str, typer.Option(envvar="KAFKA_BOOTSTRAP_SERVERS", help="Address of the broker, for agencies by Kafka.")],
    agency_keys: Annotated[
        str, typer.Option(envvar="SUKJAI_AGENCY_KEYS", help="`DSD=g1:base64;…`: what agencies by Kafka seal personal words with.")
    ] = "",
    seed: Annotated[int, typer.Option(help="The same seed and referrals, the same fates.")] = 1,
    characters: Annotated[Path, typer.Option(help="How the agencies are.")] = OF_THE_YEAR,
) -> None:
    """Play the agencies."""
    observability.configure("agency-simulator")
    cast, ciphers = Cast.read(characters), FieldCipher.by_party(agency_keys)

    async def run() -> House:
        kafka, hooks = KafkaSettings(bootstrap), f"http://127.0.0.1:{port}/hooks"
        ways = {agency: way_of(agency, one.way, address, kafka, ciphers, hooks) for agency, one in sorted(cast.agencies.items())}
        house = House([Desk(Books(agency, seed, cast), way) for agency, way in ways.items()])
        await serve(house, port)
        return house

    house = asyncio.run(run())
    sys.stdout.write(json.dumps(house.summary()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(main)
