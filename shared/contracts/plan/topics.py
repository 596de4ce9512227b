"""The topics of plan."""

PLANS = "plan.plans.v1"


PROGRAMMES = "plan.programmes.v1"


OFFERINGS = "plan.offerings.v1"
