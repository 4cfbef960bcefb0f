//! What is said and shown beside an answer, in English and German.

use heard::Refusal;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    /// By a tag such as "de-AT", or a code of three letters.
    pub fn of(tag: Option<&str>) -> Self {
        let first = tag.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
        match first.to_ascii_lowercase().as_str() {
            "de" | "deu" => Self::German,
            _ => Self::English,
        }
    }

    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Said after the first sentences of an answer; `limits` when exceptions or limits are among what is left out.
    pub fn rest(self, limits: bool) -> &'static str {
        match (self, limits) {
            (Self::English, false) => "The rest is on the screen.",
            (Self::English, true) => "The rest, with limits and exceptions, is on the screen.",
            (Self::German, false) => "Der Rest steht auf dem Bildschirm.",
            (Self::German, true) => "Der Rest, mit Grenzen und Ausnahmen, steht auf dem Bildschirm.",
        }
    }

    /// Asks which of the labels was said; none for nothing to choose from.
    pub fn which(self, labels: &[String]) -> Option<String> {
        let (asks, or) = match self {
            Self::English => ("Did you say", "or"),
            Self::German => ("Sagten Sie", "oder"),
        };
        let quoted: Vec<String> = labels.iter().map(|label| format!("\"{label}\"")).collect();
        let (last, rest) = quoted.split_last()?;
        Some(match rest {
            [] => format!("{asks} {last}?"),
            rest => format!("{asks} {} {or} {last}?", rest.join(", ")),
        })
    }

    /// Why nothing was asked.
    pub fn refusal(self, reason: &Refusal) -> String {
        if self == Self::English {
            return reason.to_string();
        }
        let again = "Bitte sagen Sie es noch einmal oder tippen Sie es.";
        match reason {
            Refusal::Nothing => format!("Ich habe nichts gehört. {again}"),
            Refusal::Unclear => format!("Ich habe das nicht gut genug gehört. {again}"),
            Refusal::UnknownWord(word) => format!("Ich habe \"{word}\" gehört und kenne es nicht. {again}"),
            Refusal::NoDrug => format!("Ich habe nicht gehört, welches Medikament gemeint ist. {again}"),
            Refusal::NoNumber => format!("Ich habe nicht gehört, wie viel gemeint ist. {again}"),
            Refusal::SeveralDoubts => format!("Ich bin bei mehreren Wörtern nicht sicher. {again}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_goes_by_the_first_part_of_its_tag() {
        assert_eq!(Language::of(Some("de-AT")), Language::German);
        assert_eq!(Language::of(Some("deu")), Language::German);
        assert_eq!(Language::of(Some("den")), Language::English);
        assert_eq!(Language::of(None), Language::English);
    }

    #[test]
    fn labels_are_asked_in_both_languages() {
        let labels = ["15", "50", "60"].map(str::to_owned);
        let german = Language::German.which(&labels);
        assert_eq!(german.as_deref(), Some("Sagten Sie \"15\", \"50\" oder \"60\"?"));
        let one = Language::English.which(&labels[..1]);
        assert_eq!(one.as_deref(), Some("Did you say \"15\"?"));
        assert_eq!(Language::English.which(&[]), None);
    }
}
