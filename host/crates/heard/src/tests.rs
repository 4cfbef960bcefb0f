use proptest::prelude::*;

use super::*;

/// Texts as readings in which every word is as sure as said.
fn readings(texts: &[&str], confidence: f32) -> Vec<Reading> {
    let reading = |text: &&str| Reading {
        text: (*text).to_owned(),
        words: text
            .split_whitespace()
            .map(|word| HeardWord {
                text: word.to_owned(),
                confidence,
            })
            .collect(),
    };
    texts.iter().map(reading).collect()
}

fn reviewed(texts: &[&str]) -> Review {
    review(&readings(texts, 0.95), &Vocabulary::new(std::iter::empty()))
}

fn asked(texts: &[&str]) -> Vec<String> {
    let review = reviewed(texts);
    match review.verdict {
        Verdict::Ask { options, .. } => options.into_iter().map(|option| option.text).collect(),
        other => panic!("{other:?}"),
    }
}

fn refused(texts: &[&str]) -> Refusal {
    match reviewed(texts).verdict {
        Verdict::Refuse { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_all_readings_say_clearly_is_clear_and_marked() {
    let text = "Give metformin 500 mg twice daily.";
    let review = reviewed(&[text, "give metformin five hundred milligrams twice daily", text]);
    assert_eq!((review.text.as_str(), &review.verdict), (text, &Verdict::Clear));
    let marked: Vec<(&str, ChipKind)> = review.chips.iter().map(|c| (&text[c.start..c.end], c.kind)).collect();
    assert_eq!(
        marked,
        [
            ("metformin", ChipKind::Drug),
            ("500", ChipKind::Number),
            ("mg", ChipKind::Unit),
            ("twice", ChipKind::Number),
            ("daily", ChipKind::Unit),
        ]
    );
    assert_eq!(review.chips[2].alternatives, ["micrograms"]);
}

#[test]
fn readings_that_differ_in_what_matters_are_asked_apart() {
    let give = ["Give morphine 15 mg.", "Give morphine 50 mg."];
    assert_eq!(asked(&give), give);
    let Verdict::Ask { question, .. } = reviewed(&give).verdict else {
        panic!()
    };
    assert_eq!(question, "Did you say \"15\" or \"50\"?");
    for pair in [
        ["The left knee.", "The right knee."],
        [
            "The patient is allergic to penicillin.",
            "The patient is not allergic to penicillin.",
        ],
        ["Give digoxin 125 mg.", "Give digoxin 125 micrograms."],
        ["Give hydralazine 10 mg.", "Give hydroxyzine 10 mg."],
        ["How do I treat hypokalemia?", "How do I treat hyperkalemia?"],
    ] {
        let options = asked(&pair);
        assert!(
            pair.iter().all(|text| options.iter().any(|option| option == text)),
            "{options:?}"
        );
    }
}

#[test]
fn near_names_are_clear_only_when_heard_very_surely() {
    let vocabulary = Vocabulary::new(std::iter::empty());
    let at = |confidence: f32| {
        let mut readings = readings(&["Give hydralazine 10 mg."; 3], 0.95);
        readings
            .iter_mut()
            .for_each(|reading| reading.words[1].confidence = confidence);
        review(&readings, &vocabulary).verdict
    };
    assert_eq!(at(0.95), Verdict::Clear);
    let Verdict::Ask { options, .. } = at(0.15) else {
        panic!()
    };
    assert!(options.iter().any(|option| option.text == "Give hydroxyzine 10 mg."));
}

#[test]
fn garbled_name_is_corrected_when_only_one_is_near_and_asked_when_not() {
    let review = reviewed(&["Give metforman 500 mg.", "Give metformin 500 mg."]);
    assert_eq!(
        (review.text.as_str(), review.verdict),
        ("Give metformin 500 mg.", Verdict::Clear)
    );
    assert_eq!(reviewed(&["Give met formen 500 mg."; 2]).text, "Give metformin 500 mg.");
    assert!(asked(&["Give hydrolyzine 10 mg."; 2]).contains(&"Give hydralazine 10 mg.".to_owned()));
}

#[test]
fn word_that_nothing_explains_is_never_passed() {
    assert_eq!(
        refused(&["Give gvizbug 10 mg."; 3]),
        Refusal::UnknownWord("gvizbug".to_owned())
    );
    assert_eq!(refused(&["Give the chair 10 mg."; 3]), Refusal::NoDrug);
    assert_eq!(refused(&["The patient is allergic to the table."; 3]), Refusal::NoDrug);
    assert_eq!(refused(&["Give morphine milligrams."; 3]), Refusal::NoNumber);
    assert_eq!(refused(&[" ... "]), Refusal::Nothing);
    assert_eq!(
        review(&[], &Vocabulary::new(std::iter::empty())).verdict,
        Verdict::Refuse {
            reason: Refusal::Nothing
        }
    );
    assert_eq!(refused(&["the the the the the"; 3]), Refusal::Unclear);
}

#[test]
fn small_words_that_sound_like_a_number_or_a_negation_are_asked() {
    let options = asked(&["The patient has know fever."; 2]);
    assert!(options.contains(&"The patient has no fever.".to_owned()), "{options:?}");
    let options = asked(&["Take to tablets of metformin."; 2]);
    assert!(
        options.contains(&"Take two tablets of metformin.".to_owned()),
        "{options:?}"
    );
}

#[test]
fn ordinary_words_where_a_drug_is_missing_are_corrected_asked_or_refused() {
    for (heard, meant) in [
        (
            "Hold met forming until the morning.",
            "Hold metformin until the morning.",
        ),
        ("Start warfare in before discharge.", "Start warfarin before discharge."),
    ] {
        let review = reviewed(&[heard; 3]);
        let offered = match review.verdict {
            Verdict::Clear => vec![review.text],
            Verdict::Ask { options, .. } => options.into_iter().map(|option| option.text).collect(),
            other => panic!("{heard}: {other:?}"),
        };
        assert!(offered.contains(&meant.to_owned()), "{heard}: {offered:?}");
    }
    // One word that is a word is never changed without asking.
    let options = asked(&["He is allergic to sulphur drugs."; 3]);
    assert!(
        options.contains(&"He is allergic to sulfa drugs.".to_owned()),
        "{options:?}"
    );
    for heard in [
        "Stop looking around seven days before surgery.",
        "Hold asking in until the morning.",
        "Give the chair before surgery.",
    ] {
        assert_ne!(reviewed(&[heard; 3]).verdict, Verdict::Clear, "{heard}");
    }
    for clear in [
        "Give the patient some more fluid before surgery.",
        "Stop the infusion when the pressure is normal.",
        "Hold the next dose of morphine until the morning.",
    ] {
        assert_eq!(reviewed(&[clear; 3]).verdict, Verdict::Clear, "{clear}");
    }
}

#[test]
fn unsure_reading_is_refused() {
    let readings = readings(&["The patient slept well."], 0.3);
    let verdict = review(&readings, &Vocabulary::new(std::iter::empty())).verdict;
    assert_eq!(
        verdict,
        Verdict::Refuse {
            reason: Refusal::Unclear
        }
    );
}

fn options(labels: &[&str]) -> Vec<Choice> {
    let option = |label: &&str| Choice {
        label: (*label).to_owned(),
        text: format!("Give {label}."),
    };
    labels.iter().map(option).collect()
}

#[test]
fn reply_chooses_by_place_by_name_and_by_yes() {
    let drugs = options(&["hydralazine", "hydroxyzine", "metformin"]);
    for (reply, place) in [
        ("the first", Some(0)),
        ("the second one, please", Some(1)),
        ("Option three.", Some(2)),
        ("the last one", Some(2)),
        ("I said metformin", Some(2)),
        ("met foreman", Some(2)),
        ("Hydroxyzine", Some(1)),
        ("Give metformin.", Some(2)),
        ("option four", None),
        ("hydralazine or hydroxyzine", None),
        ("yes", None),
        ("no", None),
        ("not metformin", None),
        ("the first or the second", None),
        ("", None),
        ("what is the weather", None),
    ] {
        assert_eq!(choose(&drugs, reply), place, "{reply}");
    }
    let one = options(&["left"]);
    for (reply, place) in [
        ("Yes.", Some(0)),
        ("yes please", Some(0)),
        ("left", Some(0)),
        ("right", None),
        ("no", None),
    ] {
        assert_eq!(choose(&one, reply), place, "{reply}");
    }
    let numbers = options(&["15", "50"]);
    for (reply, place) in [
        ("fifteen", Some(0)),
        ("50", Some(1)),
        ("the second", Some(1)),
        ("5", None),
        ("one", None),
    ] {
        assert_eq!(choose(&numbers, reply), place, "{reply}");
    }
}

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "give",
            "metformin",
            "hydroxyzine",
            "15",
            "fifty",
            "mg",
            "micrograms",
            "left",
            "not",
            "know",
            "to",
            "wugg",
            "é",
            "0.5",
            "point",
            "twenty",
            "five",
            "per",
            "/",
            "%",
            "don't",
            "hypokalemia",
            "met",
            "foreman",
            "tablets",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    prop::collection::vec(word, 0..9).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn review_never_fails_and_its_offsets_are_characters(
        texts in prop::collection::vec(words(), 0..4),
        confidence in prop_oneof![Just(0.95f32), 0.0f32..1.0, Just(f32::NAN)],
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vocabulary = Vocabulary::new(["Kowalski"].into_iter());
        let review = review(&readings(&texts, confidence), &vocabulary);
        let mut from = 0;
        for chip in &review.chips {
            prop_assert!(chip.start >= from && chip.start < chip.end);
            prop_assert!(review.text.get(chip.start..chip.end).is_some());
            prop_assert!(chip.alternatives.len() <= 3);
            from = chip.end;
        }
        if let Verdict::Ask { question, options } = &review.verdict {
            prop_assert!(!options.is_empty() && options.iter().all(|option| question.contains(&option.label)));
            prop_assert!(options.iter().all(|option| option.label.contains(char::is_alphanumeric)));
            for (at, option) in options.iter().enumerate() {
                let differs = |other: &Choice| option.label != other.label && option.text != other.text;
                prop_assert!(options[..at].iter().all(differs));
            }
        }
    }

    #[test]
    fn readings_that_differ_in_an_item_are_never_clear(first in words(), second in words()) {
        let vocabulary = Vocabulary::new(std::iter::empty());
        let both = [first.as_str(), second.as_str()];
        prop_assume!(items(&first, &vocabulary) != items(&second, &vocabulary));
        let review = review(&readings(&both, 0.95), &vocabulary);
        if review.verdict == Verdict::Clear {
            // A garbled name beside the same name is the one exception.
            prop_assert_ne!(&review.text, &first);
        }
    }

    #[test]
    fn hostile_reply_chooses_nothing(reply in "\\PC{0,40}") {
        let drugs = options(&["hydralazine", "hydroxyzine"]);
        let said = reply.to_lowercase();
        let harmless = ["hydr", "first", "second", "last", "former", "latter", "1", "2", "one", "two"];
        prop_assume!(!harmless.iter().any(|word| said.contains(word)));
        prop_assert_eq!(choose(&drugs, &reply), None);
    }
}

#[test]
fn a_question_for_a_drug_lacks_none() {
    for text in [
        "Which drug is given first in severe allergic shock?",
        "What medication should be stopped before surgery?",
        "How is an allergic reaction treated?",
        "Download the guideline",
    ] {
        assert_eq!(reviewed(&[text; 3]).verdict, Verdict::Clear, "{text}");
    }
    assert_eq!(refused(&["What shall I give before surgery?"; 3]), Refusal::NoDrug);
}

#[test]
fn an_empty_reading_beside_two_others_is_no_silence() {
    let text = "Yes, the first one, please.";
    assert_eq!(reviewed(&["", text, text]).verdict, Verdict::Clear);
    assert_eq!(refused(&["", "", text]), Refusal::Nothing);
}

/// A second look at readings that say the same, where texts that have one of these in them are so likely.
fn looked_again(text: &str, guesses: &[&str], likely: &[(&str, f32)]) -> Review {
    let vocabulary = Vocabulary::new(std::iter::empty());
    let readings = readings(&[text; 3], 0.6);
    let first = review(&readings, &vocabulary);
    assert_ne!(first.verdict, Verdict::Clear, "{text}");
    let guesses: Vec<String> = guesses.iter().map(|guess| (*guess).to_owned()).collect();
    let fit = |text: &&str| {
        let found = likely.iter().find(|(part, _)| text.contains(part));
        found.map_or(f32::NEG_INFINITY, |(_, likely)| *likely)
    };
    let compare = |texts: &[&str]| Ok::<_, ()>(texts.iter().map(fit).collect());
    match look_again(first, &readings, &guesses, &vocabulary, compare) {
        Ok(review) => review,
        Err(()) => panic!("{text}"),
    }
}

#[test]
fn second_look_takes_the_name_that_fits_the_sound_far_better_than_its_rivals() {
    let heard = "Give predenezone 40 milligrams daily.";
    let sound = [
        ("prednisone 40 milligrams", -3.0),
        ("predenezone", -1.0),
        ("prednisolone", -9.0),
    ];
    let review = looked_again(heard, &[], &sound);
    assert_eq!(review.verdict, Verdict::Clear);
    assert_eq!(review.text, "Give prednisone 40 milligrams daily.");
    assert_eq!(review.chips.len(), 4);

    let near = [
        ("prednisone 40 milligrams", -3.0),
        ("predenezone", -1.0),
        ("prednisolone", -5.0),
    ];
    match looked_again(heard, &[], &near).verdict {
        Verdict::Ask { options, .. } => assert_eq!(options.len(), 2),
        other => panic!("{other:?}"),
    }
    // Something else fits the sound: what was heard is no name that is known.
    let far = [("prednisone 40 milligrams", -30.0), ("predenezone", -1.0)];
    assert_ne!(looked_again(heard, &[], &far).verdict, Verdict::Clear);
}

#[test]
fn second_look_keeps_ordinary_words_in_doubt_that_may_be_a_name() {
    let heard = "Check the gentle mice in level.";
    let guess = "Check the gentamicin level.";
    for name in [-3.0, -12.0] {
        let sound = [("gentle mice in", -1.0), ("gentamicin", name)];
        let verdict = looked_again(heard, &[guess], &sound).verdict;
        assert_ne!(verdict, Verdict::Clear, "{name}");
    }
}

#[test]
fn second_look_that_fails_says_so() {
    let vocabulary = Vocabulary::new(std::iter::empty());
    let readings = readings(&["Give predenezone 40 milligrams."], 0.9);
    let first = review(&readings, &vocabulary);
    let compare = |_: &[&str]| Err::<Vec<f32>, _>("the model failed");
    assert!(look_again(first, &readings, &[], &vocabulary, compare).is_err());
}

#[test]
fn what_is_given_with_nothing_lacks_its_drug() {
    assert_eq!(
        refused(&["Can allopurinol be given with as of the operating?"; 3]),
        Refusal::NoDrug
    );
    for text in [
        "Can allopurinol be given with warfarin?",
        "Metformin is taken with meals.",
        "Should warfarin be taken with food?",
    ] {
        assert_eq!(reviewed(&[text; 3]).verdict, Verdict::Clear, "{text}");
    }
}

#[test]
fn days_and_persons_of_diseases_are_known() {
    let text = "The patient with Parkinson disease comes on Monday.";
    assert_eq!(reviewed(&[text; 3]).verdict, Verdict::Clear);
}
