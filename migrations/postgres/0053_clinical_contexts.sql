-- What a person says about the patient of a conversation. Everything of it is sealed.
CREATE TABLE clinical_contexts (
    id TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES conversations (id) ON DELETE CASCADE,
    -- ClinicalContext as JSON.
    facts TEXT COLLATE "C" NOT NULL,
    -- How many facts there are: lists show no more.
    fields BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX clinical_contexts_by_time ON clinical_contexts (updated_at, id);
