"""SQL expressions, built and not written: the few forms that compiled metrics are made of.

Identifiers are quoted and texts are literals, whatever is in them. Only forms that Spark takes with the same meaning
stand here, so what is built of them can be rendered for it. What a KPI means does not belong here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

Expression = exp.Expr
Query = exp.Query
Columns = Mapping[str, Expression]
EXACT = "decimal(38, 9)"
TYPES = {
    name: exp.DataType.build(name, dialect="duckdb")
    for name in ("bigint", "boolean", "date", "double", "varchar", "varchar[]", EXACT)
}


def render(expression: Expression) -> str:
    """The expression in DuckDB's words. It is used up: it must not be rendered, or built upon, again."""
    return DuckDB().generate(expression, copy=False)


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, of a table where it is named."""
    return exp.column(name, table=table, quoted=True)


def columns(*names: str, table: str | None = None) -> dict[str, Expression]:
    """Columns under their own names."""
    return {name: column(name, table) for name in names}


def table(name: str, alias: str | None = None) -> Expression:
    """A table, written as schema.table where it has a schema."""
    schema, _, plain = name.rpartition(".")
    return exp.table_(_name(plain), db=_name(schema) if schema else None, alias=_name(alias) if alias else None)


def text(value: str) -> Expression:
    """A text."""
    return exp.Literal.string(value)


def number(value: float | str) -> Expression:
    """A number, as it is written."""
    return exp.Literal.number(value)


def date_literal(day: date) -> Expression:
    """A day."""
    return cast(text(str(day)), "date")


def cast(expression: Expression, kind: str) -> Expression:
    """The expression as one of TYPES."""
    return exp.Cast(this=expression, to=TYPES[kind].copy())


def call(name: str, *arguments: Expression) -> Expression:
    """A function that DuckDB has; sqlglot knows the other dialects' names of most."""
    return exp.func(name, *arguments, dialect="duckdb", copy=False)


def case(*branches: tuple[Expression, Expression], otherwise: Expression | None = None) -> Expression:
    """The first branch whose condition holds, else `otherwise` or null."""
    return exp.Case(ifs=[exp.If(this=condition, true=result) for condition, result in branches], default=otherwise)


def choice(chosen: Expression, results: Mapping[str, Expression]) -> Expression:
    """The result under the text that `chosen` is; null where it is none of them."""
    return exp.Case(this=chosen, ifs=[exp.If(this=text(name), true=result) for name, result in results.items()])


def every(*conditions: Expression) -> Expression:
    """All of the conditions hold; of none that is true."""
    needed = [each for each in conditions if each != exp.true()]
    return exp.and_(*needed, copy=False) if needed else exp.true()


def everything() -> Expression:
    """The condition that every row meets."""
    return exp.true()


def nothing() -> Expression:
    """The condition that no row meets."""
    return exp.false()


def condition(sql: str) -> Expression:
    """A condition that another module has written, parsed."""
    return exp.true() if sql == "true" else exp.condition(sql, dialect="duckdb")


def exists(query: exp.Query) -> Expression:
    """The query has a row."""
    return exp.Exists(this=query)


def is_null(expression: Expression) -> Expression:
    """It is null."""
    return exp.Is(this=expression, expression=exp.Null())


def is_known(expression: Expression) -> Expression:
    """It is not null."""
    return exp.not_(is_null(expression), copy=False)


def is_one_of(expression: Expression, members: Iterable[str]) -> Expression:
    """It is one of these texts; of none never."""
    listed = [text(each) for each in members]
    return exp.In(this=expression, expressions=listed) if listed else exp.false()


def between(expression: Expression, first: Expression, last: Expression) -> Expression:
    """From first to last, inclusive."""
    return exp.Between(this=expression, low=first, high=last)


def divide(total: Expression, base: Expression) -> Expression:
    """A quotient of doubles; null where the base is 0. Decimals are not divided as such: engines round differently."""
    return exp.Div(this=cast(total, "double"), expression=call("nullif", cast(base, "double"), number(0)))


def days_from(first: Expression, last: Expression) -> Expression:
    """How many days lie between two days: 0 on the same."""
    return call("date_diff", text("day"), first, last)


def count_distinct(expression: Expression) -> Expression:
    """How many different ones there are, null left out."""
    return exp.Count(this=exp.Distinct(expressions=[expression]))


def row_of(*members: Expression) -> Expression:
    """Several expressions as one."""
    return exp.Tuple(expressions=list(members))


def quantile_cont(expression: Expression, share: str) -> Expression:
    """The quantile of that share, linearly interpolated."""
    return exp.PercentileCont(this=expression, expression=number(share))


def quantiles_cont(expression: Expression, shares: Iterable[str]) -> Expression:
    """The list of the quantiles of these shares."""
    return exp.PercentileCont(this=expression, expression=exp.Array(expressions=[number(each) for each in shares]))


def item(items: Expression, place: int) -> Expression:
    """An item of a list, the first at place 0."""
    return exp.Bracket(this=items, expressions=[number(place)])


def running(aggregate: Expression, by: Sequence[str], order: str) -> Expression:
    """The window function over the rows up to this one in that order, within equal `by`."""
    return exp.Window(this=aggregate, partition_by=[column(each) for each in by], order=_order(order))


def over(aggregate: Expression, by: Sequence[str]) -> Expression:
    """The aggregate over all rows of equal `by`."""
    return exp.Window(this=aggregate, partition_by=[column(each) for each in by])


def texts(values: Iterable[str]) -> Expression:
    """A list of texts."""
    return exp.Array(expressions=[text(each) for each in values])


def unnested_structs(structs: Iterable[Columns]) -> Expression:
    """One row per struct."""
    made = [
        exp.Struct(expressions=[exp.PropertyEQ(this=_name(key), expression=value) for key, value in each.items()])
        for each in structs
    ]
    return exp.Explode(this=exp.Array(expressions=made))


def select(
    chosen: Columns,
    source: Expression | None,
    *,
    joins: Iterable[Expression] = (),
    where: Iterable[Expression] = (),
    group: Iterable[Expression] = (),
) -> exp.Select:
    """A select of named columns."""
    query = exp.Select().select(*(_aliased(name, value) for name, value in chosen.items()), copy=False)
    if source is not None:
        query.from_(source, copy=False)
    for each in joins:
        query.append("joins", each)
    conditions = every(*where)
    if conditions != exp.true():
        query.where(conditions, copy=False)
    grouped = list(group)
    return query.group_by(*grouped, copy=False) if grouped else query


def join(source: Expression, on: Expression, side: str | None = None) -> Expression:
    """An inner join, or with a side ("left") an outer one."""
    return exp.Join(this=source, side=side, on=on)


def in_brackets(query: exp.Query) -> Expression:
    """A query of one row and column as a value."""
    return exp.Subquery(this=query)


def cross_join(source: Expression) -> Expression:
    """Every row with every row."""
    return exp.Join(this=source, kind="CROSS")


def subquery(query: exp.Query, alias: str) -> Expression:
    """A query to select from."""
    return query.subquery(_name(alias), copy=False)


def union_all(queries: Iterable[exp.Query]) -> exp.Query:
    """All rows of all queries."""
    first, *others = queries
    return exp.union(first, *others, distinct=False, copy=False) if others else first


def with_steps(steps: Mapping[str, exp.Query], query: exp.Query) -> exp.Query:
    """A query after named steps, each of which may read those before it."""
    expressions = [exp.CTE(this=step, alias=exp.TableAlias(this=_name(name))) for name, step in steps.items()]
    query.set("with_", exp.With(expressions=expressions))
    return query


def _aliased(name: str, value: Expression) -> Expression:
    if isinstance(value, exp.Column) and value.name == name:
        return value
    return exp.Alias(this=value, alias=_name(name))


def _order(name: str) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=column(name), nulls_first=False)])


def _name(text_: str) -> exp.Identifier:
    return exp.to_identifier(text_, quoted=True)
