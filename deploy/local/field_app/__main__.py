"""`python -m deploy.local.field_app`: the reference client by hand."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx
import orjson
import typer

from deploy.local.field_app.device import Device
from deploy.local.field_app.store import Store

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
T = TypeVar("T")

Folder = Annotated[Path, typer.Option(help="Where the device keeps its file.", envvar="FIELD_APP_FILE")]
Address = Annotated[str, typer.Option(help="Where the suite answers.", envvar="FIELD_APP_ADDRESS")]
User = Annotated[str, typer.Option(help="The account officer: a development user `ao-<officer id>`.", envvar="FIELD_APP_USER")]


def _run(file: Path, address: str, user: str, work: Callable[[Device], Awaitable[T]]) -> T:
    pin = os.environ.get("FIELD_APP_PIN") or typer.prompt("PIN", hide_input=True)

    async def main() -> T:
        async with (
            httpx.AsyncClient(base_url=f"{address}/interview", timeout=60) as http,
            httpx.AsyncClient(base_url=f"{address}/registry", timeout=60) as registry,
        ):

            async def token() -> str:
                form = {"grant_type": "password", "username": user, "password": "development"}
                answer = await http.post(f"{address}/issuer/token", data=form)
                return str(answer.raise_for_status().json()["access_token"])

            return await work(Device(Store.open(file, pin), http, token, registry=registry))

    return asyncio.run(main())


def _show(value: Any) -> None:
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())


@app.command()
def register(name: str, file: Folder, user: User, address: Address = "http://127.0.0.1:8561") -> None:
    """Make this device one of the officer's."""
    _show({"device_id": _run(file, address, user, lambda device: device.register(name))})


@app.command()
def pull(file: Folder, user: User, address: Address = "http://127.0.0.1:8561") -> None:
    """Take what is new."""
    _show({"cases_new_or_gone": _run(file, address, user, Device.pull)})


@app.command()
def cases(file: Folder, user: User, address: Address = "http://127.0.0.1:8561") -> None:
    """List the cases on the device."""

    async def work(device: Device) -> list[dict[str, Any]]:
        return device.cases()

    _show(_run(file, address, user, work))


@app.command()
def do(kind: str, form: Path, file: Folder, user: User, address: Address = "http://127.0.0.1:8561") -> None:
    """Keep something that was done: WISH, VISIT_ATTEMPT, INTERVIEW, FOLLOW_UP or WITHDRAWAL, its form in a JSON file."""
    content = orjson.loads(form.read_bytes())

    async def work(device: Device) -> str:
        return device.do(kind, content)

    _show({"operation_id": _run(file, address, user, work)})


@app.command()
def push(file: Folder, user: User, address: Address = "http://127.0.0.1:8561") -> None:
    """Bring what waits."""
    _show(_run(file, address, user, Device.push))


@app.command()
def decide(operation_id: str, choice: str, file: Folder, user: User, address: Address = "http://127.0.0.1:8561") -> None:
    """Choose about a conflict: APPLY, CORRECT_DATE, KEEP_DATE or DISCARD."""

    async def work(device: Device) -> None:
        device.decide(operation_id, choice)

    _run(file, address, user, work)


@app.command()
def wipe(file: Folder, user: User, address: Address = "http://127.0.0.1:8561") -> None:
    """Take everything off the device."""

    async def work(device: Device) -> None:
        device.store.wipe()

    _run(file, address, user, work)


if __name__ == "__main__":
    app()
