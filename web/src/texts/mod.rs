//! Every word the page says. A language is one value of each struct of texts, so a missing text does not compile.

/// Declares the texts by their English.
macro_rules! texts {
    ($kind:ident, $value:ident: $($name:ident: $text:literal,)*) => {
        pub struct $kind {
            $(pub $name: &'static str,)*
        }
        pub static $value: $kind = $kind { $($name: $text,)* };
        #[cfg(test)]
        impl $kind {
            /// Name and text of each.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

mod audit;
mod context;
mod english;
mod german;
mod nextcloud;
mod panel;
mod plugins;
mod retention;
mod security;
mod tools;
mod voice;

use std::cell::Cell;

pub use audit::AuditTexts;
pub use context::ContextTexts;
pub use english::Texts;
pub use nextcloud::NextcloudTexts;
pub use panel::PanelTexts;
pub use plugins::PluginTexts;
pub use retention::RetentionTexts;
pub use security::SecurityTexts;
pub use tools::ToolTexts;
pub use voice::VoiceTexts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    German,
}

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
}

impl Language {
    /// Of a language tag such as `de`, `de-AT` or `de_DE`; English for every language without texts.
    pub fn of(tag: &str) -> Language {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("de") {
            Language::German
        } else {
            Language::English
        }
    }

    /// For `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }
}

/// Chooses the language, once, before anything is drawn.
pub fn speak(language: Language) {
    LANGUAGE.set(language);
}

pub fn language() -> Language {
    LANGUAGE.get()
}

/// The texts of the reader's language.
pub fn t() -> &'static Texts {
    match language() {
        Language::English => &english::ENGLISH,
        Language::German => &german::GERMAN,
    }
}

/// The texts that only an installation inside Nextcloud needs.
pub fn nc() -> &'static NextcloudTexts {
    match language() {
        Language::English => &nextcloud::english::ENGLISH,
        Language::German => &nextcloud::german::GERMAN,
    }
}

/// The texts for those who manage plugins.
pub fn pl() -> &'static PluginTexts {
    match language() {
        Language::English => &plugins::english::ENGLISH,
        Language::German => &plugins::german::GERMAN,
    }
}

/// The texts about patient contexts.
pub fn ct() -> &'static ContextTexts {
    match language() {
        Language::English => &context::english::ENGLISH,
        Language::German => &context::german::GERMAN,
    }
}

/// The texts of the administration.
pub fn pa() -> &'static PanelTexts {
    match language() {
        Language::English => &panel::english::ENGLISH,
        Language::German => &panel::german::GERMAN,
    }
}

/// The texts about the audit trail.
pub fn au() -> &'static AuditTexts {
    match language() {
        Language::English => &audit::english::ENGLISH,
        Language::German => &audit::german::GERMAN,
    }
}

/// The texts of sessions, second factors, users and roles.
pub fn se() -> &'static SecurityTexts {
    match language() {
        Language::English => &security::english::ENGLISH,
        Language::German => &security::german::GERMAN,
    }
}

/// The texts about how long data is kept, holds, copies and erasures.
pub fn re() -> &'static RetentionTexts {
    match language() {
        Language::English => &retention::english::ENGLISH,
        Language::German => &retention::german::GERMAN,
    }
}

/// The texts of tools and of what calculators have in common with them.
pub fn tl() -> &'static ToolTexts {
    match language() {
        Language::English => &tools::english::ENGLISH,
        Language::German => &tools::german::GERMAN,
    }
}

/// The texts about talking.
pub fn vo() -> &'static VoiceTexts {
    match language() {
        Language::English => &voice::english::ENGLISH,
        Language::German => &voice::german::GERMAN,
    }
}

/// What the host says in fixed English words, in the reader's language.
pub fn said(text: &str) -> &str {
    match text {
        "nothing" => t().nothing_left_short,
        "this server" => t().this_server,
        other => other,
    }
}

/// The title of a problem in the reader's language, where its kind is known.
pub fn problem_title(kind: &str) -> Option<&'static str> {
    match language() {
        Language::English => None,
        Language::German => german::problem(kind),
    }
}

/// Why a file could not be read, in the reader's language where its code is known.
pub fn reason(reason: &api_types::FailureReason) -> &str {
    match language() {
        Language::English => None,
        Language::German => german::reason(&reason.code),
    }
    .unwrap_or(&reason.message)
}

/// `lang` for a part whose text is English whatever the page's language; nothing where the page is English too.
pub fn in_english() -> Option<&'static str> {
    (language() != Language::English).then_some("en")
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn values_take_their_places_and_are_not_searched_again() {
        assert_eq!(
            fill("Page {page} of {pages}", &[("page", "{pages}"), ("pages", "9")]),
            "Page {pages} of 9"
        );
        assert_eq!(fill("{unknown} {", &[]), "{unknown} {");
    }

    #[test]
    fn the_primary_part_of_a_tag_chooses_the_language() {
        for tag in ["de", "de-AT", "de_DE", "DE"] {
            assert_eq!(Language::of(tag), Language::German, "{tag}");
        }
        for tag in ["en", "en-GB", "nl", "den", ""] {
            assert_eq!(Language::of(tag), Language::English, "{tag}");
        }
    }

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn both_languages_fill_the_same_placeholders() {
        let pairs = [
            (english::ENGLISH.all(), german::GERMAN.all()),
            (nextcloud::english::ENGLISH.all(), nextcloud::german::GERMAN.all()),
            (plugins::english::ENGLISH.all(), plugins::german::GERMAN.all()),
            (context::english::ENGLISH.all(), context::german::GERMAN.all()),
            (security::english::ENGLISH.all(), security::german::GERMAN.all()),
            (tools::english::ENGLISH.all(), tools::german::GERMAN.all()),
            (audit::english::ENGLISH.all(), audit::german::GERMAN.all()),
            (panel::english::ENGLISH.all(), panel::german::GERMAN.all()),
            (retention::english::ENGLISH.all(), retention::german::GERMAN.all()),
            (voice::english::ENGLISH.all(), voice::german::GERMAN.all()),
        ];
        for (english, german) in pairs {
            for ((name, in_english), (_, in_german)) in english.into_iter().zip(german) {
                assert_eq!(placeholders(in_english), placeholders(in_german), "{name}");
                assert!(!in_german.is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn each_language_names_twelve_months() {
        for texts in [&english::ENGLISH, &german::GERMAN] {
            assert_eq!(texts.months.split(' ').count(), 12);
        }
    }
}
