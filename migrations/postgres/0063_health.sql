-- How what this installation depends on was when it was looked at last.
CREATE TABLE health (
    name TEXT PRIMARY KEY,
    good BIGINT NOT NULL,
    -- Since when it is so.
    since BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    latency_ms BIGINT,
    detail TEXT NOT NULL
);

-- Written when one turned bad, and when it turned good again.
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    good BIGINT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX alerts_by_time ON alerts (at, id);
