//! `cargo run -p speech --example measure -- MODELS [WAVS]`: the processor time of the parts, and what the detectors and
//! the recognizer make of recorded speech.

#![expect(clippy::print_stdout, reason = "a measurement")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use speech::{Espeak, RATE, Recognizer, TurnDetector, Voice, VoiceDetector, read_wav, resample};

const TEXTS: [&str; 3] = [
    "Let me check.",
    "Give five hundred milligrams of amoxicillin three times daily for five days.",
    "Reduce the dose of apixaban when the creatinine clearance is below thirty milliliters per minute, source one.",
];

/// Milliseconds of processor time that this process has used.
fn used() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let models = arguments.next().ok_or("which folder has the models?")?;
    let models = Path::new(&models);
    let timed = |begun: f64| used() - begun;

    let begun = used();
    let voice = Voice::load(models)?;
    println!("voice loaded in {:.0} ms", timed(begun));
    let begun = used();
    let recognizer = Recognizer::load(models)?;
    println!("recognizer loaded in {:.0} ms", timed(begun));
    let begun = used();
    let detector = VoiceDetector::load(models)?;
    println!("voice detector loaded in {:.0} ms", timed(begun));
    let begun = used();
    let turns = TurnDetector::load(models)?;
    println!("turn detector loaded in {:.0} ms", timed(begun));

    for text in TEXTS {
        let begun = used();
        let sound = voice.say(text, 1.0, 1)?;
        let spoken = timed(begun);
        let speech = resample(&sound.samples, sound.rate, RATE);
        let begun = used();
        let found = recognizer.text(&speech)?;
        let heard = timed(begun);
        println!(
            "{} ms of speech made in {spoken:.0} ms, understood in {heard:.0} ms: {found}",
            sound.ms()
        );
        let begun = used();
        let frames = detector.stream().push(&speech)?.len();
        println!(
            "  voice detector: {:.3} ms a frame",
            timed(begun) / frames.max(1) as f64
        );
        let espeak = Espeak::new(Path::new("espeak-ng"), Duration::from_secs(10));
        let begun = std::time::Instant::now();
        if let Ok(sound) = espeak.say(text, 1.0, &AtomicBool::new(false)) {
            println!(
                "  espeak-ng: {} ms, after {} ms",
                sound.ms(),
                begun.elapsed().as_millis()
            );
        }
    }
    let Some(folder) = arguments.next() else {
        return Ok(());
    };
    let mut paths: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "wav"))
    {
        let (samples, rate) = read_wav(path)?;
        let speech = resample(&samples, rate, RATE);
        let begun = used();
        let text = recognizer.text(&speech)?;
        let seconds = speech.len() as f64 / f64::from(RATE);
        println!("{:.1} s understood in {:.0} ms: {text}", seconds, timed(begun));
        let voiced = detector.stream().push(&speech)?;
        let pause = vec![0.0; RATE as usize / 5];
        let begun = used();
        let whole = turns.complete(&[speech.as_slice(), &pause].concat())?;
        let judged = timed(begun);
        let cut = turns.complete(&[&speech[..speech.len() * 55 / 100], &pause].concat())?;
        println!(
            "{}: voice in {} of {} frames, first {:.3?}; complete {whole:.3}, cut {cut:.3}, judged in {judged:.0} ms",
            path.file_name().unwrap_or_default().to_string_lossy(),
            voiced.iter().filter(|p| **p > 0.5).count(),
            voiced.len(),
            &voiced[..voiced.len().min(12)],
        );
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    println!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or_default()
    );
    Ok(())
}
