-- Vectors of public passages in the space of an embedding adapter. Little-endian f32, unit length; empty: not to be had.
CREATE TABLE adapter_vectors (
    passage_id TEXT COLLATE "C" NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    space TEXT COLLATE "C" NOT NULL,
    vector BYTEA NOT NULL,
    PRIMARY KEY (passage_id, space)
);
