R"sql(
-- The name that the submitter gave a run, "" none: autopkgtest.db tells it (autopkgtest 4).
ALTER TABLE run ADD COLUMN uuid TEXT NOT NULL DEFAULT '';
UPDATE run SET uuid = coalesce((SELECT json_extract(job.request, '$.uuid') FROM job WHERE job.id = run.job), '')
  WHERE job <> 0;
)sql"
