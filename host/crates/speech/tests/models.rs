//! The real models, where they have been fetched (`cargo xtask setup`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use speech::{
    Edge, Edges, Espeak, RATE, Recognizer, Sound, SpeechError, TurnDetector, Utterance, Voice, VoiceDetector, resample,
};

/// None, with a notice, on a machine without the model files.
fn models() -> Option<PathBuf> {
    let cache = std::env::var_os("VOICEASSIST_CACHE_DIR")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/voiceassist")))?;
    let folder = cache.join("models");
    if !folder.join("hibari/hibari.onnx").exists() {
        eprintln!("skipped: no speech models in {}", folder.display());
        return None;
    }
    Some(folder)
}

const SENTENCES: [&str; 6] = [
    "The patient has been sleeping well since the operation.",
    "Please wash your hands before you touch the dressing.",
    "Give two tablets in the morning and one in the evening.",
    "Her blood pressure was one hundred forty over ninety.",
    "Call the doctor if the fever does not go down after three days.",
    "Reduce the dose when the kidneys are not working well.",
];

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Insertions, deletions and replacements of words.
fn errors(wanted: &[String], found: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=found.len()).collect();
    for (i, want) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, have) in found.iter().enumerate() {
            let replaced = diagonal + usize::from(want != have);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[found.len()]
}

fn heard(recognizer: &Recognizer, sound: &Sound) -> String {
    recognizer.text(&resample(&sound.samples, sound.rate, RATE)).unwrap()
}

#[test]
fn what_the_voice_says_is_understood() {
    let Some(models) = models() else { return };
    let voice = Voice::load(&models).unwrap();
    let recognizer = Recognizer::load(&models).unwrap();
    let (mut wrong, mut all) = (0, 0);
    for text in SENTENCES {
        let found = heard(&recognizer, &voice.say(text, 1.0, 1).unwrap());
        let wanted = words(text);
        // Numbers may be written in digits.
        let found_words = words(
            &found
                .replace("140 over 90", "one hundred forty over ninety")
                .replace("140/90", "one hundred forty over ninety"),
        );
        let count = errors(&wanted, &found_words);
        eprintln!("{count} of {}: {found}", wanted.len());
        wrong += count;
        all += wanted.len();
    }
    assert!(wrong * 100 <= all * 8, "{wrong} of {all} words");
}

/// The right side is what hibari 0.2.1 itself makes of the left.
#[test]
fn phonemes_are_the_references() {
    let Some(models) = models() else { return };
    let voice = Voice::load(&models).unwrap();
    for (text, wanted) in [
        ("Hello there.", "həlˈO ðˈɛɹ."),
        (
            "Give five hundred milligrams of amoxicillin three times daily for five days.",
            "ɡˈɪv fˈIv hˈʌndɹəd mˈɪləɡɹˌæmz ʌv əmˌɑksəsˈɪlɪn θɹˈi tˈImz dˈAli fɔɹ fˈIv dˈAz.",
        ),
        (
            "The patient has a history of atrial fibrillation and takes apixaban.",
            "ðə pˈAʃənt hæz ɐ hˈɪstəɹi ʌv ˈAtɹiəl fˌɪbɹəlˈAʃən ænd tˈAks ˈæpɪksˌæbən.",
        ),
        (
            "Check the potassium before you start lisinopril.",
            "ʧˈɛk ðə pətˈæsiəm bəfˈɔɹ ju stˈɑɹt lˈɪsɪnˌɑpɹᵊl.",
        ),
        (
            "I am in the house, and the apple is used to it.",
            "ˌI ɐm ɪn ðə hˈWs, ænd ði ˈæpᵊl ɪz jˈuzd tʊ ɪt.",
        ),
        (
            "Reduce the dose when the creatinine clearance is below thirty milliliters per minute.",
            "ɹədˈus ðə dˈOs wˌɛn ðə kɹiˈæTənˌin klˈɪɹəns ɪz bəlˈO θˈɜɹTi mˈɪləlˌiTəɹz pɜɹ mˈɪnət.",
        ),
    ] {
        assert_eq!(voice.phonemes(text).unwrap(), wanted);
    }
}

#[test]
fn same_call_gives_the_same_sound_and_word_ends_follow_it() {
    let Some(models) = models() else { return };
    let voice = Voice::load(&models).unwrap();
    let text = "Take amoxicillin, please.";
    let sound = voice.say(text, 1.0, 5).unwrap();
    assert_eq!(sound, voice.say(text, 1.0, 5).unwrap());
    assert!((1_000..4_000).contains(&sound.ms()), "{}", sound.ms());
    assert!(voice.say(text, 1.5, 5).unwrap().ms() < sound.ms() * 8 / 10);
    let ends: Vec<usize> = sound.words.iter().map(|word| word.byte).collect();
    assert_eq!(ends, [4, 17, 25]);
    assert!(sound.words.windows(2).all(|pair| pair[0].ms < pair[1].ms));
    assert!(sound.words.iter().all(|word| word.ms <= sound.ms()));
    assert!(matches!(voice.say("Take 5 mg.", 1.0, 5), Err(SpeechError::Digits)));
    assert!(voice.say(" ... ", 1.0, 5).is_ok());
}

#[test]
fn voice_detector_hears_speech_and_no_silence() {
    let Some(models) = models() else { return };
    let sound = Voice::load(&models).unwrap().say(SENTENCES[0], 1.0, 1).unwrap();
    let speech = resample(&sound.samples, sound.rate, RATE);
    let mut samples = vec![0.0; RATE as usize];
    samples.extend(&speech);
    samples.extend(vec![0.0; RATE as usize]);
    let detector = VoiceDetector::load(&models).unwrap();
    let whole = detector.stream().push(&samples).unwrap();
    let mut pieces = detector.stream();
    let in_pieces: Vec<f32> = samples
        .chunks(320)
        .flat_map(|piece| pieces.push(piece).unwrap())
        .collect();
    assert_eq!(whole, in_pieces);
    let mut edges = Edges::default();
    let found: Vec<(i64, Edge)> = whole
        .iter()
        .enumerate()
        .filter_map(|(at, p)| Some((at as i64 * speech::VoiceStream::FRAME_MS, edges.take(*p)?)))
        .collect();
    let (first, last) = (found.first().unwrap(), found.last().unwrap());
    assert!(first.1 == Edge::On && (900..1_400).contains(&first.0), "{found:?}");
    assert!(last.1 == Edge::Off && last.0 > 1_000 + sound.ms() / 2, "{found:?}");
}

#[test]
fn partial_texts_grow_into_the_final_one() {
    let Some(models) = models() else { return };
    let sound = Voice::load(&models).unwrap().say(SENTENCES[2], 1.0, 1).unwrap();
    let speech = resample(&sound.samples, sound.rate, RATE);
    let recognizer = Recognizer::load(&models).unwrap();
    let mut utterance = Utterance::default();
    let mut partials = Vec::new();
    for piece in speech.chunks(320) {
        utterance.push(piece);
        if utterance.is_due() {
            partials.push(recognizer.text(&utterance.take_due()).unwrap());
        }
    }
    let whole = words(&recognizer.text(&utterance.take()).unwrap());
    assert!(partials.len() >= 4, "{partials:?}");
    let early = words(&partials[partials.len() / 2]);
    assert!(early.len() >= 2 && early.len() < whole.len(), "{partials:?} {whole:?}");
    assert_eq!(early[0], whole[0]);
    assert!(recognizer.text(&[]).unwrap().is_empty());
}

#[test]
fn what_was_said_fits_the_speech_better_than_what_was_not() {
    let Some(models) = models() else { return };
    let said = "Give two tablets in the morning.";
    let sound = Voice::load(&models).unwrap().say(said, 1.0, 1).unwrap();
    let recognizer = Recognizer::load(&models).unwrap();
    let listened = recognizer.read(&resample(&sound.samples, sound.rate, RATE)).unwrap();
    let texts = [
        said,
        "Give ten tablets in the morning.",
        "Give two tablets in the evening.",
    ];
    let fits = recognizer.fits(&listened, &texts).unwrap();
    assert!(fits[0] > fits[1] + 1.0 && fits[0] > fits[2] + 1.0, "{fits:?}");
    let wanted = recognizer.wanted([("tablets", 0.7)].into_iter());
    let guesses = recognizer.guesses(&listened, &wanted, 4).unwrap();
    assert!(
        guesses.len() > 1 && words(&guesses[0]).contains(&"tablets".to_owned()),
        "{guesses:?}"
    );
}

#[test]
fn speech_longer_than_the_model_takes_is_understood_to_its_end() {
    let Some(models) = models() else { return };
    let voice = Voice::load(&models).unwrap();
    let mut speech = Vec::new();
    let mut wanted = Vec::new();
    for round in 0..2 {
        for text in SENTENCES {
            let sound = voice.say(text, 1.0, round).unwrap();
            speech.extend(resample(&sound.samples, sound.rate, RATE));
            speech.extend(vec![0.0; RATE as usize / 3]);
            wanted.extend(words(text));
        }
    }
    assert!(speech.len() > 30 * RATE as usize);
    let found = words(&Recognizer::load(&models).unwrap().text(&speech).unwrap());
    let wrong = errors(&wanted, &found);
    assert!(
        wrong * 100 <= wanted.len() * 15,
        "{wrong} of {}: {found:?}",
        wanted.len()
    );
    assert_eq!(found.last().unwrap(), "well");
}

#[test]
fn turn_detector_gives_a_probability() {
    let Some(models) = models() else { return };
    let detector = TurnDetector::load(&models).unwrap();
    let tone: Vec<f32> = (0..RATE).map(|at| (at as f32 * 0.17).sin() * 0.2).collect();
    let probability = detector.complete(&tone).unwrap();
    assert!((0.0..=1.0).contains(&probability));
    assert_eq!(probability, detector.complete(&tone).unwrap());
    assert!(detector.complete(&[]).unwrap().is_finite());
}

#[test]
fn espeak_speaks_without_a_model_and_is_understood() {
    let Some(models) = models() else { return };
    let espeak = Espeak::new(Path::new("espeak-ng"), Duration::from_secs(10));
    let sound = match espeak.say(SENTENCES[0], 1.0, &AtomicBool::new(false)) {
        Ok(sound) => sound,
        Err(SpeechError::NoEspeak(error)) => {
            eprintln!("skipped: no espeak-ng ({error})");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    assert!((2_000..6_000).contains(&sound.ms()));
    assert_eq!(sound.words.len(), 9);
    let found = words(&heard(&Recognizer::load(&models).unwrap(), &sound));
    let wrong = errors(&words(SENTENCES[0]), &found);
    assert!(wrong <= 3, "{found:?}");
}

#[test]
fn missing_models_say_how_to_get_them() {
    let error = Recognizer::load(Path::new("/nowhere")).err().unwrap().to_string();
    assert!(error.contains("cargo xtask setup"), "{error}");
}
