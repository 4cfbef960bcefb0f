CREATE TABLE second_factors (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,
    -- Empty until the first code proved that the authenticator has the secret.
    confirmed_at BIGINT,
    -- The newest time step whose code was accepted: none is accepted twice.
    last_step BIGINT NOT NULL,
    -- Wrong codes since the last right one, and until when none is looked at.
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Only SHA-256 hashes of codes of 80 random bits.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, hash)
);

-- Where Nextcloud keeps the session, the page that gave a code keeps a proof of it.
CREATE TABLE second_factor_proofs (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    given_at BIGINT NOT NULL
);
