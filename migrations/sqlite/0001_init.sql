-- Portable SQL: ids TEXT, times INTEGER Unix milliseconds, JSON as TEXT, booleans 0/1.

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Only SHA-256 hashes of tokens are kept.
CREATE TABLE login_links (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One row a source file. Readers stand apart, so that who may read changes without touching passages.
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    -- Names the file within its source: user and file name, watched path, shelf path.
    source_key TEXT NOT NULL,
    owner_id TEXT,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    watermark TEXT,
    -- The version that is read and searched; empty until one is ready.
    current_version TEXT,
    added_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (source, source_key)
);

CREATE TABLE readers (
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    reader TEXT NOT NULL,
    PRIMARY KEY (document_id, reader)
);
CREATE INDEX readers_by_reader ON readers (reader, document_id);

CREATE TABLE versions (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    -- SHA-256 of the original bytes, which lie in the blob folder under this name.
    content_hash TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    status TEXT NOT NULL,
    progress DOUBLE PRECISION NOT NULL DEFAULT 0,
    failure_code TEXT,
    failure_message TEXT,
    title TEXT,
    source_date TEXT,
    source_owner TEXT,
    language TEXT,
    pages BIGINT NOT NULL DEFAULT 0,
    ocr_pages BIGINT NOT NULL DEFAULT 0,
    passages BIGINT NOT NULL DEFAULT 0,
    -- 1 once the search index has this version.
    indexed BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX versions_by_document ON versions (document_id, created_at);
CREATE INDEX versions_by_content ON versions (content_hash);

CREATE TABLE pages (
    version_id TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    width DOUBLE PRECISION NOT NULL,
    height DOUBLE PRECISION NOT NULL,
    ocr BIGINT NOT NULL,
    blocks TEXT NOT NULL,
    PRIMARY KEY (version_id, number)
);

CREATE TABLE passages (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    version_id TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL,
    page BIGINT NOT NULL,
    page_end BIGINT NOT NULL,
    heading TEXT,
    text TEXT NOT NULL,
    lines TEXT NOT NULL,
    spans TEXT NOT NULL,
    language TEXT,
    phi_class TEXT NOT NULL,
    UNIQUE (version_id, ordinal)
);
CREATE INDEX passages_by_document ON passages (document_id);

-- Little-endian f32, unit length.
CREATE TABLE vectors (
    passage_id TEXT NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    window_number BIGINT NOT NULL,
    model TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (passage_id, window_number)
);

CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX conversations_by_user ON conversations (user_id, updated_at);

CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    client_message_id TEXT NOT NULL,
    -- AskRequest as JSON.
    request TEXT NOT NULL,
    question TEXT NOT NULL,
    status TEXT NOT NULL,
    -- Raised by every regeneration; events of an older run are gone.
    run BIGINT NOT NULL DEFAULT 1,
    -- Answer as JSON once the status is done or stopped, ProblemBody as JSON when failed.
    answer TEXT,
    error TEXT,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,
    UNIQUE (conversation_id, client_message_id)
);

CREATE TABLE answer_events (
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (message_id, sequence)
);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    -- Jobs of one key run one after the other.
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    run_after BIGINT NOT NULL,
    claimed_at BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_by_status ON jobs (status, run_after);

CREATE TABLE audit (
    sequence BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
