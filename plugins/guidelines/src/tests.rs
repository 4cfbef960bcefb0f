//! Whole listings and fetches against recorded answers. Every page in them is invented.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use voiceassist_plugin::scraper::{Body, Document, Entry, Page as Listing, Section};
use voiceassist_plugin::testing::{Exchange, Recorded, Vector, error_json};
use voiceassist_plugin::{Error, ErrorKind, Outside};

use crate::{Page, cdc, id_of, who};

type Listed = Result<Listing, Error>;
type Fetched = Result<Document, Error>;

const LIBRARY: &str = include_str!("../tests/fixtures/library.html");
const WARDS: &str = include_str!("../tests/fixtures/wards.html");
const ITEM: &str = include_str!("../tests/fixtures/item.html");
const CDC: &str = "https://www.cdc.gov";
const WHO: &str = "https://www.who.int";
const HCP: &str = "https://www.cdc.gov/infection-control/hcp";

fn robots(origin: &str, text: &str) -> Exchange {
    Exchange::get(&format!("{origin}/robots.txt"), text)
}

fn library() -> Exchange {
    Exchange::get(&format!("{HCP}/guidance/index.html"), LIBRARY)
}

fn page(path: &str, html: &str, etag: &str) -> Exchange {
    Exchange::get(&format!("{HCP}/{path}"), html).header("etag", etag)
}

fn small(words: &str) -> String {
    format!("<html><main><h1>Page</h1><p>{words}</p></main></html>")
}

fn cdc_pages() -> Vec<Exchange> {
    vec![
        robots(CDC, "User-agent: *\nDisallow: /private\n"),
        library(),
        page("imaginary-wards/index.html", WARDS, "\"w1\""),
        page("glass-gloves/index.html", &small("Gloves of glass."), "\"g1\""),
        page("imaginary-wards/part-2.html", &small("Second part."), "\"p1\""),
        page("imaginary-wards/appendix.html", &small("Appendix."), "\"a1\""),
    ]
}

fn again(etags: &[(&str, &str)]) -> Vec<Exchange> {
    let mut answers = vec![library()];
    answers.extend(etags.iter().map(|(path, etag)| page(path, "", etag).status(304)));
    answers
}

const ALL: [(&str, &str); 4] = [
    ("imaginary-wards/index.html", "\"w1\""),
    ("glass-gloves/index.html", "\"g1\""),
    ("imaginary-wards/part-2.html", "\"p1\""),
    ("imaginary-wards/appendix.html", "\"a1\""),
];

fn bodies(sections: &[Section]) -> Vec<(&str, Option<&str>, &str)> {
    let one = |section: &'_ Section| section.path.last().map(String::as_str).unwrap_or_default().len();
    assert!(sections.iter().all(|section| one(section) > 0));
    sections
        .iter()
        .map(|section| {
            (
                section.path.last().unwrap().as_str(),
                section.anchor.as_deref(),
                section.body.as_str(),
            )
        })
        .collect()
}

#[test]
fn page_becomes_sections_with_path_anchor_and_markdown() {
    let page = Page::read(WARDS);
    assert_eq!(page.meta["cdc:last_updated"], "April 12, 2024");
    assert_eq!(page.language.as_deref(), Some("en-us"));
    let found = bodies(&page.sections);
    assert_eq!(
        found[0],
        (
            "What to know",
            Some("what-to-know"),
            "Wards that do not exist need no cleaning & no staff.\\\nCount 10⁹ beds; keep CO₂ low."
        )
    );
    assert_eq!(
        found[1],
        (
            "Recommendations",
            Some("recommendations"),
            "3. Wash the air.\n   - Twice a day\n   - Never at night\n4. Close the doors.\n\n   Open them again."
        )
    );
    assert_eq!(page.sections[2].path, ["Imaginary wards", "Recommendations", "Doses"]);
    assert_eq!(found[2].1, Some("doses"));
    assert_eq!(
        found[2].2,
        "Table 1. Doses of nothing\n\n| Age | Drug | Dose |\n| --- | --- | --- |\n| Adults | Zaltrovin | 5 mg |\n\
         | Adults | Imaginol \\| oral | \\<1 mg |\n| Children | none | none |\n\n> 1\\. Quoted words\n\n```\nif ward:\n    \
         clean()\n```\n\n**Ward**\n\nA room.\n\nSee the appendix."
    );
    let all: String = page.sections.iter().map(|section| section.body.as_str()).collect();
    for left_out in ["Navigation", "Footer", "not text", "Skip", "Part 2"] {
        assert!(!all.contains(left_out), "{left_out}");
    }
}

#[test]
fn broken_and_hostile_pages_are_read_without_harm() {
    let deep = format!(
        "<main>{}deep{}",
        "<div><ul><li>".repeat(5_000),
        "</li></ul></div>".repeat(10)
    );
    assert!(Page::read(&deep).sections[0].body.contains("deep"));
    let long = Page::read(&format!(
        "<main><h2>Long</h2>{}",
        "<p>words and words</p>".repeat(20_000)
    ));
    assert!(long.sections.len() > 4 && long.sections.iter().all(|section| section.body.len() <= 64 << 10));
    let one = Page::read(&format!("<main><p>{}</p>", "w".repeat(200_000)));
    assert!(one.sections.iter().all(|section| section.body.len() <= 64 << 10));
    let wide = Page::read("<main><table><tr><td colspan=99999 rowspan=99999>x<td>y<tr><td>z</table>");
    assert!(
        wide.sections[0]
            .body
            .lines()
            .all(|line| line.matches('|').count() <= 65)
    );
    let script = Page::read("<main><p>&lt;script&gt;alert(1)&lt;/script&gt; [a](javascript:b)</p>");
    assert_eq!(
        script.sections[0].body,
        "\\<script\\>alert(1)\\</script\\> \\[a\\](javascript:b)"
    );
    assert!(Page::read("").sections.is_empty());
    assert_eq!(
        Page::read("<p>no main part</p><footer>f</footer>").sections[0].body,
        "no main part"
    );
}

#[test]
fn listing_names_each_guideline_and_its_parts_once() {
    let outside = Recorded::new(cdc_pages());
    let listed = cdc::list(&outside, None, None, 50).unwrap();
    let ids: Vec<_> = listed.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "infection-control-hcp-imaginary-wards-index",
            "infection-control-hcp-glass-gloves-index",
            "infection-control-hcp-imaginary-wards-part-2",
            "infection-control-hcp-imaginary-wards-appendix"
        ]
    );
    assert_eq!((listed.next, outside.unused()), (None, 0));
    let first = &listed.entries[0];
    assert_eq!(first.url, format!("{HCP}/imaginary-wards/index.html"));
    assert_eq!(
        (first.title.as_str(), first.withdrawn),
        ("Imaginary wards guideline", false)
    );
    assert_eq!(first.modified, Some(1_712_880_000_000));
}

#[test]
fn page_is_requested_once_for_listing_and_fetch() {
    let outside = Recorded::new(cdc_pages());
    let listed = cdc::list(&outside, None, None, 50).unwrap();
    let document = cdc::fetch(&outside, &listed.entries[0].id).unwrap();
    assert_eq!(document.entry.revision, listed.entries[0].revision);
    assert_eq!(document.citation.published.as_deref(), Some("2024-04-12"));
    assert!(matches!(document.body, Body::Sections(sections) if sections.len() == 3));
    assert_eq!(
        outside
            .urls()
            .iter()
            .filter(|url| url.ends_with("wards/index.html"))
            .count(),
        1
    );
    assert_eq!(
        cdc::fetch(&outside, "no-such-page").unwrap_err().kind,
        ErrorKind::Internal,
        "it looks at the library once more"
    );
}

#[test]
fn unchanged_pages_cost_a_conditional_request_and_keep_their_revision() {
    let outside = Recorded::new(cdc_pages());
    let before = cdc::list(&outside, None, None, 50).unwrap();
    outside.add(again(&ALL));
    let after = cdc::list(&outside, None, None, 50).unwrap();
    let revisions =
        |page: &Listing| -> Vec<String> { page.entries.iter().map(|entry| entry.revision.clone()).collect() };
    assert_eq!(revisions(&before), revisions(&after));
    let last = outside.sent().pop().unwrap();
    assert!(
        last.headers.contains(&("if-none-match".into(), "\"a1\"".into())),
        "{:?}",
        last.headers
    );
    assert_eq!(
        outside.urls().iter().filter(|url| url.ends_with("robots.txt")).count(),
        1,
        "robots.txt is kept a day"
    );
    outside.add(again(&ALL));
    let newer = cdc::list(&outside, Some(1_712_880_000_000), None, 50).unwrap();
    assert_eq!(
        newer.entries.len(),
        3,
        "what is older than `since` is left out, what has no date is not"
    );
}

#[test]
fn changed_page_has_another_revision_and_a_renamed_etag_has_not() {
    let outside = Recorded::new(cdc_pages());
    let before = cdc::list(&outside, None, None, 50).unwrap();
    let mut answers = again(&ALL[2..]);
    answers.push(page(
        "imaginary-wards/index.html",
        &WARDS.replace("Twice a day", "Once a day"),
        "\"w2\"",
    ));
    answers.push(page(
        "glass-gloves/index.html",
        &small("Gloves of glass."),
        "W/\"other\"",
    ));
    outside.add(answers);
    let after = cdc::list(&outside, None, None, 50).unwrap();
    assert_ne!(before.entries[0].revision, after.entries[0].revision);
    assert_eq!(before.entries[1].revision, after.entries[1].revision);
    let Body::Sections(sections) = cdc::fetch(&outside, &after.entries[0].id).unwrap().body else {
        unreachable!("sections");
    };
    assert!(sections[1].body.contains("Once a day"));
}

#[test]
fn page_that_is_gone_or_says_so_is_withdrawn() {
    let outside = Recorded::new(cdc_pages());
    let before = cdc::list(&outside, None, None, 50).unwrap();
    let mut answers = again(&ALL[..1]);
    answers.push(page(
        "glass-gloves/index.html",
        &small("This guideline has been withdrawn."),
        "\"g2\"",
    ));
    answers.push(page("imaginary-wards/part-2.html", "", "").status(410));
    answers.push(page("imaginary-wards/appendix.html", "", "").status(404));
    outside.add(answers);
    let after = cdc::list(&outside, Some(u64::MAX), None, 50).unwrap();
    let withdrawn: Vec<_> = after
        .entries
        .iter()
        .filter(|entry| entry.withdrawn)
        .map(|entry| entry.id.as_str())
        .collect();
    assert_eq!(withdrawn.len(), 3);
    assert!(
        after
            .entries
            .iter()
            .all(|entry| before.entries.iter().all(|old| old.revision != entry.revision))
    );
    outside.add(again(&[ALL[0], ("glass-gloves/index.html", "\"g2\"")]));
    let third = cdc::list(&outside, None, None, 50).unwrap();
    assert_eq!(
        third.entries.iter().filter(|entry| entry.withdrawn).count(),
        3,
        "and stays so, without being asked for"
    );
    assert_eq!(outside.unused(), 0);
}

#[test]
fn site_that_wants_rest_gets_it() {
    let outside = Recorded::new(vec![
        robots(CDC, ""),
        Exchange::get(&format!("{HCP}/guidance/index.html"), "")
            .status(503)
            .header("retry-after", "120"),
    ]);
    let error = cdc::list(&outside, None, None, 5).unwrap_err();
    assert_eq!(
        (error.kind, error.retry_after_ms),
        (ErrorKind::RateLimited, Some(120_000))
    );
    let sent = outside.sent().len();
    assert_eq!(
        cdc::list(&outside, None, None, 5).unwrap_err().kind,
        ErrorKind::RateLimited
    );
    assert_eq!(outside.sent().len(), sent, "nothing is sent while it rests");
    outside.wait_ms(120_000);
    outside.add(vec![
        Exchange::get(&format!("{HCP}/guidance/index.html"), "").status(429),
    ]);
    assert_eq!(
        cdc::list(&outside, None, None, 5).unwrap_err().retry_after_ms,
        Some(120_000),
        "without a time it doubles"
    );
}

#[test]
fn robots_are_obeyed_and_an_unreachable_file_forbids_everything() {
    let outside = Recorded::new(vec![robots(
        CDC,
        "User-agent: voiceassist\nDisallow: /infection-control/\n",
    )]);
    assert_eq!(cdc::list(&outside, None, None, 5).unwrap_err().kind, ErrorKind::Denied);
    let outside = Recorded::new(vec![robots(CDC, "").status(500)]);
    assert_eq!(
        cdc::list(&outside, None, None, 5).unwrap_err().kind,
        ErrorKind::Unavailable
    );
    let outside = Recorded::new(vec![robots(CDC, "").status(404), library()]);
    let error = cdc::list(&outside, None, None, 5);
    assert!(error.is_ok(), "no file forbids nothing");
}

#[test]
fn crawl_delay_spreads_a_listing_over_calls() {
    let mut answers = cdc_pages();
    answers[0] = robots(CDC, "User-agent: *\nCrawl-delay: 10\n");
    let outside = Recorded::new(answers);
    let start = outside.now_ms();
    let mut entries = 0;
    let mut cursor = None;
    let mut calls = 0;
    loop {
        let listed = cdc::list(&outside, None, cursor.as_deref(), 50).unwrap();
        entries += listed.entries.len();
        calls += 1;
        match listed.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(entries, 4);
    assert!(calls >= 2 && outside.now_ms() - start >= 40_000, "{calls} calls");
}

#[test]
fn mirror_is_asked_instead_and_addresses_stay_those_published() {
    let outside = Recorded::new(vec![
        robots("http://mirror.example:8080", ""),
        Exchange::get(
            "http://mirror.example:8080/infection-control/hcp/guidance/index.html",
            LIBRARY,
        ),
        Exchange::get(
            "http://mirror.example:8080/infection-control/hcp/imaginary-wards/index.html",
            "",
        )
        .status(301)
        .header(
            "location",
            "http://mirror.example:8080/infection-control/hcp/moved.html",
        ),
        Exchange::get("http://mirror.example:8080/infection-control/hcp/moved.html", WARDS),
    ])
    .with_setting("mirror", "http://mirror.example:8080/");
    let listed = cdc::list(&outside, None, None, 1).unwrap();
    assert_eq!(listed.entries[0].url, format!("{HCP}/imaginary-wards/index.html"));
    assert_eq!(listed.next.as_deref(), Some("1"));
}

#[test]
fn redirect_to_another_site_is_not_followed() {
    let outside = Recorded::new(vec![
        robots(CDC, ""),
        Exchange::get(&format!("{HCP}/guidance/index.html"), "")
            .status(302)
            .header("location", "https://elsewhere.example/"),
    ]);
    assert_eq!(cdc::list(&outside, None, None, 1).unwrap_err().kind, ErrorKind::Denied);
}

fn who_listing(skip: usize, top: usize) -> String {
    format!(
        "{WHO}/api/hubs/publications?sf_culture=en&$orderby=PublicationDateAndTime%20desc&$select=Title,ItemDefaultUrl,\
         FormatedDate,PublicationDateAndTime,LastModified,Tag,DownloadUrl&$format=json&$count=true&$skip={skip}&$top={top}"
    )
}

fn who_rows() -> String {
    json!({ "@odata.context": "x", "@odata.count": 3, "value": [
        { "Title": "Imaginary fever: guideline", "ItemDefaultUrl": "/9789990000017", "FormatedDate": "7 May 2026",
          "PublicationDateAndTime": "2026-05-07T09:00:00Z", "LastModified": "2026-06-01T08:00:00Z", "Tag": "Guideline",
          "DownloadUrl": null },
        { "Title": "Budget", "ItemDefaultUrl": "/budget", "Tag": "Governing bodies documentation" },
        { "Title": "WITHDRAWN: old fever", "ItemDefaultUrl": "/9789990000024", "FormatedDate": "1 March 2019", "Tag": "Guideline" },
    ] })
    .to_string()
}

const PDF: &str = "https://iris.who.int/bitstream/handle/10665/990001/9789990000017-eng.pdf?sequence=1";

#[test]
fn publications_of_the_wanted_kind_are_listed_with_their_dates() {
    let outside = Recorded::new(vec![robots(WHO, ""), Exchange::get(&who_listing(0, 50), &who_rows())]);
    let listed = who::list(&outside, None, None, 200).unwrap();
    let ids: Vec<_> = listed
        .entries
        .iter()
        .map(|entry| (entry.id.as_str(), entry.withdrawn))
        .collect();
    assert_eq!(ids, [("9789990000017", false), ("9789990000024", true)]);
    assert_eq!(
        listed.entries[0].url,
        format!("{WHO}/publications/i/item/9789990000017")
    );
    assert_eq!(
        (listed.entries[0].modified, listed.next),
        (Some(1_780_300_800_000), None)
    );
}

#[test]
fn publication_that_left_the_listing_is_withdrawn_when_its_page_is_gone() {
    let fewer = json!({ "@odata.count": 1, "value": [
        { "Title": "Older fever", "ItemDefaultUrl": "/9789990000031", "PublicationDateAndTime": "2025-01-01T00:00:00Z", "Tag": "Guideline" },
    ] })
    .to_string();
    let item = format!("{WHO}/publications/i/item/9789990000017");
    let listing = |rows: &str| Exchange::get(&who_listing(0, 50), rows);
    let outside = Recorded::new(vec![robots(WHO, ""), listing(&who_rows())]);
    let before = who::list(&outside, None, None, 50).unwrap().entries[0].clone();
    outside.add(vec![listing(&fewer), Exchange::get(&item, ITEM)]);
    assert_eq!(
        who::list(&outside, None, None, 50).unwrap().entries.len(),
        1,
        "its page is still there"
    );
    outside.add(vec![listing(&fewer), Exchange::get(&item, "").status(404)]);
    let after = who::list(&outside, None, None, 50).unwrap().entries;
    assert_eq!((after[1].id.as_str(), after[1].withdrawn), ("9789990000017", true));
    assert_ne!(after[1].revision, before.revision);
    outside.add(vec![listing(&fewer)]);
    assert!(
        who::list(&outside, None, None, 50).unwrap().entries[1].withdrawn,
        "and nobody asks for it again"
    );
}

#[test]
fn publication_is_fetched_as_its_file_or_as_its_page() {
    let item = || Exchange::get(&format!("{WHO}/publications/i/item/9789990000017"), ITEM);
    let listed = || vec![robots(WHO, ""), Exchange::get(&who_listing(0, 50), &who_rows()), item()];
    let mut with_file = listed();
    with_file.push(robots("https://iris.who.int", ""));
    with_file.push(Exchange::get(PDF, "%PDF-1.7 invented").header("content-type", "application/pdf"));
    let document = who::fetch(&Recorded::new(with_file), "9789990000017").unwrap();
    let Body::Original(file) = document.body else {
        unreachable!("a file");
    };
    assert_eq!(
        (file.name.as_str(), file.mime_type.as_str()),
        ("9789990000017-eng.pdf", "application/pdf")
    );
    assert_eq!(document.citation.license.as_deref(), Some("CC-BY-NC-SA-3.0-IGO"));
    let mut forbidden = listed();
    forbidden.push(robots("https://iris.who.int", "User-agent: *\nDisallow: /"));
    let document = who::fetch(&Recorded::new(forbidden), "9789990000017").unwrap();
    let Body::Sections(sections) = document.body else {
        unreachable!("sections");
    };
    assert_eq!(sections[1].body, "This guideline is about a fever that nobody has.");
}

#[test]
fn listing_that_is_no_listing_is_an_error() {
    for wrong in ["<html>", "[]", "{\"value\": 3}"] {
        let outside = Recorded::new(vec![robots(WHO, ""), Exchange::get(&who_listing(0, 5), wrong)]);
        assert_eq!(
            who::list(&outside, None, None, 5).unwrap_err().kind,
            ErrorKind::Unavailable,
            "{wrong}"
        );
    }
}

fn entry_json(entry: &Entry) -> Value {
    json!({
        "id": entry.id, "url": entry.url, "title": entry.title, "modified": entry.modified,
        "revision": entry.revision, "withdrawn": entry.withdrawn,
    })
}

/// What the author's tool compares with `expect`.
fn answer(
    vector: &Vector,
    list: impl Fn(&Recorded, u32) -> Listed,
    fetch: impl Fn(&Recorded, &str) -> Fetched,
) -> Value {
    if let Some(id) = vector.call["fetch"].as_str() {
        return match fetch(&vector.outside, id) {
            Err(error) => error_json(&error),
            Ok(document) => {
                let sections = match document.body {
                    Body::Sections(sections) => sections,
                    Body::Original(_) => Vec::new(),
                };
                let one =
                    |section: &Section| json!({ "path": section.path, "anchor": section.anchor, "body": section.body });
                json!({
                    "entry": entry_json(&document.entry), "language": document.language,
                    "citation": { "license": document.citation.license, "published": document.citation.published },
                    "body": { "sections": sections.iter().map(one).collect::<Vec<_>>() },
                })
            }
        };
    }
    let limit = vector.call["list"]["limit"]
        .as_u64()
        .and_then(|limit| u32::try_from(limit).ok());
    match list(&vector.outside, limit.unwrap_or(1)) {
        Err(error) => error_json(&error),
        Ok(page) => json!({ "entries": page.entries.iter().map(entry_json).collect::<Vec<_>>(), "next": page.next }),
    }
}

#[test]
fn every_recorded_call_gives_what_it_is_expected_to() {
    for vector in Vector::list(include_str!("../../cdc-guidelines/vectors.json")).unwrap() {
        let answer = answer(
            &vector,
            |outside, limit| cdc::list(outside, None, None, limit),
            cdc::fetch,
        );
        vector.check(&answer).unwrap();
    }
    for vector in Vector::list(include_str!("../../who-guidelines/vectors.json")).unwrap() {
        let answer = answer(
            &vector,
            |outside, limit| who::list(outside, None, None, limit),
            who::fetch,
        );
        vector.check(&answer).unwrap();
    }
}

#[test]
fn ids_are_short_and_tell_pages_apart() {
    let long = |end: &str| id_of(&format!("/{}/{end}.html", "very-long-folder".repeat(8)));
    assert!(long("a").len() <= 64 && long("a") != long("b"));
    assert_eq!(id_of("/A_b//c.html"), "a-b-c");
}
