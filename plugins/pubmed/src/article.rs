//! What efetch answers (NLM's DTD `pubmed_*.dtd`), read into records.

use voiceassist_plugin::Error;

use crate::eutils::{malformed, said};
use crate::record::{Author, Event, Notice, Record, tidied};
use crate::xml::{self, Element};

/// The records of an efetch answer, in its order; ids PubMed does not have are missing in it.
pub fn records(text: &str) -> Result<Vec<Record>, Error> {
    let root = xml::parse(text)?;
    if let Some(message) = root.text_at(&["ERROR"]) {
        return Err(said(&message));
    }
    if root.name != "PubmedArticleSet" {
        return Err(malformed());
    }
    let mut records = Vec::new();
    for entry in root.elements() {
        match entry.name.as_str() {
            "PubmedArticle" => records.push(article(entry)?),
            "PubmedBookArticle" => records.push(book(entry)?),
            _ => {}
        }
    }
    Ok(records)
}

fn article(entry: &Element) -> Result<Record, Error> {
    let citation = entry.at(&["MedlineCitation"]).ok_or_else(malformed)?;
    let article = citation.at(&["Article"]).ok_or_else(malformed)?;
    let journal = |path: &[&str]| article.at(&["Journal"]).and_then(|journal| journal.text_at(path));
    let date = article
        .at(&["Journal", "JournalIssue", "PubDate"])
        .or_else(|| article.at(&["ArticleDate"]));
    let (published, printed) = date.map(dates).unwrap_or_default();
    let types = texts(article, "PublicationTypeList", "PublicationType");
    let mut title = article.text_at(&["ArticleTitle"]).unwrap_or_default();
    if title.is_empty() {
        title = article.text_at(&["VernacularTitle"]).unwrap_or_default();
    }
    Ok(Record {
        pmid: citation.text_at(&["PMID"]).ok_or_else(malformed)?,
        title,
        journal: journal(&["Title"]).unwrap_or_default(),
        abbreviation: journal(&["ISOAbbreviation"])
            .or_else(|| citation.text_at(&["MedlineJournalInfo", "MedlineTA"]))
            .unwrap_or_default(),
        volume: journal(&["JournalIssue", "Volume"]).unwrap_or_default(),
        issue: journal(&["JournalIssue", "Issue"]).unwrap_or_default(),
        issn: journal(&["ISSN"]).unwrap_or_default(),
        pages: article.text_at(&["Pagination", "MedlinePgn"]).unwrap_or_default(),
        published,
        printed,
        authors: article.at(&["AuthorList"]).map(authors).unwrap_or_default(),
        sections: article.at(&["Abstract"]).map(sections).unwrap_or_default(),
        doi: doi(entry, article),
        pmcid: article_id(entry, "PubmedData", "pmc"),
        mesh: mesh(citation),
        language: article.text_at(&["Language"]).unwrap_or_default(),
        notices: notices(citation, &types),
        types,
        book: None,
    })
}

/// A chapter or a whole book of the Bookshelf.
fn book(entry: &Element) -> Result<Record, Error> {
    let document = entry.at(&["BookDocument"]).ok_or_else(malformed)?;
    let book = document.at(&["Book"]).ok_or_else(malformed)?;
    let name = book.text_at(&["BookTitle"]).unwrap_or_default();
    let (published, printed) = book.at(&["PubDate"]).map(dates).unwrap_or_default();
    let lists = [document, book].into_iter().flat_map(|part| part.all("AuthorList"));
    let list = lists.into_iter().find(|list| list.attribute("Type") != Some("editors"));
    Ok(Record {
        pmid: document.text_at(&["PMID"]).ok_or_else(malformed)?,
        title: document.text_at(&["ArticleTitle"]).unwrap_or_else(|| name.clone()),
        journal: name,
        published,
        printed,
        authors: list.map(authors).unwrap_or_default(),
        sections: document.at(&["Abstract"]).map(sections).unwrap_or_default(),
        doi: article_id(entry, "PubmedBookData", "doi"),
        types: document.all("PublicationType").map(Element::text).collect(),
        language: document.text_at(&["Language"]).unwrap_or_default(),
        book: Some(book.text_at(&["Publisher", "PublisherName"]).unwrap_or_default()),
        ..Record::default()
    })
}

fn texts(parent: &Element, list: &str, item: &str) -> Vec<String> {
    let list = parent.at(&[list]);
    list.map(|list| list.all(item).map(Element::text).collect())
        .unwrap_or_default()
}

fn authors(list: &Element) -> Vec<Author> {
    let people = list
        .all("Author")
        .filter(|author| author.attribute("ValidYN") != Some("N"));
    let read = people.map(|author| {
        let mut last = author.text_at(&["LastName"]).unwrap_or_default();
        if let Some(suffix) = author.text_at(&["Suffix"]) {
            last += &format!(" {suffix}");
        }
        if last.is_empty() {
            last = author.text_at(&["CollectiveName"]).unwrap_or_default();
        }
        Author {
            last,
            fore: author.text_at(&["ForeName"]).unwrap_or_default(),
            initials: author.text_at(&["Initials"]).unwrap_or_default(),
        }
    });
    read.filter(|author| !author.last.is_empty()).collect()
}

fn sections(list: &Element) -> Vec<(Option<String>, String)> {
    let parts = list.all("AbstractText").map(|part| {
        let label = part
            .attribute("Label")
            .filter(|label| !label.is_empty() && *label != "UNLABELLED");
        (label.map(str::to_owned), part.text())
    });
    parts.filter(|(_, text)| !text.is_empty()).collect()
}

fn mesh(citation: &Element) -> Vec<String> {
    let headings = citation.at(&["MeshHeadingList"]);
    let star = |name: &Element| {
        let major = name.attribute("MajorTopicYN") == Some("Y");
        format!("{}{}", name.text(), if major { "*" } else { "" })
    };
    let one = |heading: &Element| {
        let names = heading.elements().filter(|part| part.name.ends_with("Name"));
        names.map(star).collect::<Vec<_>>().join(" / ")
    };
    headings
        .map(|list| list.all("MeshHeading").map(one).collect())
        .unwrap_or_default()
}

fn doi(entry: &Element, article: &Element) -> Option<String> {
    let located = article
        .all("ELocationID")
        .find(|id| id.attribute("EIdType") == Some("doi") && id.attribute("ValidYN") != Some("N"));
    located
        .map(Element::text)
        .or_else(|| article_id(entry, "PubmedData", "doi"))
}

fn article_id(entry: &Element, data: &str, kind: &str) -> Option<String> {
    let list = entry.at(&[data, "ArticleIdList"])?;
    let mut found = list.all("ArticleId").filter(|id| id.attribute("IdType") == Some(kind));
    found.next().map(Element::text).filter(|text| !text.is_empty())
}

fn notices(citation: &Element, types: &[String]) -> Vec<Notice> {
    let list = citation.at(&["CommentsCorrectionsList"]);
    let references = list.into_iter().flat_map(|list| list.all("CommentsCorrections"));
    let mut found: Vec<Notice> = references
        .filter_map(|reference| {
            Some(Notice {
                event: Event::of_reference(reference.attribute("RefType")?)?,
                source: reference.text_at(&["RefSource"]).unwrap_or_default(),
                pmid: reference.text_at(&["PMID"]),
            })
        })
        .collect();
    found.extend(
        types
            .iter()
            .filter_map(|name| Event::of_type(name))
            .map(|event| Notice {
                event,
                source: String::new(),
                pmid: None,
            }),
    );
    tidied(found)
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// ISO 8601 as far as it is known, and as PubMed prints it.
fn dates(date: &Element) -> (String, String) {
    if let Some(free) = date.text_at(&["MedlineDate"]) {
        // A free date such as `1998 Dec-1999 Jan` starts with its year.
        let year: String = free.chars().take_while(char::is_ascii_digit).collect();
        return (if year.len() == 4 { year } else { String::new() }, free);
    }
    let part = |name: &str| date.text_at(&[name]).unwrap_or_default();
    let (year, month, day) = (part("Year"), part("Month"), part("Day"));
    let number = month_number(&month);
    let mut iso = year.clone();
    let mut printed = year;
    match number {
        Some(number) => {
            iso += &format!("-{number:02}");
            printed += &format!(" {}", MONTHS[number - 1]);
            if let Ok(day) = day.parse::<u8>() {
                iso += &format!("-{day:02}");
                printed += &format!(" {day}");
            }
        }
        None => {
            let season = if month.is_empty() { part("Season") } else { month };
            printed = format!("{printed} {season}").trim_end().to_owned();
        }
    }
    (iso, printed)
}

/// 1 to 12, from a name or a number.
fn month_number(text: &str) -> Option<usize> {
    let named = MONTHS
        .iter()
        .position(|name| text.starts_with(name))
        .map(|place| place + 1);
    named.or_else(|| text.parse().ok().filter(|number| (1..=12).contains(number)))
}
