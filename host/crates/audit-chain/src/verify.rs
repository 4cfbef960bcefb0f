//! Walks a stored chain from its first entry and names the first place where it does not hold.

use crate::{Entry, GENESIS, Hash, hash};

/// What is wrong at the first bad entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// Entries are missing, repeated, inserted or out of order.
    #[error("an entry with sequence {found} stands here")]
    Sequence { found: u64 },
    /// The stored previous hash is not the hash of the entry before.
    #[error("its previous hash does not match the entry before it")]
    Previous,
    /// The stored hash is not the hash of the stored fields.
    #[error("its contents do not match its hash")]
    Contents,
}

/// The first position at which the chain is not what it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit entry {sequence}: {what}")]
pub struct FirstBad {
    /// The sequence number that must stand at this position (1 for the first).
    pub sequence: u64,
    pub what: What,
}

/// Checks entries in stored order, each with its stored previous hash and own hash, from [`GENESIS`] and sequence 1.
///
/// Constant memory. A chain cut off at its end still holds here: the missing tail shows only against
/// a number of entries or a head hash kept elsewhere.
///
/// # Errors
/// [`FirstBad`] with the sequence number expected at the first position that does not hold.
pub fn verify(rows: impl IntoIterator<Item = (Entry, Hash, Hash)>) -> Result<(), FirstBad> {
    let mut head = GENESIS;
    for (sequence, (entry, previous, stored)) in (1u64..).zip(rows) {
        follow(sequence, &head, (&entry, &previous, &stored)).map_err(|what| FirstBad { sequence, what })?;
        head = stored;
    }
    Ok(())
}

/// Checks one entry with its stored previous hash and own hash, `sequence` and `head` being those it must follow with.
///
/// # Errors
/// What is wrong with it.
pub fn follow(sequence: u64, head: &Hash, (entry, previous, stored): (&Entry, &Hash, &Hash)) -> Result<(), What> {
    if entry.sequence != sequence {
        return Err(What::Sequence { found: entry.sequence });
    }
    if previous != head {
        return Err(What::Previous);
    }
    if *stored != hash(head, entry) {
        return Err(What::Contents);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Row = (Entry, Hash, Hash);

    fn entry(sequence: u64) -> Entry {
        Entry {
            sequence,
            at_ms: 1_700_000_000_000 + sequence as i64,
            actor: "user-1".into(),
            action: "document.open".into(),
            resource_type: "document".into(),
            resource_id: format!("d{sequence}"),
            outcome: "ok".into(),
            detail_json: r#"{"pages":3}"#.into(),
        }
    }

    fn chain(length: u64) -> Vec<Row> {
        let mut head = GENESIS;
        (1..=length)
            .map(|sequence| {
                let entry = entry(sequence);
                let previous = head;
                head = hash(&previous, &entry);
                (entry, previous, head)
            })
            .collect()
    }

    fn first_bad(rows: Vec<Row>) -> Option<u64> {
        verify(rows).err().map(|bad| bad.sequence)
    }

    /// One change of any stored value of a row; `which` picks the value, `bit` the bit flipped in numbers and hashes.
    fn change(row: &mut Row, which: usize, bit: usize) {
        match which {
            0 => row.0.sequence ^= 1 << (bit % 64),
            1 => row.0.at_ms ^= 1 << (bit % 63),
            2 => row.0.actor.push('x'),
            3 => row.0.action.clear(),
            4 => row.0.resource_type.insert(0, ' '),
            5 => row.0.resource_id.push('0'),
            6 => row.0.outcome = "denied".into(),
            7 => row.0.detail_json.push(' '),
            8 => row.1[bit % 32] ^= 1 << (bit % 8),
            _ => row.2[bit % 32] ^= 1 << (bit % 8),
        }
    }

    proptest! {
        #[test]
        fn an_untouched_chain_holds(length in 0u64..40) {
            prop_assert_eq!(verify(chain(length)), Ok(()));
        }

        #[test]
        fn a_changed_entry_is_named(length in 1u64..40, at: prop::sample::Index, which in 0usize..10, bit in 0usize..256) {
            let mut rows = chain(length);
            let at = at.index(rows.len());
            change(&mut rows[at], which, bit);
            prop_assert_eq!(first_bad(rows), Some(at as u64 + 1));
        }

        #[test]
        fn a_changed_entry_with_its_hash_made_anew_is_named_at_the_next(length in 2u64..40, at: prop::sample::Index, which in 1usize..8) {
            let mut rows = chain(length);
            let at = at.index(rows.len() - 1);
            change(&mut rows[at], which, 0);
            rows[at].2 = hash(&rows[at].1, &rows[at].0);
            prop_assert_eq!(verify(rows), Err(FirstBad { sequence: at as u64 + 2, what: What::Previous }));
        }

        #[test]
        fn a_deleted_entry_is_named(length in 2u64..40, at: prop::sample::Index) {
            let mut rows = chain(length);
            let at = at.index(rows.len() - 1);
            rows.remove(at);
            prop_assert_eq!(first_bad(rows), Some(at as u64 + 1));
        }

        #[test]
        fn a_deleted_entry_is_named_although_all_after_it_are_numbered_anew(length in 2u64..40, at: prop::sample::Index) {
            let mut rows = chain(length);
            let at = at.index(rows.len() - 1);
            rows.remove(at);
            for (sequence, row) in (1..).zip(&mut rows) {
                row.0.sequence = sequence;
            }
            prop_assert_eq!(first_bad(rows), Some(at as u64 + 1));
        }

        #[test]
        fn an_inserted_entry_is_named(length in 1u64..40, at: prop::sample::Index) {
            let mut rows = chain(length);
            let at = at.index(rows.len());
            let mut forged = entry(at as u64 + 1);
            forged.actor = "user-2".into();
            rows.insert(at, (forged, rows[at].1, rows[at].2));
            prop_assert_eq!(first_bad(rows), Some(at as u64 + 1));
        }

        #[test]
        fn a_repeated_entry_is_named(length in 1u64..40, at: prop::sample::Index) {
            let mut rows = chain(length);
            let at = at.index(rows.len());
            rows.insert(at, rows[at].clone());
            prop_assert_eq!(first_bad(rows), Some(at as u64 + 2));
        }

        #[test]
        fn two_swapped_entries_are_named_at_the_first(length in 2u64..40, a: prop::sample::Index, b: prop::sample::Index) {
            let mut rows = chain(length);
            let (a, b) = (a.index(rows.len()), b.index(rows.len()));
            prop_assume!(a != b);
            rows.swap(a, b);
            prop_assert_eq!(first_bad(rows), Some(a.min(b) as u64 + 1));
        }

        #[test]
        fn contents_swapped_under_their_numbers_are_named(length in 2u64..40, a: prop::sample::Index, b: prop::sample::Index) {
            let mut rows = chain(length);
            let (a, b) = (a.index(rows.len()), b.index(rows.len()));
            prop_assume!(a != b);
            rows.swap(a, b);
            (rows[a].0.sequence, rows[b].0.sequence) = (a as u64 + 1, b as u64 + 1);
            prop_assert_eq!(first_bad(rows), Some(a.min(b) as u64 + 1));
        }
    }

    #[test]
    fn a_letter_moved_between_neighbouring_fields_changes_the_hash() {
        let one = Entry {
            actor: "ab".into(),
            action: "c".into(),
            ..entry(1)
        };
        let other = Entry {
            actor: "a".into(),
            action: "bc".into(),
            ..entry(1)
        };
        assert_ne!(hash(&GENESIS, &one), hash(&GENESIS, &other));
    }

    /// The value was computed with Python's struct and hashlib from the text of `encode`, not with this code.
    #[test]
    fn the_hash_of_a_known_entry_never_changes() {
        assert_eq!(
            hex::encode(hash(&GENESIS, &entry(1))),
            "dfafec0520219dab759c7bc82cf4916269d5039db18f60f169329769cb8bab0f"
        );
    }

    #[test]
    fn debug_text_names_no_person() {
        let text = format!("{:?}", entry(7));
        assert!(
            text.contains("document.open") && !text.contains("user-1") && !text.contains("d7"),
            "{text}"
        );
    }
}
