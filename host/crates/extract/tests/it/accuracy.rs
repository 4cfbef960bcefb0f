use std::collections::HashMap;
use std::io::Write;
use std::process::Command;

use crate::support::{shared_data, tools};

fn words(text: &str) -> HashMap<String, i64> {
    let text = text.to_lowercase().replace("-\n", "");
    let mut bag = HashMap::new();
    for word in text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        *bag.entry(word.to_owned()).or_default() += 1;
    }
    bag
}

/// The words of a two-column guide are those that pdftotext finds.
#[test]
fn a_real_guide_loses_no_words() {
    let Some(data) = shared_data() else { return };
    let path = data.join("documents/cdc_outpatient_guide_508.pdf");
    let Ok(reference) = Command::new("pdftotext").arg(&path).arg("-").output() else {
        let _ = writeln!(std::io::stderr(), "skipped: pdftotext is not installed");
        return;
    };
    let read = extract::extract(&path, extract::Format::Pdf, &tools(), &mut |_, _| {}).unwrap();
    let text: Vec<&str> = read
        .pages
        .iter()
        .flat_map(|p| &p.blocks)
        .map(|b| b.text.as_str())
        .collect();
    let (theirs, ours) = (
        words(&String::from_utf8_lossy(&reference.stdout)),
        words(&text.join("\n")),
    );
    let common: i64 = theirs
        .iter()
        .map(|(word, count)| *count.min(ours.get(word).unwrap_or(&0)))
        .sum();
    let f1 = 2.0 * common as f64 / (theirs.values().sum::<i64>() + ours.values().sum::<i64>()) as f64;
    let _ = writeln!(std::io::stderr(), "word-bag F1 {f1:.4}");
    assert!(f1 >= 0.995, "{f1}");
    assert_eq!(read.pages.len(), 44);
    assert_eq!(read.date.as_deref(), Some("2016-09"));
}
