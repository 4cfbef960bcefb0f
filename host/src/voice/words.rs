//! What the voice says beside the sentences of an answer. The local voice speaks English only.

use api_types::{
    Answer, AnswerKind, ArgumentValue, Calculation, CalculationInput, InputSource, ParameterDomain, Sentence,
    SentenceKind,
};
use heard::{Choice, Refusal};
use voice_turn::speakable::speakable;
use voice_turn::{Kept, Notice, Phase};

use super::phrases::Language;
use crate::clinical::calculate;
use crate::models::Stage;

/// Sentences of an answer that are said. The screen has all of them; actions come first.
pub const SPOKEN: usize = 3;
/// Said while the answer is on its way.
pub const FILLER: &str = "One moment.";
/// Beside the recognition, wherever it is used.
pub const LABEL: &str = "English only. Not validated for clinical dictation.";

const NOT_FOUND: &str = "I did not find this in your documents. The screen shows what came nearest.";
const ON_SCREEN: &str = "The answer is on the screen.";

/// Something to say, and what is shown meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// In its spoken form.
    pub spoken: String,
    pub shown: String,
}

impl Line {
    /// None where nothing is left to say.
    pub fn of(shown: &str) -> Option<Self> {
        let spoken = speakable(shown);
        (!spoken.trim().is_empty()).then(|| Self {
            spoken,
            shown: shown.to_owned(),
        })
    }
}

/// The code and the words of a notice.
pub fn notice(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::NotUnderstood => ("not_understood", "I did not catch that. Please say it again."),
        Notice::RecognitionFailed => (
            "recognition_failed",
            "I cannot hear you right now. Please type your question.",
        ),
        Notice::ModelFailed => ("model_failed", "The answer could not be made. Please ask again."),
        Notice::AnswerBrokeOff => ("answer_broke_off", "The answer broke off here. Please ask again."),
        Notice::NoAnswer => ("no_answer", "There is no answer to this."),
        Notice::VoiceFailed => (
            "voice_failed",
            "The voice does not work right now. The answer goes on as text.",
        ),
        Notice::Stopped => ("stopped", "Stopped."),
    }
}

/// The code and the words of a notice that a vendor failed.
pub fn fell_back(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Hearing => (
            "hearing_fell_back",
            "The recognition service does not answer. This server listens itself, and may understand less.",
        ),
        Stage::Speaking => (
            "speaking_fell_back",
            "The voice service does not answer. This server speaks itself, with another voice.",
        ),
    }
}

/// Sentences of an answer that are on the screen only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsaid {
    count: usize,
    /// An exception or a limit is among them.
    limits: bool,
}

impl Unsaid {
    pub fn add(&mut self, sentence: &Sentence) {
        self.count += 1;
        self.limits |= sentence.kind == SentenceKind::Caveat;
    }
}

/// What is said instead of asking a question that was not understood well enough, and shown in the user's language.
pub fn refusal(reason: &Refusal, language: Language) -> Option<Line> {
    let line = Line::of(&Language::English.refusal(reason))?;
    Some(Line {
        shown: language.refusal(reason),
        ..line
    })
}

/// A question back with its possible answers, each by its number. It is shown as `shown`.
pub fn ask_back(question: &str, shown: &str, labels: &[String]) -> Vec<Line> {
    let asked = Line::of(question).map(|line| Line {
        shown: shown.to_owned(),
        ..line
    });
    let numbers = ["One", "Two", "Three", "Four", "Five", "Six"];
    let options = numbers
        .iter()
        .zip(labels)
        .map(|(number, label)| format!("{number}: {label}."));
    let options = options.filter_map(|text| Line::of(&text));
    asked.into_iter().chain(options).collect()
}

/// What remains to be said of a whole answer in some language, whose first sentences were said as they came.
pub fn rest(answer: &Answer, said: usize, unsaid: Unsaid, language: Language) -> Vec<Line> {
    let mut lines = Vec::new();
    match answer.kind {
        AnswerKind::NotFound => lines.push(NOT_FOUND.to_owned()),
        AnswerKind::Calculation => {
            lines.extend(answer.calculation.iter().flat_map(calculation));
            if lines.len() > SPOKEN {
                lines.truncate(SPOKEN);
                lines.push(language.rest(false).to_owned());
            }
        }
        AnswerKind::Clarification => lines.push(ON_SCREEN.to_owned()),
        AnswerKind::Answered | AnswerKind::Refused => {
            let topics: Vec<&str> = answer
                .conflicts
                .iter()
                .map(|one| one.topic.trim_end_matches('.'))
                .collect();
            if !topics.is_empty() {
                lines.push(format!(
                    "Your documents disagree about {}. See the screen.",
                    topics.join(" and about ")
                ));
            }
            match (said, unsaid.count) {
                (0, 0) if lines.is_empty() => lines.extend(answer.notices.iter().cloned()),
                (0, 1..) => lines.push(ON_SCREEN.to_owned()),
                (_, 1..) => lines.push(language.rest(unsaid.limits).to_owned()),
                _ => {}
            }
        }
    }
    lines.iter().filter_map(|text| Line::of(text)).collect()
}

fn calculation(calculation: &Calculation) -> Vec<String> {
    let title = &calculation.title;
    let missing = calculation
        .inputs
        .iter()
        .filter(|input| input.source == InputSource::Missing);
    let missing: Vec<&str> = missing.map(|input| input.label.as_str()).collect();
    if calculation.findings.is_empty() {
        return vec![format!("For {title} I still need: {}.", missing.join(", "))];
    }
    let findings = calculation.findings.iter().map(|finding| {
        let meaning = finding.interpretation.as_deref().unwrap_or_default();
        format!("{}: {}. {meaning}", finding.label, finding.value)
    });
    let mut lines: Vec<String> = read_back(title, &calculation.inputs).into_iter().collect();
    lines.extend(findings);
    lines.extend(calculation.warnings.iter().cloned());
    lines
}

/// What a result is made of, before it is told: who hears a wrong input stops here.
fn read_back(title: &str, inputs: &[CalculationInput]) -> Option<String> {
    let used = inputs
        .iter()
        .filter(|input| matches!(input.source, InputSource::Given | InputSource::FromContext));
    let used: Vec<String> = used
        .filter_map(|input| {
            let value = input.value.as_ref()?;
            let shown = match (&input.domain, value) {
                (ParameterDomain::Choice { options }, ArgumentValue::Text(chosen)) => options
                    .iter()
                    .find(|option| option.id == *chosen)
                    .map_or_else(|| chosen.clone(), |option| option.label.clone()),
                _ => calculate::say(value),
            };
            Some(format!("{} {shown}", input.label))
        })
        .collect();
    let silent = inputs.iter().any(|input| input.source == InputSource::NotMentionedNo);
    let rest = if silent { " Everything else counts as no." } else { "" };
    (!used.is_empty()).then(|| format!("For {title} I use: {}.{rest}", used.join(", ")))
}

/// The whole questions that the options of an answer stand for.
pub fn options(answer: &Answer) -> Option<(String, Vec<Choice>)> {
    let back = answer
        .clarification
        .as_ref()
        .filter(|_| answer.kind == AnswerKind::Clarification)?;
    let choices = back.options.iter().map(|option| Choice {
        label: option.label.clone(),
        text: option.question.clone(),
    });
    Some((back.question.clone(), choices.collect()))
}

pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Waiting => "waiting",
        Phase::Listening => "listening",
        Phase::Clarifying => "clarifying",
        Phase::Hearing => "hearing",
        Phase::Ending => "ending",
        Phase::Thinking => "thinking",
        Phase::Speaking => "speaking",
        Phase::Paused => "paused",
        Phase::Ended => "ended",
    }
}

/// What was heard of the lines of an answer, as it is written; of a line that was cut off, as it was said.
pub fn heard(lines: &[Line], kept: &Kept) -> String {
    let mut rest = kept.heard.as_str();
    let mut parts = Vec::new();
    for line in lines {
        match rest.strip_prefix(line.spoken.trim()) {
            Some(after) => {
                parts.push(line.shown.as_str());
                rest = after.trim_start();
            }
            None => break,
        }
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts.join(" ")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use api_types::ChoiceOption;
    use voice_turn::Why;

    use super::*;

    #[test]
    fn what_was_heard_is_written_up_to_the_sentence_that_was_cut_off() {
        let lines: Vec<Line> = ["Give 5 mg.", "Then wait 2 days."]
            .iter()
            .filter_map(|text| Line::of(text))
            .collect();
        let kept = |heard: &str| Kept {
            heard: heard.into(),
            unheard: String::new(),
            why: Why::Interrupted,
        };
        let all = format!("{} {}", lines[0].spoken, lines[1].spoken);
        assert_eq!(heard(&lines, &kept(&all)), "Give 5 mg. Then wait 2 days.");
        let some = format!("{} Then wait", lines[0].spoken);
        assert_eq!(heard(&lines, &kept(&some)), "Give 5 mg. Then wait");
        assert_eq!(heard(&lines, &kept("")), "");
    }

    #[test]
    fn a_question_back_names_its_options_by_number() {
        let lines = ask_back(
            "Which drug?",
            "Welches Medikament?",
            &["metformin".into(), "metoprolol".into()],
        );
        let spoken: Vec<&str> = lines.iter().map(|line| line.spoken.as_str()).collect();
        assert_eq!(spoken, ["Which drug?", "One: metformin.", "Two: metoprolol."]);
        assert_eq!(lines[0].shown, "Welches Medikament?");
    }

    #[test]
    fn a_refusal_is_said_in_english_and_shown_in_the_users_language() {
        let line = refusal(&Refusal::NoDrug, Language::German).unwrap();
        assert!(line.spoken.starts_with("I did not hear") && line.shown.starts_with("Ich habe nicht gehört"));
    }

    fn sentence(kind: SentenceKind) -> Sentence {
        Sentence {
            ordinal: 1,
            text: "Give fluids.".into(),
            kind,
            group: None,
            citations: vec![1],
        }
    }

    fn answer() -> Answer {
        Answer {
            kind: AnswerKind::Answered,
            sentences: Vec::new(),
            citations: Vec::new(),
            not_found: None,
            clarification: None,
            calculation: None,
            conflicts: Vec::new(),
            withheld: 0,
            notices: vec!["Two files are still being read.".into()],
            watermark: None,
            metadata: serde_json::from_value(serde_json::json!({
                "model": "", "provider": "", "ran_at": "", "selection_reason": "", "selection_confidence": 0.0,
                "retrieval_confidence": 0.0, "reasoning_path": [], "receipt": {"left_the_building": "nothing", "requests": []},
                "total_ms": 0
            }))
            .unwrap(),
        }
    }

    #[test]
    fn what_is_left_out_is_said_to_be_on_the_screen() {
        let said = |said: usize, unsaid: Unsaid, language: Language| -> Vec<String> {
            let lines = rest(&answer(), said, unsaid, language);
            lines.into_iter().map(|line| line.shown).collect()
        };
        let mut unsaid = Unsaid::default();
        assert_eq!(said(0, unsaid, Language::English), ["Two files are still being read."]);
        assert!(said(SPOKEN, unsaid, Language::English).is_empty());
        unsaid.add(&sentence(SentenceKind::Statement));
        assert_eq!(said(0, unsaid, Language::English), [ON_SCREEN]);
        assert_eq!(said(SPOKEN, unsaid, Language::English), ["The rest is on the screen."]);
        assert_eq!(
            said(SPOKEN, unsaid, Language::German),
            ["Der Rest steht auf dem Bildschirm."]
        );
        unsaid.add(&sentence(SentenceKind::Caveat));
        assert_eq!(
            said(SPOKEN, unsaid, Language::English),
            ["The rest, with limits and exceptions, is on the screen."]
        );
    }

    #[test]
    fn what_a_score_is_made_of_is_said_before_the_score() {
        let input = |label: &str, value, source, domain| CalculationInput {
            name: label.into(),
            label: label.into(),
            value,
            source,
            domain,
            question: None,
        };
        let sexes = ParameterDomain::Choice {
            options: vec![ChoiceOption {
                id: "m".into(),
                label: "male".into(),
            }],
        };
        let number = ParameterDomain::Integer {
            minimum: None,
            maximum: None,
        };
        let no = Some(ArgumentValue::Boolean(false));
        let inputs = vec![
            input("Age", Some(ArgumentValue::Number(68.0)), InputSource::Given, number),
            input(
                "Sex",
                Some(ArgumentValue::Text("m".into())),
                InputSource::FromContext,
                sexes,
            ),
            input("Stroke", no, InputSource::NotMentionedNo, ParameterDomain::Boolean),
        ];
        assert_eq!(
            read_back("A score", &inputs).unwrap(),
            "For A score I use: Age 68, Sex male. Everything else counts as no."
        );
        assert_eq!(read_back("A score", &inputs[2..]), None);
    }

    #[test]
    fn every_notice_can_be_said() {
        for one in [
            Notice::NotUnderstood,
            Notice::ModelFailed,
            Notice::NoAnswer,
            Notice::Stopped,
        ] {
            let line = Line::of(notice(one).1).unwrap();
            assert!(!line.spoken.chars().any(|c| c.is_ascii_digit()), "{line:?}");
        }
    }
}
