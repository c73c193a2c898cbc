R"sql(
-- The same rules without lists: for each `IN (...)` of more than two texts SQLite makes a table in memory and throws
-- it away, at every row that is written: half of what a submission cost (ADR 29).
CREATE TABLE job_new (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  context TEXT NOT NULL, release TEXT NOT NULL, arch TEXT NOT NULL,
  package TEXT NOT NULL,
  trigger_source TEXT NOT NULL,
  request TEXT NOT NULL,
  class TEXT NOT NULL,
  producer TEXT NOT NULL,
  submitted INTEGER NOT NULL,
  predicted INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state = 'queued' OR state = 'done' OR state = 'preparing' OR state = 'running'
    OR state = 'collecting' OR state = 'held' OR state = 'cancelling' OR state = 'accepted'
    OR state = 'excluded' OR state = 'cancelled' OR state = 'superseded' OR state = 'aborted_infra'),
  epoch INTEGER NOT NULL, attempt INTEGER NOT NULL, infra_attempts INTEGER NOT NULL,
  worker TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  first_held INTEGER, hold_deadline INTEGER,
  excluded_hosts TEXT NOT NULL,
  outcome TEXT,
  end_note TEXT NOT NULL,
  changed INTEGER NOT NULL,
  CHECK ((state = 'done') = (outcome IS NOT NULL)),
  CHECK (outcome IS NULL OR outcome = 'PASS' OR outcome = 'FAIL' OR outcome = 'PASS_PARTIAL' OR outcome = 'NEUTRAL'
    OR outcome = 'FAIL_TIMEOUT' OR outcome = 'UNTESTABLE.DEPS' OR outcome = 'UNTESTABLE.CONTROL' OR outcome = 'UNTESTABLE.BUILD'
    OR outcome = 'EXCLUDED'),
  CHECK ((worker <> '') = (state = 'preparing' OR state = 'running' OR state = 'collecting' OR state = 'cancelling'))
) STRICT;
INSERT INTO job_new SELECT * FROM job;
DROP TABLE job;
ALTER TABLE job_new RENAME TO job;
CREATE UNIQUE INDEX job_open_key ON job (key) WHERE
  (state = 'queued' OR state = 'preparing' OR state = 'running' OR state = 'collecting'
    OR state = 'held' OR state = 'cancelling' OR state = 'accepted');
CREATE INDEX job_open ON job (state, id) WHERE
  (state = 'queued' OR state = 'preparing' OR state = 'running' OR state = 'collecting'
    OR state = 'held' OR state = 'cancelling' OR state = 'accepted');
CREATE INDEX job_package ON job (package, release, arch, id);
CREATE INDEX job_trigger ON job (trigger_source, package, release, arch);

CREATE TABLE attempt_new (
  job INTEGER NOT NULL REFERENCES job (id),
  epoch INTEGER NOT NULL,
  worker TEXT NOT NULL,
  began INTEGER NOT NULL, ended INTEGER,
  outcome TEXT, blame TEXT, detail TEXT,
  exit_code INTEGER, version TEXT, duration INTEGER,
  container TEXT, directory TEXT, digest TEXT,
  PRIMARY KEY (job, epoch),
  CHECK ((ended IS NULL) = (outcome IS NULL)),
  CHECK (outcome IS NULL OR (directory <> '' AND digest <> '')
    OR NOT (outcome = 'PASS' OR outcome = 'FAIL' OR outcome = 'PASS_PARTIAL' OR outcome = 'NEUTRAL'
    OR outcome = 'FAIL_TIMEOUT'))
) STRICT, WITHOUT ROWID;
INSERT INTO attempt_new SELECT * FROM attempt;
DROP TABLE attempt;
ALTER TABLE attempt_new RENAME TO attempt;
CREATE UNIQUE INDEX attempt_run ON attempt (container, directory) WHERE directory <> '';
)sql"
