-- A deleted conversation is kept for a minute, so that the deletion can be undone. Nobody can read it meanwhile.
ALTER TABLE conversations ADD COLUMN deleted_at BIGINT;
