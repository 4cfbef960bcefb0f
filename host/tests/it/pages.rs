//! The list of documents page by page.

use std::collections::BTreeSet;

use api_types::DocumentList;
use axum::http::StatusCode;

use crate::cloud::{Cloud, PROTOCOL};
use crate::support::bare;

#[tokio::test]
async fn pages_hold_each_readable_document_once() {
    let cloud = Cloud::start().await;
    let mut names = BTreeSet::new();
    for number in 0..7 {
        cloud.nc.put("alice", &format!("/{number}.md"), PROTOCOL);
        names.insert(format!("{number}.md"));
    }
    cloud.nc.put("bob", "/foreign.md", PROTOCOL);
    cloud.settle("bob").await;
    cloud.settle("alice").await;
    let alice = cloud.user("alice");
    let mut seen = Vec::new();
    let mut ids = Vec::new();
    let mut path = "/api/v1/documents?limit=3".to_owned();
    let mut pages = 0;
    loop {
        let page: DocumentList = alice.get(&path).await;
        pages += 1;
        assert!(page.documents.len() <= 3);
        ids.extend(page.documents.iter().map(|info| info.id.clone()));
        seen.extend(page.documents.into_iter().map(|info| info.file_name));
        let Some(next) = page.next else { break };
        path = format!("/api/v1/documents?limit=3&after={next}");
    }
    assert_eq!((pages, seen.len()), (3, 7));
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), names);

    // A page costs one look at Nextcloud, and what it does not confirm is left out.
    let gone = cloud.nc.id("alice", "/0.md").unwrap();
    cloud.nc.delete(gone);
    cloud.nc.clear_log();
    let whole: DocumentList = alice.get("/api/v1/documents").await;
    assert_eq!((whole.documents.len(), whole.next), (6, None));
    let searches = cloud.nc.log().iter().filter(|entry| entry.method == "SEARCH").count();
    assert_eq!(searches, 1);

    let foreign = cloud.user("bob").documents().await[0].id.clone();
    let asked = format!("/api/v1/documents?ids={},{foreign},none", ids[0]);
    let chosen: DocumentList = alice.get(&asked).await;
    assert!(chosen.documents.iter().all(|info| info.id == ids[0]) && chosen.next.is_none());
    for wrong in ["limit=0", "limit=101", "after=x", "after=1"] {
        let response = alice.send(bare("GET", &format!("/api/v1/documents?{wrong}"))).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
}
