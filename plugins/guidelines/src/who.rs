//! Publications of the WHO: the listing is the JSON that WHO's own publications page reads
//! (`/api/hubs/publications`, OData), an entry is its item page, and its text the PDF where one can be had.

use serde_json::{Value, json};
use voiceassist_plugin::http::query;
use voiceassist_plugin::scraper::{Attachment, Body, Document, Entry, Page as Listing, SourceInfo};
use voiceassist_plugin::{Bucket, Citation, Error, Outside, not_found, recall_text, squeezed, unavailable};

use crate::site::{Answer, Site, Validators};
use crate::{Page, dates, id_of, links, revision, says_withdrawn};

const ORIGIN: &str = "https://www.who.int";
/// WHO's repository, where the files are.
const FILES: &str = "https://iris.who.int";
const TITLE: &str = "WHO";
const API: &str = "/api/hubs/publications";
const ITEM: &str = "/publications/i/item";
const LICENCE: &str = "CC-BY-NC-SA-3.0-IGO";
const FIELDS: &str = "Title,ItemDefaultUrl,FormatedDate,PublicationDateAndTime,LastModified,Tag,DownloadUrl";

/// Publications that left the listing whose pages one call looks at.
const CHECKS: usize = 5;
/// Entries one request lists, and publications a pass looks at.
const PAGE: u32 = 50;
const MOST: usize = 1_000;
const LISTING_BYTES: usize = 2 << 20;
const PAGE_BYTES: usize = 4 << 20;
/// The host takes 8 MiB an answer.
const FILE_BYTES: usize = 7 << 20;

const KNOWN: &str = "who known";

#[derive(Clone)]
struct Item {
    /// Below [`ITEM`], with a leading slash.
    path: String,
    title: String,
    tag: String,
    published: Option<u64>,
    modified: Option<u64>,
    download: Option<String>,
    /// The pass that is running, or the last one, listed it.
    listed: bool,
    /// Its page answered 404 or 410.
    gone: bool,
}

pub fn describe() -> SourceInfo {
    SourceInfo {
        id: "who-guidelines".into(),
        title: "WHO guidelines".into(),
        publisher: "World Health Organization".into(),
        homepage: "https://www.who.int/publications/who-guidelines".into(),
        license: LICENCE.into(),
        languages: vec!["en".into()],
        refresh_seconds: 86_400,
    }
}

/// # Errors
/// `rate-limited` while the site wants rest, `unavailable` when the listing cannot be read.
pub fn list<O: Outside>(outside: &O, since: Option<u64>, cursor: Option<&str>, limit: u32) -> Result<Listing, Error> {
    let site = Site::new(outside, TITLE, ORIGIN);
    let skip: usize = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let top = limit.clamp(1, PAGE);
    let url = format!("{ORIGIN}{API}?{}", listing(skip, top));
    let text = match site.get(&url, &Validators::default(), LISTING_BYTES)? {
        Answer::Fresh(mut response) => response.text()?,
        Answer::Unchanged | Answer::Gone => return Err(malformed()),
    };
    let answer: Value = serde_json::from_str(&text).map_err(|_| malformed())?;
    let rows = answer["value"].as_array().ok_or_else(malformed)?;
    let wanted = outside.setting("tag").unwrap_or_else(|| "Guideline".into());
    let items: Vec<_> = rows
        .iter()
        .filter_map(item)
        .filter(|item| item.tag.eq_ignore_ascii_case(&wanted))
        .collect();
    let mut known = known(outside);
    if skip == 0 {
        known.iter_mut().for_each(|item| item.listed = false);
    }
    for item in &items {
        known.retain(|other| other.path != item.path);
        known.push(item.clone());
    }
    let excess = known.len().saturating_sub(MOST);
    known.drain(..excess);
    let changed = |item: &&Item| since.is_none_or(|since| item.modified.is_none_or(|modified| modified > since));
    let mut entries: Vec<_> = items.iter().filter(changed).map(entry).collect();
    let seen = skip + rows.len();
    let total = answer["@odata.count"]
        .as_u64()
        .and_then(|count| usize::try_from(count).ok());
    let more = !rows.is_empty() && seen < total.unwrap_or(usize::MAX).min(MOST);
    if !more {
        let oldest = rows.iter().rev().find_map(|row| item(row)?.published);
        look_for_missing(&site, &mut known, oldest);
        entries.extend(known.iter().filter(|item| item.gone).map(entry));
    }
    keep_known(outside, &known);
    Ok(Listing {
        entries,
        next: more.then(|| seen.to_string()),
    })
}

/// What was listed before, is newer than the oldest publication listed now, and is not listed any more: its own page
/// says whether it is gone. An error leaves it for the next pass.
fn look_for_missing<O: Outside>(site: &Site<O>, known: &mut [Item], oldest: Option<u64>) {
    let missing = known
        .iter_mut()
        .filter(|item| !item.listed && !item.gone && item.published >= oldest);
    for item in missing.take(CHECKS) {
        let url = format!("{ORIGIN}{ITEM}{}", item.path);
        match site.get(&url, &Validators::default(), PAGE_BYTES) {
            Ok(Answer::Gone) => item.gone = true,
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

/// The newest first; OData's own names stay readable.
fn listing(skip: usize, top: u32) -> String {
    let (skip, top) = (skip.to_string(), top.to_string());
    query(&[
        ("sf_culture", "en"),
        ("$orderby", "PublicationDateAndTime desc"),
        ("$select", FIELDS),
        ("$format", "json"),
        ("$count", "true"),
        ("$skip", &skip),
        ("$top", &top),
    ])
    .replace("%24", "$")
}

fn item(row: &Value) -> Option<Item> {
    let text = |key: &str| row[key].as_str().map(squeezed).filter(|text| !text.is_empty());
    let day = |key: &str| text(key).and_then(|text| dates::parse(&text));
    let path = text("ItemDefaultUrl").filter(|path| path.starts_with('/') && !path.contains(['?', '#']))?;
    let published = day("PublicationDateAndTime").or_else(|| day("FormatedDate"));
    Some(Item {
        path,
        title: text("Title")?,
        tag: text("Tag").unwrap_or_default(),
        published,
        modified: day("LastModified").or(published),
        download: text("DownloadUrl"),
        listed: true,
        gone: false,
    })
}

fn entry(item: &Item) -> Entry {
    let stamp = item.modified.map(|ms| ms.to_string()).unwrap_or_default();
    Entry {
        id: id_of(&item.path),
        url: format!("{ORIGIN}{ITEM}{}", item.path),
        title: item.title.clone(),
        modified: item.modified,
        revision: revision(&[
            &item.title,
            &item.tag,
            &stamp,
            item.download.as_deref().unwrap_or_default(),
            if item.gone { "gone" } else { "" },
        ]),
        withdrawn: item.gone || is_withdrawn(item),
    }
}

fn is_withdrawn(item: &Item) -> bool {
    let words = format!("{} {}", item.title, item.tag).to_lowercase();
    ["withdrawn", "rescinded", "superseded"]
        .iter()
        .any(|word| words.contains(word))
}

/// # Errors
/// `not-found` for an id that no listing named or an item that is gone; otherwise as [`list`].
pub fn fetch<O: Outside>(outside: &O, id: &str) -> Result<Document, Error> {
    let mut items = known(outside);
    if !items.iter().any(|item| id_of(&item.path) == id) {
        list(outside, None, None, PAGE)?;
        items = known(outside);
    }
    let item = items.into_iter().find(|item| id_of(&item.path) == id);
    let item = item.ok_or_else(|| not_found("the listing has no such publication"))?;
    let site = Site::new(outside, TITLE, ORIGIN);
    let url = format!("{ORIGIN}{ITEM}{}", item.path);
    let page = match site.get(&url, &Validators::default(), PAGE_BYTES)? {
        Answer::Fresh(mut response) => Page::read(&response.text()?),
        Answer::Unchanged | Answer::Gone => return Err(not_found("the publication is gone")),
    };
    let file = file_of(&item, &page, &url).and_then(|file| download(outside, &file));
    let body = match file {
        Some(attachment) => Body::Original(attachment),
        None if page.sections.is_empty() => return Err(unavailable("empty", "the page holds no text")),
        None => Body::Sections(page.sections.clone()),
    };
    let mut entry = entry(&item);
    entry.withdrawn |= says_withdrawn(&page.opening);
    Ok(Document {
        citation: Citation {
            id: entry.id.clone(),
            title: item.title.clone(),
            publisher: Some("World Health Organization".into()),
            authors: vec!["World Health Organization".into()],
            published: item.published.map(dates::iso_of),
            url: Some(url),
            doi: None,
            pmid: None,
            locator: None,
            license: Some(LICENCE.into()),
        },
        entry,
        language: page.language.unwrap_or_else(|| "en".into()),
        body,
    })
}

/// The PDF: the listing's link, or the page's link called "Download".
fn file_of(item: &Item, page: &Page, url: &str) -> Option<String> {
    let named = item.download.as_deref().and_then(|href| links::resolve(url, href));
    let linked = || {
        let mut calls = page
            .links
            .iter()
            .filter(|link| link.text.to_lowercase().contains("download"));
        calls.find_map(|link| links::resolve(url, &link.href).filter(|target| is_file(target)))
    };
    named.filter(|target| is_file(target)).or_else(linked)
}

fn is_file(url: &str) -> bool {
    links::split(url).is_some_and(|(origin, _)| origin == FILES || origin == ORIGIN)
}

/// `None` when the file cannot be had or is too large: the item page then stands for it.
fn download<O: Outside>(outside: &O, url: &str) -> Option<Attachment> {
    let origin = if url.starts_with(FILES) { FILES } else { ORIGIN };
    let site = Site::new(outside, TITLE, origin);
    let Ok(Answer::Fresh(mut response)) = site.get(url, &Validators::default(), FILE_BYTES) else {
        return None;
    };
    let kind = response.header("content-type").unwrap_or_default();
    let mime_type = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let contents = response.bytes().ok()?;
    let is_pdf = contents.starts_with(b"%PDF-");
    let plain = url.split('?').next().unwrap_or_default();
    is_pdf.then(|| Attachment {
        name: plain
            .rsplit('/')
            .next()
            .filter(|name| name.ends_with(".pdf"))
            .unwrap_or("document.pdf")
            .to_owned(),
        mime_type: if mime_type.is_empty() {
            "application/pdf".into()
        } else {
            mime_type
        },
        contents,
    })
}

fn malformed() -> Error {
    unavailable("malformed", "WHO's listing cannot be read")
}

fn known<O: Outside>(outside: &O) -> Vec<Item> {
    let text = recall_text(outside, Bucket::Cache, KNOWN)
        .ok()
        .flatten()
        .unwrap_or_default();
    let list: Value = serde_json::from_str(&text).unwrap_or_default();
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let read = items.iter().map(|item| Item {
        path: item["path"].as_str().unwrap_or_default().into(),
        title: item["title"].as_str().unwrap_or_default().into(),
        tag: item["tag"].as_str().unwrap_or_default().into(),
        published: item["published"].as_u64(),
        modified: item["modified"].as_u64(),
        download: item["download"].as_str().map(str::to_owned),
        listed: item["listed"].as_bool().unwrap_or(false),
        gone: item["gone"].as_bool().unwrap_or(false),
    });
    read.filter(|item| item.path.starts_with('/')).collect()
}

fn keep_known<O: Outside>(outside: &O, items: &[Item]) {
    let one = |item: &Item| {
        json!({
            "path": item.path, "title": item.title, "tag": item.tag, "published": item.published,
            "modified": item.modified, "download": item.download, "listed": item.listed, "gone": item.gone,
        })
    };
    let list: Value = items.iter().map(one).collect();
    let _ = outside.keep(Bucket::Cache, KNOWN, list.to_string().as_bytes());
}
