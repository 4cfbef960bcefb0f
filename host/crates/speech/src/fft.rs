//! Real Fourier transforms of one length.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

pub(crate) type Bin = Complex32;

pub(crate) struct Fft {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
}

/// It remembers the plans it made, a few lengths in all: every session uses the same.
static PLANNER: LazyLock<Mutex<RealFftPlanner<f32>>> = LazyLock::new(|| Mutex::new(RealFftPlanner::new()));

impl Fft {
    pub fn new(length: usize) -> Self {
        let mut planner = PLANNER.lock().unwrap_or_else(PoisonError::into_inner);
        Self {
            forward: planner.plan_fft_forward(length),
            inverse: planner.plan_fft_inverse(length),
        }
    }

    /// `length` samples, which are used up, to `length / 2 + 1` bins.
    pub fn forward(&self, samples: &mut [f32], bins: &mut [Bin]) {
        // It fails only for slices of another length, which the callers here do not make.
        let _ = self.forward.process(samples, bins);
    }

    /// Back, scaled so that [`Fft::forward`] followed by this changes nothing.
    pub fn inverse(&self, bins: &mut [Bin], samples: &mut [f32]) {
        // The first and the last bin of a real signal have no imaginary part.
        if let Some(first) = bins.first_mut() {
            first.im = 0.0;
        }
        if let Some(last) = bins.last_mut() {
            last.im = 0.0;
        }
        let _ = self.inverse.process(bins, samples);
        let scale = 1.0 / samples.len() as f32;
        for sample in samples {
            *sample *= scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_changes_nothing() {
        let fft = Fft::new(1200);
        let samples: Vec<f32> = (0..1200).map(|at| ((at * at) % 17) as f32 - 8.0).collect();
        let (mut input, mut bins, mut back) = (samples.clone(), vec![Bin::default(); 601], vec![0.0; 1200]);
        fft.forward(&mut input, &mut bins);
        fft.inverse(&mut bins, &mut back);
        assert!(back.iter().zip(&samples).all(|(a, b)| (a - b).abs() < 1e-3));
    }
}
