"""What must hold whenever all that was told has arrived."""

from typing import Final

from services.reporting.queries.counted_rows import COUNTED, CountedRows
from services.reporting.queries.cubes import CUBES, FIGURES, Cube
from services.reporting.rules.case_figures import PARTS, RESULTS, stored_name
from shared.invariants import Invariant


def _agrees(table: str, columns: str, expected: str, why: str, only_if: str = "true") -> Invariant:
    """The table has these columns' rows exactly as expected, while the condition holds."""
    kept, reckoned = f"SELECT {columns} FROM {table}", f"SELECT {columns} FROM ({expected}) e"
    differences = (
        f"""SELECT 'kept' AS only, * FROM ({kept} EXCEPT {reckoned}) k UNION ALL SELECT 'reckoned', * FROM ({reckoned} EXCEPT {kept}) r"""
    )
    return Invariant(f"{table}-agrees", why, f"SELECT * FROM ({differences}) d WHERE {only_if}")


def _sums_agree(cube: Cube) -> Invariant:
    why = "A sum that is not that of its counted rows is a figure of nobody, or leaves somebody out."
    return _agrees(cube.table, ", ".join(cube.columns), cube.of_rows(cube.of.all), why)


def _rows_agree(rows: CountedRows) -> Invariant:
    why = "What was counted of somebody must be what was told of them, once nothing waits to be counted."
    return _agrees(rows.table, ", ".join(rows.columns), rows.select, why, "NOT EXISTS (SELECT FROM changed_holder)")


# Who is overdue and who is open are the same persons in the cube: which of them is asked by the day.
_RESULT_NAMES: Final = ", ".join(f"'{stored_name(RESULTS, name)}'" for name in sorted(PARTS - {"open"}))
_GROUP_NAME: Final = f"'{stored_name(RESULTS, 'visit_group')}'"

INVARIANTS: Final = [
    Invariant(
        "person-has-registry-data",
        "A fact about somebody whom the registry does not know would be a figure about nobody.",
        "SELECT holder_id FROM person WHERE holder_version IS NULL",
    ),
    Invariant(
        "plan-has-lines",
        "A plan that stands without its lines would be missing from the figures by programme.",
        """SELECT holder_id, plan_id, plan_version FROM person p
            WHERE plan_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM plan_line l WHERE l.plan_id = p.plan_id AND l.version = p.plan_version)""",
    ),
    Invariant(
        "closed-run-balances",
        "A run closes only when eligible = paid + failed + held + returned, to the person and the satang.",
        """SELECT run_id, month, eligible - paid - failed - held - returned AS persons,
                  eligible_satang - paid_satang - failed_satang - held_satang - returned_satang AS satang
             FROM run
            WHERE closed_on IS NOT NULL
              AND (eligible, eligible_satang)
                  <> (paid + failed + held + returned, paid_satang + failed_satang + held_satang + returned_satang)""",
    ),
    Invariant(
        "closed-run-agrees-with-payments",
        "What payments closed a run with and the payments that it told one by one are two accounts of the same money.",
        """SELECT run_id, r.paid_satang + r.returned_satang AS closed, coalesce(told, 0) AS told
             FROM run r
             LEFT JOIN (SELECT run_id, sum(amount_satang) FILTER (WHERE finality > 1) AS told FROM payment GROUP BY run_id) f USING (run_id)
            WHERE r.closed_on IS NOT NULL AND r.paid_satang + r.returned_satang <> coalesce(told, 0)""",
    ),
    *map(_sums_agree, CUBES),
    *map(_rows_agree, COUNTED),
    Invariant(
        "visit-group-has-one-result-each",
        "Everybody of the visit group declared, refused, is content, was not found or died, or is open or overdue: the results are the group.",
        f"""SELECT area, coalesce(sum(persons) FILTER (WHERE figure = {_GROUP_NAME}), 0) AS visit_group,
                   coalesce(sum(persons) FILTER (WHERE figure IN ({_RESULT_NAMES})), 0) AS results
              FROM {FIGURES.table} WHERE figure IN ({_GROUP_NAME}, {_RESULT_NAMES}) GROUP BY area
            HAVING coalesce(sum(persons) FILTER (WHERE figure = {_GROUP_NAME}), 0) <> coalesce(sum(persons) FILTER (WHERE figure IN ({_RESULT_NAMES})), 0)""",
    ),
    Invariant(
        "snapshots-are-chained",
        "A snapshot that does not follow the one before it shows that one was taken out or changed.",
        """SELECT seq, snapshot_id FROM (SELECT seq, snapshot_id, prev_hash, lag(content_hash, 1, '') OVER (ORDER BY seq) AS before FROM snapshot) s
            WHERE prev_hash <> before""",
    ),
]
