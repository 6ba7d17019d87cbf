"""When a night is unusual enough to be told. The reasons stand in sql/DECISIONS.md#checks."""

FRESH_DAYS = 3
"""An input is fresh while its newest day lies at most so many days before the day that the run speaks of."""

RECENT_DAYS = 7
"""Missing values and rejected rows are looked for in so many newest days."""

LIKE_WEEKS = 8
"""A day is held against the same weekday of so many weeks before, its missing values against those weeks."""

LEAST_LIKE_DAYS = 4
"""Fewer days to compare with give no verdict."""

SPREADS = 3
"""How many spreads away from what is usual is still chance."""

SPREAD_OF_DEVIATION = 1.4826
"""A median absolute deviation times this is the standard deviation of what scatters like a bell."""

LEAST_DIFFERENCE_TICKETS = 5
"""A day with so few tickets more or less is never unusual."""

LEAST_DIFFERENCE_SHARE = 0.1
"""A share of missing values that rose by so little is never unusual."""

LEAST_ROWS = 20
"""Shares of fewer rows give no verdict."""

MOST_REJECTED_SHARE = 0.05
"""A file of which more rows are rejected is told."""
