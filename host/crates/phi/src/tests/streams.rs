//! A text that comes in pieces gives what the whole gives.

use proptest::prelude::*;

use super::*;

const FRAGMENTS: [&str; 48] = [
    "Patient john smith, DOB: 01/15/1990,",
    "MRN: 12345678",
    "was seen by Dr. Clara Bennett",
    "Smith",
    "bennett",
    "at St. Mary's Hospital",
    "of Philadelphia",
    "on April 14th,",
    "2023",
    "call (617) 555-7890",
    "x 22",
    "fax",
    "mail anna.nowak@example.org.",
    "four one five",
    "five five five",
    "one two three four",
    "dash dash dash",
    "Eklund, Warren and Bailey,",
    "natalina, thomas, crystal,",
    "Moore,",
    "and",
    "Reed,",
    "[NAME_1]",
    "[PLACE_2] [x",
    "12 Main Street",
    "Apt. 4,",
    "Springfield, IL 62704",
    "Gabon 21180",
    "with chronic kidney disease and",
    "\n\n",
    "\t",
    "takes metformin 500 mg twice daily.",
    "Jane Fairbanks",
    "Fairbanks",
    "José Núñez",
    "j\u{200B}ohn",
    "Wilson disease",
    "the policy number is",
    "WX-55512",
    "192.168.1.1",
    "https://a.example/x?y=1",
    "NPI",
    "1234567893",
    "10",
    "20 30",
    "S-M-I-T-H",
    "Ｓｍｉｔｈ",
    "May",
];

fn streamed(text: &str, cuts: &[usize]) -> (String, Placeholders) {
    let mut stream = Stream::new();
    let (mut out, mut rest) = (String::new(), text);
    for cut in cuts.iter().cycle() {
        let mut at = rest.len().min(*cut);
        while !rest.is_char_boundary(at) {
            at += 1;
        }
        let (piece, after) = rest.split_at(at);
        out += &stream.push(piece);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    let (end, map) = stream.finish();
    (out + &end, map)
}

#[test]
fn a_long_stream_comes_out_before_its_end() {
    let mut stream = Stream::new();
    let text = "Patient john smith takes metformin and feels better today. ".repeat(100);
    assert!(!stream.push(&text).is_empty());
    let (_, map) = stream.finish();
    assert_eq!(map.len(), 1);
}

#[test]
fn an_identifier_cut_anywhere_is_found() {
    let whole = redact(SCENARIO);
    for cut in 1..SCENARIO.len() {
        let (text, map) = streamed(SCENARIO, &[cut]);
        assert_eq!((text, map), (whole.text.clone(), whole.map.clone()), "{cut}");
    }
}

#[test]
fn a_text_of_several_parts_keeps_its_names() {
    let filler = "The dose is unchanged and the patient feels well. \n\n".repeat(1500);
    let text = format!("Jane Fairbanks was admitted. {filler} Later Fairbanks improved. {filler} fairbanks");
    assert!(text.len() > 128 * 1024);
    let whole = redact(&text);
    assert!(!whole.text.to_lowercase().contains("fairbanks"));
    assert_eq!(restore(&whole.text, &whole.map), text);
    assert_eq!(streamed(&text, &[700, 3]), (whole.text, whole.map));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_stream_gives_what_the_whole_gives(
        numbers in proptest::collection::vec(0..FRAGMENTS.len(), 1..500),
        cuts in proptest::collection::vec(1..900_usize, 1..6),
    ) {
        let text = numbers.iter().map(|number| FRAGMENTS[*number]).collect::<Vec<_>>().join(" ");
        let whole = redact(&text);
        let (out, map) = streamed(&text, &cuts);
        prop_assert_eq!(restore(&out, &map), text);
        prop_assert_eq!(out, whole.text);
        prop_assert_eq!(map, whole.map);
    }

    #[test]
    fn any_letters_survive_a_stream(text in "(\\PC{0,40}[ \n]){0,40}", cuts in proptest::collection::vec(1..300_usize, 1..4)) {
        let whole = redact(&text);
        let (out, map) = streamed(&text, &cuts);
        prop_assert_eq!(restore(&out, &map), text);
        prop_assert_eq!(out, whole.text);
    }
}
