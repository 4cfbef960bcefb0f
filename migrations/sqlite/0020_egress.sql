-- One row per outbound request or connection, written before the first byte leaves and completed afterwards.
-- destination is scheme, host and port; never path, query or body.
CREATE TABLE egress_log (
    id          TEXT PRIMARY KEY,
    at          BIGINT NOT NULL,
    finished_at BIGINT,
    purpose     TEXT NOT NULL,
    destination TEXT NOT NULL,
    remote      BIGINT NOT NULL,
    bytes_out   BIGINT NOT NULL,
    bytes_in    BIGINT NOT NULL,
    class       TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    answer_id   TEXT,
    body_sha256 TEXT
);

CREATE INDEX egress_log_answer ON egress_log (answer_id, at);
CREATE INDEX egress_log_at ON egress_log (at);

-- A configured model endpoint stays off until an administrator switches it on.
CREATE TABLE model_endpoints (
    id         TEXT PRIMARY KEY,
    enabled    BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
