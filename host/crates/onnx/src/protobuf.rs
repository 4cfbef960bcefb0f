//! Just enough of protobuf's wire format to change some fields of a message and keep all others as they are.
//!
//! <https://protobuf.dev/programming-guides/encoding/>

#[derive(Debug, thiserror::Error)]
#[error("not a protobuf message")]
pub struct Malformed;

const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const BYTES: u8 = 2;
const FIXED32: u8 = 5;

pub struct Field<'a> {
    pub number: u32,
    wire: u8,
    /// Without key and length.
    value: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Field<'a> {
    /// # Errors
    /// The field is a number.
    pub fn bytes(&self) -> Result<&'a [u8], Malformed> {
        (self.wire == BYTES).then_some(self.value).ok_or(Malformed)
    }

    /// # Errors
    /// The field is no UTF-8.
    pub fn text(&self) -> Result<String, Malformed> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| Malformed)
    }

    /// A repeated integer, packed or not.
    ///
    /// # Errors
    /// The field holds something else.
    pub fn integers(&self) -> Result<Vec<u64>, Malformed> {
        let mut rest = self.value;
        let mut found = Vec::new();
        while !rest.is_empty() {
            found.push(varint(&mut rest)?);
        }
        Ok(found)
    }
}

/// The fields of a message in order.
///
/// # Errors
/// The bytes end early or hold an unknown wire type.
pub fn fields(message: &[u8]) -> Result<Vec<Field<'_>>, Malformed> {
    let mut found = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let start = rest;
        let key = varint(&mut rest)?;
        let wire = (key & 7) as u8;
        let length = match wire {
            VARINT => rest.iter().position(|byte| byte & 0x80 == 0).ok_or(Malformed)? + 1,
            FIXED64 => 8,
            FIXED32 => 4,
            BYTES => usize::try_from(varint(&mut rest)?).map_err(|_| Malformed)?,
            _ => return Err(Malformed),
        };
        let (value, after) = rest.split_at_checked(length).ok_or(Malformed)?;
        rest = after;
        found.push(Field {
            number: u32::try_from(key >> 3).map_err(|_| Malformed)?,
            wire,
            value,
            whole: &start[..start.len() - rest.len()],
        });
    }
    Ok(found)
}

fn varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first().ok_or(Malformed)?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

/// A message in the making.
#[derive(Default)]
pub struct Message(Vec<u8>);

impl Message {
    pub fn raw(&mut self, field: &Field<'_>) {
        self.0.extend_from_slice(field.whole);
    }

    pub fn bytes(&mut self, number: u32, value: &[u8]) {
        self.put(u64::from(number) << 3 | u64::from(BYTES));
        self.put(value.len() as u64);
        self.0.extend_from_slice(value);
    }

    pub fn varint(&mut self, number: u32, value: u64) {
        self.put(u64::from(number) << 3 | u64::from(VARINT));
        self.put(value);
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn put(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_kept_is_the_same() {
        let mut message = Message::default();
        message.varint(1, 300);
        message.bytes(15, b"name");
        message.bytes(2, &[0; 200]);
        let bytes = message.into_bytes();
        let read = fields(&bytes).unwrap_or_default();
        assert_eq!(read[0].integers().unwrap_or_default(), [300]);
        assert_eq!(read[1].text().unwrap_or_default(), "name");
        let mut copy = Message::default();
        read.iter().for_each(|field| copy.raw(field));
        assert_eq!(copy.into_bytes(), bytes);
    }

    #[test]
    fn broken_bytes_are_refused() {
        for bytes in [&[0x0a, 5, 1][..], &[0xff; 12], &[0x0b], &[0x08]] {
            assert!(fields(bytes).is_err());
        }
    }
}
