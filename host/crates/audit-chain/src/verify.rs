//! Walks a stored chain from its first entry and names the first place where it does not hold: by itself, against signed
//! checkpoints, against the second copy and against a head that was kept.

use crate::{Checkpoint, Hash, Head, PublicKey, Row, SecondCopy, hash};

/// What is wrong at the first bad entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// Entries are missing, repeated, inserted or out of order.
    #[error("an entry with sequence {found} stands here")]
    Sequence { found: u64 },
    /// A column is not of its type any more, or the file is damaged here.
    #[error("its row cannot be read")]
    Unreadable,
    /// The stored previous hash is not the hash of the entry before.
    #[error("its previous hash does not match the entry before it")]
    Previous,
    /// The stored hash is not the hash of the stored fields.
    #[error("its contents do not match its hash")]
    Contents,
    /// The chain holds and ends too early.
    #[error("it is missing, and so is all after it: rows were cut off, as {witness} shows")]
    CutOff { witness: &'static str },
    /// The chain holds and is another one.
    #[error("it is not the entry that {witness} names: all up to here was written anew")]
    Anew { witness: &'static str },
    #[error("checkpoint {number} stands out of order")]
    CheckpointOrder { number: u64 },
    #[error("checkpoint {number} was not signed with the given key, or was changed")]
    Signature { number: u64 },
    #[error("checkpoint {number} is missing, or is another one than in the second copy")]
    CheckpointGone { number: u64 },
    #[error("line {line} of the second copy was changed")]
    CopyLine { line: u64 },
    #[error("it is missing in the second copy before line {line}")]
    CopyGap { line: u64 },
    #[error("the second copy has another entry here")]
    CopyDiffers,
    #[error("the second copy ends before it, and it had arrived there")]
    CopyCutOff,
}

/// The first position at which the chain is not what it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit entry {sequence}: {what}")]
pub struct FirstBad {
    /// The sequence number that must stand at this position (1 for the first).
    pub sequence: u64,
    pub what: What,
}

/// What a chain that holds is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holds {
    pub head: Head,
    /// The last entry that a checkpoint covers.
    pub signed: u64,
    pub checkpoints: u64,
    /// The last entry in the second copy.
    pub copied: Option<u64>,
}

/// Checks entries in stored order, from the first. Nothing but the second copy takes memory.
#[derive(Default)]
pub struct Verifier {
    head: Option<Head>,
    kept: Option<Head>,
    keys: Vec<PublicKey>,
    checkpoints: Vec<Checkpoint>,
    /// Of the checkpoints, how many were met.
    met: usize,
    copy: Option<SecondCopy>,
    /// How far the second copy is known to have come.
    delivered: u64,
}

impl Verifier {
    /// Without keys, signatures are not looked at.
    #[must_use]
    pub fn new(keys: Vec<PublicKey>, kept: Option<Head>) -> Self {
        Self {
            keys,
            kept,
            ..Self::default()
        }
    }

    /// The checkpoints as stored, by their numbers.
    pub fn checkpoints(&mut self, stored: Vec<Checkpoint>) {
        self.checkpoints = stored;
    }

    /// The second copy, and the last entry that is known to have arrived there.
    pub fn copy(&mut self, copy: SecondCopy, delivered: u64) {
        self.copy = Some(copy);
        self.delivered = delivered;
    }

    /// Where the walk stands.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head.unwrap_or(Head::EMPTY)
    }

    /// Takes the next stored entry, or `None` where a row cannot be read.
    ///
    /// # Errors
    /// The first bad entry; the walk ends there.
    pub fn next(&mut self, row: Option<&Row>) -> Result<(), FirstBad> {
        let head = self.head();
        let sequence = head.sequence + 1;
        let bad = |what| FirstBad { sequence, what };
        let walked = row
            .ok_or(What::Unreadable)
            .and_then(|row| follow(sequence, &head.hash, row).map(|()| row.hash));
        let hash = walked.map_err(|what| self.earliest(bad(what)))?;
        let head = Head { sequence, hash };
        self.head = Some(head);
        if self.kept.is_some_and(|kept| kept.sequence == sequence && kept != head) {
            let witness = "the head that was kept";
            return Err(self.earliest(bad(What::Anew { witness })));
        }
        if let Some(copy) = &self.copy
            && copy.hash_of(sequence).is_some_and(|copied| *copied != hash)
        {
            return Err(self.earliest(bad(What::CopyDiffers)));
        }
        self.meet(head)
    }

    /// Checks the checkpoints of the entry that was just taken.
    fn meet(&mut self, head: Head) -> Result<(), FirstBad> {
        while let Some(next) = self.checkpoints.get(self.met)
            && next.sequence <= head.sequence
        {
            let number = next.number;
            let what = if next.sequence < head.sequence || number != self.met as u64 + 1 {
                Some(What::CheckpointOrder { number })
            } else if !trusted(next, &self.keys) {
                Some(What::Signature { number })
            } else if next.hash != head.hash {
                let witness = "a signed checkpoint";
                Some(What::Anew { witness })
            } else {
                self.as_copied(next)
            };
            if let Some(what) = what {
                let sequence = head.sequence;
                return Err(self.earliest(FirstBad { sequence, what }));
            }
            self.met += 1;
        }
        Ok(())
    }

    fn as_copied(&self, checkpoint: &Checkpoint) -> Option<What> {
        let copied = self.copy.as_ref()?.checkpoints.get(self.met)?;
        let number = checkpoint.number;
        (copied != checkpoint).then_some(What::CheckpointGone { number })
    }

    /// No row comes any more.
    ///
    /// # Errors
    /// The first bad entry.
    pub fn finish(mut self) -> Result<Holds, FirstBad> {
        let head = self.head();
        let after = head.sequence + 1;
        let cut_off = |witness| FirstBad {
            sequence: after,
            what: What::CutOff { witness },
        };
        if let Some(next) = self.checkpoints.get(self.met) {
            let bad = if next.number == self.met as u64 + 1 && trusted(next, &self.keys) {
                cut_off("a signed checkpoint")
            } else {
                let what = What::Signature { number: next.number };
                FirstBad { sequence: after, what }
            };
            return Err(self.earliest(bad));
        }
        if self.kept.is_some_and(|kept| kept.sequence > head.sequence) {
            return Err(self.earliest(cut_off("the head that was kept")));
        }
        let lost = self.copy.as_ref().and_then(|copy| {
            let (length, number) = (copy.length(), self.met as u64 + 1);
            if length > head.sequence {
                return Some(cut_off("the second copy"));
            }
            let gone = copy.checkpoints.get(self.met).map(|gone| FirstBad {
                sequence: gone.sequence,
                what: What::CheckpointGone { number },
            });
            let short = (length < self.delivered.min(head.sequence)).then_some(FirstBad {
                sequence: length + 1,
                what: What::CopyCutOff,
            });
            gone.or(short)
        });
        if let Some(bad) = lost {
            return Err(self.earliest(bad));
        }
        if let Some(bad) = self.copy.as_mut().and_then(SecondCopy::end) {
            return Err(bad);
        }
        Ok(Holds {
            head,
            signed: self.checkpoints.last().map_or(0, |last| last.sequence),
            checkpoints: self.checkpoints.len() as u64,
            copied: self.copy.as_ref().map(SecondCopy::length),
        })
    }

    /// What the second copy knows to be bad there or earlier comes first.
    fn earliest(&mut self, found: FirstBad) -> FirstBad {
        let copied = self.copy.as_mut().and_then(SecondCopy::end);
        copied
            .filter(|copied| copied.sequence <= found.sequence)
            .unwrap_or(found)
    }
}

/// Signed with one of `keys`; true without any.
pub(crate) fn trusted(checkpoint: &Checkpoint, keys: &[PublicKey]) -> bool {
    keys.is_empty()
        || keys
            .iter()
            .any(|key| key.id() == checkpoint.key_id && key.signed(checkpoint))
}

/// Checks one entry with its stored previous hash and own hash, `sequence` and `head` being those it must follow with.
///
/// # Errors
/// What is wrong with it.
pub fn follow(sequence: u64, head: &Hash, row: &Row) -> Result<(), What> {
    let Row {
        entry,
        previous,
        hash: stored,
    } = row;
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
    use crate::{Entry, GENESIS};
    use proptest::prelude::*;

    fn verify(rows: Vec<Row>) -> Result<(), FirstBad> {
        let mut verifier = Verifier::default();
        rows.iter().try_for_each(|row| verifier.next(Some(row)))?;
        verifier.finish().map(|_| ())
    }

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
                Row {
                    entry,
                    previous,
                    hash: head,
                }
            })
            .collect()
    }

    fn first_bad(rows: Vec<Row>) -> Option<u64> {
        verify(rows).err().map(|bad| bad.sequence)
    }

    /// One change of any stored value of a row; `which` picks the value, `bit` the bit flipped in numbers and hashes.
    fn change(row: &mut Row, which: usize, bit: usize) {
        match which {
            0 => row.entry.sequence ^= 1 << (bit % 64),
            1 => row.entry.at_ms ^= 1 << (bit % 63),
            2 => row.entry.actor.push('x'),
            3 => row.entry.action.clear(),
            4 => row.entry.resource_type.insert(0, ' '),
            5 => row.entry.resource_id.push('0'),
            6 => row.entry.outcome = "denied".into(),
            7 => row.entry.detail_json.push(' '),
            8 => row.previous[bit % 32] ^= 1 << (bit % 8),
            _ => row.hash[bit % 32] ^= 1 << (bit % 8),
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
            rows[at].hash = hash(&rows[at].previous, &rows[at].entry);
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
                row.entry.sequence = sequence;
            }
            prop_assert_eq!(first_bad(rows), Some(at as u64 + 1));
        }

        #[test]
        fn an_inserted_entry_is_named(length in 1u64..40, at: prop::sample::Index) {
            let mut rows = chain(length);
            let at = at.index(rows.len());
            let mut forged = entry(at as u64 + 1);
            forged.actor = "user-2".into();
            let forged = Row { entry: forged, ..rows[at].clone() };
            rows.insert(at, forged);
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
            (rows[a].entry.sequence, rows[b].entry.sequence) = (a as u64 + 1, b as u64 + 1);
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
