//! What of an answer reached the ear.

use crate::WordEnd;
use crate::action::Notice;

/// A stretch of an answer that is spoken as one sound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub text: String,
    /// Said instead of text.
    pub notice: Option<Notice>,
    /// Handed to the voice.
    pub said: bool,
    /// Length of its sound, once that is made.
    pub ms: Option<i64>,
    pub words: Vec<WordEnd>,
}

impl Segment {
    /// Bytes of the text that were heard in `ms` of its sound, at the end of a word.
    ///
    /// Without word ends of the voice, sound and text are taken to run evenly.
    fn heard_bytes(&self, ms: i64) -> usize {
        let total = self.ms.unwrap_or(0);
        if ms <= 0 || total <= 0 {
            return 0;
        }
        if ms >= total {
            return self.text.len();
        }
        if !self.words.is_empty() {
            let ended = self.words.iter().filter(|word| word.ms <= ms);
            let byte = ended.map(|word| word.byte).max().unwrap_or(0).min(self.text.len());
            return if self.text.is_char_boundary(byte) { byte } else { 0 };
        }
        let reached = (self.text.len() as i64).saturating_mul(ms) / total;
        word_ends(&self.text)
            .take_while(|&end| end as i64 <= reached)
            .last()
            .unwrap_or(0)
    }
}

/// Byte positions after each word of `text`.
fn word_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.char_indices().filter_map(move |(at, c)| {
        let end = at + c.len_utf8();
        let next = text[end..].chars().next();
        (!c.is_whitespace() && next.is_none_or(char::is_whitespace)).then_some(end)
    })
}

/// Splits the text of `segments` after `heard_ms` of their sound, rounded down to the end of a word.
///
/// The two parts, joined by one space, are the whole text. Notices are no part of it.
pub fn split_heard(segments: &[Segment], heard_ms: i64) -> (String, String) {
    let mut left = heard_ms;
    let (mut heard, mut unheard) = (Vec::new(), Vec::new());
    for segment in segments {
        let bytes = segment.heard_bytes(left);
        // Sound of later segments cannot have been heard before this one ended.
        left = match segment.ms {
            Some(ms) => left.saturating_sub(ms).max(0),
            None => 0,
        };
        if segment.notice.is_some() {
            continue;
        }
        let (first, second) = segment.text.split_at(bytes);
        heard.push(first.trim());
        unheard.push(second.trim());
    }
    let join = |parts: Vec<&str>| {
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    };
    (join(heard), join(unheard))
}

/// The spoken text of the last `ms` before `heard_ms`, whole segments, for telling an echo.
pub(crate) fn recent(segments: &[Segment], heard_ms: i64, ms: i64) -> String {
    let mut start = 0i64;
    let mut parts = Vec::new();
    for segment in segments {
        if start > heard_ms {
            break;
        }
        let end = start.saturating_add(segment.ms.unwrap_or(i64::MAX));
        if end > heard_ms - ms {
            parts.push(segment.text.as_str());
        }
        start = end;
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &str, ms: i64) -> Segment {
        Segment {
            text: text.into(),
            ms: Some(ms),
            said: true,
            ..Segment::default()
        }
    }

    #[test]
    fn even_sound_is_rounded_down_to_the_end_of_a_word() {
        let all = [segment("one two three", 1300)];
        assert_eq!(split_heard(&all, 699), ("one".into(), "two three".into()));
        assert_eq!(split_heard(&all, 700), ("one two".into(), "three".into()));
        assert_eq!(split_heard(&all, 1299), ("one two".into(), "three".into()));
        assert_eq!(split_heard(&all, 1300), ("one two three".into(), String::new()));
        assert_eq!(split_heard(&all, 0), (String::new(), "one two three".into()));
    }

    #[test]
    fn word_ends_of_the_voice_decide_where_there_are_any() {
        let mut one = segment("give metformin", 1000);
        one.words = vec![WordEnd { ms: 200, byte: 4 }, WordEnd { ms: 1000, byte: 14 }];
        assert_eq!(
            split_heard(std::slice::from_ref(&one), 900),
            ("give".into(), "metformin".into())
        );
        one.words = vec![WordEnd { ms: 100, byte: 99 }];
        assert_eq!(split_heard(&[one], 150).0, "give metformin");
    }

    #[test]
    fn later_segments_follow_and_one_without_sound_stops_the_count() {
        let mut all = vec![segment("First.", 500), segment("Second one.", 1000)];
        assert_eq!(split_heard(&all, 1500).1, "");
        assert_eq!(split_heard(&all, 1100), ("First. Second".into(), "one.".into()));
        all[0].ms = None;
        assert_eq!(split_heard(&all, 5000), (String::new(), "First. Second one.".into()));
    }

    #[test]
    fn notices_take_time_and_are_no_text() {
        let notice = Segment {
            notice: Some(Notice::AnswerBrokeOff),
            ms: Some(400),
            ..Segment::default()
        };
        let all = [segment("a", 100), notice, segment("b", 100)];
        assert_eq!(split_heard(&all, 500), ("a".into(), "b".into()));
    }
}
