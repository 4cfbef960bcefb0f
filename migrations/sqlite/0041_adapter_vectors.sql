-- Vectors of public passages in the space of an embedding adapter. Little-endian f32, unit length; empty: not to be had.
CREATE TABLE adapter_vectors (
    passage_id TEXT NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    space TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (passage_id, space)
);
