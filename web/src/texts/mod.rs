//! Every word the page says. A language is one value of `Texts`, so a missing text does not compile.

mod english;

pub use english::Texts;

/// The texts of the reader's language.
pub fn t() -> &'static Texts {
    &english::ENGLISH
}

/// Puts values in place of `{name}`.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            rest = after;
            break;
        };
        let name = &after[1..close];
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&after[..=close]),
        }
        rest = &after[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_take_their_places_and_are_not_searched_again() {
        assert_eq!(
            fill("Page {page} of {pages}", &[("page", "{pages}"), ("pages", "9")]),
            "Page {pages} of 9"
        );
        assert_eq!(fill("{unknown} {", &[]), "{unknown} {");
    }
}
