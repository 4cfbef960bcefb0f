//! A question stands: it is put to the chat, or its asker is asked what was meant.

use heard::{Review, Verdict, choose};
use voice_turn::vap::{ChipName, HeardChip, HostMessage, VerdictName};
use voice_turn::{Event, Stamp};

use super::super::phrases::Language;
use super::super::words::{self, Line};
use super::super::{answers, hearing};
use super::Session;

impl Session {
    pub(super) fn typed(&mut self, text: String) {
        self.typed = Some(text.trim().to_owned());
        self.happen(Event::Typed(text));
    }

    /// The question of an answer is known to be meant.
    pub(super) fn question(&mut self, answer: Stamp) {
        let Some(answering) = self.answers.get_mut(&answer) else {
            return;
        };
        answering.asked = true;
        let question = answering.question.clone();
        let typed = self.typed.take().is_some_and(|text| text == question);
        self.measure.asked(!typed, self.now());
        let choices = std::mem::take(&mut self.choices);
        if let Some(chosen) = choose(&choices, &question).and_then(|index| choices.get(index)) {
            let text = chosen.text.clone();
            self.heard(answer, &text, Vec::new(), VerdictName::Clear);
            return self.put(answer, text);
        }
        if typed {
            return self.put(answer, question);
        }
        let Review { text, chips, verdict } = self.review(&question);
        let chips = chips.iter().map(chip).collect();
        match verdict {
            Verdict::Clear => {
                self.heard(answer, &text, chips, VerdictName::Clear);
                self.put(answer, text);
            }
            Verdict::Ask { question, options } => {
                self.heard(answer, &text, chips, VerdictName::Asked);
                let labels: Vec<String> = options.iter().map(|option| option.label.clone()).collect();
                self.choices = options;
                let shown = match self.language.which(&labels) {
                    Some(shown) => (shown, self.language),
                    None => (question.clone(), Language::English),
                };
                self.ask_back(answer, &question, shown, labels);
            }
            Verdict::Refuse { reason } => {
                self.heard(answer, &text, chips, VerdictName::Refused);
                let lines = words::refusal(&reason, self.language).into_iter().collect();
                self.own_words(answer, "notice", lines, false);
            }
        }
    }

    fn heard(&mut self, answer: Stamp, text: &str, chips: Vec<HeardChip>, verdict: VerdictName) {
        self.wire.tell(HostMessage::Heard {
            turn: answer.turn,
            text: text.to_owned(),
            chips,
            verdict,
        });
    }

    fn put(&mut self, answer: Stamp, text: String) {
        if let Some(answering) = self.answers.get(&answer) {
            let (asking, caller) = (self.asking.clone(), self.caller.clone());
            answers::put(asking, caller, answer, text, answering.cancel.clone());
            self.mouth(answer);
        }
    }

    /// Offers what may have been meant, asking as it is `shown`.
    pub(super) fn ask_back(
        &mut self,
        answer: Stamp,
        question: &str,
        (shown, language): (String, Language),
        labels: Vec<String>,
    ) {
        let lines = words::ask_back(question, &shown, &labels);
        self.wire.tell(HostMessage::Clarify {
            turn: answer.turn,
            question: shown,
            language: language.tag().to_owned(),
            options: labels,
        });
        self.own_words(answer, "clarify", lines, true);
    }

    /// Answers without asking anyone.
    fn own_words(&mut self, answer: Stamp, kind: &'static str, lines: Vec<Line>, clarifies: bool) {
        if let Some(answering) = self.answers.get_mut(&answer) {
            answering.kind = kind;
        }
        self.conclude(answer, lines, clarifies);
    }

    /// Says the last lines of an answer.
    pub(super) fn conclude(&mut self, answer: Stamp, lines: Vec<Line>, clarifies: bool) {
        for line in lines {
            self.line(answer, line);
        }
        if let Some(answering) = self.answers.get_mut(&answer) {
            answering.complete = true;
            self.happen(Event::Answered { answer, clarifies });
            self.close_sound(answer);
        }
    }

    pub(super) fn line(&mut self, answer: Stamp, line: Line) {
        if let Some(answering) = self.answers.get_mut(&answer) {
            let text = line.spoken.clone();
            answering.lines.push(line);
            self.happen(Event::Sentence { answer, text });
        }
    }

    /// What the checks say of a question that was spoken in one go or in several. Where its words are not those that were
    /// checked, because the last text came too late, they are checked by themselves.
    fn review(&self, question: &str) -> Review {
        let mut heard: Vec<(&Stamp, &Review)> = self.reviews.iter().collect();
        heard.sort_by_key(|(ear, _)| ear.generation);
        let parts: Vec<&Review> = heard.into_iter().map(|(_, review)| review).collect();
        (0..parts.len())
            .rev()
            .map(|from| joined(&parts[from..]))
            .find(|review| review.text == question)
            .unwrap_or_else(|| hearing::check(question, &self.understanding.expected.vocabulary))
    }
}

/// The checked parts of a question as one: the first doubt counts.
fn joined(parts: &[&Review]) -> Review {
    let mut whole = Review {
        text: String::new(),
        chips: Vec::new(),
        verdict: Verdict::Clear,
    };
    for (index, part) in parts
        .iter()
        .enumerate()
        .filter(|(_, part)| !part.text.trim().is_empty())
    {
        if !whole.text.is_empty() {
            whole.text.push(' ');
        }
        let text = part.text.trim();
        let shift = whole.text.len();
        let cut = part.text.len() - part.text.trim_start().len();
        let chips = part.chips.iter().cloned().map(|mut chip| {
            chip.start = (chip.start + shift).saturating_sub(cut);
            chip.end = (chip.end + shift).saturating_sub(cut);
            chip
        });
        whole.chips.extend(chips);
        whole.text.push_str(text);
        if whole.verdict == Verdict::Clear {
            whole.verdict = in_its_place(parts, index);
        }
    }
    whole
}

/// What is doubtful of one part, with the options said as whole questions.
fn in_its_place(parts: &[&Review], index: usize) -> Verdict {
    let Verdict::Ask { question, options } = &parts[index].verdict else {
        return parts[index].verdict.clone();
    };
    let options = options.iter().cloned().map(|mut option| {
        let texts = parts.iter().enumerate().map(|(at, part)| match at == index {
            true => option.text.trim(),
            false => part.text.trim(),
        });
        option.text = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        option
    });
    Verdict::Ask {
        question: question.clone(),
        options: options.collect(),
    }
}

fn chip(chip: &heard::Chip) -> HeardChip {
    HeardChip {
        // A question is far shorter than 4 GiB.
        start: chip.start as u32,
        end: chip.end as u32,
        kind: match chip.kind {
            heard::ChipKind::Drug => ChipName::Drug,
            heard::ChipKind::Number => ChipName::Number,
            heard::ChipKind::Unit => ChipName::Unit,
            heard::ChipKind::Side => ChipName::Side,
            heard::ChipKind::Negation => ChipName::Negation,
        },
        alternatives: chip.alternatives.clone(),
    }
}

#[cfg(test)]
mod tests {
    use heard::{Chip, ChipKind, Choice};

    use super::*;

    fn part(text: &str, verdict: Verdict) -> Review {
        Review {
            text: text.into(),
            chips: Vec::new(),
            verdict,
        }
    }

    #[test]
    fn a_doubt_in_one_part_is_about_the_whole_question() {
        let mut first = part("How much metformin", Verdict::Clear);
        first.chips = vec![Chip {
            start: 9,
            end: 18,
            kind: ChipKind::Drug,
            alternatives: Vec::new(),
        }];
        let doubt = Verdict::Ask {
            question: "Fifteen or fifty?".into(),
            options: vec![Choice {
                label: "15".into(),
                text: "for 15 days".into(),
            }],
        };
        let mut second = part("for 50 days", doubt);
        second.chips = vec![Chip {
            start: 4,
            end: 6,
            kind: ChipKind::Number,
            alternatives: Vec::new(),
        }];
        let whole = joined(&[&first, &second]);
        assert_eq!(whole.text, "How much metformin for 50 days");
        let words: Vec<&str> = whole
            .chips
            .iter()
            .map(|chip| &whole.text[chip.start..chip.end])
            .collect();
        assert_eq!(words, ["metformin", "50"]);
        let Verdict::Ask { options, .. } = whole.verdict else {
            unreachable!("the doubt is kept")
        };
        assert_eq!(options[0].text, "How much metformin for 15 days");
    }
}
