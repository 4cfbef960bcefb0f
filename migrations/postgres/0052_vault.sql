-- Data keys, each wrapped by the master key, which is kept elsewhere.
CREATE TABLE data_keys (
    id TEXT COLLATE "C" PRIMARY KEY,
    -- Fingerprint of the master key.
    master TEXT COLLATE "C" NOT NULL,
    -- Hex of nonce, ciphertext and tag.
    wrapped TEXT COLLATE "C" NOT NULL,
    active_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- How far the sealing of each column has come.
CREATE TABLE vault_walks (
    -- Table and column.
    name TEXT COLLATE "C" PRIMARY KEY,
    key_id TEXT COLLATE "C" NOT NULL,
    -- JSON of the last row's key.
    behind TEXT COLLATE "C" NOT NULL,
    finished BIGINT NOT NULL
);
