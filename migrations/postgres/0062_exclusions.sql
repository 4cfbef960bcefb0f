-- Files that an administrator has taken out, by what names them within their source; for ever, until it is taken back.
CREATE TABLE excluded_files (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    source_key TEXT NOT NULL,
    owner_id TEXT,
    media_type TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_user TEXT NOT NULL,
    UNIQUE (source, source_key)
);
CREATE INDEX excluded_files_by_time ON excluded_files (at, id);
