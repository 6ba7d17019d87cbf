-- title = "Whether a table is published"
-- question = "Does this warehouse have such a table?"
-- ---
-- One row. A warehouse that an earlier version published may lack it.

select count(*) > 0 as has_table
from duckdb_tables()
where schema_name = $schema and table_name = $table
