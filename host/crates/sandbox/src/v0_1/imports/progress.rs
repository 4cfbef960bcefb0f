use super::bindings::voiceassist::plugin::progress::Host;
use crate::guest::Connected;

/// Reports of one call; what comes after is dropped.
const REPORTS: u32 = 1_000;
const MESSAGE_BYTES: usize = 200;

impl Host for Connected {
    fn report(&mut self, fraction: Option<f32>, message: Option<String>) -> wasmtime::Result<()> {
        if self.used.reports >= REPORTS {
            return Ok(());
        }
        self.used.reports += 1;
        let fraction = fraction.filter(|fraction| fraction.is_finite());
        let message = message.map(|mut message| {
            message.truncate(message.floor_char_boundary(MESSAGE_BYTES));
            message
        });
        self.outside
            .progress(fraction.map(|fraction| fraction.clamp(0.0, 1.0)), message.as_deref());
        Ok(())
    }

    fn cancelled(&mut self) -> wasmtime::Result<bool> {
        Ok(self.outside.cancelled())
    }
}
