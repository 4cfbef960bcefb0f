//! One spelling for what readers take as the same letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, compatibility forms resolved (`₂` to `2`, `ﬁ` to `fi`), accents dropped, Greek letters by name.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Taken apart, a trade mark sign would become letters of the name before it.
    let unmarked = without_note_marks(text).map(|c| {
        if matches!(c, '™' | '℠' | '®' | '©') {
            ' '
        } else {
            c
        }
    });
    for c in unmarked
        .nfkd()
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
    {
        match greek(c) {
            Some(name) => folded.push_str(name),
            None => match c {
                '’' | 'ʼ' => folded.push('\''),
                '‐' | '‑' | '–' | '−' => folded.push('-'),
                '\u{ad}' => {}
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                c => folded.push(c),
            },
        }
    }
    folded
}

/// Leaves out raised digits except in powers and units ("10⁹", "m²"): "activities⁵" is the word without its note.
fn without_note_marks(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut letters = 0;
    let mut digits = false;
    text.chars().filter(move |&c| {
        if matches!(c, '⁰' | '¹' | '²' | '³' | '⁴'..='⁹') {
            return digits || (1..=3).contains(&letters);
        }
        letters = if c.is_alphabetic() { letters + 1 } else { 0 };
        digits = c.is_ascii_digit();
        true
    })
}

fn greek(c: char) -> Option<&'static str> {
    Some(match c {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' => "epsilon",
        'ζ' => "zeta",
        'η' => "eta",
        'θ' => "theta",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' => "mu",
        'π' => "pi",
        'ρ' => "rho",
        'σ' | 'ς' => "sigma",
        'τ' => "tau",
        'φ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' => "omega",
        _ => return None,
    })
}

/// Runs of letters and digits, with single joints (hyphen, slash, apostrophe, full stop, comma) inside.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        rest = &rest[start..];
        let end = end_of_word(rest);
        let (word, tail) = rest.split_at(end);
        rest = tail;
        Some(word)
    })
}

fn end_of_word(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joined =
            matches!(c, '-' | '/' | '\'' | '.' | ',') && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if !c.is_alphanumeric() && !joined {
            return at;
        }
    }
    text.len()
}

/// Digits with full stops or commas between them.
pub(super) fn is_number(word: &str) -> bool {
    word.contains(['.', ',']) && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}
