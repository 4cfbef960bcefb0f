use std::io::{Read, Write};

use proptest::prelude::*;

use super::*;

fn key(byte: u8) -> Key {
    Key::new([byte; KEY_BYTES]).unwrap()
}

const ID: &str = "0123456789abcdef";

fn place(row: &str) -> Place<'_> {
    Place {
        table: "messages",
        column: "question",
        row,
    }
}

fn opened(key: &Key, place: Place<'_>, stored: &str) -> Result<String, EnvelopeError> {
    match read_text(stored.to_owned())? {
        Stored::Plain(text) => Ok(text),
        Stored::Sealed { key: id, body } => {
            assert_eq!(id, ID);
            open_text(key, place, &body)
        }
    }
}

fn sealed_file(plain: &[u8]) -> Vec<u8> {
    let header = Header::new(ID, [9; SALT_BYTES]).unwrap();
    let mut writer = SealedWriter::new(Vec::new(), &key(1), header).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}

fn opened_file(key: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut reader = SealedReader::new(sealed, |_| Some(key)).ok()?;
    reader.read_to_end(&mut plain).ok().map(|_| plain)
}

#[test]
fn a_key_is_read_in_hex_and_base64_and_nothing_else() {
    let hex = "11".repeat(32);
    assert_eq!(
        Key::parse(&format!(" {hex}\n")).unwrap().fingerprint(),
        key(0x11).fingerprint()
    );
    let base64 = "ERERERERERERERERERERERERERERERERERERERERERE=";
    assert_eq!(Key::parse(base64).unwrap().fingerprint(), key(0x11).fingerprint());
    assert_eq!(
        Key::parse(base64.trim_end_matches('=')).unwrap().fingerprint(),
        key(0x11).fingerprint()
    );
    for wrong in ["", "secret", &hex[2..], &format!("{hex}11")] {
        assert_eq!(Key::parse(wrong).err(), Some(EnvelopeError::NoKey), "{wrong}");
    }
    assert_ne!(key(1).fingerprint(), key(2).fingerprint());
    assert_eq!(key(1).fingerprint().len(), ID_CHARS);
}

#[test]
fn a_data_key_comes_out_of_its_own_wrapping_only() {
    let wrapped = key(1).wrap(ID, &key(7), [3; NONCE_BYTES]).unwrap();
    assert_eq!(key(1).unwrap(ID, &wrapped).unwrap().fingerprint(), key(7).fingerprint());
    assert_eq!(key(2).unwrap(ID, &wrapped).err(), Some(EnvelopeError::Damaged));
    assert_eq!(
        key(1).unwrap("fedcba9876543210", &wrapped).err(),
        Some(EnvelopeError::Damaged)
    );
}

#[test]
fn a_value_opens_at_its_own_place_only() {
    let sealed = seal_text((ID, &key(1)), place("a"), "Wilson disease", [3; NONCE_BYTES]).unwrap();
    assert!(sealed.starts_with(&text_prefix(ID)) && !sealed.contains("Wilson"));
    assert_eq!(opened(&key(1), place("a"), &sealed).unwrap(), "Wilson disease");
    let elsewhere = [
        place("b"),
        Place {
            column: "answer",
            ..place("a")
        },
        Place {
            table: "passages",
            ..place("a")
        },
        // Parts are told apart, not only strung together.
        Place {
            table: "message",
            column: "squestion",
            row: "a",
        },
    ];
    for other in elsewhere {
        assert_eq!(
            opened(&key(1), other, &sealed).err(),
            Some(EnvelopeError::Damaged),
            "{other:?}"
        );
    }
    assert_eq!(opened(&key(2), place("a"), &sealed).err(), Some(EnvelopeError::Damaged));
}

#[test]
fn a_file_that_was_cut_moved_or_extended_does_not_open() {
    let plain = vec![5; 3 * CHUNK + 17];
    let sealed = sealed_file(&plain);
    assert_eq!(opened_file(&key(1), &sealed).as_deref(), Some(&plain[..]));
    for cut in [
        0,
        10,
        HEADER_BYTES,
        HEADER_BYTES + SEALED_CHUNK,
        HEADER_BYTES + 3 * SEALED_CHUNK,
        sealed.len() - 1,
    ] {
        assert_eq!(opened_file(&key(1), &sealed[..cut]), None, "cut at {cut}");
    }
    let mut longer = sealed.clone();
    longer.extend_from_slice(&sealed[HEADER_BYTES..HEADER_BYTES + SEALED_CHUNK]);
    assert_eq!(opened_file(&key(1), &longer), None);
    let mut swapped = sealed.clone();
    let (first, second) = swapped[HEADER_BYTES..].split_at_mut(SEALED_CHUNK);
    first.swap_with_slice(&mut second[..SEALED_CHUNK]);
    assert_eq!(opened_file(&key(1), &swapped), None);
    assert_eq!(opened_file(&key(2), &sealed), None);
}

#[test]
fn an_unknown_key_is_named() {
    let sealed = sealed_file(b"text");
    let error = SealedReader::new(&sealed[..], |_| None).err().unwrap().to_string();
    assert!(error.contains(ID), "{error}");
    assert!(
        SealedReader::new(
            &b"PK\x03\x04 something else, of some length, that is no sealed file"[..],
            |_| None
        )
        .is_err()
    );
}

proptest! {
    #[test]
    fn any_text_comes_back_with_and_without_a_key(text in "\u{1}?(s1\\.|p\\.)?\\PC{0,40}") {
        let sealed = seal_text((ID, &key(1)), place("r"), &text, [4; NONCE_BYTES]).unwrap();
        prop_assert_eq!(opened(&key(1), place("r"), &sealed).unwrap(), text.clone());
        prop_assert_eq!(read_text(plain_text(&text)).unwrap(), Stored::Plain(text));
    }

    #[test]
    fn any_bytes_come_back_with_and_without_a_key(mark in any::<bool>(), rest in proptest::collection::vec(any::<u8>(), 0..64)) {
        let bytes = if mark { [&b"\x01VAs1."[..], &rest].concat() } else { rest };
        let sealed = seal_bytes((ID, &key(1)), place("r"), &bytes, [4; NONCE_BYTES]).unwrap();
        let Stored::Sealed { body, .. } = read_bytes(sealed).unwrap() else { unreachable!("not sealed") };
        prop_assert_eq!(open_bytes(&key(1), place("r"), &body).unwrap(), bytes.clone());
        prop_assert_eq!(read_bytes(plain_bytes(&bytes)).unwrap(), Stored::Plain(bytes));
    }

    #[test]
    fn a_file_of_any_length_comes_back_and_its_length_is_known(length in prop_oneof![
        0_usize..40, (CHUNK - 2)..(CHUNK + 3), (2 * CHUNK - 2)..(2 * CHUNK + 3)
    ]) {
        let plain: Vec<u8> = (0..length).map(|at| at as u8).collect();
        let sealed = sealed_file(&plain);
        prop_assert_eq!(plain_length(sealed.len() as u64), Some(length as u64));
        prop_assert_eq!(opened_file(&key(1), &sealed), Some(plain));
    }

    #[test]
    fn a_flipped_bit_anywhere_is_noticed(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut sealed = sealed_file(&[7; 300]);
        let place = at.index(sealed.len());
        sealed[place] ^= 1 << bit;
        prop_assert_eq!(opened_file(&key(1), &sealed), None);
    }
}
