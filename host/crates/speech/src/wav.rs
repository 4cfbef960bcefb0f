//! WAV files and raw 16-bit samples.

use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use crate::SpeechError;

/// Reads a WAV file: its samples, mixed to one channel, and their rate.
///
/// # Errors
/// The file cannot be read, is no WAV file of integers up to 32 bits or of floats, or has no channel.
pub fn read_wav(path: &Path) -> Result<(Vec<f32>, u32), SpeechError> {
    let failed = |e: hound::Error| SpeechError::Sound(format!("{}: {e}", path.display()));
    let mut reader = WavReader::open(path).map_err(failed)?;
    let spec = reader.spec();
    let samples: Vec<f32> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>(),
        SampleFormat::Int => {
            let full = (1i64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            reader.samples::<i32>().map(|s| s.map(|s| s as f32 / full)).collect()
        }
    }
    .map_err(failed)?;
    let channels = usize::from(spec.channels.max(1));
    let mixed = samples
        .chunks_exact(channels)
        .map(|frame| frame.iter().sum::<f32>() / channels as f32)
        .collect();
    Ok((mixed, spec.sample_rate))
}

/// Writes one channel of 16-bit samples.
///
/// # Errors
/// The file cannot be written.
pub fn write_wav(path: &Path, samples: &[f32], rate: u32) -> Result<(), SpeechError> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let written = |error: hound::Error| SpeechError::Sound(format!("{} was not written: {error}", path.display()));
    let mut writer = WavWriter::create(path, spec).map_err(written)?;
    for pair in to_pcm16(samples).as_chunks::<2>().0 {
        writer.write_sample(i16::from_le_bytes(*pair)).map_err(written)?;
    }
    writer.finalize().map_err(written)
}

/// 16-bit little-endian samples as floats; a last odd byte is left out.
pub fn from_pcm16(bytes: &[u8]) -> Vec<f32> {
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs
        .iter()
        .map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32_768.0)
        .collect()
}

/// Floats as 16-bit little-endian samples, limited to what fits.
pub fn to_pcm16(samples: &[f32]) -> Vec<u8> {
    samples
        .iter()
        .flat_map(|sample| ((sample * 32_767.0).clamp(-32_768.0, 32_767.0) as i16).to_le_bytes())
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn two_channels_of_a_file_are_mixed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let spec = WavSpec {
            channels: 2,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut writer = WavWriter::create(&path, spec).unwrap();
        for sample in [16_384i16, 0, -16_384, -16_384] {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        assert_eq!(read_wav(&path).unwrap(), (vec![0.25, -0.5], 8_000));
        std::fs::write(&path, b"RIFF????").unwrap();
        assert!(read_wav(&path).unwrap_err().to_string().contains("a.wav"));
    }

    #[test]
    fn samples_go_there_and_back() {
        let bytes = to_pcm16(&[0.0, 1.0, -1.0, 2.0]);
        let back = from_pcm16(&bytes);
        assert!(
            back.iter()
                .zip([0.0, 1.0, -1.0, 1.0])
                .all(|(a, b)| (a - b).abs() < 1e-3)
        );
        assert_eq!(from_pcm16(&[0, 0, 7]).len(), 1);
    }
}
