-- The running processes that share this database.
CREATE TABLE hosts (
    id TEXT PRIMARY KEY,
    -- Raised every few seconds; one that stays behind is gone.
    seen_at BIGINT NOT NULL
);

-- What the other processes must hear of, in the order of the commits and without a gap.
CREATE TABLE news (
    sequence BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    host TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL
);
CREATE INDEX news_by_time ON news (at);

-- Which process runs a job or writes an answer.
ALTER TABLE jobs ADD COLUMN host TEXT;
ALTER TABLE messages ADD COLUMN host TEXT;
