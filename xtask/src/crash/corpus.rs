//! The documents of the crash test and the chance that drives it, both from the seed alone.

/// Documents in play; each has any number of versions.
pub const DOCUMENTS: u32 = 12;

pub const SECTIONS: u64 = 4;

/// A small generator (xorshift64*), so that a seed means the same on every machine.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// 0 to `limit` - 1
    pub fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }

    /// An independent generator for another thread.
    pub fn fork(&mut self) -> Self {
        Self::new(self.next())
    }
}

pub fn name(number: u32) -> String {
    format!("ward-protocol-{number:02}.md")
}

/// A word that occurs in one version of one document only.
pub fn marker(number: u32, version: u32) -> String {
    const SYLLABLES: [&str; 10] = ["ba", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu"];
    let code = u64::from(number) * 1_000 + u64::from(version);
    let word: String = format!("{code:06}")
        .bytes()
        .map(|digit| SYLLABLES[usize::from(digit - b'0')])
        .collect();
    format!("{word}statin")
}

/// The question that only the marked version answers.
pub fn question(number: u32, version: u32) -> String {
    format!("What is the dose of {} for adults?", marker(number, version))
}

/// About 4 passages of Markdown: a reading and an embedding take long enough to be hit, and hundreds of kills do not take hours.
pub fn text(number: u32, version: u32) -> String {
    let drug = marker(number, version);
    let mut text = format!(
        "# Ward protocol {number}\n\nVersion {version}. Fictional, written for a test.\n\n## Dose\n\n\
         The dose of {drug} for adults is {} mg once daily. Give {drug} with water.\n\n",
        10 + number
    );
    for section in 1..=SECTIONS {
        text.push_str(&format!("## Section {section} of protocol {number}\n\n"));
        for step in 1..=4 {
            text.push_str(&format!(
                "Step {step} of section {section}: check the patient's observations every {} hours, write them into the chart of \
                 ward {number}, and tell the nurse in charge when the early warning score is {} or more. ",
                step + section % 4,
                3 + (section + step) % 5
            ));
        }
        text.push_str("\n\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_the_same_choices() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..50).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).iter().all(|&value| value < 1_000));
    }

    #[test]
    fn marker_names_one_version_of_one_document() {
        assert_ne!(marker(1, 2), marker(2, 1));
        assert!(text(3, 4).contains(&marker(3, 4)));
        assert!(!text(3, 5).contains(&marker(3, 4)));
    }
}
