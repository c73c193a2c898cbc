R"sql(
-- The state of the test grid. Times are microseconds since the epoch, UTC. Read by C++ as a raw string.
-- docs/formats/state-db.md says what the columns mean.

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  context TEXT NOT NULL, release TEXT NOT NULL, arch TEXT NOT NULL,
  package TEXT NOT NULL,
  trigger_source TEXT NOT NULL,  -- of the primary trigger, "" without one
  request TEXT NOT NULL,         -- the JSON object of the request message
  class TEXT NOT NULL,
  producer TEXT NOT NULL,
  submitted INTEGER NOT NULL,
  predicted INTEGER NOT NULL,    -- seconds that the test will take
  state TEXT NOT NULL CHECK (state IN ('accepted', 'queued', 'held', 'preparing', 'running', 'collecting',
    'cancelling', 'done', 'excluded', 'cancelled', 'superseded', 'aborted_infra')),
  epoch INTEGER NOT NULL, attempt INTEGER NOT NULL, infra_attempts INTEGER NOT NULL,
  worker TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  first_held INTEGER, hold_deadline INTEGER,
  excluded_hosts TEXT NOT NULL,  -- with blanks between
  outcome TEXT,
  end_note TEXT NOT NULL,
  changed INTEGER NOT NULL,
  -- I1: what did not run is never a verdict of a test.
  CHECK ((state = 'done') = (outcome IS NOT NULL)),
  CHECK (outcome IS NULL OR outcome IN ('PASS', 'PASS_PARTIAL', 'FAIL', 'FAIL_TIMEOUT', 'NEUTRAL',
    'UNTESTABLE.DEPS', 'UNTESTABLE.CONTROL', 'UNTESTABLE.BUILD', 'EXCLUDED')),
  CHECK ((worker <> '') = (state IN ('preparing', 'running', 'collecting', 'cancelling')))
) STRICT;
-- One job for one run, as long as it has not ended.
CREATE UNIQUE INDEX job_open_key ON job (key) WHERE state IN
  ('accepted', 'queued', 'held', 'preparing', 'running', 'collecting', 'cancelling');
CREATE INDEX job_open ON job (state, id) WHERE state IN
  ('accepted', 'queued', 'held', 'preparing', 'running', 'collecting', 'cancelling');
CREATE INDEX job_package ON job (package, release, arch, id);
CREATE INDEX job_trigger ON job (trigger_source, package, release, arch);

CREATE TABLE hold (
  job INTEGER NOT NULL REFERENCES job (id),
  kind TEXT NOT NULL, ref TEXT NOT NULL,
  since INTEGER NOT NULL, ends INTEGER, text TEXT NOT NULL,
  PRIMARY KEY (job, kind, ref)
) STRICT, WITHOUT ROWID;

-- One row for each lease.
CREATE TABLE attempt (
  job INTEGER NOT NULL REFERENCES job (id),
  epoch INTEGER NOT NULL,
  worker TEXT NOT NULL,
  began INTEGER NOT NULL, ended INTEGER,
  outcome TEXT, blame TEXT, detail TEXT,
  exit_code INTEGER, version TEXT, duration INTEGER,
  container TEXT, directory TEXT, digest TEXT,
  PRIMARY KEY (job, epoch),
  CHECK ((ended IS NULL) = (outcome IS NULL)),
  CHECK (outcome IS NULL OR outcome NOT IN ('PASS', 'PASS_PARTIAL', 'FAIL', 'FAIL_TIMEOUT', 'NEUTRAL')
    OR (directory <> '' AND digest <> ''))
) STRICT, WITHOUT ROWID;
-- I4: a run counts once.
CREATE UNIQUE INDEX attempt_run ON attempt (container, directory) WHERE directory <> '';

CREATE TABLE pause (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL, mode TEXT NOT NULL CHECK (mode IN ('soft', 'hard')),
  origin TEXT NOT NULL, reason TEXT NOT NULL, created_by TEXT NOT NULL,
  since INTEGER NOT NULL, until INTEGER, lifted INTEGER
) STRICT;

-- What strangers asked for that could not be accepted.
CREATE TABLE rejected (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, source TEXT NOT NULL, queue TEXT NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;

-- Append-only: what happened to each job. Replayed from its acceptance it gives the job (P7).
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  job INTEGER NOT NULL,
  what TEXT NOT NULL,
  data TEXT NOT NULL  -- JSON
) STRICT;
CREATE INDEX event_job ON event (job, seq);

-- Effects that were decided and not yet done (W3); deleted when done.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL, key TEXT NOT NULL, payload TEXT NOT NULL,
  made INTEGER NOT NULL, tries INTEGER NOT NULL, next INTEGER NOT NULL, error TEXT NOT NULL,
  UNIQUE (kind, key)
) STRICT;
CREATE INDEX outbox_due ON outbox (next);

-- Finished runs, of our jobs and found in the store.
CREATE TABLE run (
  container TEXT NOT NULL, directory TEXT NOT NULL,
  release TEXT NOT NULL, arch TEXT NOT NULL, package TEXT NOT NULL, run_id TEXT NOT NULL,
  version TEXT NOT NULL, triggers TEXT NOT NULL, env TEXT NOT NULL, requester TEXT NOT NULL,
  exit_code INTEGER NOT NULL, duration INTEGER NOT NULL,
  outcome TEXT NOT NULL, job INTEGER, seen INTEGER NOT NULL,
  PRIMARY KEY (container, directory)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_package ON run (package, release, arch, run_id);
CREATE INDEX run_recent ON run (run_id);
)sql"
