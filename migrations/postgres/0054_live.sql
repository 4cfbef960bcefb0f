-- What administrators see happen. The number grows; user and session are empty where there is none.
CREATE TABLE live_events (
    id BIGINT PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    session_id TEXT COLLATE "C" NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    -- JSON of ids, counts and classes.
    data TEXT COLLATE "C" NOT NULL
);
CREATE INDEX live_events_by_time ON live_events (at);

-- Looks of administrators at patient contexts, for the one whose it is.
CREATE TABLE context_reveals (
    id TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C" NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    by_user TEXT COLLATE "C" NOT NULL,
    -- Sealed.
    reason TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX context_reveals_by_conversation ON context_reveals (conversation_id, at);
