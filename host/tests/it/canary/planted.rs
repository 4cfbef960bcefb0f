//! The identifiers, one of each kind of the Safe Harbor method, and how they are recognised whatever they wear.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// In the order of 45 CFR 164.514(b)(2)(i). Nobody has any of them.
pub const CANARIES: [&str; 18] = [
    "Quillon Vrbaszek",
    "4417 Zephyrmoor Lane",
    "November 23rd, 1937",
    "(838) 555-0147",
    "838-555-0163",
    "q.vrbaszek@kanarie.example",
    "219-09-4471",
    "MRN 77340918",
    "Member ID KZQ883920174",
    "Account number 8830-7713-04",
    "License number QL773491",
    "VIN 1HGCM82633A774421",
    "Serial number PJN774913H",
    "https://portal.kanarie.example/p/77341",
    "198.51.100.77",
    "Fingerprint ID FP-77281-K",
    "IMG_77821.jpg",
    "Study ID ZK-7731-Q",
];

/// All of them as a person would list them.
pub fn all() -> String {
    format!(
        "Patient {}, born {}, lives at {}. Phone: {}. Fax: {}. SSN {}. {}.",
        CANARIES[0],
        CANARIES[2],
        CANARIES[1],
        CANARIES[3],
        CANARIES[4],
        CANARIES[6],
        [5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]
            .map(|at| CANARIES[at])
            .join(", ")
    )
}

/// Those that stand in `bytes`: as they are, in small letters, percent-encoded, with JSON escapes, in UTF-16, in
/// hexadecimal, in base64 at any place, and long numbers without what separates their digits.
pub fn found_in(bytes: &[u8]) -> Vec<&'static str> {
    let plain = String::from_utf8_lossy(bytes).into_owned();
    let mut dresses = vec![plain.to_lowercase(), without_zeros(bytes), percent(bytes), json(&plain)];
    dresses.extend(dresses.clone().iter().map(|text| json(text)));
    let digits: Vec<String> = dresses.iter().map(|text| without_separators(text)).collect();
    let is_found = |canary: &&str| {
        let wanted = canary.to_lowercase();
        let number: String = canary.chars().filter(char::is_ascii_digit).collect();
        let hex = hex::encode(canary);
        dresses.iter().any(|text| text.contains(&wanted) || text.contains(&hex))
            || number.len() >= 9 && digits.iter().any(|text| text.contains(&number))
            || base64_of(canary).iter().any(|encoded| plain.contains(encoded.as_str()))
    };
    CANARIES.into_iter().filter(is_found).collect()
}

fn without_zeros(bytes: &[u8]) -> String {
    let kept: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&kept).to_lowercase()
}

fn percent(bytes: &[u8]) -> String {
    let spaced: Vec<u8> = bytes
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_encoding::percent_decode(&spaced)
        .decode_utf8_lossy()
        .to_lowercase()
}

/// `\u0041` and `\/` as what they stand for.
fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let code = rest.strip_prefix('u').and_then(|rest| rest.get(..4));
        // Before another sign it only says that the sign is meant.
        if let Some(c) = code
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32)
        {
            out.push(c);
            rest = &rest[5..];
        }
    }
    out.push_str(rest);
    out.to_lowercase()
}

fn without_separators(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}'))
        .collect()
}

/// As it stands in base64 when zero, one or two bytes come before it, without what its neighbours change.
fn base64_of(text: &str) -> Vec<String> {
    let shifted = (0..3).map(|before| {
        let padded = [&b"\0\0"[..before], text.as_bytes()].concat();
        let encoded = STANDARD_NO_PAD.encode(&padded);
        let from = (before * 8).div_ceil(6);
        let to = padded.len() * 8 / 6;
        encoded[from..to].to_owned()
    });
    shifted.collect()
}

#[test]
fn each_is_recognised_in_each_dress() {
    for canary in CANARIES {
        let utf16 = |convert: fn(u16) -> [u8; 2]| canary.encode_utf16().flat_map(convert).collect::<Vec<u8>>();
        let escaped: String = canary.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        let mut dresses = vec![
            canary.as_bytes().to_vec(),
            canary.to_uppercase().into_bytes(),
            canary
                .bytes()
                .flat_map(|byte| format!("%{byte:02X}").into_bytes())
                .collect(),
            canary.replace(' ', "+").into_bytes(),
            escaped.clone().into_bytes(),
            serde_json::json!(escaped).to_string().into_bytes(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            hex::encode(canary).into_bytes(),
        ];
        for before in ["", "x", "xy", "xyz"] {
            dresses.push(
                STANDARD_NO_PAD
                    .encode(format!("{before}{canary} and more"))
                    .into_bytes(),
            );
        }
        if canary.chars().filter(char::is_ascii_digit).count() >= 9 {
            dresses.push(
                canary
                    .chars()
                    .filter(char::is_ascii_digit)
                    .collect::<String>()
                    .into_bytes(),
            );
        }
        for dress in dresses {
            let text = String::from_utf8_lossy(&dress).into_owned();
            assert!(found_in(&dress).contains(&canary), "{canary} as {text}");
        }
    }
    assert!(found_in(b"Patient of 4418 Zephyr Lane, MRN 77340917").is_empty());
}
