//! Any rows: a chain that was made holds, one that was changed anywhere is named at its first bad row, and nothing read
//! from a database can end the verifier.
#![no_main]

use arbitrary::Arbitrary;
use audit_chain::{Entry, FirstBad, GENESIS, Hash, Holds, Row as Stored, Verifier, hash};
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

fn verify(rows: &[Stored]) -> Result<Holds, FirstBad> {
    let mut verifier = Verifier::default();
    for row in rows {
        verifier.next(Some(row))?;
    }
    verifier.finish()
}

fuzz_target!(|input: (Vec<Row>, u8, u8)| {
    let (rows, which, byte) = input;
    let given = rows.iter().map(|row| Stored {
        entry: entry(row, row.sequence),
        previous: row.hashes[0],
        hash: row.hashes[1],
    });
    let _ = verify(&given.collect::<Vec<_>>());
    let mut previous = GENESIS;
    let mut chain: Vec<Stored> = Vec::new();
    for (row, sequence) in rows.iter().zip(1..) {
        let entry = entry(row, sequence);
        let own = hash(&previous, &entry);
        chain.push(Stored {
            entry,
            previous,
            hash: own,
        });
        previous = own;
    }
    assert!(verify(&chain).is_ok());
    let Some(at) = usize::from(which).checked_rem(chain.len()) else {
        return;
    };
    chain[at].hash[usize::from(byte) % 32] ^= 1;
    let bad = verify(&chain).unwrap_err();
    assert_eq!(bad.sequence, at as u64 + 1);
});
