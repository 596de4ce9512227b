"""The amount a month: by the income of B.E. 2559, which a later income does not change."""

from services.payments.rules.parameters import Parameters
from shared.contracts.common import Tier
from shared.money import Satang


def monthly_amount(parameters: Parameters, tier: Tier) -> Satang:
    """Satang a month for the tier."""
    return Satang(parameters.amounts_satang[tier])
