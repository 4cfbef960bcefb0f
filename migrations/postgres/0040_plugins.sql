-- Installed plugins. A package is kept whole, so that every replica and every restart has the same bytes.
CREATE TABLE plugin_packages (
    -- BLAKE3 of the package file, in hex.
    digest TEXT COLLATE "C" PRIMARY KEY,
    plugin_id TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    publisher TEXT COLLATE "C" NOT NULL,
    publisher_key TEXT COLLATE "C" NOT NULL,
    bytes BYTEA NOT NULL,
    installed_at BIGINT NOT NULL,
    installed_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX plugin_packages_by_plugin ON plugin_packages (plugin_id, installed_at);

CREATE TABLE plugins (
    id TEXT COLLATE "C" PRIMARY KEY,
    -- 0: switched off by an administrator.
    enabled BIGINT NOT NULL,
    -- What runs; empty while the first version waits for consent.
    current_digest TEXT COLLATE "C",
    -- What ran before, for one step back.
    previous_digest TEXT COLLATE "C",
    -- A version that asks for more than was granted.
    waiting_digest TEXT COLLATE "C",
    -- JSON of what was granted, and of what each plugin setting holds.
    granted TEXT COLLATE "C" NOT NULL,
    config TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    granted_at BIGINT,
    granted_by TEXT COLLATE "C",
    -- Came with the program.
    bundled BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL
);

-- A calculator or tool that is switched on or off against its package's default.
CREATE TABLE plugin_parts (
    plugin_id TEXT COLLATE "C" NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    part TEXT COLLATE "C" NOT NULL,
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
    plugin_id TEXT COLLATE "C" NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    handle TEXT COLLATE "C" NOT NULL,
    secret TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plugin_id, handle)
);

-- Buckets of plugins; owner is empty but in the bucket `user`.
CREATE TABLE plugin_values (
    plugin_id TEXT COLLATE "C" NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    bucket TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value BYTEA NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, bucket, owner, name)
);

-- Whose packages may be installed. A revoked key stays, so that it cannot be pinned again by mistake.
CREATE TABLE plugin_publishers (
    -- ed25519 public key, in hex.
    public_key TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    pinned_at BIGINT NOT NULL,
    pinned_by TEXT COLLATE "C" NOT NULL
);

-- One row a call: what ran, how long and how it ended; nothing of what was said.
CREATE TABLE plugin_calls (
    id TEXT COLLATE "C" PRIMARY KEY,
    plugin_id TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL
);
CREATE INDEX plugin_calls_by_plugin ON plugin_calls (plugin_id, at);
CREATE INDEX plugin_calls_by_time ON plugin_calls (at);

-- What a person is asked to confirm. Bound to the exact arguments, used once.
CREATE TABLE plugin_proposals (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    tool TEXT COLLATE "C" NOT NULL,
    arguments TEXT COLLATE "C" NOT NULL,
    plan TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Published sources that scraper plugins read on their schedule.
CREATE TABLE guideline_sources (
    plugin_id TEXT COLLATE "C" PRIMARY KEY REFERENCES plugins (id) ON DELETE CASCADE,
    title TEXT COLLATE "C" NOT NULL,
    publisher TEXT COLLATE "C" NOT NULL,
    homepage TEXT COLLATE "C" NOT NULL,
    licence TEXT COLLATE "C" NOT NULL,
    -- When its list was read last, and when it may be read again.
    looked_at BIGINT,
    next_at BIGINT NOT NULL,
    -- Where a list that was not finished goes on.
    cursor TEXT COLLATE "C",
    error TEXT COLLATE "C"
);

CREATE TABLE guideline_entries (
    plugin_id TEXT COLLATE "C" NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    entry TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    -- As the list names it, and of what was fetched last.
    revision TEXT COLLATE "C" NOT NULL,
    fetched_revision TEXT COLLATE "C",
    withdrawn BIGINT NOT NULL DEFAULT 0,
    document_id TEXT COLLATE "C",
    -- What was fetched last, as Markdown; empty for a file.
    body TEXT COLLATE "C" NOT NULL DEFAULT '',
    fetched_at BIGINT,
    error TEXT COLLATE "C",
    PRIMARY KEY (plugin_id, entry)
);
CREATE INDEX guideline_entries_by_document ON guideline_entries (document_id);

-- How a guideline changed, from one fetch to the next.
CREATE TABLE guideline_changes (
    id TEXT COLLATE "C" PRIMARY KEY,
    plugin_id TEXT COLLATE "C" NOT NULL,
    entry TEXT COLLATE "C" NOT NULL,
    document_id TEXT COLLATE "C",
    title TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    -- `changed` or `withdrawn`.
    kind TEXT COLLATE "C" NOT NULL,
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    diff TEXT COLLATE "C" NOT NULL
);
CREATE INDEX guideline_changes_by_document ON guideline_changes (document_id, at);
