//! Guideline pages of the CDC: a library page links to guidelines, a guideline to its parts.

mod kept;

use voiceassist_plugin::scraper::{Body, Document, Entry, Page as Listing, SourceInfo};
use voiceassist_plugin::{Citation, Error, ErrorKind, Field, Level, Outside, not_found, unavailable};

use kept::{GONE, Known, State, keep_html, keep_known, keep_state, known, state, take_html};

use crate::site::{self, Answer, Site, Validators};
use crate::{Link, Page, dates, id_of, links, revision, says_withdrawn};

const ORIGIN: &str = "https://www.cdc.gov";
const TITLE: &str = "CDC";
/// "Guidelines and Guidance Library" of CDC's infection control pages.
const LIBRARY: &str = "https://www.cdc.gov/infection-control/hcp/guidance/index.html";
/// Only pages below it are guidelines of that library.
const SCOPE: &str = "/infection-control/hcp/";

/// Pages a source may have, and those one call visits.
const MOST_PAGES: usize = 500;
const VISITS: usize = 20;
/// A call stops visiting after this time; the host continues with the cursor.
const BUDGET_MS: u64 = 10_000;
const PAGE_BYTES: usize = 4 << 20;

pub fn describe() -> SourceInfo {
    SourceInfo {
        id: "cdc-guidelines".into(),
        title: "CDC infection control guidelines".into(),
        publisher: "Centers for Disease Control and Prevention".into(),
        homepage: LIBRARY.into(),
        license: "LicenseRef-US-Government-Work".into(),
        languages: vec!["en".into()],
        refresh_seconds: 86_400,
    }
}

/// # Errors
/// `rate-limited` while the site wants rest, `denied` and `unavailable` as [`Site::get`].
pub fn list<O: Outside>(outside: &O, since: Option<u64>, cursor: Option<&str>, limit: u32) -> Result<Listing, Error> {
    let site = Site::new(outside, TITLE, ORIGIN);
    let start: usize = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let kept = if start > 0 { known(outside) } else { Vec::new() };
    let mut pages = if kept.is_empty() { discover(&site)? } else { kept };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).clamp(1, VISITS);
    let began = outside.now_ms();
    let mut entries = Vec::new();
    let mut at = start;
    let mut visits = 0;
    while at < pages.len() && entries.len() < limit {
        let spent = outside.now_ms() - began;
        if visits > 0 && (visits == VISITS || spent + site.wait_ms() > BUDGET_MS) {
            break;
        }
        let page = pages[at].clone();
        let before = state(outside, &page.path);
        let state = if !page.linked && before.as_ref().is_some_and(State::is_gone) {
            before
        } else {
            visits += 1;
            match visit(&site, &page, before.clone()) {
                Ok((state, found)) => {
                    extend(&mut pages, found);
                    Some(state)
                }
                Err(error) if error.kind == ErrorKind::RateLimited && !entries.is_empty() => break,
                Err(error) if matches!(error.kind, ErrorKind::RateLimited) => return Err(error),
                Err(error) => {
                    let fields = vec![Field {
                        key: "page".into(),
                        value: page.path.clone(),
                    }];
                    outside.log(Level::Warn, &error.message, fields);
                    before
                }
            }
        };
        if let Some(state) = state {
            let changed = since.is_none_or(|since| state.modified.is_none_or(|modified| modified > since));
            if changed || state.withdrawn {
                entries.push(entry(&page.path, &state));
            }
        }
        at += 1;
        outside.report(fraction(at, pages.len()), None);
    }
    keep_known(outside, &pages);
    Ok(Listing {
        entries,
        next: (at < pages.len()).then(|| at.to_string()),
    })
}

#[expect(clippy::cast_precision_loss, reason = "at most 500 pages")]
fn fraction(part: usize, whole: usize) -> Option<f32> {
    Some(part as f32 / whole.max(1) as f32)
}

/// # Errors
/// `not-found` for an id that no listing named or a page that is gone; otherwise as [`list`].
pub fn fetch<O: Outside>(outside: &O, id: &str) -> Result<Document, Error> {
    let site = Site::new(outside, TITLE, ORIGIN);
    let mut pages = known(outside);
    if !pages.iter().any(|page| id_of(&page.path) == id) {
        pages = discover(&site)?;
    }
    let page = pages.into_iter().find(|page| id_of(&page.path) == id);
    let path = page.ok_or_else(|| not_found("the listing has no such page"))?.path;
    if let (Some(state), Some(html)) = (state(outside, &path), take_html(outside, &path)) {
        let page = Page::read(&html);
        if page_revision(&page) == state.revision {
            return document(&path, &state, page);
        }
    }
    match site.get(&format!("{ORIGIN}{path}"), &Validators::default(), PAGE_BYTES)? {
        Answer::Fresh(mut response) => {
            let validators = site::validators(&response);
            let html = response.text()?;
            let (state, page) = read(outside, &path, validators, &html);
            let _ = take_html(outside, &path);
            document(&path, &state, page)
        }
        Answer::Unchanged | Answer::Gone => Err(not_found("the page is gone")),
    }
}

/// The pages known so far and those the library links to now.
fn discover<O: Outside>(site: &Site<O>) -> Result<Vec<Known>, Error> {
    let outside = site.outside();
    let listings = outside.setting("listings").unwrap_or_else(|| LIBRARY.into());
    let mut pages = known(outside);
    pages.iter_mut().for_each(|page| page.linked = false);
    for url in listings.split_whitespace() {
        let mut response = match site.get(url, &Validators::default(), PAGE_BYTES)? {
            Answer::Fresh(response) => response,
            Answer::Unchanged | Answer::Gone => {
                return Err(not_found(format!("the listing {url} does not exist")));
            }
        };
        let mut page = Page::read(&response.text()?);
        page.links.retain(|link| link.in_main);
        let found = below(&page.links, url, &scope(outside));
        extend(&mut pages, found);
    }
    keep_known(outside, &pages);
    Ok(pages)
}

fn scope<O: Outside>(outside: &O) -> String {
    outside.setting("scope").unwrap_or_else(|| SCOPE.into())
}

/// Pages of this origin below `prefix` that links of the page `url` lead to.
fn below(links: &[Link], url: &str, prefix: &str) -> Vec<Known> {
    let own = links::split(url).map(|(_, path)| path.to_owned()).unwrap_or_default();
    let mut found: Vec<Known> = Vec::new();
    for link in links {
        let Some(target) = links::resolve(url, &link.href) else {
            continue;
        };
        let Some((origin, path)) = links::split(&target) else {
            continue;
        };
        let path = path.split('?').next().unwrap_or_default();
        let is_page = path.ends_with(".html") || path.ends_with(".htm") || path.ends_with('/');
        if origin == ORIGIN
            && path.starts_with(prefix)
            && is_page
            && path != own
            && !found.iter().any(|one| one.path == path)
        {
            found.push(Known {
                path: path.to_owned(),
                title: link.text.clone(),
                linked: true,
            });
        }
    }
    found
}

fn extend(pages: &mut Vec<Known>, found: Vec<Known>) {
    for page in found {
        if let Some(known) = pages.iter_mut().find(|known| known.path == page.path) {
            known.linked = true;
        } else if pages.len() < MOST_PAGES {
            pages.push(page);
        }
    }
}

/// Asks for a page again, with what is known of it; returns its state and the parts beside it.
fn visit<O: Outside>(site: &Site<O>, page: &Known, before: Option<State>) -> Result<(State, Vec<Known>), Error> {
    let outside = site.outside();
    let url = format!("{ORIGIN}{}", page.path);
    let validators = before
        .as_ref()
        .map(|state| state.validators.clone())
        .unwrap_or_default();
    match site.get(&url, &validators, PAGE_BYTES)? {
        Answer::Unchanged => {
            let state = before.ok_or_else(|| unavailable("unchanged", "the site says that nothing changed"))?;
            Ok((state, Vec::new()))
        }
        Answer::Gone => {
            let before = before.unwrap_or_default();
            let state = State {
                validators: Validators::default(),
                revision: format!("{}{GONE}", before.revision.trim_end_matches(GONE)),
                title: if before.title.is_empty() {
                    page.title.clone()
                } else {
                    before.title
                },
                modified: before.modified,
                withdrawn: true,
            };
            keep_state(outside, &page.path, &state);
            let _ = take_html(outside, &page.path);
            Ok((state, Vec::new()))
        }
        Answer::Fresh(mut response) => {
            let validators = site::validators(&response);
            let html = response.text()?;
            let (state, read) = read(outside, &page.path, validators, &html);
            let parts = below(&read.links, &url, links::folder(&page.path));
            Ok((
                state,
                if page.path.starts_with(&scope(outside)) {
                    parts
                } else {
                    Vec::new()
                },
            ))
        }
    }
}

fn read<O: Outside>(outside: &O, path: &str, validators: Validators, html: &str) -> (State, Page) {
    let page = Page::read(html);
    let named = [
        "cdc:last_updated",
        "dcterms.modified",
        "article:modified_time",
        "cdc:first_published",
    ];
    let dated = named.iter().find_map(|name| dates::parse(page.meta.get(*name)?));
    let header = validators
        .last_modified
        .as_deref()
        .and_then(voiceassist_plugin::http::date_ms);
    let state = State {
        revision: page_revision(&page),
        title: title(&page),
        modified: dated.or(header),
        withdrawn: says_withdrawn(&page.opening),
        validators,
    };
    keep_state(outside, path, &state);
    keep_html(outside, path, html);
    (state, page)
}

fn page_revision(page: &Page) -> String {
    let mut parts = vec![page.title.as_str()];
    for section in &page.sections {
        parts.extend(section.path.iter().map(String::as_str));
        parts.push(&section.body);
    }
    revision(&parts)
}

fn title(page: &Page) -> String {
    let heading = page.sections.iter().find_map(|section| section.path.first());
    let named = page.meta.get("og:title").or(heading).filter(|title| !title.is_empty());
    named
        .cloned()
        .unwrap_or_else(|| page.title.split(" | ").next().unwrap_or_default().to_owned())
}

fn entry(path: &str, state: &State) -> Entry {
    Entry {
        id: id_of(path),
        url: format!("{ORIGIN}{path}"),
        title: state.title.clone(),
        modified: state.modified,
        revision: state.revision.clone(),
        withdrawn: state.withdrawn,
    }
}

fn document(path: &str, state: &State, page: Page) -> Result<Document, Error> {
    if page.sections.is_empty() {
        return Err(unavailable("empty", "the page holds no text"));
    }
    let entry = entry(path, state);
    Ok(Document {
        citation: Citation {
            id: entry.id.clone(),
            title: state.title.clone(),
            publisher: Some("Centers for Disease Control and Prevention".into()),
            authors: Vec::new(),
            published: state.modified.map(dates::iso_of),
            url: Some(entry.url.clone()),
            doi: page.meta.get("citation_doi").cloned(),
            pmid: None,
            locator: None,
            license: Some("LicenseRef-US-Government-Work".into()),
        },
        entry,
        language: page.language.unwrap_or_else(|| "en".into()),
        body: Body::Sections(page.sections),
    })
}
