//! Typed placeholders in place of identifiers, and the way back.

use std::collections::HashMap;

use crate::{Kind, detect};

/// A text without its identifiers, and what stood there. No `Debug`: the map holds the identifiers.
pub struct Redacted {
    pub text: String,
    pub map: Placeholders,
}

/// What each placeholder stands for, in the order of first use.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Placeholders(Vec<(String, String)>);

/// Tells how many, never which.
impl std::fmt::Debug for Placeholders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Placeholders({})", self.0.len())
    }
}

impl Placeholders {
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Replaces every span of [`detect`] by `[NAME_1]` and the like; the same words get the same placeholder.
#[must_use]
pub fn redact(text: &str) -> Redacted {
    let mut out = String::with_capacity(text.len());
    let mut map = Vec::new();
    let mut known: HashMap<(Kind, &str), String> = HashMap::new();
    let mut counts: HashMap<Kind, u32> = HashMap::new();
    let mut at = 0;
    for span in detect(text) {
        let (Some(before), Some(value)) = (text.get(at..span.start), text.get(span.start..span.end)) else {
            continue;
        };
        out.push_str(before);
        let placeholder = known.entry((span.kind, value)).or_insert_with(|| {
            let count = counts.entry(span.kind).or_default();
            // A text may already hold what looks like a placeholder; it must not be restored to something else.
            let fresh = loop {
                *count += 1;
                let candidate = format!("[{}_{count}]", span.kind.word());
                if !text.contains(&candidate) {
                    break candidate;
                }
            };
            map.push((fresh.clone(), value.to_owned()));
            fresh
        });
        out.push_str(placeholder);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Redacted {
        text: out,
        map: Placeholders(map),
    }
}

/// Puts the identifiers back wherever their placeholders stand, once: what is put back is not searched again.
#[must_use]
pub fn restore(text: &str, map: &Placeholders) -> String {
    let known: HashMap<&str, &str> = map
        .0
        .iter()
        .map(|(placeholder, value)| (placeholder.as_str(), value.as_str()))
        .collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let end = from.find(']').map_or(from.len(), |close| close + 1);
        match known.get(&from[..end]) {
            Some(value) => {
                out.push_str(value);
                rest = &from[end..];
            }
            None => {
                out.push('[');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
