R"sql(
-- Pauses that drain (testgrid 1.7). SQLite cannot change a rule of a table: it is made anew.
CREATE TABLE pause_new (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL, mode TEXT NOT NULL CHECK (mode = 'soft' OR mode = 'drain' OR mode = 'hard'),
  origin TEXT NOT NULL, reason TEXT NOT NULL, created_by TEXT NOT NULL,
  since INTEGER NOT NULL, until INTEGER, lifted INTEGER
) STRICT;
INSERT INTO pause_new SELECT * FROM pause;
DROP TABLE pause;
ALTER TABLE pause_new RENAME TO pause;
)sql"
