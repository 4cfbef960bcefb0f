-- What a remote endpoint is given of patient information, and the agreement an administrator named for it.
ALTER TABLE model_endpoints ADD COLUMN phi_handling TEXT COLLATE "C" NOT NULL DEFAULT 'never_phi';
ALTER TABLE model_endpoints ADD COLUMN agreement TEXT COLLATE "C";
ALTER TABLE model_endpoints ADD COLUMN agreed_on TEXT COLLATE "C";

-- Path and query of a request carry something, too. No query is kept, only its length and digest.
ALTER TABLE egress_log ADD COLUMN target_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE egress_log ADD COLUMN target_sha256 TEXT COLLATE "C";
-- Identifiers that placeholders stood for, and the agreement under which patient information left.
ALTER TABLE egress_log ADD COLUMN replaced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE egress_log ADD COLUMN agreement TEXT COLLATE "C";
