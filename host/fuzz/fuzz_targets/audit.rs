//! Any rows: a chain that was made holds, one that was changed anywhere is named at its first bad row, and nothing read
//! from a database can end the verifier.
#![no_main]

use arbitrary::Arbitrary;
use audit_chain::{Entry, GENESIS, Hash, hash, verify};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Row {
    sequence: u64,
    at_ms: i64,
    texts: [String; 6],
    hashes: [Hash; 2],
}

fn entry(row: &Row, sequence: u64) -> Entry {
    let [actor, action, resource_type, resource_id, outcome, detail_json] = row.texts.clone();
    Entry {
        sequence,
        at_ms: row.at_ms,
        actor,
        action,
        resource_type,
        resource_id,
        outcome,
        detail_json,
    }
}

fuzz_target!(|input: (Vec<Row>, u8, u8)| {
    let (rows, which, byte) = input;
    let _ = verify(rows.iter().map(|row| (entry(row, row.sequence), row.hashes[0], row.hashes[1])));
    let mut previous = GENESIS;
    let mut chain: Vec<(Entry, Hash, Hash)> = Vec::new();
    for (row, sequence) in rows.iter().zip(1..) {
        let entry = entry(row, sequence);
        let own = hash(&previous, &entry);
        chain.push((entry, previous, own));
        previous = own;
    }
    assert!(verify(chain.clone()).is_ok());
    let Some(at) = usize::from(which).checked_rem(chain.len()) else {
        return;
    };
    chain[at].2[usize::from(byte) % 32] ^= 1;
    let bad = verify(chain).unwrap_err();
    assert_eq!(bad.sequence, at as u64 + 1);
});
