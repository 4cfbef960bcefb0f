-- One row per outbound request or connection, written before the first byte leaves and completed afterwards.
-- destination is scheme, host and port; never path, query or body.
CREATE TABLE egress_log (
    id          TEXT COLLATE "C" PRIMARY KEY,
    at          BIGINT NOT NULL,
    finished_at BIGINT,
    purpose     TEXT COLLATE "C" NOT NULL,
    destination TEXT COLLATE "C" NOT NULL,
    remote      BIGINT NOT NULL,
    bytes_out   BIGINT NOT NULL,
    bytes_in    BIGINT NOT NULL,
    class       TEXT COLLATE "C" NOT NULL,
    outcome     TEXT COLLATE "C" NOT NULL,
    answer_id   TEXT COLLATE "C",
    body_sha256 TEXT COLLATE "C"
);

CREATE INDEX egress_log_answer ON egress_log (answer_id, at);
CREATE INDEX egress_log_at ON egress_log (at);

-- A configured model endpoint stays off until an administrator switches it on.
CREATE TABLE model_endpoints (
    id         TEXT COLLATE "C" PRIMARY KEY,
    enabled    BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL
);
