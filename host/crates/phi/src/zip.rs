//! The first three digits of a ZIP code, 45 CFR 164.514(b)(2)(i)(B): they may stay where more than 20,000 people live
//! in all places that begin with them; elsewhere they become 000.

/// Areas of 20,000 people or fewer in either census.
///
/// 2000: the 17 of the guidance of the Department of Health and Human Services on de-identification, 26 November 2012.
/// 2010, by ZIP code tabulation areas: 18 that several independent de-identification programs count from the census's own
/// tables (036, 059, 102, 202 to 205, 369, 556, 692, 753, 772, 821, 823, 878, 879, 884, 893). An area of one list alone stays
/// in: too few digits are a loss, too many tell of somebody. The census of 2020 is not in yet.
const THINLY_PEOPLED: [&str; 23] = [
    "036", "059", "063", "102", "202", "203", "204", "205", "369", "556", "692", "753", "772", "790", "821", "823",
    "830", "831", "878", "879", "884", "890", "893",
];

pub(crate) fn is_thinly_peopled(prefix: &[u8]) -> bool {
    THINLY_PEOPLED.iter().any(|area| area.as_bytes() == prefix)
}

/// What may be kept of a ZIP code ("02139", "02139-4307"): its first three digits, or "000". Nothing of what is no ZIP code.
#[must_use]
pub fn zip_prefix(zip: &str) -> Option<&str> {
    let (five, four) = zip.split_once('-').unwrap_or((zip, "0000"));
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let prefix = five.get(..3).filter(|_| digits(five, 5) && digits(four, 4))?;
    Some(if is_thinly_peopled(prefix.as_bytes()) {
        "000"
    } else {
        prefix
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_stay_where_many_live() {
        assert_eq!(zip_prefix("02139"), Some("021"));
        assert_eq!(zip_prefix("03602-1234"), Some("000"));
        assert_eq!(zip_prefix("36901"), Some("000"));
        assert_eq!(zip_prefix("8930"), None);
        assert_eq!(zip_prefix("0213\u{e9}"), None);
    }
}
