//! What is known about a word: lists under `lexicon/`, sources in its README.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// A set of the bits below.
pub(crate) type Marks = u32;

pub(crate) const FIRST: Marks = 1;
pub(crate) const LAST: Marks = 1 << 1;
/// A city of one word.
pub(crate) const CITY: Marks = 1 << 2;
/// First word of a city or hospital name of several words.
pub(crate) const START: Marks = 1 << 3;
/// An ordinary English word.
pub(crate) const WORD: Marks = 1 << 4;
/// "Dr", "Mrs"
pub(crate) const TITLE: Marks = 1 << 5;
/// "MD", "Jr"
pub(crate) const SUFFIX: Marks = 1 << 6;
/// "van", "de"
pub(crate) const PARTICLE: Marks = 1 << 7;
/// A person's name may follow: "patient", "named"
pub(crate) const CUE: Marks = 1 << 8;
/// "by", "for": a weaker cue.
pub(crate) const BY: Marks = 1 << 9;
/// "male", "woman"
pub(crate) const MALE: Marks = 1 << 10;
pub(crate) const MONTH: Marks = 1 << 11;
/// "at": a place follows.
pub(crate) const AT: Marks = 1 << 12;
/// "in", "from": a city may follow.
pub(crate) const FROM: Marks = 1 << 13;
/// "Hospital", "Center"
pub(crate) const FACILITY: Marks = 1 << 14;
/// A facility word that names a place also without other evidence: "Hospital".
pub(crate) const STRONG: Marks = 1 << 15;
/// "Association": what stands before it is public.
pub(crate) const ORG: Marks = 1 << 16;
/// "disease", "score": makes the name before it an eponym.
pub(crate) const HEAD: Marks = 1 << 17;
pub(crate) const EPONYM: Marks = 1 << 18;
/// A hospital known by one word.
pub(crate) const PLACE: Marks = 1 << 19;
pub(crate) const STATE: Marks = 1 << 20;
/// Never part of a name, however it is written.
pub(crate) const STOP: Marks = 1 << 21;
/// "American", "National": begins the name of a public body.
pub(crate) const PUBLIC: Marks = 1 << 22;
/// A whole entry of several words (cities and hospitals).
const PHRASE: Marks = 1 << 23;

/// The last word of a country's name.
pub(crate) const COUNTRY: Marks = 1 << 24;
/// A flat or a box: "Apt", "Suite". Proof of an address only together with a house number or a postcode.
pub(crate) const FLAT: Marks = 1 << 25;
/// A street word that stands before the name: "Rue de Piétrain 371", "ul. Długa 10", "Via Scala 50".
pub(crate) const ROAD: Marks = 1 << 26;
/// Before or after such a verb stands a person: "said", "told".
pub(crate) const SAYING: Marks = 1 << 27;
/// What only people do: "denies", "lives".
pub(crate) const LIVING: Marks = 1 << 28;
/// "hello", "sincerely"
pub(crate) const GREETING: Marks = 1 << 29;
/// A town may come two or three words later: "moved", "admitted".
pub(crate) const MOVING: Marks = 1 << 30;

const LISTS: [(&str, Marks); 4] = [
    (include_str!("../lexicon/first.txt"), FIRST),
    (include_str!("../lexicon/last.txt"), LAST),
    (include_str!("../lexicon/cities.txt"), CITY),
    (include_str!("../lexicon/english.txt"), WORD),
];
const TERMS: &str = include_str!("../lexicon/terms.txt");

/// About 125,000 entries; read once, at the first use.
static LEXICON: LazyLock<HashMap<&'static str, Marks, BuildHasherDefault<Quick>>> = LazyLock::new(|| {
    let mut map = HashMap::with_capacity_and_hasher(150_000, BuildHasherDefault::default());
    let mut add = |entry: &'static str, marks: Marks| match entry.split_once(' ') {
        Some((first, _)) => {
            *map.entry(first).or_default() |= START;
            *map.entry(entry).or_default() |= PHRASE;
        }
        None => *map.entry(entry).or_default() |= marks,
    };
    for (list, marks) in LISTS {
        list.lines().for_each(|entry| add(entry, marks));
    }
    for line in TERMS.lines() {
        let Some((name, entries)) = line.split_once(": ") else {
            continue;
        };
        if name == "places" {
            entries.split(", ").for_each(|entry| add(entry, PLACE));
        } else if let Some(marks) = mark_named(name) {
            entries.split(' ').for_each(|entry| add(entry, marks));
        }
    }
    map
});

/// Whether the lists were read: each has words that no other has.
pub(crate) fn is_complete() -> bool {
    [
        ("xiomara", FIRST),
        ("abernathy", LAST),
        ("chicago", CITY),
        ("already", WORD),
        ("catheter", HEAD),
    ]
    .iter()
    .all(|(word, mark)| marks(word) & mark != 0)
}

fn mark_named(name: &str) -> Option<Marks> {
    Some(match name {
        "title" => TITLE,
        "suffix" => SUFFIX,
        "particle" => PARTICLE,
        "cue" => CUE,
        "by" => BY,
        "male" => MALE,
        "month" => MONTH,
        "at" => AT,
        "from" => FROM,
        "facility" => FACILITY,
        "strong" => STRONG,
        "org" => ORG,
        "head" => HEAD,
        "eponym" => EPONYM,
        "place" => PLACE,
        "state" => STATE,
        "stop" => STOP,
        "public" => PUBLIC,
        "country" => COUNTRY,
        "saying" => SAYING,
        "living" => LIVING,
        "greeting" => GREETING,
        "moving" => MOVING,
        "flat" => FLAT,
        "road" => ROAD,
        _ => return None,
    })
}

/// All that is known of a lower-case word. An unknown word with a hyphen has the name marks of its parts ("smith-jones").
pub(crate) fn marks(lower: &str) -> Marks {
    if let Some(marks) = LEXICON.get(lower) {
        return *marks;
    }
    let mut parts = lower.split('-').filter(|part| part.len() > 1);
    match (parts.next(), parts.next()) {
        (Some(first), Some(second)) => {
            let of = |part| LEXICON.get(part).copied().unwrap_or_default();
            of(first) & of(second) & (FIRST | LAST | WORD | STOP)
                | of(first) & EPONYM
                | (of(first) | of(second)) & PLACE
        }
        _ => 0,
    }
}

/// Whether these lower-case words, single blanks between, are a city or hospital.
pub(crate) fn is_place_phrase(lower: &str) -> bool {
    LEXICON.get(lower).is_some_and(|marks| marks & PHRASE != 0)
}

/// Eight bytes at a time, multiply and rotate: the keys are short words of our own lists, so a hash safe against
/// chosen keys buys nothing here.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
