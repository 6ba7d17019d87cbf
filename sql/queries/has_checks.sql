-- title = "Whether checks were kept"
-- question = "Does this warehouse say what its checks found?"
-- ---
-- One row. A warehouse that was published before there were any has no table of them.

select count(*) > 0 as has_checks
from duckdb_tables()
where schema_name = 'ops' and table_name = 'checks'
