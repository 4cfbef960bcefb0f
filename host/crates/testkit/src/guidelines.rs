//! A guideline site in the style of the CDC (a library page, guidelines, parts) or of the WHO (a JSON listing,
//! item pages, files): robots.txt, ETags, conditional requests, pages that change, move and go.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What stands at a path.
#[derive(Clone, Debug)]
enum Place {
    Page {
        content: Vec<u8>,
        kind: String,
        modified: Option<String>,
    },
    Redirect(String),
    Gone,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Visit {
    /// With query.
    pub path: String,
    pub user_agent: Option<String>,
    pub if_none_match: Option<String>,
    /// What it was answered with.
    pub status: u16,
}

/// A publication in the listing of a WHO-style site.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Below `/publications/i/item/`.
    pub id: String,
    pub title: String,
    pub tag: String,
    /// ISO 8601 with time.
    pub published: String,
    pub modified: String,
    pub download: Option<String>,
}

pub struct GuidelineSite {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    places: Mutex<BTreeMap<String, Place>>,
    publications: Mutex<Vec<Publication>>,
    visits: Mutex<Vec<Visit>>,
    /// Status and `Retry-After` of every answer while it is set.
    trouble: Mutex<Option<(u16, Option<String>)>>,
}

/// Where the CDC keeps what it has to say on infection control.
const BASE: &str = "/infection-control/hcp";

fn cdc_page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en-us\"><head><title>{title} | Infection Control | CDC</title>\
         <meta property=\"og:title\" content=\"{title}\"><meta property=\"cdc:last_updated\" content=\"April 12, \
         2024\"></head><body><header><nav><a href=\"/\">Home</a></nav></header><main><h1>{title}</h1>{body}</main>\
         <footer>Footer</footer></body></html>"
    )
}

impl GuidelineSite {
    /// An empty site whose robots.txt allows everything.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let server = tokio::spawn(async move {
            // It runs until the double is dropped; a failure shows in the test as a refused connection.
            let _ended = axum::serve(listener, router).await;
        });
        let site = Self {
            address,
            shared,
            server,
        };
        site.robots("User-agent: *\nDisallow:\n");
        Ok(site)
    }

    /// Stands for the publisher's origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn robots(&self, text: &str) {
        self.place("/robots.txt", text.as_bytes(), "text/plain");
    }

    /// Puts a page there, or changes it: its ETag changes with its content.
    pub fn page(&self, path: &str, html: &str) {
        self.place(path, html.as_bytes(), "text/html; charset=utf-8");
    }

    pub fn file(&self, path: &str, content: &[u8], kind: &str) {
        self.place(path, content, kind);
    }

    fn place(&self, path: &str, content: &[u8], kind: &str) {
        let page = Place::Page {
            content: content.to_vec(),
            kind: kind.to_owned(),
            modified: None,
        };
        self.places().insert(path.to_owned(), page);
    }

    /// An HTTP date for a page that is there.
    pub fn last_modified(&self, path: &str, date: &str) {
        if let Some(Place::Page { modified, .. }) = self.places().get_mut(path) {
            *modified = Some(date.to_owned());
        }
    }

    pub fn moved(&self, path: &str, to: &str) {
        self.places().insert(path.to_owned(), Place::Redirect(to.to_owned()));
    }

    /// 410 from now on.
    pub fn withdraw(&self, path: &str) {
        self.places().insert(path.to_owned(), Place::Gone);
    }

    /// Every answer is this status, until [`Self::recover`].
    pub fn trouble(&self, status: u16, retry_after: Option<&str>) {
        *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((status, retry_after.map(str::to_owned)));
    }

    pub fn recover(&self) {
        *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What `/api/hubs/publications` lists, newest first.
    pub fn publish(&self, publication: Publication) {
        let mut all = self.shared.publications.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.id != publication.id);
        all.push(publication);
        all.sort_by(|a, b| b.published.cmp(&a.published));
    }

    pub fn visits(&self) -> Vec<Visit> {
        self.shared
            .visits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn places(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Place>> {
        self.shared.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A library with two guidelines, one in two parts, about wards that do not exist.
    /// Pages of one guideline on chronic kidney disease, in the CDC's style.
    pub fn fill_with_kidney_disease(&self) {
        let link = format!("<ul><li><a href=\"{BASE}/ckd/index.html\">Chronic kidney disease</a></li></ul>");
        self.page(&format!("{BASE}/guidance/index.html"), &cdc_page("Library", &link));
        let text = "<h2 id=\"care\">Management</h2><p>In chronic kidney disease, measure the eGFR every six months. \
            The management of chronic kidney disease begins with a blood pressure below 130 over 80. \
            Refer people with chronic kidney disease when the eGFR falls quickly.</p>";
        self.page(
            &format!("{BASE}/ckd/index.html"),
            &cdc_page("Chronic kidney disease", text),
        );
    }

    pub fn fill_as_cdc(&self) {
        self.page(
            &format!("{BASE}/guidance/index.html"),
            &cdc_page(
                "Library",
                &format!(
                    "<ul><li><a href=\"{BASE}/imaginary-wards/index.html\">Imaginary wards</a></li><li><a \
                 href=\"{BASE}/glass-gloves/index.html\">Glass gloves</a></li></ul>"
                ),
            ),
        );
        self.page(
            &format!("{BASE}/imaginary-wards/index.html"),
            &cdc_page(
                "Imaginary wards",
                "<h2 id=\"air\">Air</h2><p>Wash the air twice a day.</p><ul><li>In summer</li><li>In \
                winter</li></ul><p><a href=\"part-2.html\">Part 2</a></p>",
            ),
        );
        self.page(
            &format!("{BASE}/imaginary-wards/part-2.html"),
            &cdc_page(
                "Imaginary wards, part 2",
                "<h2 id=\"doses\">Doses</h2><table><tr><th>Age</th><th>Dose</th></tr><tr><td>\
                Adults</td><td>5 mg zaltrovin</td></tr></table>",
            ),
        );
        self.page(
            &format!("{BASE}/glass-gloves/index.html"),
            &cdc_page("Glass gloves", "<h2>Use</h2><p>Never wear gloves of glass.</p>"),
        );
    }

    /// A guideline with a file, one without, and a publication that is no guideline.
    pub fn fill_as_who(&self) {
        for (id, title, tag, download) in [
            (
                "9789990000017",
                "Imaginary fever: guideline",
                "Guideline",
                Some("/files/9789990000017-eng.pdf"),
            ),
            ("9789990000024", "Imaginary cough: guideline", "Guideline", None),
            (
                "imaginary-budget",
                "A budget of nothing",
                "Governing bodies documentation",
                None,
            ),
        ] {
            self.publish(Publication {
                id: id.into(),
                title: title.into(),
                tag: tag.into(),
                published: "2026-05-08T09:00:00Z".into(),
                modified: "2026-05-09T09:00:00Z".into(),
                download: download.map(str::to_owned),
            });
            self.page(
                &format!("/publications/i/item/{id}"),
                &format!("<html lang=\"en\"><body><main><h1>{title}</h1><h2>Overview</h2><p>It is about nothing.</p></main></body></html>"),
            );
        }
        self.file(
            "/files/9789990000017-eng.pdf",
            b"%PDF-1.7\n%invented\n",
            "application/pdf",
        );
    }
}

impl Drop for GuidelineSite {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap) -> Response {
    let text = |name: header::HeaderName| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let if_none_match = text(header::IF_NONE_MATCH);
    let response = shared.respond(
        &uri,
        if_none_match.as_deref(),
        text(header::IF_MODIFIED_SINCE).as_deref(),
    );
    shared
        .visits
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Visit {
            path: uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            user_agent: text(header::USER_AGENT),
            if_none_match,
            status: response.status().as_u16(),
        });
    response
}

impl Shared {
    fn respond(&self, uri: &Uri, if_none_match: Option<&str>, since: Option<&str>) -> Response {
        if let Some((status, retry_after)) = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            let mut response = StatusCode::from_u16(status)
                .unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
                .into_response();
            if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(&text).ok()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            return response;
        }
        if uri.path() == "/api/hubs/publications" {
            return self.listing(uri.query().unwrap_or_default());
        }
        let place = self
            .places
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(uri.path())
            .cloned();
        match place {
            None => StatusCode::NOT_FOUND.into_response(),
            Some(Place::Gone) => StatusCode::GONE.into_response(),
            Some(Place::Redirect(to)) => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response(),
            Some(Place::Page {
                content,
                kind,
                modified,
            }) => {
                let etag = etag(&content);
                let same = match if_none_match {
                    Some(given) => given.trim_start_matches("W/") == etag,
                    None => modified.is_some() && modified.as_deref() == since,
                };
                let mut response = if same {
                    StatusCode::NOT_MODIFIED.into_response()
                } else {
                    ([(header::CONTENT_TYPE, kind)], content).into_response()
                };
                for (name, value) in [(header::ETAG, Some(etag)), (header::LAST_MODIFIED, modified)] {
                    if let Some(value) = value.and_then(|text| HeaderValue::from_str(&text).ok()) {
                        response.headers_mut().insert(name, value);
                    }
                }
                response
            }
        }
    }

    fn listing(&self, query: &str) -> Response {
        let fields: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let number = |name: &str, other: usize| fields.get(name).and_then(|text| text.parse().ok()).unwrap_or(other);
        let all = self.publications.lock().unwrap_or_else(PoisonError::into_inner);
        let rows: Vec<Value> = all
            .iter()
            .skip(number("$skip", 0))
            .take(number("$top", 50).min(50))
            .map(row)
            .collect();
        axum::Json(json!({ "@odata.context": "$metadata#publications", "@odata.count": all.len(), "value": rows }))
            .into_response()
    }
}

fn row(publication: &Publication) -> Value {
    json!({
        "Title": publication.title, "ItemDefaultUrl": format!("/{}", publication.id), "FormatedDate": "8 May 2026",
        "PublicationDateAndTime": publication.published, "LastModified": publication.modified, "Tag": publication.tag,
        "DownloadUrl": publication.download,
    })
}

fn etag(content: &[u8]) -> String {
    let mut hash = DefaultHasher::new();
    content.hash(&mut hash);
    format!("\"{:016x}\"", hash.finish())
}
