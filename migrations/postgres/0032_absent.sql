-- A job that is not due is no candidate of a claim, however many there are: it waits as 'later' until its time.
UPDATE jobs SET status = 'later' WHERE status = 'queued' AND run_after > created_at;
DROP INDEX jobs_waiting;
CREATE INDEX jobs_waiting ON jobs (kind, payload, acting_user) WHERE status IN ('queued', 'later');
-- What waits in one user's name.
CREATE INDEX jobs_by_user ON jobs (acting_user, kind, status);

-- Each known user of Nextcloud has one job that looks for them once a day, also while they stay away.
INSERT INTO jobs (id, kind, key, payload, acting_user, status, run_after, created_at, rank, turn)
    SELECT 'daily:' || id, 'ingest.daily', 'daily:' || substr(id, 11), '', substr(id, 11), 'later', 0, created_at, 5, created_at
    FROM users WHERE id LIKE 'nextcloud:%';
-- Users whom Nextcloud does not know any more, and since when.
CREATE TABLE cloud_gone (
    uid TEXT COLLATE "C" PRIMARY KEY,
    since BIGINT NOT NULL
);

-- The file lies on a storage outside of Nextcloud, which may be away.
ALTER TABLE readers ADD COLUMN external BIGINT NOT NULL DEFAULT 0;
-- Since when such a file is missing; it is withheld until it is back, and removed after a while.
ALTER TABLE readers ADD COLUMN missing_since BIGINT;
-- When the document was first listed for this reader: the order of their list.
ALTER TABLE readers ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
UPDATE readers SET since = (SELECT added_at FROM documents WHERE documents.id = readers.document_id);
CREATE INDEX readers_by_since ON readers (reader, since, document_id);
