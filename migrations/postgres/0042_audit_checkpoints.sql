-- Signed heads of the audit chain.
CREATE TABLE audit_checkpoints (
    number BIGINT PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL
);

-- How far each second sink has come. While one refuses, nothing that must be recorded may happen.
CREATE TABLE audit_sinks (
    id TEXT COLLATE "C" PRIMARY KEY,
    entries BIGINT NOT NULL,
    checkpoints BIGINT NOT NULL,
    refuses BIGINT NOT NULL
);

-- For the search of administrators.
CREATE INDEX audit_by_time ON audit (at_ms);
CREATE INDEX audit_by_actor ON audit (actor, sequence);
CREATE INDEX audit_by_action ON audit (action, sequence);
CREATE INDEX audit_by_resource ON audit (resource_id, sequence);
