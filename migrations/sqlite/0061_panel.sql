-- What administrators, who read no message, may know of one; NULL where it is not known.
ALTER TABLE messages ADD COLUMN model TEXT;
-- As the kind of an answer is called.
ALTER TABLE messages ADD COLUMN kind TEXT;
ALTER TABLE messages ADD COLUMN withheld BIGINT;
-- Of the question: 'none', 'possible' or 'phi'.
ALTER TABLE messages ADD COLUMN phi_class TEXT;

-- The audit trail has it of answers that were given before.
UPDATE messages SET
    model = (SELECT json_extract(a.detail, '$.model') FROM audit AS a
        WHERE a.resource_id = messages.id AND a.action = 'answer.given' ORDER BY a.sequence DESC LIMIT 1),
    kind = (SELECT json_extract(a.detail, '$.kind') FROM audit AS a
        WHERE a.resource_id = messages.id AND a.action = 'answer.given' ORDER BY a.sequence DESC LIMIT 1),
    withheld = (SELECT json_extract(a.detail, '$.withheld') FROM audit AS a
        WHERE a.resource_id = messages.id AND a.action = 'answer.given' ORDER BY a.sequence DESC LIMIT 1)
WHERE status IN ('done', 'stopped');

CREATE INDEX messages_by_time ON messages (asked_at);
CREATE INDEX conversations_by_time ON conversations (updated_at, id);

-- How many identifiers of a kind a question holds.
CREATE TABLE question_identifiers (
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    found BIGINT NOT NULL,
    PRIMARY KEY (message_id, kind)
);

-- Looks at a patient context, or at the messages of a conversation.
ALTER TABLE context_reveals ADD COLUMN what TEXT NOT NULL DEFAULT 'context';
