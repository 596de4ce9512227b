"""What plan tells of seats that were given out, in the story of the year."""

from datetime import date

from shared.contracts.plan import UnmetNeed, UnmetNeedPublished
from shared.ids import same_id


def unmet_needs(tell) -> None:
    """Two allocations of May, of which the second left one programme only, and one of June without any offering."""
    technician = {"programme_code": "D2-DSD-TECHNICIAN", "dimension": "D2"}
    literacy = {"programme_code": "D2-GSB-FINANCIAL-LITERACY", "dimension": "D2"}
    for month, district, number, needs in (
        ("2018-05", "8101", 1, ((technician, 20, 5, 1, 0, 14), (literacy, 2, 2, 0, 0, 0))),
        ("2018-05", "8101", 2, ((technician, 12, 7, 1, 0, 4),)),
        ("2018-05", "8104", 2, ()),
        ("2018-06", "8103", 1, ((technician, 3, 0, 0, 3, 0),)),
    ):
        fact = UnmetNeedPublished(
            allocation_id=same_id("allocation", month, number),
            number=number,
            province="81",
            district=district,
            month=month,
            on=date(2018, 4, 20),
            programmes=tuple(
                UnmetNeed(
                    **programme, wishes=wishes, seated=seated, with_another_seat=another, without_offering=offerings, without_seat=seats
                )
                for programme, wishes, seated, another, offerings, seats in needs
            ),
        )
        tell(date(2018, 4, 20), fact, f"{district}-{month}")
