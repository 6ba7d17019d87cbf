-- title = "A measurement"
-- question = "What was measured over this span on that day?"
-- ---
-- One row: value, number of rows and noise interval; none where nothing is known.

select value, n, low, high
from okr.measurements as measurements
where kpi_id = $kpi_id and filter = $filter and measurements.over = $span and day = $day
