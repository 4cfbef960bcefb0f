//! A class one can rely on: where the rules cannot read a text, it counts as PHI, and the reason is told.

use serde::{Deserialize, Serialize};

use crate::lexicon::{STOP, WORD};
use crate::normal::Normal;
use crate::tokens::{Shape, tokens};
use crate::{Class, classify, lexicon, patterns, restore};

/// Why a text counts as PHI although nothing may have been found in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Not English, or too few words of it are known to tell.
    Language,
    /// Words of another script than Latin.
    Script,
    /// Letters lost on the way: replacement or control characters, UTF-8 read as Latin-1.
    Damage,
    /// Rules or word lists are missing in this build.
    Detector,
}

/// See [`judge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// [`Class::Phi`] wherever there is doubt.
    pub class: Class,
    pub doubt: Option<Doubt>,
}

/// [`classify`], but a text that the rules cannot read is [`Class::Phi`].
#[must_use]
pub fn judge(text: &str) -> Judgement {
    let doubt = doubt(text);
    let class = if doubt.is_some() { Class::Phi } else { classify(text) };
    Judgement { class, doubt }
}

/// Why the rules cannot be trusted with this text, if so.
#[must_use]
pub fn doubt(text: &str) -> Option<Doubt> {
    if !(patterns::is_complete() && lexicon::is_complete() && restore::is_complete())
        || u32::try_from(text.len()).is_err()
    {
        Some(Doubt::Detector)
    } else if is_damaged(text) {
        Some(Doubt::Damage)
    } else {
        let normal = Normal::of(text);
        if has_other_script(&normal.text) {
            Some(Doubt::Script)
        } else {
            is_foreign(&normal).then_some(Doubt::Language)
        }
    }
}

fn is_damaged(text: &str) -> bool {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{0c}');
    let mut before = ' ';
    text.chars().any(|c| {
        let misread = matches!(before, 'Ã' | 'Â') && ('\u{80}'..='\u{BF}').contains(&c) && c != '\u{A0}';
        before = c;
        misread || c == '\u{FFFD}' || control(c)
    })
}

/// Two letters in a row; of Greek, which formulas use ("γδ T cells"), four.
fn has_other_script(plain: &str) -> bool {
    let (mut greek, mut other) = (0, 0);
    plain.chars().any(|c| {
        let is_greek = ('\u{370}'..='\u{3FF}').contains(&c);
        let is_latin =
            c < '\u{250}' || ('\u{1E00}'..='\u{1EFF}').contains(&c) || ('\u{2000}'..='\u{2BFF}').contains(&c);
        greek = if is_greek { greek + 1 } else { 0 };
        other = if c.is_alphabetic() && !is_greek && !is_latin {
            other + 1
        } else {
            0
        };
        greek >= 4 || other >= 2
    })
}

/// Small words that English lacks, accents left out.
#[rustfmt::skip]
const FOREIGN: [&str; 119] = [
    "und", "der", "das", "nicht", "ist", "mit", "von", "fur", "bei", "auf", "eine", "einen", "einer", "dem", "den",
    "wird", "wurde", "nach", "uber", "oder", "auch", "sich", "zum", "zur", "seit", "sind", "keine", "le", "les",
    "une", "des", "est", "avec", "pour", "dans", "qui", "nous", "vous", "etre", "sont", "aux", "cette", "chez",
    "depuis", "los", "las", "una", "para", "por", "que", "como", "pero", "esta", "tiene", "desde", "muy", "il", "gli",
    "della", "che", "sono", "nel", "alla", "anche", "dopo", "nao", "uma", "com", "foi", "sao", "dos", "pelo", "voce",
    "het", "een", "voor", "niet", "wordt", "zijn", "naar", "ook", "bij", "aan", "werd", "heeft", "och", "att", "som",
    "ikke", "det", "til", "jeg", "nie", "jest", "oraz", "przez", "dla", "lub", "bir", "icin", "ile", "olarak",
    "degil", "ja", "etta", "ovat", "hogy", "nem", "egy", "este", "pentru", "yang", "dan", "dengan", "untuk", "tidak",
    "pada", "khong", "nguoi",
];

fn is_foreign(normal: &Normal) -> bool {
    /// Fewer words tell no language.
    const FEWEST: usize = 4;
    /// From so many words on, one must be known: "Dosisanpassung Apixaban Niereninsuffizienz".
    const SOME: usize = 3;
    /// From so many words on, three in ten must be known.
    const MANY: usize = 10;
    let (mut words, mut english, mut foreign) = (0_usize, 0_usize, 0_usize);
    for token in tokens(normal) {
        if !matches!(token.shape, Shape::Lower | Shape::Capital) || token.end - token.start < 2 {
            continue;
        }
        words += 1;
        let word = normal.text[token.start..token.end].to_ascii_lowercase();
        if FOREIGN.contains(&word.as_str()) {
            foreign += 1;
        } else {
            english += usize::from(token.is(WORD | STOP));
        }
    }
    words >= FEWEST && foreign >= 2 && foreign * 2 > english
        || words >= SOME && english == 0
        || words >= MANY && english * 10 < words * 3
}
