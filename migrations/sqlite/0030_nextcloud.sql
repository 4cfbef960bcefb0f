-- A Nextcloud file is one document, keyed by its file id; each reader has a row with their own path to it.
ALTER TABLE readers ADD COLUMN path TEXT;
-- The look that saw it last; older ones are gone.
ALTER TABLE readers ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- Nextcloud's ETag of the content.
ALTER TABLE versions ADD COLUMN etag TEXT;

-- In whose name a job goes out to Nextcloud: the user who called when it was queued.
ALTER TABLE jobs ADD COLUMN acting_user TEXT;

-- What a look found in a user's folders. A folder with the same ETag is not entered again.
CREATE TABLE cloud_folders (
    uid TEXT NOT NULL,
    path TEXT NOT NULL,
    etag TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (uid, path)
);

CREATE TABLE cloud_looks (
    uid TEXT PRIMARY KEY,
    started_at BIGINT NOT NULL,
    completed_at BIGINT,
    -- The last look that entered every folder.
    full_at BIGINT,
    error TEXT,
    -- Up to when the user was told what was read.
    noticed_at BIGINT NOT NULL DEFAULT 0
);
