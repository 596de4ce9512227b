"""Taking a DCI message in: who sent it, whether it is theirs and whole, and whether it was here before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile

from services.registry.commands.dci.keys import encryption_key_of, keys_of
from services.registry.commands.dci.signing import canonical, kid_of, require_signed
from services.registry.commands.dci.who import Who
from services.registry.http.scopes import PERSONAL_READ
from services.registry.key_sets import KeysNotFetched
from services.registry.repository.dci import senders, transactions
from services.registry.repository.dci.senders import Sender
from services.registry.resources import RegistryResources
from services.registry.rules.dci.filters import moment_of
from services.registry.rules.dci.words import ANSWERED_BY, ID_CHARACTERS_MAX, VERSION, Action, Err, HeaderReason, Refused
from shared.db import Tx
from shared.encryption import DecryptionKeys, EncryptionKey
from shared.http import Call
from shared.http.parameters import unknown_parameters
from shared.http.texts import text_problem
from shared.ids import new_id
from shared.signatures import PublicKeys, SignatureBroken

REQUESTS_MAX: Final = 1_000
AGE_MAX: Final = timedelta(minutes=5)
"""How far a message's own moment may be from ours; its id is remembered for longer."""

_LISTS: Final = {Action.SEARCH: "search_request", Action.SUBSCRIBE: "subscribe_request"}


class HeaderIn(BaseModel):
    """The header of a request, as far as it is looked at."""

    model_config = ConfigDict(strict=True)

    version: str = VERSION
    message_id: str = Field(min_length=1, max_length=ID_CHARACTERS_MAX)
    message_ts: str
    action: str
    sender_id: str
    sender_uri: str | None = None
    receiver_id: str | None = None
    total_count: int
    is_msg_encrypted: bool = False


class Sent(NamedTuple):
    """A body that can be read: its parts as they were sent, and the header as it is understood."""

    signature: str | None
    header: dict[str, Any]
    message: Any
    head: HeaderIn


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is believed. `requests` are those of its batch; `repeats` is the correlation id of the same message taken before.

    Its answer is encrypted to the `answer_key`, as it was itself; without one neither is.
    """

    head: HeaderIn
    body: dict[str, Any]
    transaction_id: str
    requests: list[Any]
    who: Who
    digest: bytes
    answer_key: EncryptionKey | None
    repeats: UUID | None = None


async def body_of(request: Request, action: Action, *, as_file: bool) -> bytes:
    """The JSON of the request, which has no query; with `as_file` also from the file of a form. Raises Refused."""
    for unknown in unknown_parameters(request):
        raise _bad(f"{unknown.field}: {unknown.message_en}", f"{unknown.field}: {unknown.message_th}")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return await request.body()
    if not as_file or kind != "multipart/form-data":
        raise _bad("the body is application/json", "เนื้อหาต้องเป็น application/json")
    async with request.form(max_files=1, max_fields=8) as form:
        file, said = form.get("fileName"), form.get("action")
        if not isinstance(file, UploadFile) or said != action.value or form.get("fileFormat", "json") != "json":
            raise _bad(
                f"the form has action {action}, a file fileName, and fileFormat json", "แบบฟอร์มต้องมี action fileName และ fileFormat เป็น json"
            )
        return await file.read()


def read(raw: bytes) -> Sent:
    """The parts of the body. Raises Refused."""
    try:
        body = orjson.loads(raw)
    except ValueError:
        raise _bad("the body is not JSON", "เนื้อหาไม่ใช่ JSON") from None
    header = body.get("header") if isinstance(body, Mapping) else None
    if not isinstance(body, dict) or not isinstance(header, dict):
        raise _bad("header and message are needed", "ต้องมี header และ message")
    if text_problem(body) is not None:
        raise _bad("a text has a NUL character", "ข้อความมีอักขระ NUL")
    try:
        head = HeaderIn.model_validate(header)
    except ValidationError as error:
        names = ", ".join(sorted({f"header.{one['loc'][0]}" for one in error.errors()}))
        raise _bad(f"missing or wrong: {names}", f"ไม่มีหรือไม่ถูกต้อง: {names}") from None
    signature = body.get("signature")
    return Sent(signature if isinstance(signature, str) and signature else None, header, body.get("message"), head)


async def look_for_keys(call: Call[RegistryResources], sent: Sent, now: datetime) -> None:
    """Before the transaction begins: look at the sender's published keys, where it has such and ours are old or lack the one that signed.

    Raises Refused.
    """
    async with call.resources.db.reading() as tx:
        sender = await senders.one(tx, sent.head.sender_id)
    if sender is None or sender.jwks_url is None or sent.signature is None or not _is_theirs(sender, call):
        return
    try:
        await call.resources.key_sets.of(sender.jwks_url, now, kid_of(sent.signature))
    except KeysNotFetched as failed:
        raise Refused(
            Err.UNAVAILABLE,
            f"the sender's keys cannot be fetched from its jwks_url now: {failed.reason}",
            f"อ่านกุญแจของผู้ส่งจาก jwks_url ไม่ได้ในขณะนี้: {failed.reason}",
        ) from None


async def believed(tx: Tx, call: Call[RegistryResources], sent: Sent, action: Action, now: datetime, *, back: bool) -> Message:
    """The message, if all is right with it; its id is taken with this transaction. With `back` it will be answered to a callback.

    Raises Refused.
    """
    sender, signed = await _sender(tx, call, sent)
    _require_whole(sent, action, now)
    if back:
        _require_callback(sent.head, sender, action)
    message = _opened(sent, call.resources.decryption)
    answer_key = await encryption_key_of(tx, sender) if sent.head.is_msg_encrypted else None
    if sent.head.is_msg_encrypted and answer_key is None:
        raise Refused(
            Err.ENCRYPTION,
            "the sender has no key (use enc) to which the answer could be encrypted",
            "ผู้ส่งไม่มีกุญแจ (use เป็น enc) สำหรับเข้ารหัสคำตอบ",
        )
    transaction_id = message.get("transaction_id") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(transaction_id, str) or not 0 < len(transaction_id) <= ID_CHARACTERS_MAX:
        raise _bad("message.transaction_id is needed", "ต้องมี message.transaction_id")
    requests = _requests(sent.head, message, action)
    vault, correlation_id = call.resources.vault, new_id()
    digest = vault.content_hash(canonical({"action": action.value}, message).decode())
    whole = vault.content_hash(signed.decode())
    who = Who.calling(sender, call.principal, PERSONAL_READ, str(correlation_id), encrypted=sent.head.is_msg_encrypted)
    before = await transactions.claim_message(tx, sender.sender_id, sent.head.message_id, whole, correlation_id, now)
    if before is None:
        return Message(sent.head, message, transaction_id, requests, who, digest, answer_key)
    if not back or before["digest"] != whole:
        raise Refused(Err.BAD, "a message with this id was taken before", "รับข้อความรหัสนี้ไปแล้ว", HeaderReason.DUPLICATE)
    return Message(sent.head, message, transaction_id, requests, who, digest, answer_key, before["correlation_id"])


async def _sender(tx: Tx, call: Call[RegistryResources], sent: Sent) -> tuple[Sender, bytes]:
    """The sender, and what it signed."""
    sender = await senders.one(tx, sent.head.sender_id)
    if sender is None or not _is_theirs(sender, call):
        raise Refused(Err.SENDER, "this sender is not registered for your token", "ผู้ส่งไม่อยู่ในทะเบียนของโทเค็นนี้")
    if sent.head.receiver_id not in {None, call.resources.settings.dci_id}:
        raise Refused(Err.RECEIVER, "the message is for another receiver", "ข้อความนี้ส่งถึงผู้รับรายอื่น")
    if sent.signature is None:
        raise Refused(Err.UNSIGNED, "the message is not signed", "ข้อความไม่มีลายมือชื่อ")
    try:
        return sender, require_signed(PublicKeys.of(await keys_of(tx, sender)), sent.signature, sent.header, sent.message)
    except SignatureBroken:
        raise Refused(Err.SIGNATURE, "the signature is not the sender's, or of another message", "ลายมือชื่อไม่ถูกต้อง") from None


def _is_theirs(sender: Sender, call: Call[RegistryResources]) -> bool:
    return sender.active and sender.client == call.principal.subject


def _opened(sent: Sent, keys: DecryptionKeys) -> Any:
    """The message in the clear. Raises Refused."""
    looks_encrypted = isinstance(sent.message, dict) and "ciphertext" in sent.message
    if sent.head.is_msg_encrypted is not looks_encrypted:
        raise Refused(Err.ENCRYPTION, "is_msg_encrypted does not say what the message is", "is_msg_encrypted ไม่ตรงกับข้อความว่าเข้ารหัสหรือไม่")
    if not looks_encrypted:
        return sent.message
    try:
        message = orjson.loads(keys.open(sent.message))
    except ValueError:
        ways = f"ECDH-ES+A256KW, A256GCM, kid {keys.current}"
        raise Refused(
            Err.ENCRYPTION,
            f"the message is not encrypted to our key of /.well-known/jwks.json: {ways}",
            f"ข้อความไม่ได้เข้ารหัสด้วยกุญแจของทะเบียนใน /.well-known/jwks.json: {ways}",
        ) from None
    if text_problem(message) is not None:
        raise _bad("a text has a NUL character", "ข้อความมีอักขระ NUL")
    return message


def _require_whole(sent: Sent, action: Action, now: datetime) -> None:
    head = sent.head
    if head.version != VERSION:
        raise Refused(Err.VERSION, f"the version is {VERSION}", f"รุ่นต้องเป็น {VERSION}", HeaderReason.VERSION)
    if head.action != action:
        raise Refused(Err.BAD, f"the action here is {action}", f"action ต้องเป็น {action}", HeaderReason.ACTION)
    moment = moment_of(head.message_ts)
    if moment is None or abs(now - moment) > AGE_MAX:
        minutes = AGE_MAX // timedelta(minutes=1)
        raise Refused(
            Err.BAD,
            f"message_ts is not within {minutes} minutes of now",
            f"message_ts ต้องห่างจากปัจจุบันไม่เกิน {minutes} นาที",
            HeaderReason.TIMESTAMP,
        )


def _require_callback(head: HeaderIn, sender: Sender, action: Action) -> None:
    """A message may name its callback, but only as it is registered: nobody is called elsewhere."""
    if sender.callback_base is None:
        raise Refused(Err.SENDER_URI, "the sender has no registered callback", "ผู้ส่งไม่ได้ลงทะเบียนที่อยู่รับคำตอบ")
    named = {None, sender.callback_base, sender.callback_base + ANSWERED_BY[action].path}
    if head.sender_uri not in named:
        raise Refused(Err.SENDER_URI, "sender_uri is not the registered callback", "sender_uri ไม่ตรงกับที่ลงทะเบียนไว้")


def _requests(head: HeaderIn, message: dict[str, Any], action: Action) -> list[Any]:
    if action not in _LISTS:
        return [message]
    requests = message.get(_LISTS[action])
    if not isinstance(requests, list) or not requests:
        raise _bad(f"message.{_LISTS[action]} is a list that is not empty", f"message.{_LISTS[action]} ต้องเป็นรายการที่ไม่ว่าง")
    if len(requests) > REQUESTS_MAX:
        raise Refused(Err.BAD, f"at most {REQUESTS_MAX} requests", f"ไม่เกิน {REQUESTS_MAX} คำขอ", HeaderReason.TOO_MANY)
    if head.total_count != len(requests):
        raise Refused(Err.BAD, "total_count is not the number of requests", "total_count ไม่ตรงกับจำนวนคำขอ", HeaderReason.TOTAL_COUNT)
    return requests


def _bad(en: str, th: str) -> Refused:
    return Refused(Err.BAD, en, th)
