R"sql(
-- How far those who tell others of events have come: the number of the last one that they told.
CREATE TABLE cursor (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql"
