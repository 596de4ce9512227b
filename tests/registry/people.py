"""Lines of registry files, made up for tests."""

from services.registry.rules.registry_file import COLUMNS
from shared.thai.citizen_id import check_digit

HEADER = ",".join(COLUMNS)


def citizen_id(number):
    first12 = f"10000{number:07d}"
    return first12 + check_digit(first12)


def card_no(number):
    return f"97640000{number:08d}"


def row(number=1, **changed):
    """The fields of a good line about person `number`."""
    return {
        "citizen_id": citizen_id(number),
        "card_no": card_no(number),
        "prefix": "นาง",
        "first_name": "สุดา",
        "last_name": "ใจดี",
        "birth_date": "1970-05-04",
        "birth_precision": "DAY",
        "income_2559_baht": "25000",
        "subdistrict_code": "810101",
        "house_no": "12/3",
        "moo": "4",
        "road": "",
        "postcode": "81000",
        "bank": "KTB",
        "account_no": "1234567890",
        "phone": "0812345678",
        "mobile_consent": "Y",
        **changed,
    }


def line(number=1, **changed):
    return ",".join(row(number, **changed).values())


def file_of(*lines):
    return "\n".join([HEADER, *lines, ""])


OUTSIDER = {"name": "สมหญิง มีสุข", "citizen_id": citizen_id(900)}


def appointment(grounds="AUTHORISED", agent=None, paper="POWER_OF_ATTORNEY", until_on="2018-12-31", **more):
    return {
        "grounds": grounds,
        "agent": agent or OUTSIDER,
        "purposes": ["STATE_WISH", "RECEIVE_NOTICES"],
        "paper": {"kind": paper, "reference": "มอ. 12/2561", "issued_on": "2018-02-01"},
        "from_on": "2018-02-01",
        "until_on": until_on,
    } | more
