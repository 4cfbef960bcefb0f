-- Portable SQL: ids TEXT, times BIGINT Unix milliseconds, JSON as TEXT, booleans 0/1. Text compares byte by byte, whatever the
-- locale of the database, as it does in SQLite: ranges of paths and orders of ids depend on it.

CREATE TABLE users (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    role TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

-- Only SHA-256 hashes of tokens are kept.
CREATE TABLE login_links (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sessions (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE settings (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One row a source file. Readers stand apart, so that who may read changes without touching passages.
CREATE TABLE documents (
    id TEXT COLLATE "C" PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    -- Names the file within its source: user and file name, watched path, shelf path.
    source_key TEXT COLLATE "C" NOT NULL,
    owner_id TEXT COLLATE "C",
    file_name TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    watermark TEXT COLLATE "C",
    -- The version that is read and searched; empty until one is ready.
    current_version TEXT COLLATE "C",
    added_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (source, source_key)
);

CREATE TABLE readers (
    document_id TEXT COLLATE "C" NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    reader TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (document_id, reader)
);
CREATE INDEX readers_by_reader ON readers (reader, document_id);

CREATE TABLE versions (
    id TEXT COLLATE "C" PRIMARY KEY,
    document_id TEXT COLLATE "C" NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    -- SHA-256 of the original bytes, which lie in the blob folder under this name.
    content_hash TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    progress DOUBLE PRECISION NOT NULL DEFAULT 0,
    failure_code TEXT COLLATE "C",
    failure_message TEXT COLLATE "C",
    title TEXT COLLATE "C",
    source_date TEXT COLLATE "C",
    source_owner TEXT COLLATE "C",
    language TEXT COLLATE "C",
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
    version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    width DOUBLE PRECISION NOT NULL,
    height DOUBLE PRECISION NOT NULL,
    ocr BIGINT NOT NULL,
    blocks TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (version_id, number)
);

CREATE TABLE passages (
    id TEXT COLLATE "C" PRIMARY KEY,
    document_id TEXT COLLATE "C" NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL,
    page BIGINT NOT NULL,
    page_end BIGINT NOT NULL,
    heading TEXT COLLATE "C",
    text TEXT COLLATE "C" NOT NULL,
    lines TEXT COLLATE "C" NOT NULL,
    spans TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C",
    phi_class TEXT COLLATE "C" NOT NULL,
    UNIQUE (version_id, ordinal)
);
CREATE INDEX passages_by_document ON passages (document_id);

-- Little-endian f32, unit length.
CREATE TABLE vectors (
    passage_id TEXT COLLATE "C" NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    window_number BIGINT NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    vector BYTEA NOT NULL,
    PRIMARY KEY (passage_id, window_number)
);

CREATE TABLE conversations (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX conversations_by_user ON conversations (user_id, updated_at);

CREATE TABLE messages (
    id TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C" NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    client_message_id TEXT COLLATE "C" NOT NULL,
    -- AskRequest as JSON.
    request TEXT COLLATE "C" NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    -- Raised by every regeneration; events of an older run are gone.
    run BIGINT NOT NULL DEFAULT 1,
    -- Answer as JSON once the status is done or stopped, ProblemBody as JSON when failed.
    answer TEXT COLLATE "C",
    error TEXT COLLATE "C",
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,
    UNIQUE (conversation_id, client_message_id)
);

CREATE TABLE answer_events (
    message_id TEXT COLLATE "C" NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (message_id, sequence)
);

CREATE TABLE jobs (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    -- Jobs of one key run one after the other.
    key TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    run_after BIGINT NOT NULL,
    claimed_at BIGINT,
    last_error TEXT COLLATE "C",
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_by_status ON jobs (status, run_after);

CREATE TABLE audit (
    sequence BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    previous_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
