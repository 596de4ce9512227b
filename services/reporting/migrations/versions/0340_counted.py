"""Figures are sums that are kept: counted rows, cubes, and who is to be counted. Everybody who is here is counted when the service runs."""

from alembic import op

revision = "0340"
down_revision = "0330"

COUNTED = """
CREATE TABLE changed_holder (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    holder_id uuid NOT NULL,
    source text NOT NULL
);

CREATE TABLE counting (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    rules text NOT NULL
);

CREATE TABLE counted_case (
    holder_id uuid PRIMARY KEY,
    stands boolean NOT NULL,
    merged_into uuid,
    registered boolean NOT NULL,
    home_district text,
    responsible_district text,
    officer_id uuid,
    tier text,
    age_group text NOT NULL,
    status text,
    visit_group boolean,
    moved boolean NOT NULL,
    stated_on date,
    declared_channel text,
    declared_district text,
    place_id uuid,
    declared_tier text,
    approved_late boolean,
    due_by date,
    visited boolean NOT NULL,
    ended text NOT NULL,
    risen_to text[] NOT NULL,
    interviewed boolean NOT NULL,
    expected boolean NOT NULL,
    planned boolean NOT NULL,
    referred boolean,
    accepted boolean,
    dropped boolean,
    followed boolean NOT NULL,
    band_at_interview text,
    band_now text,
    june_reached boolean,
    june_job text,
    june_advice text,
    june_overdue boolean NOT NULL,
    september_reached boolean,
    september_job text,
    september_advice text,
    september_overdue boolean NOT NULL,
    ad_hoc_reached boolean,
    ad_hoc_job text,
    ad_hoc_advice text,
    ad_hoc_overdue boolean NOT NULL
);
CREATE INDEX counted_case_officer ON counted_case (officer_id) WHERE officer_id IS NOT NULL;
CREATE INDEX counted_case_district ON counted_case (responsible_district, holder_id);
CREATE INDEX counted_case_merged ON counted_case (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX person_merged_into ON person (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE counted_payment (
    holder_id uuid,
    month text,
    tier text,
    district text,
    bank text,
    asked_satang bigint NOT NULL,
    settled_satang bigint NOT NULL,
    returned_satang bigint NOT NULL,
    PRIMARY KEY (holder_id, month, tier, district, bank)
);

CREATE TABLE counted_allowance (
    entitlement_id uuid PRIMARY KEY,
    holder_id uuid NOT NULL,
    responsible_district text,
    tier text NOT NULL,
    status text NOT NULL,
    stop_reason text,
    stop_month text,
    monthly_satang bigint NOT NULL
);
CREATE INDEX counted_allowance_holder ON counted_allowance (holder_id);

CREATE TABLE counted_line (
    holder_id uuid,
    dimension text,
    programme text,
    agency text,
    state text,
    outcome text,
    responsible_district text,
    lines int NOT NULL,
    overdue int NOT NULL,
    PRIMARY KEY (holder_id, dimension, programme, agency, state, outcome)
);
"""

# What names a cube's rows, and its sums; where the first sum is 0 the row has come to nothing and goes.
CUBES = {
    "cube_figure": ("figure text, day date", "persons"),
    "cube_age_income": ("tier text, age_group text", "persons, deceased"),
    "cube_income_band": ("tier text, band_at_interview text, band_now text", "persons"),
    "cube_caseload": ("officer_id uuid", "cases, interviewed, planned, followed_june, followed_september"),
    "cube_intake": ("stated_on date, place_id uuid", "persons, walk_in, home_visit, up_to_30000, over_30000, approved_late"),
    "cube_payment": (
        "bank text, month text, tier text",
        "persons, persons_settled, settled_satang, persons_failed, failed_satang, persons_returned, returned_satang",
    ),
    "cube_allowance": ("tier text, status text, stop_reason text, stop_month text", "persons, monthly_satang"),
    "cube_line": ("dimension text, programme text, agency text, state text, outcome text", "persons, lines, overdue"),
}


def upgrade() -> None:
    """Make the tables, and note everybody who is here."""
    op.execute(COUNTED)
    for cube, (keys, sums) in CUBES.items():
        names = ", ".join(["area", *(key.split()[0] for key in keys.split(", "))])
        counts = ", ".join(f"{one} bigint NOT NULL" for one in sums.split(", "))
        op.execute(f"CREATE TABLE {cube} (area text, {keys}, {counts}, PRIMARY KEY ({names}))")
        op.execute(f"CREATE INDEX {cube}_nothing ON {cube} (area) WHERE {sums.split(', ')[0]} = 0")
    op.execute(
        """INSERT INTO changed_holder (holder_id, source) SELECT holder_id, 'person' FROM person
           UNION ALL SELECT DISTINCT holder_id, 'payment' FROM payment"""
    )
