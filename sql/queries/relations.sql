-- title = "Tables and views"
-- question = "What does a warehouse hold?"
-- ---
-- One row is one table or view of the published database.

select schema_name || '.' || table_name as relation
from duckdb_tables()
where database_name = 'desk'
union all
select schema_name || '.' || view_name as relation
from duckdb_views()
where database_name = 'desk' and not internal
order by relation
