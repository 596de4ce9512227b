"""The words of the DCI Social Registry API v1.0.0: actions, statuses, reason codes and errors, as its document lists them."""

from enum import StrEnum
from typing import Final

VERSION: Final = "1.0.0"
ID_CHARACTERS_MAX: Final = 99
MESSAGE_CHARACTERS_MAX: Final = 999


class Status(StrEnum):
    """How a request, or one of a batch, stands."""

    RECEIVED = "rcvd"
    PENDING = "pdng"
    SUCCEEDED = "succ"
    REJECTED = "rjct"


class Action(StrEnum):
    """What a message asks for; the value stands in its header."""

    SEARCH = "search"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    TXN_STATUS = "txn-status"


class Callback(StrEnum):
    """What we send to a sender; the value stands in the header."""

    ON_SEARCH = "on-search"
    ON_SUBSCRIBE = "on-subscribe"
    NOTIFY = "notify"
    ON_UNSUBSCRIBE = "on-unsubscribe"
    ON_TXN_STATUS = "txn-on-status"

    @property
    def path(self) -> str:
        """Below the sender's base."""
        return "/registry/txn/on-status" if self is Callback.ON_TXN_STATUS else f"/registry/{self.value}"


ANSWERED_BY: Final = {
    Action.SEARCH: Callback.ON_SEARCH,
    Action.SUBSCRIBE: Callback.ON_SUBSCRIBE,
    Action.UNSUBSCRIBE: Callback.ON_UNSUBSCRIBE,
    Action.TXN_STATUS: Callback.ON_TXN_STATUS,
}


class HeaderReason(StrEnum):
    """Why a whole message is rejected."""

    VERSION = "rjct.version.invalid"
    DUPLICATE = "rjct.message_id.duplicate"
    TIMESTAMP = "rjct.message_ts.invalid"
    ACTION = "rjct.action.invalid"
    TOTAL_COUNT = "rjct.total_count.invalid"
    TOO_MANY = "rjct.total_count.limit_exceeded"


class Err(StrEnum):
    """Why a message was not taken at all."""

    BAD = "err.request.bad"
    UNAUTHORIZED = "err.request.unauthorized"
    FORBIDDEN = "err.request.forbidden"
    VERSION = "err.version.not_supported"
    SENDER = "err.sender_id.invalid"
    SENDER_URI = "err.sender_uri.invalid"
    RECEIVER = "err.receiver_id.invalid"
    UNSIGNED = "err.signature.missing"
    SIGNATURE = "err.signature.invalid"
    ENCRYPTION = "err.encryption.invalid"
    UNAVAILABLE = "err.service.unavailable"


class Fault(StrEnum):
    """What is wrong with one request of a batch; its code depends on the action."""

    REFERENCE = "reference"
    REPEATED_REFERENCE = "repeated reference"
    TIMESTAMP = "timestamp"
    CRITERIA = "criteria"
    FILTER = "filter"
    PERSON = "person"
    SORT = "sort"
    PAGINATION = "pagination"
    TOO_MANY = "too many"
    EVENT = "event"
    SUBSCRIBED = "subscribed"


SEARCH_CODES: Final = {
    Fault.REFERENCE: "rjct.reference_id.invalid",
    Fault.REPEATED_REFERENCE: "rjct.reference_id.duplicate",
    Fault.TIMESTAMP: "rjct.timestamp.invalid",
    Fault.CRITERIA: "rjct.search_criteria.invalid",
    Fault.FILTER: "rjct.filter.invalid",
    Fault.PERSON: "rjct.search_criteria.invalid",
    Fault.SORT: "rjct.sort.invalid",
    Fault.PAGINATION: "rjct.pagination.invalid",
    Fault.TOO_MANY: "rjct.search.too_many_records_found",
}
SUBSCRIBE_CODES: Final = {
    Fault.REFERENCE: "rjct.reference_id.invalid",
    Fault.REPEATED_REFERENCE: "rjct.reference_id.duplicate",
    Fault.TIMESTAMP: "rjct.timestamp.invalid",
    Fault.CRITERIA: "rjct.notify_details.invalid",
    Fault.FILTER: "rjct.notify_details.invalid",
    Fault.PERSON: "rjct.person_id.invalid",
    Fault.EVENT: "rjct.notify_types.invalid",
    Fault.SUBSCRIBED: "rjct.event.already_subscribed",
}


class UnsubscribeReason(StrEnum):
    """Why nothing was unsubscribed."""

    TIMESTAMP = "rjct.timestamp.invalid"
    CODE = "rjct.subscription_code.invalid"
    ALREADY = "rjct.event.already_unsubscribed"


class Rejected(Exception):
    """One request of a batch is rejected. The words never repeat a value that was sent."""

    def __init__(self, fault: Fault, en: str, th: str) -> None:
        """Words in both languages; answers have one text for both."""
        super().__init__(f"{fault}: {en}")
        self.fault, self.words = fault, both(en, th)


class Refused(Exception):
    """The whole message is refused. `reason` is the code for a header, where its list has one."""

    def __init__(self, error: Err, en: str, th: str, reason: HeaderReason | None = None) -> None:
        """As Rejected."""
        super().__init__(f"{error}: {en}")
        self.error, self.reason, self.words = error, reason, both(en, th)


def both(en: str, th: str) -> str:
    """The words in both languages, within the document's limit."""
    return f"{en} / {th}"[:MESSAGE_CHARACTERS_MAX]
