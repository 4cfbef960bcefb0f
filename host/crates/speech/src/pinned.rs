//! The files of the speech models: below `models/` of the cache folder, with their SHA-256.

pub(crate) type Pinned = (&'static str, &'static str);

/// Silero VAD 5, 2.3 MB, MIT; from the PyPI package pipecat-ai 1.14.0.
pub const SILERO: Pinned = (
    "silero-vad/silero_vad.onnx",
    "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
);
/// Smart Turn 3.2, int8, 8.7 MB, BSD-2-Clause; from the same package.
pub const SMART_TURN: Pinned = (
    "smart-turn/smart-turn-v3.2-cpu.onnx",
    "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
);
/// Moonshine tiny, English, int8, 7.9 and 20.2 MB, MIT; from the npm package @usefulsensors/moonshine-js 0.1.21.
pub const MOONSHINE_ENCODER: Pinned = (
    "moonshine-tiny-en/encoder_model.onnx",
    "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a",
);
pub const MOONSHINE_DECODER: Pinned = (
    "moonshine-tiny-en/decoder_model_merged.onnx",
    "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367",
);
/// Its vocabulary of 32,768 pieces; from the PyPI package moonshine-voice 0.1.5.
pub const MOONSHINE_TOKENS: Pinned = (
    "moonshine-tiny-en/tokenizer.bin",
    "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
);
/// The voice "heart" of hibari, American English, int8, 7.9 MB, Apache-2.0; from the PyPI package hibari-tts 0.2.1.
pub const HIBARI: Pinned = (
    "hibari/hibari.onnx",
    "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
);
/// How words outside the lexicon are said, 3.0 MB, with its alphabet.
pub const HIBARI_UNKNOWN: Pinned = (
    "hibari/oov.onnx",
    "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76",
);
pub const HIBARI_UNKNOWN_ALPHABET: Pinned = (
    "hibari/oov.json",
    "b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c",
);
/// The lexicons of misaki 0.9.4: checked by people, and derived.
pub const HIBARI_GOLD: Pinned = (
    "hibari/lexicon_us_gold.json.gz",
    "63ae94f8ef0e906d5b24fe9b59ffcbd1529aca5686a774610e43973cbaa86ad2",
);
pub const HIBARI_SILVER: Pinned = (
    "hibari/lexicon_us_silver.json.gz",
    "c4c2546ebf1eb07010331e7ef785a431aa17ba8e7bfb6b4af8d654ee96a71fd3",
);
/// The numbers of the phonemes.
pub const HIBARI_PHONEMES: Pinned = (
    "hibari/vocab.json",
    "70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d",
);
