use super::bindings::voiceassist::plugin::log::{Field, Host, Level};
use crate::{LogLevel, guest::Connected};

/// Records of one call; what comes after is dropped.
const RECORDS: u32 = 1_000;
/// Of one record, its fields included.
const RECORD_BYTES: usize = 4 << 10;

impl Host for Connected {
    fn log(&mut self, level: Level, message: String, fields: Vec<Field>) -> wasmtime::Result<()> {
        if self.used.log_records >= RECORDS {
            return Ok(());
        }
        self.used.log_records += 1;
        let mut left = RECORD_BYTES;
        let message = cut(message, &mut left);
        let fields: Vec<_> = fields
            .into_iter()
            .map_while(|field| (left > 0).then(|| (cut(field.key, &mut left), cut(field.value, &mut left))))
            .collect();
        let level = match level {
            Level::Trace => LogLevel::Trace,
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.outside.log(level, &message, &fields);
        Ok(())
    }
}

/// The beginning that still fits.
fn cut(mut text: String, left: &mut usize) -> String {
    text.truncate(text.floor_char_boundary(*left));
    *left -= text.len();
    text
}
