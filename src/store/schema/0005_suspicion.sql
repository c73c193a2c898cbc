R"sql(
-- A failure with a suspicion is put aside and runs again (ADR 36).
ALTER TABLE job ADD COLUMN suspect_reruns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN suspicion TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN run_again INTEGER NOT NULL DEFAULT 0
  CHECK (run_again = 0 OR (run_again = 1 AND suspicion <> '' AND (outcome = 'FAIL' OR outcome = 'FAIL_TIMEOUT')));
ALTER TABLE run ADD COLUMN suspicion TEXT NOT NULL DEFAULT '';
)sql"
