//! `voiceassist eval stt --dir WAVS --out hyp.tsv`: the text of recorded speech, for scoring.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use speech::{RATE, Recognizer, SpeechError, read_wav, resample};

#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    #[error(transparent)]
    Speech(#[from] SpeechError),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{} holds no .wav file", .0.display())]
    Empty(PathBuf),
}

/// What recognising took.
#[derive(Debug)]
pub struct Measured {
    files: usize,
    sound: f64,
    load: Duration,
    work: Duration,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let work = self.work.as_secs_f64();
        let factor = work / self.sound.max(f64::MIN_POSITIVE);
        write!(
            f,
            "{} files, {:.1} s of sound: loaded in {:.2} s, recognised in {work:.2} s ({factor:.3} of real time, one thread)",
            self.files,
            self.sound,
            self.load.as_secs_f64()
        )
    }
}

/// Writes one line per WAV file of `dir`, by name: the file's name, a tab, its text.
///
/// # Errors
/// A model or sound file cannot be read, there is none, or the output cannot be written.
pub fn run(dir: &Path, out: &Path, cache_dir: &Path) -> Result<Measured, EvalError> {
    let paths = wav_files(dir)?;
    let begun = Instant::now();
    let recognizer = Recognizer::load(&cache_dir.join("models"))?;
    let load = begun.elapsed();
    let failed = |source| EvalError::File {
        path: out.to_owned(),
        source,
    };
    let mut output = io::BufWriter::new(fs::File::create(out).map_err(failed)?);
    let mut measured = Measured {
        files: 0,
        sound: 0.0,
        load,
        work: Duration::ZERO,
    };
    for path in paths {
        let (samples, rate) = read_wav(&path)?;
        let begun = Instant::now();
        let text = recognizer.text(&resample(&samples, rate, RATE))?;
        measured.work += begun.elapsed();
        measured.sound += samples.len() as f64 / f64::from(rate.max(1));
        measured.files += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        writeln!(output, "{name}\t{}", text.replace(['\t', '\n'], " ")).map_err(failed)?;
    }
    output.flush().map_err(failed)?;
    Ok(measured)
}

fn wav_files(dir: &Path) -> Result<Vec<PathBuf>, EvalError> {
    let failed = |source| EvalError::File {
        path: dir.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("wav")) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(EvalError::Empty(dir.to_owned()));
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn folder_without_sound_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.txt"), "x").unwrap();
        let error = run(folder.path(), &folder.path().join("out.tsv"), folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("holds no .wav file"), "{error}");
    }

    #[test]
    fn wav_files_are_listed_by_name_whatever_the_case_of_their_ending() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.wav", "a.WAV", "c.mp3"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let names: Vec<_> = wav_files(folder.path()).unwrap();
        let names: Vec<_> = names.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(names, ["a.WAV", "b.wav"]);
    }
}
