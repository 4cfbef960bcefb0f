-- A session is one sign-in; its tokens are replaced while it lasts. Sessions of before have no such tokens and end here.
DROP TABLE sessions;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- 'browser', or 'program': made at the server's shell, with one token that is never replaced.
    kind TEXT NOT NULL,
    -- What the browser says it is, shortened.
    client TEXT NOT NULL,
    -- With a refresh token it gives the pair that follows; alone it gives nothing.
    seed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When a code of the second factor was last given in it.
    second_factor_at BIGINT,
    ended_at BIGINT,
    ended_because TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);

-- Only SHA-256 hashes. Used refresh tokens stay as long as their session, so that one seen again is known.
CREATE TABLE session_tokens (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    -- 'access' or 'refresh'
    kind TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX session_tokens_by_session ON session_tokens (session_id);

ALTER TABLE users ADD COLUMN disabled_at BIGINT;
