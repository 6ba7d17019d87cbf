"""What was known at an instant: okr.as_reported and okr.objective_as_reported, as table macros."""

from okr_analytics.warehouse.engine import Engine, literal

MACROS = {"okr.as_reported": "okr.attainment", "okr.objective_as_reported": "okr.objective_attainment"}
COMMENT = (
    "Every answer as it was known at an instant (UTC): {macro}(timestamp '2026-03-03 08:00'). "
    "Rows and columns are those of {table}."
)


def build_reported(engine: Engine) -> None:
    """Make the macros."""
    for macro, table in MACROS.items():
        known = "known_from <= cast(known_at as timestamp)"
        still = "(known_to is null or known_to > cast(known_at as timestamp))"
        engine.run(
            f"create or replace macro {macro}(known_at) as table select * from {table} where {known} and {still}"
        )
        engine.run(f"comment on macro table {macro} is {literal(COMMENT.format(macro=macro, table=table))}")
