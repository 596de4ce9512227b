"""How files are exchanged with each bank: dated data with their source, one file a bank (`banks/<bank>.yaml`)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from services.payments.rules.bank_files.csv_lines import Mapped
from shared.contracts.common import Bank
from shared.dated import in_force
from shared.thai.working_days import is_working_day, working_days_after

FOLDER: Final = Path(__file__).parent / "banks"


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays: the name and account as the bank has them, and the bank's code in the Thai clearing."""

    name: str
    account: str
    clearing_code: str


@dataclass(frozen=True, slots=True)
class Conventions:
    """What holds with one bank on a day."""

    payer: Party
    csv: Mapped


def conventions_of(bank: Bank, on: date) -> Conventions:
    """What holds with the bank on the day. Raises ValueError for a file that is not whole, KeyError for one that lacks a value."""
    content = in_force(FOLDER / f"{bank.lower()}.yaml", on)
    return Conventions(Party(**content["payer"]), Mapped.of(content["csv"]))


def execution_date(released_on: date) -> date:
    """The day on which a bank is asked to pay: that of the release, or the next on which banks work."""
    return released_on if is_working_day(released_on) else working_days_after(released_on, 1)
