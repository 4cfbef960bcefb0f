-- What was heard of an answer that was spoken and cut off: sealed, and how long it had sounded. NULL where it was not.
ALTER TABLE messages ADD COLUMN heard TEXT;
ALTER TABLE messages ADD COLUMN heard_ms BIGINT;

-- Conversations by voice: when, how, how they ended; nothing that was said.
CREATE TABLE voice_sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id TEXT REFERENCES conversations (id) ON DELETE SET NULL,
    -- The process that has it.
    host TEXT NOT NULL,
    -- 'local': recognised and spoken on this server.
    kind TEXT NOT NULL,
    -- 'websocket' or 'http'; NULL while nobody has connected.
    transport TEXT,
    started_at BIGINT NOT NULL,
    -- Both NULL while it goes on.
    ended_at BIGINT,
    reason TEXT,
    turns BIGINT NOT NULL DEFAULT 0,
    bargeins BIGINT NOT NULL DEFAULT 0,
    errors BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX voice_sessions_by_time ON voice_sessions (started_at, id);
CREATE INDEX voice_sessions_by_user ON voice_sessions (user_id);
CREATE INDEX voice_sessions_by_conversation ON voice_sessions (conversation_id);

-- How long the stages of one answer took, in milliseconds; NULL where a stage did not happen.
CREATE TABLE voice_turns (
    session_id TEXT NOT NULL REFERENCES voice_sessions (id) ON DELETE CASCADE,
    -- Counts the answers of the session.
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    eou_delay BIGINT,
    transcription_delay BIGINT,
    llm_ttft BIGINT,
    tts_ttfb BIGINT,
    ttfa BIGINT,
    e2e BIGINT,
    bargein_silence BIGINT,
    false_interruptions BIGINT NOT NULL DEFAULT 0,
    fallback_count BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, number)
);
CREATE INDEX voice_turns_by_time ON voice_turns (at);
