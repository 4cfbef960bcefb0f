"""The reference of `cargo xtask bench ingest`: what a careful script does with the same files.

pypdf reads the pages, onnxruntime embeds with the same int8 model, bm25s indexes. It gets the
chunks that VoiceAssist made (from its database), so only the engines differ. Everything is loaded
before the clocks start; texts are embedded in batches sorted by length. Prints CPU seconds (all
threads) of each part and the peak memory as JSON.
"""

import json
import resource
import sqlite3
import sys
import time

import bm25s
import numpy
import onnxruntime
import pypdf
import tokenizers

BATCH = 32
WINDOW = 256


def embed(session, tokenizer, texts):
    names = {given.name for given in session.get_inputs()}
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = [None] * len(texts)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        pieces = tokenizer.encode_batch([texts[at] for at in batch])
        ids = numpy.array([piece.ids for piece in pieces], dtype=numpy.int64)
        mask = numpy.array([piece.attention_mask for piece in pieces], dtype=numpy.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        hidden = session.run(None, {name: given[name] for name in names})[0]
        if hidden.ndim == 3:
            weight = mask[:, :, None].astype(numpy.float32)
            hidden = (hidden * weight).sum(1) / weight.sum(1)
        hidden /= numpy.linalg.norm(hidden, axis=1, keepdims=True)
        for at, vector in zip(batch, hidden):
            vectors[at] = vector
    return vectors


def main():
    database, models, *files = sys.argv[1:]
    rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute("SELECT text FROM passages ORDER BY document_id, ordinal")
    chunks = [row[0] for row in rows]
    options = onnxruntime.SessionOptions()
    # One thread does the most per CPU-second.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(f"{models}/model.onnx", options, providers=["CPUExecutionProvider"])
    tokenizer = tokenizers.Tokenizer.from_file(f"{models}/tokenizer.json")
    tokenizer.enable_truncation(WINDOW)
    tokenizer.enable_padding()
    embed(session, tokenizer, ["warm up"])

    start = time.process_time()
    pages = [page.extract_text() for file in files for page in pypdf.PdfReader(file).pages]
    read = time.process_time()
    embed(session, tokenizer, chunks)
    embedded = time.process_time()
    index = bm25s.BM25()
    index.index(bm25s.tokenize(chunks, stopwords="en", show_progress=False), show_progress=False)
    indexed = time.process_time()
    print(json.dumps({
        "pages": len(pages),
        "chunks": len(chunks),
        "extract": read - start,
        "embed": embedded - read,
        "index": indexed - embedded,
        "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }))


main()
