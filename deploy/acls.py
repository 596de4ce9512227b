"""Grant on the broker what kafka-acls.yaml says: `python -m deploy.acls`; `--show` prints it for kafka-acls.sh instead.

Doing it again changes nothing. What was granted by other ways stays: `kafka-acls.sh --list` shows it.
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
import yaml
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest, DescribeAclsRequest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from shared.bus.kafka import KafkaLogin
from shared.clock import monotonic
from shared.contracts.common import PARTIES, party_in, topics_of

DECLARATION: Final = Path(__file__).parent / "kafka-acls.yaml"
AT_ONCE: Final = 20
_ANY_HOST: Final = "*"
_ANY: Final = 1
_ALLOW: Final = 3
SERVED_S_MAX: Final = 60.0
POLL_S: Final = 0.1


class Kind(IntEnum):
    """Kafka's kinds of resources."""

    TOPIC = 2
    GROUP = 3
    TRANSACTIONAL_ID = 5


class Right(IntEnum):
    """Kafka's operations, as far as anybody is granted one."""

    READ = 3
    WRITE = 4
    DESCRIBE = 8


class Pattern(IntEnum):
    """How a name is meant."""

    LITERAL = 3
    PREFIXED = 4


class Grant(NamedTuple):
    """One line of the broker's list."""

    principal: str
    right: Right
    kind: Kind
    name: str
    pattern: Pattern = Pattern.LITERAL

    def arguments(self) -> str:
        """As arguments of kafka-acls.sh (kafka.admin.AclCommand)."""
        option = self.kind.name.lower().replace("_", "-")
        return (
            f"--add --allow-principal {self.principal} --operation {self.right.name.title()} --{option} {self.name} "
            f"--resource-pattern-type {self.pattern.name.lower()}"
        )


class AclsNotGrantedError(RuntimeError):
    """The broker refused; the message has its words."""


class Account(BaseModel):
    """What one principal may do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    groups: tuple[str, ...]
    transactions: tuple[str, ...]


def declared() -> dict[str, Account]:
    """What kafka-acls.yaml says, by principal name: one for each bank and agency."""
    accounts = TypeAdapter(dict[str, Account]).validate_python(yaml.safe_load(DECLARATION.read_text()))
    return {name: account for named, one in accounts.items() for name, account in _of_each_party(named, one)}


def _of_each_party(named: str, account: Account) -> Iterator[tuple[str, Account]]:
    """The account of a principal; one for each party where the name has a place for it, with the party in its topics too."""
    party = party_in(named)
    if party is None:
        topics = {field: tuple(topic for name in getattr(account, field) for topic in topics_of(name)) for field in ("reads", "writes")}
        yield named, account.model_copy(update=topics)
        return
    for code in PARTIES[party]:
        filled = {field: tuple(name.replace(f"{{{party}}}", code.lower()) for name in names) for field, names in account}
        yield named.replace(f"{{{party}}}", code.lower()), Account(**filled)


def grants(accounts: Mapping[str, Account], *, topic_prefix: str = "", user_prefix: str = "") -> list[Grant]:
    """Every line of the broker's list."""
    return [one for name, account in accounts.items() for one in _grants(f"User:{user_prefix}{name}", account, topic_prefix)]


def _grants(principal: str, account: Account, topic_prefix: str) -> Iterator[Grant]:
    for topic in account.reads:
        yield Grant(principal, Right.READ, Kind.TOPIC, topic_prefix + topic)
    for topic in account.writes:
        yield Grant(principal, Right.WRITE, Kind.TOPIC, topic_prefix + topic)
    for group in account.groups:
        yield Grant(principal, Right.READ, Kind.GROUP, group, Pattern.PREFIXED)
    for transactional_id in account.transactions:
        for right in (Right.WRITE, Right.DESCRIBE):
            yield Grant(principal, right, Kind.TRANSACTIONAL_ID, transactional_id, Pattern.PREFIXED)


async def apply(bootstrap: str, wanted: Sequence[Grant], login: KafkaLogin | None = None) -> int:
    """Grant them, wait until the broker goes by them, and return how many. The account needs Alter on the cluster. Raises AclsNotGrantedError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **(login or KafkaLogin()).arguments())
    await admin.start()
    hands = asyncio.Semaphore(AT_ONCE)

    async def grant(one: Grant) -> None:
        request = CreateAclsRequest(one.kind, one.name, one.pattern, one.principal, _ANY_HOST, one.right, _ALLOW)
        async with hands:
            answer = await admin._send_request(request)  # noqa: SLF001  # aiokafka has the message and no public call for it
        for code, words in answer.creation_responses:
            if code:
                raise AclsNotGrantedError(f"{one.arguments()}: {words or code}")

    try:
        await asyncio.gather(*(grant(one) for one in wanted))
        deadline = monotonic() + SERVED_S_MAX
        while missing := set(wanted) - await _granted(admin):
            if monotonic() > deadline:
                raise AclsNotGrantedError(f"not served after {SERVED_S_MAX:.0f} s: {len(missing)} of {len(wanted)}")
            await asyncio.sleep(POLL_S)
        return len(wanted)
    finally:
        await admin.close()


async def _granted(admin: AIOKafkaAdminClient) -> set[tuple[str, int, int, str, int]]:
    """Every line of the broker's list as a tuple; those of other kinds than ours equal none of ours."""
    asked = DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY)
    answer = await admin._send_request(asked)  # noqa: SLF001  # as above
    return {
        (principal, right, kind, name, pattern)
        for kind, name, pattern, acls in answer.resources
        for principal, host, right, permission in acls
        if (host, permission) == (_ANY_HOST, _ALLOW)
    }


def main(
    bootstrap: Annotated[str, typer.Option(envvar="KAFKA_BOOTSTRAP_SERVERS", help="host:port of a broker")] = "",
    topic_prefix: Annotated[str, typer.Option(envvar="KAFKA_TOPIC_PREFIX", help="goes before every topic's name")] = "",
    user_prefix: Annotated[str, typer.Option(help="goes before every principal's name")] = "",
    *,
    show: Annotated[bool, typer.Option("--show", help="only print the arguments for kafka-acls.sh")] = False,
) -> None:
    """Grant what kafka-acls.yaml says."""
    wanted = grants(declared(), topic_prefix=topic_prefix, user_prefix=user_prefix)
    if show:
        typer.echo("\n".join(one.arguments() for one in wanted))
        return
    if not bootstrap:
        raise typer.BadParameter("is needed, or --show", param_hint="--bootstrap")
    try:
        granted = asyncio.run(apply(bootstrap, wanted, KafkaLogin.from_environment(os.environ)))
    except AclsNotGrantedError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    typer.echo(f"acls: {granted} granted")


if __name__ == "__main__":
    typer.run(main)
