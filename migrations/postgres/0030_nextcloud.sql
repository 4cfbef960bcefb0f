-- A Nextcloud file is one document, keyed by its file id; each reader has a row with their own path to it.
ALTER TABLE readers ADD COLUMN path TEXT COLLATE "C";
ALTER TABLE readers ADD COLUMN folder TEXT COLLATE "C";
CREATE INDEX readers_by_folder ON readers (reader, folder);

-- Nextcloud's ETag of the content.
ALTER TABLE versions ADD COLUMN etag TEXT COLLATE "C";
CREATE INDEX versions_by_status ON versions (status, updated_at);

-- In whose name a job goes out to Nextcloud: the user who called when it was queued.
ALTER TABLE jobs ADD COLUMN acting_user TEXT COLLATE "C";
-- Lower ranks first, and in a rank the lower turn.
ALTER TABLE jobs ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
CREATE INDEX jobs_by_turn ON jobs (status, rank, turn, id);
CREATE INDEX jobs_waiting ON jobs (kind, payload, acting_user) WHERE status = 'queued';

-- What a look found in a user's folders. A folder with the same ETag is not entered again.
CREATE TABLE cloud_folders (
    uid TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    parent TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (uid, path)
);
CREATE INDEX cloud_folders_by_parent ON cloud_folders (uid, parent);

CREATE TABLE cloud_looks (
    uid TEXT COLLATE "C" PRIMARY KEY,
    started_at BIGINT NOT NULL,
    completed_at BIGINT,
    -- The last look that entered every folder.
    full_at BIGINT,
    error TEXT COLLATE "C",
    -- Up to when the user was told what was read.
    noticed_at BIGINT NOT NULL DEFAULT 0
);
