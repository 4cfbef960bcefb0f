-- What administrators see happen. The number grows; user and session are empty where there is none.
CREATE TABLE live_events (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    -- JSON of ids, counts and classes.
    data TEXT NOT NULL
);
CREATE INDEX live_events_by_time ON live_events (at);

-- Looks of administrators at patient contexts, for the one whose it is.
CREATE TABLE context_reveals (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    by_user TEXT NOT NULL,
    -- Sealed.
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX context_reveals_by_conversation ON context_reveals (conversation_id, at);
