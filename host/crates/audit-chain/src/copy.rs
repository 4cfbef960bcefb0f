//! The second copy of the trail, line by line: does it hold by itself, and what does it say of each entry.

use crate::verify::{FirstBad, What};
use crate::{Checkpoint, Hash, Line, PublicKey, Row, hash};

/// What a sink holds. 32 bytes of memory an entry.
#[derive(Default)]
pub struct SecondCopy {
    hashes: Vec<Hash>,
    pub(crate) checkpoints: Vec<Checkpoint>,
    lines: u64,
    /// A line that cannot be read: forgiven when the next begins with it, as after a crash in the middle of writing.
    torn: Option<(u64, Vec<u8>)>,
    /// Nothing after it is looked at.
    bad: Option<FirstBad>,
}

impl SecondCopy {
    /// Takes the next line, without its line break. `keys` may be empty: then signatures are not looked at.
    pub fn line(&mut self, line: &[u8], keys: &[PublicKey]) {
        self.lines += 1;
        if self.bad.is_some() {
            return;
        }
        if let Some((number, torn)) = self.torn.take()
            && !line.starts_with(&torn)
        {
            self.unreadable(number);
            return;
        }
        match Line::read(line) {
            Some(Line::Row(row)) => self.row(&row),
            Some(Line::Checkpoint(checkpoint)) => self.checkpoint(checkpoint, keys),
            None => self.torn = Some((self.lines, line.to_vec())),
        }
    }

    /// Takes what stands after the last line break: it counts when it is whole, and was otherwise never acknowledged.
    pub fn rest(&mut self, rest: &[u8], keys: &[PublicKey]) {
        if Line::read(rest).is_some() {
            self.line(rest, keys);
        }
    }

    fn row(&mut self, row: &Row) {
        let (line, sequence) = (self.lines, row.entry.sequence);
        let known = usize::try_from(sequence).ok().and_then(|place| place.checked_sub(1));
        let before = known.and_then(|place| {
            place
                .checked_sub(1)
                .map_or(Some(&crate::GENESIS), |at| self.hashes.get(at))
        });
        let Some(before) = before else {
            // Neither a repetition nor the next one.
            self.fault(self.expected(), What::CopyGap { line });
            return;
        };
        if row.previous != *before || row.hash != hash(before, &row.entry) {
            // What follows the last line stands in the next one's place, whatever number it bears now.
            let next = self.hashes.last().unwrap_or(&crate::GENESIS) == &row.previous;
            let sequence = if next { self.expected() } else { sequence };
            self.fault(sequence, What::CopyLine { line });
            return;
        }
        match known.and_then(|place| self.hashes.get(place)) {
            // Written twice, because it was not known whether it had arrived.
            Some(first) if *first == row.hash => {}
            Some(_) => self.fault(sequence, What::CopyLine { line }),
            None => self.hashes.push(row.hash),
        }
    }

    fn checkpoint(&mut self, checkpoint: Checkpoint, keys: &[PublicKey]) {
        let repeated = self
            .checkpoints
            .iter()
            .rev()
            .find(|one| one.number >= checkpoint.number);
        if repeated.is_some() && self.checkpoints.contains(&checkpoint) {
            return;
        }
        let place = usize::try_from(checkpoint.sequence).unwrap_or(usize::MAX);
        let covered = place.checked_sub(1).and_then(|place| self.hashes.get(place)) == Some(&checkpoint.hash);
        let next = self.checkpoints.last().map_or(1, |last| last.number + 1);
        if !covered || checkpoint.number != next || !crate::verify::trusted(&checkpoint, keys) {
            // A checkpoint covers the entry before it.
            self.fault(self.length().max(1), What::CopyLine { line: self.lines });
            return;
        }
        self.checkpoints.push(checkpoint);
    }

    fn expected(&self) -> u64 {
        self.hashes.len() as u64 + 1
    }

    fn unreadable(&mut self, line: u64) {
        self.fault(self.expected(), What::CopyLine { line });
    }

    fn fault(&mut self, sequence: u64, what: What) {
        self.bad.get_or_insert(FirstBad { sequence, what });
    }

    /// No line comes any more.
    pub(crate) fn end(&mut self) -> Option<FirstBad> {
        if let Some((line, _)) = self.torn.take() {
            self.unreadable(line);
        }
        self.bad
    }

    /// The last entry.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.hashes.len() as u64
    }

    pub(crate) fn hash_of(&self, sequence: u64) -> Option<&Hash> {
        self.hashes.get(usize::try_from(sequence).ok()?.checked_sub(1)?)
    }
}
