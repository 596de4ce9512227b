"""The topics of plan."""

PLANS = "plan.plans.v1"
PROGRAMMES = "plan.programmes.v1"
OFFERINGS = "plan.offerings.v1"
CODE_LISTS = "plan.code-lists.v1"
EMPLOYERS = "plan.employers.v1"
UNMET_NEEDS = "plan.unmet-needs.v1"
WAGES = "plan.wages.{bank}.v1"
