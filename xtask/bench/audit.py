"""Fills the audit table of a database, and a second copy beside it, with a chain of entries.

The chain is computed here from its description (host/crates/audit-chain/src/encode.rs), not with the code that is measured.
"""

import hashlib
import json
import sqlite3
import struct
import sys

database, copy, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
DOMAIN = b"voiceassist/audit-chain/entry/v1\0"
previous = b"voiceassist:audit-chain:genesis1"
dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def entries(out):
    global previous
    for sequence in range(1, count + 1):
        at = 1_772_438_400_000 + sequence
        document = "%08x-0000-4000-8000-%012x" % (sequence % 50_000, sequence)
        texts = ("nextcloud:user%d" % (sequence % 300), "document.opened", "document", document, "done", '{"pages":3}')
        encoded = b"".join(struct.pack(">Q", len(text)) + text.encode() for text in texts)
        digest = hashlib.sha256(DOMAIN + previous + struct.pack(">BQq", 1, sequence, at) + encoded).digest()
        names = ("actor", "action", "resource_type", "resource_id", "outcome", "detail_json")
        entry = {"sequence": sequence, "at_ms": at, **dict(zip(names, texts))}
        out.write(dumps({"row": {"entry": entry, "previous": previous.hex(), "hash": digest.hex()}}) + "\n")
        yield (sequence, at, *texts, previous.hex(), digest.hex())
        previous = digest


db = sqlite3.connect(database)
with open(copy, "w", encoding="utf-8") as out, db:
    db.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entries(out))
db.close()
