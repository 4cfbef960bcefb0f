//! What somebody means who speaks while an answer is spoken.

/// Said to show that one listens.
const BACKCHANNELS: [&str; 24] = [
    "mm", "mmm", "mhm", "mmhmm", "mm-hm", "mm-hmm", "hm", "hmm", "uh", "uh-huh", "uhuh", "huh", "um", "ah", "aha",
    "oh", "ok", "okay", "yeah", "yes", "yep", "right", "sure", "alright",
];

/// More of them, of several words.
const BACKCHANNEL_PHRASES: [&str; 8] = [
    "i see",
    "got it",
    "all right",
    "makes sense",
    "of course",
    "go on",
    "uh huh",
    "mm hmm",
];

/// Said to make it stop; with nothing else they are no question.
const STOPS: [&str; 6] = ["stop", "wait", "pause", "quiet", "cancel", "enough"];

const STOP_PHRASES: [&str; 9] = [
    "hold on",
    "hang on",
    "shut up",
    "be quiet",
    "never mind",
    "nevermind",
    "that is enough",
    "thats enough",
    "one moment",
];

/// Stand beside a stop word without making it a question.
const COURTESIES: [&str; 9] = ["please", "now", "a", "minute", "second", "moment", "no", "it", "hey"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// No word.
    Nothing,
    /// "mm-hm": goes on.
    Backchannel,
    /// The answer's own words, come back through the microphone: goes on.
    Echo,
    /// "wait", and nothing more.
    Stop,
    /// Something to be answered.
    Speech,
}

impl Interruption {
    pub fn interrupts(self) -> bool {
        matches!(self, Self::Stop | Self::Speech)
    }
}

/// Judges what was understood of an interruption. `spoken` is what the answer said in the last seconds.
pub fn classify(text: &str, spoken: &str) -> Interruption {
    let words = words(text);
    if words.is_empty() {
        return Interruption::Nothing;
    }
    if covered(&words, |word| BACKCHANNELS.contains(&word), &BACKCHANNEL_PHRASES) {
        return Interruption::Backchannel;
    }
    let said: Vec<String> = self::words(spoken);
    let stops = words.iter().any(|word| STOPS.contains(&word.as_str())) || holds_phrase(&words, &STOP_PHRASES);
    let echoed = words.iter().filter(|word| said.contains(word)).count();
    // "Stop" is an echo only when the whole of it was said in a row.
    let in_a_row = stops && words.len() > 1 && said.windows(words.len()).any(|window| window == words);
    if in_a_row || (!stops && echoed * 10 >= words.len() * 7) {
        return Interruption::Echo;
    }
    let beside = |word: &str| STOPS.contains(&word) || COURTESIES.contains(&word) || BACKCHANNELS.contains(&word);
    if stops && covered(&words, beside, &STOP_PHRASES) {
        return Interruption::Stop;
    }
    Interruption::Speech
}

/// Whether a text that still grows may become a listening sound or a stop word: "I" of "I see", "hold" of "hold on".
pub(crate) fn may_become_phrase(text: &str) -> bool {
    let words = words(text);
    (0..words.len()).any(|from| {
        let (head, tail) = words.split_at(from);
        let begins = |phrase: &&str| {
            let parts: Vec<&str> = phrase.split(' ').collect();
            parts.len() > tail.len() && parts.starts_with(&tail.iter().map(String::as_str).collect::<Vec<_>>())
        };
        covered(head, |word| BACKCHANNELS.contains(&word), &BACKCHANNEL_PHRASES)
            && BACKCHANNEL_PHRASES.iter().chain(&STOP_PHRASES).any(begins)
    })
}

/// Lower-case words; hyphens within words stay.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’' || c == '-'))
        .map(|word| word.replace(['\'', '’'], "").trim_matches('-').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

fn holds_phrase(words: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| at(words, phrase).is_some())
}

fn at(words: &[String], phrase: &str) -> Option<usize> {
    let parts: Vec<&str> = phrase.split(' ').collect();
    words.windows(parts.len()).position(|window| window == parts)
}

/// Whether words and phrases of the lists, in any order, are all there is.
fn covered(words: &[String], single: impl Fn(&str) -> bool, phrases: &[&str]) -> bool {
    let mut rest = words;
    while let Some(first) = rest.first() {
        let phrase = phrases.iter().find(|phrase| at(rest, phrase) == Some(0));
        rest = match phrase {
            Some(phrase) => &rest[phrase.split(' ').count()..],
            None if single(first) => &rest[1..],
            None => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Interruption::{Backchannel, Echo, Nothing, Speech, Stop};
    use super::*;

    #[test]
    fn listening_sounds_do_not_interrupt() {
        for text in [
            "Mm-hm.",
            "mm hmm",
            "Okay.",
            "uh-huh",
            "Yeah, right.",
            "I see, okay",
            "Hmm",
            "Got it.",
        ] {
            assert_eq!(classify(text, "the dose is five"), Backchannel, "{text}");
        }
        assert_eq!(classify(" ... ", ""), Nothing);
    }

    #[test]
    fn stop_words_stop_and_are_no_question() {
        for text in [
            "Wait!",
            "stop",
            "No, stop please.",
            "hold on a second",
            "okay stop",
            "never mind",
            "Hey, wait, wait",
        ] {
            assert_eq!(classify(text, "the dose is five"), Stop, "{text}");
        }
    }

    #[test]
    fn everything_else_is_to_be_answered() {
        for text in [
            "what about children",
            "wait, what about children",
            "stop metformin before the scan?",
            "yes but in pregnancy",
        ] {
            assert_eq!(classify(text, "the dose is five"), Speech, "{text}");
        }
    }

    #[test]
    fn beginning_of_a_phrase_may_become_one() {
        for text in ["I", "okay I", "hold", "never", "yeah makes"] {
            assert!(may_become_phrase(text), "{text}");
        }
        for text in ["I see", "what", "hold the dose", ""] {
            assert!(!may_become_phrase(text), "{text}");
        }
    }

    #[test]
    fn own_words_are_an_echo_and_a_stop_word_is_not_taken_for_one() {
        let spoken = "Give amoxicillin five hundred milligrams. Then wait a week.";
        assert_eq!(classify("five hundred milligrams", spoken), Echo);
        assert_eq!(classify("then wait a week", spoken), Echo);
        assert_eq!(classify("wait", spoken), Stop);
        assert_eq!(classify("five hundred for how long", spoken), Speech);
        assert_eq!(classify("five hundred milligrams", ""), Speech);
    }
}
