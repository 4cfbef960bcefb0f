//! Title, date and owner of a document, from what it says about itself.

use std::sync::LazyLock;

use api_types::{BlockKind, Page};
use regex::{Captures, Regex};

/// What the metadata of the file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stated {
    pub title: Option<String>,
    pub author: Option<String>,
    /// A date as PDF or W3C metadata write it.
    pub date: Option<String>,
}

pub(crate) struct Facts {
    pub title: Option<String>,
    pub date: Option<String>,
    pub owner: Option<String>,
}

/// Prefers what stands in the text of the first two pages over metadata: files are saved again long after their text was agreed.
pub(crate) fn find(pages: &[Page], stated: Stated) -> Facts {
    let text: Vec<&str> = pages
        .iter()
        .take(2)
        .flat_map(|p| &p.blocks)
        .map(|b| b.text.as_str())
        .collect();
    let metadata_date = stated.date.as_deref().and_then(metadata_date);
    Facts {
        title: stated.title.filter(|t| is_title(t)).or_else(|| first_heading(pages)),
        date: stated_date(&text).or(metadata_date),
        owner: owner(&text).or_else(|| stated.author.filter(|a| is_author(a))),
    }
}

fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let file_name = [
        ".doc", ".docx", ".pdf", ".indd", ".pptx", ".qxd", ".tex", ".rtf", ".html",
    ]
    .iter()
    .any(|e| lower.ends_with(e));
    let default = [
        "untitled",
        "microsoft word",
        "document",
        "slide 1",
        "powerpoint presentation",
        "(anonymous)",
    ]
    .iter()
    .any(|d| lower.starts_with(d));
    // "PDF_Ward_7" names a file as well.
    let one_name = title.contains('_') && !title.contains(' ');
    !file_name && !default && !one_name && title.chars().filter(|c| c.is_alphabetic()).count() >= 3
}

/// Programs fill in something when nobody is named.
fn is_author(author: &str) -> bool {
    let name = author.trim_matches(['(', ')', ' ']).to_lowercase();
    let placeholder = [
        "anonymous",
        "unspecified",
        "unknown",
        "author",
        "user",
        "admin",
        "administrator",
        "root",
        "python-docx",
    ]
    .contains(&name.as_str());
    !placeholder && name.chars().any(char::is_alphabetic)
}

fn first_heading(pages: &[Page]) -> Option<String> {
    let blocks = || pages.iter().take(2).flat_map(|p| &p.blocks);
    let level = blocks()
        .filter_map(|b| {
            if let BlockKind::Heading { level } = b.kind {
                Some(level)
            } else {
                None
            }
        })
        .min()?;
    let title = blocks()
        .find(|b| b.kind == BlockKind::Heading { level })?
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Some(title.chars().take(200).collect())
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const DATE: &str = r"(?x:
    (?<iso>\d{4}-\d{2}(?:-\d{2})?)
  | (?<d1>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?<m1>[A-Z][a-z]{2,8})\.?,?\s+(?<y1>\d{4})
  | (?<m2>[A-Z][a-z]{2,8})\.?\s+(?<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?<y2>\d{4})
  | (?<m3>[A-Z][a-z]{2,8})\.?,?\s+(?<y3>\d{4})
  | (?<a>\d{1,2})(?<sep>[./-])(?<b>\d{1,2})[./-](?<y4>\d{4})
  | (?<y5>(?:19|20)\d{2})\b
)";

/// Label and date, from the surest label to the weakest.
static LABELLED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let labels = [
        r"(?i:effective(?:\s+(?:date|from))?|in\s+force\s+(?:from|since)|valid\s+from|version\s+date|date\s+of\s+(?:this\s+)?version|date\s+of\s+issue|issue\s+date|date\s+issued|date\s+of\s+publication|publication\s+date|issued(?:\s+on)?|published(?:\s+on)?)",
        r"(?i:last\s+(?:updated|revised|modified|reviewed)|date\s+(?:revised|updated|approved)|updated(?:\s+on)?|revised(?:\s+on)?|revision\s+date|ratified|approved(?:\s+on)?|approval\s+date)",
        r"(?i:(?:version|revision|edition|rev\.)\s*v?\d[\w.]*)",
        r"(?i:\bdate)",
    ];
    labels
        .iter()
        .filter_map(|label| {
            Regex::new(&format!(
                r"(?:^|[^\w]){label}\s*(?:[:|,;(–—-]|is)?\s*(?:[:|])?\s*{DATE}"
            ))
            .ok()
        })
        .collect()
});

/// A date that says when to look at the document again is not its own.
static FUTURE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:next|for|due|until|expir\w*|renew\w*)(?:\W+\w+){0,2}\W*$").ok());

fn stated_date(blocks: &[&str]) -> Option<String> {
    LABELLED.iter().find_map(|pattern| {
        blocks.iter().find_map(|text| {
            pattern.captures_iter(text).find_map(|found| {
                let start = found.get(0)?.start();
                let before = &text[floor(text, start.saturating_sub(30))..start];
                let future = FUTURE.as_ref().is_some_and(|f| f.is_match(before));
                if future { None } else { iso(&found) }
            })
        })
    })
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// ISO 8601, as precise as the text is clear: of 03/04/2024 only the year is certain.
fn iso(found: &Captures<'_>) -> Option<String> {
    let get = |name: &str| found.name(name).map(|m| m.as_str());
    let number = |name: &str| get(name).and_then(|t| t.parse::<u32>().ok());
    if let Some(iso) = get("iso") {
        return valid(iso);
    }
    for (y, m, d) in [("y1", "m1", "d1"), ("y2", "m2", "d2"), ("y3", "m3", "")] {
        if let (Some(year), Some(month)) = (get(y), get(m)) {
            let name = month.to_lowercase();
            let month = MONTHS.iter().position(|m| name.starts_with(m))? + 1;
            return match number(d) {
                Some(day) => valid(&format!("{year}-{month:02}-{day:02}")),
                None => valid(&format!("{year}-{month:02}")),
            };
        }
    }
    if let Some(year) = get("y5") {
        return valid(year);
    }
    let (a, b, year) = (number("a")?, number("b")?, get("y4")?);
    let (day, month) = match (a > 12, b > 12, get("sep")?) {
        (true, false, _) | (false, false, ".") => (a, b),
        (false, true, _) => (b, a),
        (false, false, _) if a == b => (a, b),
        (false, false, _) => return valid(year),
        _ => return None,
    };
    valid(&format!("{year}-{month:02}-{day:02}"))
}

fn valid(iso: &str) -> Option<String> {
    let parts: Vec<u32> = iso.split('-').filter_map(|p| p.parse().ok()).collect();
    let year = (1900..=2100).contains(parts.first()?);
    let month = parts.get(1).is_none_or(|m| (1..=12).contains(m));
    let day = parts.get(2).is_none_or(|d| (1..=31).contains(d));
    (year && month && day).then(|| iso.to_owned())
}

/// `D:20240312…` of PDF or `2024-03-12T…` of office files.
fn metadata_date(date: &str) -> Option<String> {
    let digits: String = date.chars().filter(char::is_ascii_digit).take(8).collect();
    match digits.len() {
        8 => valid(&format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8])),
        4..=7 => valid(&digits[..4]),
        _ => None,
    }
}

static OWNER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)(?:^|\n|\|\s|[.;)\d]\s|\s{2}|\s)
        (?i:document\s+owner|policy\s+owner|owner|authors?|author\(s\)|prepared\s+by|written\s+by|issued\s+by|responsible(?:\s+(?:team|department|person|officer))?|policy\s+lead|lead\s+author|department|approved\s+by)
        \s*(?::|\|)\s*(?<value>[^\n|;]{3,120})",
    )
    .ok()
});

/// Where the value ends when the next label follows on the same line.
static NEXT_LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[.,]?\s+(?:(?:[A-Z][\w-]*|Date)(?:\s+(?:of|by|from|no|date|number|review))*\s*:|(?i:version|effective|review|valid|page)\b)").ok()
});

fn owner(blocks: &[&str]) -> Option<String> {
    let pattern = OWNER.as_ref()?;
    blocks.iter().filter(|b| b.len() < 2_000).find_map(|text| {
        let value = pattern.captures(text)?.name("value")?.as_str();
        let end = NEXT_LABEL
            .as_ref()
            .and_then(|n| n.find(value))
            .map_or(value.len(), |m| m.start());
        let value = value[..end].trim().trim_end_matches(['.', ',']);
        let starts_well = value.starts_with(|c: char| c.is_uppercase());
        (starts_well && value.chars().count() <= 100).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<String> {
        stated_date(&[text])
    }

    #[test]
    fn dates_are_found_by_their_labels() {
        assert_eq!(date("Effective: 12 March 2024").as_deref(), Some("2024-03-12"));
        assert_eq!(date("Effective date | March 12, 2024").as_deref(), Some("2024-03-12"));
        assert_eq!(date("Version 2.3 - September 2016").as_deref(), Some("2016-09"));
        assert_eq!(
            date("Last reviewed: 2023-11-05. Next review date: 2025-11-05").as_deref(),
            Some("2023-11-05")
        );
        assert_eq!(date("Published 31/01/2022").as_deref(), Some("2022-01-31"));
        assert_eq!(date("Issued: 1 May 2021").as_deref(), Some("2021-05-01"));
        assert_eq!(date("Next review date: 1 May 2031"), None);
        assert_eq!(date("Seen on 1 May 2031 in clinic"), None);
    }

    #[test]
    fn an_ambiguous_date_keeps_only_what_is_certain() {
        assert_eq!(date("Issued: 03/04/2024").as_deref(), Some("2024"));
        assert_eq!(date("Issued: 03.04.2024").as_deref(), Some("2024-04-03"));
        assert_eq!(date("Issued: 45/45/2024"), None);
    }

    #[test]
    fn the_owner_ends_where_the_next_label_begins() {
        let owner = |t| owner(&[t]);
        assert_eq!(
            owner("Owner: Infection Control Team").as_deref(),
            Some("Infection Control Team")
        );
        assert_eq!(
            owner("Effective: 12 March 2024 Owner: Infection Control Team Version: 3").as_deref(),
            Some("Infection Control Team")
        );
        assert_eq!(owner("Owner | Renal Unit | Version | 4").as_deref(), Some("Renal Unit"));
        assert_eq!(owner("The owner of the pump is told."), None);
    }

    #[test]
    fn metadata_dates_of_pdf_and_office_files() {
        assert_eq!(metadata_date("D:20161107181135Z").as_deref(), Some("2016-11-07"));
        assert_eq!(metadata_date("2024-03-12T08:00:00Z").as_deref(), Some("2024-03-12"));
        assert_eq!(metadata_date("yesterday"), None);
    }

    #[test]
    fn file_names_are_no_titles() {
        assert!(!is_title("Microsoft Word - plan.docx"));
        assert!(!is_title("untitled"));
        assert!(is_title("Sepsis pathway"));
    }
}
