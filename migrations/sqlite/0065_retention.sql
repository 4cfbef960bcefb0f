-- A user who was erased leaves a row without a name, so that what the audit trail says keeps its meaning.
ALTER TABLE users ADD COLUMN erased_at BIGINT;

-- The last run of each class of records.
CREATE TABLE retention_runs (
    class TEXT PRIMARY KEY,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    removed BIGINT NOT NULL
);

-- What a hold is on is neither removed by a rule nor deleted nor erased.
CREATE TABLE legal_holds (
    id TEXT PRIMARY KEY,
    -- 'user' or 'conversation'
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- Whose data it is.
    user_id TEXT NOT NULL,
    -- Sealed.
    reason TEXT NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    lifted_by TEXT,
    lifted_at BIGINT
);
CREATE INDEX legal_holds_by_subject ON legal_holds (subject_id, lifted_at);
CREATE INDEX legal_holds_by_user ON legal_holds (user_id, lifted_at);

CREATE TABLE erasures (
    user_id TEXT PRIMARY KEY,
    ordered_by TEXT NOT NULL,
    ordered_at BIGINT NOT NULL,
    finished_at BIGINT,
    conversations BIGINT NOT NULL DEFAULT 0,
    documents BIGINT NOT NULL DEFAULT 0,
    -- Stayed for their other readers.
    shared BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX erasures_by_time ON erasures (ordered_at);

-- For counting and removing what is old.
CREATE INDEX sessions_by_end ON sessions (expires_at);
