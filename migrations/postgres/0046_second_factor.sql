CREATE TABLE second_factors (
    user_id TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret TEXT COLLATE "C" NOT NULL,
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
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, hash)
);

-- Where Nextcloud keeps the session, the page that gave a code keeps a proof of it.
CREATE TABLE second_factor_proofs (
    hash TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    given_at BIGINT NOT NULL
);
