//! Check digits.

/// Luhn's sum over ASCII digits; other bytes are skipped.
pub(super) fn luhn(number: impl DoubleEndedIterator<Item = u8>) -> bool {
    let sum: u32 = number
        .rev()
        .filter(u8::is_ascii_digit)
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit - b'0') << (at % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// National provider identifier: ten digits, Luhn with the prefix 80840 (45 CFR 162.406).
pub(super) fn npi(number: &[u8]) -> bool {
    number.len() == 10 && matches!(number[0], b'1' | b'2') && luhn(b"80840".iter().chain(number).copied())
}

/// DEA registration number: two letters, six digits, check digit.
pub(super) fn dea(number: &[u8]) -> bool {
    let [_, _, digits @ ..] = number else {
        return false;
    };
    let Ok(d) = <[u8; 7]>::try_from(digits) else {
        return false;
    };
    let d = d.map(|digit| u32::from(digit.wrapping_sub(b'0')));
    ((d[0] + d[2] + d[4]) + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]
}

/// Vehicle identification number: 17 characters, check digit in the ninth place (49 CFR 565.15).
pub(super) fn vin(number: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    if number.len() != 17 {
        return false;
    }
    let value = |c: u8| match c.to_ascii_uppercase() {
        c @ b'0'..=b'9' => u32::from(c - b'0'),
        c @ b'A'..=b'H' => u32::from(c - b'A') + 1,
        c @ b'J'..=b'R' => u32::from(c - b'J') + 1,
        c @ b'S'..=b'Z' => u32::from(c - b'S') + 2,
        _ => 0,
    };
    let sum: u32 = number.iter().zip(WEIGHTS).map(|(c, weight)| value(*c) * weight).sum();
    match sum % 11 {
        10 => number[8].eq_ignore_ascii_case(&b'X'),
        check => value(number[8]) == check && number[8].is_ascii_digit(),
    }
}

/// International bank account number: remainder 1 by 97 (ISO 13616). Blanks are skipped.
pub(super) fn iban(number: &[u8]) -> bool {
    let plain: Vec<u8> = number
        .iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(u8::to_ascii_uppercase)
        .collect();
    if plain.len() < 15 {
        return false;
    }
    let (head, tail) = plain.split_at(4);
    tail.iter().chain(head).fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    }) == 1
}

/// NHS number of England and Wales: ten digits, weights 10 to 2, modulus 11.
pub(super) fn nhs(number: &[u8]) -> bool {
    let digits: Vec<u32> = number
        .iter()
        .filter(|b| b.is_ascii_digit())
        .map(|b| u32::from(b - b'0'))
        .collect();
    let [leading @ .., check] = digits.as_slice() else {
        return false;
    };
    let sum: u32 = leading
        .iter()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    digits.len() == 10 && (11 - sum % 11) % 11 == *check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_hold_and_a_changed_digit_fails() {
        assert!(npi(b"1234567893") && !npi(b"1234567890"));
        assert!(vin(b"1M8GDM9AXKP042788") && !vin(b"1M8GDM9A1KP042788"));
        assert!(iban(b"GB82 WEST 1234 5698 7654 32") && !iban(b"GB82 WEST 1234 5698 7654 33"));
        assert!(nhs(b"943 476 5919") && !nhs(b"943 476 5918"));
        assert!(luhn(b"4111 1111 1111 1111".iter().copied()) && !luhn(b"4111111111111112".iter().copied()));
        assert!(dea(b"AB1234563") && !dea(b"AB1234567"));
    }
}
