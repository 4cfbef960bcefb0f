//! What the three programs answer, in the shapes of NCBI (NBK25499).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{Article, Lookup};

const JSON: &str = "application/json; charset=UTF-8";
const XML: &str = "text/xml; charset=UTF-8";

/// Type and text, or a response of another kind.
type Answer = Result<(&'static str, String), Box<Response>>;

pub fn answer(articles: &[Article], lookup: &Lookup) -> Answer {
    if lookup.fields.get("db").is_none_or(|db| db != "pubmed") {
        let db = lookup.fields.get("db").map_or("", String::as_str);
        return Ok(error(lookup, &format!("Invalid db name specified: {db}")));
    }
    match lookup.program.as_str() {
        "esearch" => Ok(esearch(articles, lookup)),
        "esummary" => Ok(esummary(articles, lookup)),
        "efetch" => efetch(articles, lookup),
        _ => Err(Box::new(StatusCode::NOT_FOUND.into_response())),
    }
}

pub fn backend_error(lookup: &Lookup, message: &str) -> Response {
    let (kind, text) = error(lookup, message);
    ([(axum::http::header::CONTENT_TYPE, kind)], text).into_response()
}

fn is_json(lookup: &Lookup) -> bool {
    lookup.fields.get("retmode").is_some_and(|mode| mode == "json")
}

fn error(lookup: &Lookup, message: &str) -> (&'static str, String) {
    let program = &lookup.program;
    if is_json(lookup) {
        let inner = format!("{program}result");
        return (
            JSON,
            json!({ "header": header(program), inner: { "ERROR": message } }).to_string(),
        );
    }
    let root = match program.as_str() {
        "esearch" => "eSearchResult",
        "esummary" => "eSummaryResult",
        _ => "eFetchResult",
    };
    (
        XML,
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<{root}>\n\t<ERROR>{message}</ERROR>\n</{root}>\n"),
    )
}

fn header(program: &str) -> Value {
    json!({ "type": program, "version": "0.3" })
}

fn esearch(articles: &[Article], lookup: &Lookup) -> (&'static str, String) {
    let field = |name: &str| lookup.fields.get(name).map_or("", String::as_str);
    let term = field("term");
    if term.trim().is_empty() {
        return error(lookup, "Empty term and query_key - nothing todo");
    }
    let (words, wanted) = read_term(term);
    let unknown: Vec<_> = words
        .iter()
        .filter(|word| !articles.iter().any(|article| has(article, word)))
        .cloned()
        .collect();
    let year = |name: &str, other: u16| {
        field(name)
            .split('/')
            .next()
            .and_then(|year| year.parse().ok())
            .unwrap_or(other)
    };
    let (from, to) = (year("mindate", 0), year("maxdate", u16::MAX));
    let mut found: Vec<&Article> = articles
        .iter()
        .filter(|article| words.iter().all(|word| has(article, word)))
        .filter(|article| wanted.as_ref().is_none_or(|kind| article.types.contains(kind)))
        .filter(|article| (from..=to).contains(&article.year))
        .collect();
    if field("sort") == "pub_date" {
        found.sort_by_key(|article| std::cmp::Reverse(article.year));
    }
    let count = found.len();
    let number = |name: &str, other: usize| field(name).parse().unwrap_or(other);
    let (start, most) = (number("retstart", 0), number("retmax", 20));
    let ids: Vec<_> = found
        .iter()
        .skip(start)
        .take(most)
        .map(|article| article.pmid.clone())
        .collect();
    if !is_json(lookup) {
        let list: String = ids.iter().map(|id| format!("<Id>{id}</Id>\n")).collect();
        return (
            XML,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<eSearchResult><Count>{count}</Count><RetMax>{}</RetMax>\
             <RetStart>{start}</RetStart><IdList>\n{list}</IdList><TranslationSet/></eSearchResult>\n",
                ids.len()
            ),
        );
    }
    let mut result = json!({
        "count": count.to_string(), "retmax": ids.len().to_string(), "retstart": start.to_string(), "idlist": ids,
        "translationset": [], "querytranslation": words.iter().map(|word| format!("\"{word}\"[All Fields]"))
            .collect::<Vec<_>>().join(" AND "),
    });
    if count == 0 {
        result["errorlist"] = json!({ "phrasesnotfound": unknown, "fieldsnotfound": [] });
        result["warninglist"] =
            json!({ "phrasesignored": [], "quotedphrasesnotfound": [], "outputmessages": ["No items found."] });
    }
    (
        JSON,
        json!({ "header": header("esearch"), "esearchresult": result }).to_string(),
    )
}

/// Words that must all occur, and the publication type in `AND "Review"[Publication Type]`.
fn read_term(term: &str) -> (Vec<String>, Option<String>) {
    let (words, kind) = match term.split_once(" AND \"") {
        Some((words, rest)) => (
            words,
            rest.split_once("\"[Publication Type]").map(|(kind, _)| kind.to_owned()),
        ),
        None => (term, None),
    };
    let split = words.split(|c: char| !c.is_alphanumeric());
    let kept = split.filter(|word| !word.is_empty() && !matches!(*word, "AND" | "OR" | "NOT" | "in" | "of" | "the"));
    (kept.map(str::to_lowercase).collect(), kind)
}

fn has(article: &Article, word: &str) -> bool {
    let texts = article.sections.iter().map(|(_, text)| text);
    std::iter::once(&article.title)
        .chain(texts)
        .any(|text| text.to_lowercase().contains(word))
}

fn ids(lookup: &Lookup) -> Vec<&str> {
    let list = lookup.fields.get("id").map_or("", String::as_str);
    list.split(',').map(str::trim).filter(|id| !id.is_empty()).collect()
}

fn esummary(articles: &[Article], lookup: &Lookup) -> (&'static str, String) {
    let wanted = ids(lookup);
    if wanted.is_empty() {
        return error(lookup, "Empty id list - nothing todo");
    }
    let mut result = Map::from_iter([("uids".to_owned(), json!(wanted))]);
    for id in wanted {
        let found = articles.iter().find(|article| article.pmid == id);
        let summary = found.map_or_else(|| json!({ "uid": id, "error": "cannot get document summary" }), summary);
        result.insert(id.to_owned(), summary);
    }
    (
        JSON,
        json!({ "header": header("esummary"), "result": result }).to_string(),
    )
}

fn summary(article: &Article) -> Value {
    let escaped = |text: &str| text.replace('<', "&lt;").replace('>', "&gt;");
    let names = article
        .authors
        .iter()
        .map(|(last, initials)| format!("{last} {initials}"));
    let authors: Vec<_> = names
        .map(|name| json!({ "name": name, "authtype": "Author", "clusterid": "" }))
        .collect();
    json!({
        "uid": article.pmid, "pubdate": format!("{} {}", article.year, article.month).trim(), "epubdate": "",
        "source": article.abbreviation, "authors": authors, "title": escaped(&article.title),
        "volume": article.volume, "issue": article.issue, "pages": article.pages, "lang": ["eng"],
        "pubtype": article.types, "recordstatus": "PubMed - indexed for MEDLINE", "pubstatus": "4",
        "articleids": [
            { "idtype": "pubmed", "idtypen": 1, "value": article.pmid },
            { "idtype": "doi", "idtypen": 3, "value": article.doi },
        ],
        "fulljournalname": article.journal, "sortpubdate": format!("{}/01/01 00:00", article.year),
    })
}

fn efetch(articles: &[Article], lookup: &Lookup) -> Answer {
    let wanted = ids(lookup);
    if wanted.is_empty() {
        return Ok(error(lookup, "Supplied id parameter is empty."));
    }
    let numbers = |id: &&str| id.bytes().all(|c| c.is_ascii_digit()) && !id.starts_with('0');
    if !wanted.iter().any(numbers) {
        let (kind, text) = error(lookup, "ID list is empty! Possibly it has no correct IDs.");
        let headers = [(axum::http::header::CONTENT_TYPE, kind)];
        return Err(Box::new((StatusCode::BAD_REQUEST, headers, text).into_response()));
    }
    let found = wanted
        .iter()
        .filter_map(|id| articles.iter().find(|article| article.pmid == **id));
    let records: String = found.map(record).collect();
    Ok((
        XML,
        format!(
            "<?xml version=\"1.0\" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC \"-//NLM//DTD PubMedArticle, 1st January 2025//EN\" \
         \"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd\">\n<PubmedArticleSet>\n{records}</PubmedArticleSet>"
        ),
    ))
}

fn record(article: &Article) -> String {
    let Article {
        pmid,
        title,
        journal,
        abbreviation,
        year,
        month,
        volume,
        issue,
        pages,
        doi,
        ..
    } = article;
    let month = if month.is_empty() {
        String::new()
    } else {
        format!("<Month>{month}</Month>")
    };
    let authors: String = article
        .authors
        .iter()
        .map(|(last, initials)| format!(
            "<Author ValidYN=\"Y\"><LastName>{last}</LastName><ForeName>{initials}</ForeName><Initials>{initials}</Initials></Author>"
        ))
        .collect();
    let sections: String = article
        .sections
        .iter()
        .map(|(label, text)| match label.as_str() {
            "" => format!("<AbstractText>{text}</AbstractText>"),
            label => format!("<AbstractText Label=\"{label}\" NlmCategory=\"{label}\">{text}</AbstractText>"),
        })
        .collect();
    let types: String = article
        .types
        .iter()
        .map(|kind| format!("<PublicationType UI=\"D000000\">{kind}</PublicationType>"))
        .collect();
    let mesh: String = article
        .mesh
        .iter()
        .map(|name| {
            format!(
                "<MeshHeading><DescriptorName UI=\"D000000\" MajorTopicYN=\"N\">{name}</DescriptorName></MeshHeading>"
            )
        })
        .collect();
    let notices: String = article
        .notices
        .iter()
        .map(|(kind, source, other)| format!(
            "<CommentsCorrections RefType=\"{kind}\"><RefSource>{source}</RefSource><PMID Version=\"1\">{other}</PMID></CommentsCorrections>"
        ))
        .collect();
    let notices = if notices.is_empty() {
        notices
    } else {
        format!("<CommentsCorrectionsList>{notices}</CommentsCorrectionsList>")
    };
    format!(
        "<PubmedArticle><MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\"><PMID Version=\"1\">{pmid}</PMID><Article \
         PubModel=\"Print\"><Journal><JournalIssue CitedMedium=\"Internet\"><Volume>{volume}</Volume><Issue>{issue}</Issue>\
         <PubDate><Year>{year}</Year>{month}</PubDate></JournalIssue><Title>{journal}</Title><ISOAbbreviation>{abbreviation}\
         </ISOAbbreviation></Journal><ArticleTitle>{title}</ArticleTitle><Pagination><MedlinePgn>{pages}</MedlinePgn>\
         </Pagination><ELocationID EIdType=\"doi\" ValidYN=\"Y\">{doi}</ELocationID><Abstract>{sections}</Abstract>\
         <AuthorList CompleteYN=\"Y\">{authors}</AuthorList><Language>eng</Language><PublicationTypeList>{types}\
         </PublicationTypeList></Article><MedlineJournalInfo><MedlineTA>{abbreviation}</MedlineTA></MedlineJournalInfo>{notices}\
         <MeshHeadingList>{mesh}</MeshHeadingList></MedlineCitation><PubmedData><ArticleIdList><ArticleId \
         IdType=\"pubmed\">{pmid}</ArticleId><ArticleId IdType=\"doi\">{doi}</ArticleId></ArticleIdList></PubmedData>\
         </PubmedArticle>\n"
    )
}
