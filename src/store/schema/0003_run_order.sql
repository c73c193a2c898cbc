R"sql(
-- Runs in the order in which they were entered: run ids are dates of workers' clocks, and do not come in order.
ALTER TABLE run ADD COLUMN entered INTEGER;
UPDATE run SET entered = numbered.number FROM
  (SELECT container, directory, row_number() OVER (ORDER BY seen, run_id, container, directory) AS number FROM run)
  AS numbered
  WHERE run.container = numbered.container AND run.directory = numbered.directory;
CREATE UNIQUE INDEX run_entered ON run (entered);
)sql"
