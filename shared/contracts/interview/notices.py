"""What people are to be told."""

from pydantic import AwareDatetime, Field

from shared.contracts.interview.base import CaseFact


class NoticeRequested(CaseFact):
    """Interview asks registry to tell the person something; only registry knows their phone and whether they want it.

    `template` and its `parameters` (as text: ISO dates, whole satang) are those of registry's list, nothing personal in them.
    `notice_key` is the same for the same notice: it is sent once. Not before `not_before`, and not at all after `expires_at`.
    """

    type = "interview.NoticeRequested.v1"
    consumers = ("registry",)

    notice_key: str = Field(min_length=1, max_length=200)
    template: str = Field(max_length=64)
    parameters: dict[str, str]
    not_before: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
