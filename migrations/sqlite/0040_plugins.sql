-- Installed plugins. A package is kept whole, so that every replica and every restart has the same bytes.
CREATE TABLE plugin_packages (
    -- BLAKE3 of the package file, in hex.
    digest TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL,
    version TEXT NOT NULL,
    publisher TEXT NOT NULL,
    publisher_key TEXT NOT NULL,
    bytes BLOB NOT NULL,
    installed_at BIGINT NOT NULL,
    installed_by TEXT NOT NULL
);
CREATE INDEX plugin_packages_by_plugin ON plugin_packages (plugin_id, installed_at);

CREATE TABLE plugins (
    id TEXT PRIMARY KEY,
    -- 0: switched off by an administrator.
    enabled BIGINT NOT NULL,
    -- What runs; empty while the first version waits for consent.
    current_digest TEXT,
    -- What ran before, for one step back.
    previous_digest TEXT,
    -- A version that asks for more than was granted.
    waiting_digest TEXT,
    -- JSON of what was granted, and of what each plugin setting holds.
    granted TEXT NOT NULL,
    config TEXT NOT NULL DEFAULT '{}',
    granted_at BIGINT,
    granted_by TEXT,
    -- Came with the program.
    bundled BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL
);

-- A calculator or tool that is switched on or off against its package's default.
CREATE TABLE plugin_parts (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, part)
);

-- Raised by every change that a running server must take up.
CREATE TABLE plugin_revision (
    one BIGINT PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO plugin_revision (one, revision) VALUES (1, 0);

CREATE TABLE plugin_secrets (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    handle TEXT NOT NULL,
    secret TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (plugin_id, handle)
);

-- Buckets of plugins; owner is empty but in the bucket `user`.
CREATE TABLE plugin_values (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    bucket TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, bucket, owner, name)
);

-- Whose packages may be installed. A revoked key stays, so that it cannot be pinned again by mistake.
CREATE TABLE plugin_publishers (
    -- ed25519 public key, in hex.
    public_key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    pinned_at BIGINT NOT NULL,
    pinned_by TEXT NOT NULL
);

-- One row a call: what ran, how long and how it ended; nothing of what was said.
CREATE TABLE plugin_calls (
    id TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL,
    version TEXT NOT NULL,
    part TEXT NOT NULL,
    at BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX plugin_calls_by_plugin ON plugin_calls (plugin_id, at);
CREATE INDEX plugin_calls_by_time ON plugin_calls (at);

-- What a person is asked to confirm. Bound to the exact arguments, used once.
CREATE TABLE plugin_proposals (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    tool TEXT NOT NULL,
    arguments TEXT NOT NULL,
    plan TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Published sources that scraper plugins read on their schedule.
CREATE TABLE guideline_sources (
    plugin_id TEXT PRIMARY KEY REFERENCES plugins (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    homepage TEXT NOT NULL,
    licence TEXT NOT NULL,
    -- When its list was read last, and when it may be read again.
    looked_at BIGINT,
    next_at BIGINT NOT NULL,
    -- Where a list that was not finished goes on.
    cursor TEXT,
    error TEXT
);

CREATE TABLE guideline_entries (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    entry TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    -- As the list names it, and of what was fetched last.
    revision TEXT NOT NULL,
    fetched_revision TEXT,
    withdrawn BIGINT NOT NULL DEFAULT 0,
    document_id TEXT,
    -- What was fetched last, as Markdown; empty for a file.
    body TEXT NOT NULL DEFAULT '',
    fetched_at BIGINT,
    error TEXT,
    PRIMARY KEY (plugin_id, entry)
);
CREATE INDEX guideline_entries_by_document ON guideline_entries (document_id);

-- How a guideline changed, from one fetch to the next.
CREATE TABLE guideline_changes (
    id TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL,
    entry TEXT NOT NULL,
    document_id TEXT,
    title TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- `changed` or `withdrawn`.
    kind TEXT NOT NULL,
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    diff TEXT NOT NULL
);
CREATE INDEX guideline_changes_by_document ON guideline_changes (document_id, at);
