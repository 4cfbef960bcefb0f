//! How words sound, roughly: letters folded to the sounds of English drug names, and how near two of them are.

/// The sounds of lower-case letters, one byte each. Other characters are left out.
pub(crate) fn sounds(word: &str) -> Vec<u8> {
    let letters: Vec<u8> = word.bytes().filter(u8::is_ascii_lowercase).collect();
    let mut out: Vec<u8> = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let next = letters.get(at + 1).copied().unwrap_or(b' ');
        let first = at == 0;
        let (sound, used): (&[u8], usize) = match (letters[at], next) {
            (b'p', b'h') => (b"f", 2),
            (b't', b'h') => (b"t", 2),
            (b's', b'h') => (b"S", 2),
            (b'c', b'h') => (b"k", 2),
            (b'c', b'k') | (b'c', b'q') => (b"k", 2),
            (b'c', b'e' | b'i' | b'y') => (b"s", 1),
            (b'c', _) => (b"k", 1),
            (b'q', b'u') => (b"kw", 2),
            (b'q', _) => (b"k", 1),
            (b'x', _) if first => (b"z", 1),
            (b'x', _) => (b"ks", 1),
            (b'k', b'n') if first => (b"n", 2),
            (b'w', b'r') => (b"r", 2),
            (b'p', b's') if first => (b"s", 2),
            (b'g', b'h') => (b"", 2),
            (b'g', b'e' | b'i' | b'y') => (b"j", 1),
            (b't', b'i') if letters.get(at + 2) == Some(&b'o') && letters.get(at + 3) == Some(&b'n') => (b"S", 2),
            (b'e', b' ') if !first => (b"", 1),
            (b'y', b'a' | b'e' | b'i' | b'o' | b'u') if first => (b"i", 1),
            (b'y', _) => (b"i", 1),
            (other, _) => (&[other], 1),
        };
        for sound in sound {
            let repeats =
                out.last() == Some(sound) || is_vowel(*sound) && out.last().is_some_and(|last| is_vowel(*last));
            if !repeats {
                out.push(*sound);
            }
        }
        at += used;
    }
    out
}

/// How alike two words sound: 1 for the same sounds, 0 for nothing in common.
pub(crate) fn likeness(a: &[u8], b: &[u8]) -> f32 {
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<f32> = vec![0.0];
    for (at, sound) in b.iter().enumerate() {
        row.push(row[at] + missing(*sound));
    }
    for x in a {
        let mut diagonal = row[0];
        row[0] += missing(*x);
        for (at, y) in b.iter().enumerate() {
            let replaced = diagonal + exchanged(*x, *y);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(row[at + 1] + missing(*x)).min(row[at] + missing(*y));
        }
    }
    (1.0 - row[b.len()] / longest as f32).max(0.0)
}

fn is_vowel(sound: u8) -> bool {
    matches!(sound, b'a' | b'e' | b'i' | b'o' | b'u')
}

fn missing(sound: u8) -> f32 {
    match sound {
        b'h' => 0.4,
        _ if is_vowel(sound) => 0.5,
        _ => 1.0,
    }
}

/// Sounds that are taken for each other.
const NEAR: [&[u8]; 9] = [b"pb", b"td", b"kg", b"fv", b"sz", b"Sj", b"mn", b"lr", b"wv"];

fn exchanged(a: u8, b: u8) -> f32 {
    let both = |group: &&[u8]| group.contains(&a) && group.contains(&b);
    match (is_vowel(a), is_vowel(b)) {
        _ if a == b => 0.0,
        (true, true) => 0.25,
        (false, false) if NEAR.iter().any(both) => 0.4,
        (false, false) => 1.0,
        _ => 1.4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> f32 {
        likeness(&sounds(a), &sounds(b))
    }

    #[test]
    fn what_sounds_the_same_is_the_same() {
        assert_eq!(alike("cefalexin", "cephalexin"), 1.0);
        assert_eq!(alike("acyclovir", "aciclovir"), 1.0);
        assert_eq!(alike("", ""), 0.0);
        assert!(alike("metforman", "metformin") > 0.9);
    }

    #[test]
    fn near_names_are_nearer_than_others_and_never_the_same() {
        let near = alike("hydralazine", "hydroxyzine");
        assert!(near > 0.6 && near < 1.0, "{near}");
        assert!(alike("metformin", "vancomycin") < 0.7);
        assert!(alike("lisinapril", "lisinopril") > alike("lisinapril", "enalapril"));
    }
}
