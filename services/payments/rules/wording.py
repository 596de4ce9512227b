"""What rules and facts say to people, in English and Thai (words.yaml). Pure."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from services.payments.rules.explaining import Applied, MonthReckoned
from services.payments.rules.facts import Fact
from shared.contracts.common import Tier
from shared.money import in_baht
from shared.thai.dates import be_year, in_thai, month_in_thai

FILE: Final = Path(__file__).parent / "words.yaml"
NO_WISH: Final = "no_wish"
AMOUNT: Final = "amounts_satang"
BENEFIT: Final = "benefit"

_DAYS: Final = {
    "WISH": "stated_on",
    "WITHDRAWAL": "known_on",
    "INTERVIEWED": "interviewed_on",
    "DECIDED": "decided_on",
    "PLAN_AGREED": "agreed_on",
    "CONTENT": "declined_on",
    "DEATH_TAKEN_BACK": "alive_again_on",
    "MISSED_GRANTED": "granted_on",
}
"""The field of each fact that is its day."""


class Words(NamedTuple):
    """The same in both languages."""

    en: str
    th: str


class RuleTold(NamedTuple):
    """A rule in words; `source` is the value of the policy set that it stands on, by its dotted name, `legal` the text of its legal source."""

    words: Words
    source: str | None
    legal: str


@cache
def _file() -> Mapping[str, Any]:
    words: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return words


def rule_of(rule: str) -> Mapping[str, str]:
    """The entry of a rule as histories name it (`stop_rules.WITHDRAWN=FIXED_OR_NEXT`). Raises KeyError for an unknown one."""
    rules: Mapping[str, Mapping[str, str]] = _file()["rules"]
    return rules[rule] if rule in rules else rules[rule.partition("=")[0]]


def tell(applied: Applied, sources: Mapping[str, str]) -> RuleTold:
    """The rule as it was applied, with its legal source from the policy set's `sources`."""
    return _told(rule_of(applied.rule), sources, on=applied.on, since=applied.month)


def tell_no_wish(sources: Mapping[str, str]) -> RuleTold:
    """That no wish was known."""
    return _told(rule_of(NO_WISH), sources)


def tell_amount(reckoned: MonthReckoned, sources: Mapping[str, str]) -> RuleTold:
    """The amount and the tier that gives it."""
    return _told(rule_of(AMOUNT), sources, tier=reckoned.tier, amount=reckoned.satang)


def tell_benefit(benefit: str, sources: Mapping[str, str]) -> RuleTold:
    """What kind of money a month is that is paid in time."""
    return _told(rule_of(f"{BENEFIT}.{benefit}"), sources)


def _told(
    entry: Mapping[str, str],
    sources: Mapping[str, str],
    *,
    on: date | None = None,
    since: date | None = None,
    tier: Tier | None = None,
    amount: int = 0,
) -> RuleTold:
    en = entry["en"].format(on=on and day_in_english(on), since=since and month_in_english(since), tier=tier, amount=in_baht(amount))
    th = entry["th"].format(on=on and in_thai(on), since=since and month_in_thai(since), tier=tier, amount=in_baht(amount))
    source = entry.get("source")
    return RuleTold(Words(en, th), source, sources.get(source, "") if source else entry["reference"])


def input_words(kind: str, day: date | None = None) -> Words:
    """What is known, by its kind and the day that it tells."""
    entry: Mapping[str, str] = _file()["inputs"][kind]
    return Words(entry["en"].format(day=day and day_in_english(day)), entry["th"].format(day=day and in_thai(day)))


def day_of(fact: Fact) -> date:
    """The day that a fact tells."""
    day: date = getattr(fact, _DAYS[fact.kind])
    return day


def day_in_english(day: date) -> str:
    """`1 February 2018 (B.E. 2561)`."""
    return f"{day.day} {month_in_english(day)}"


def month_in_english(month: date) -> str:
    """`February 2018 (B.E. 2561)`."""
    return f"{month:%B %Y} (B.E. {be_year(month)})"
