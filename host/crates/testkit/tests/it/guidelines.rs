//! The guideline site: conditional requests, and pages that change, move and go.

use testkit::GuidelineSite;

use crate::probe::Probe;

#[tokio::test]
async fn unchanged_page_is_not_sent_again_and_a_changed_one_is() {
    let site = GuidelineSite::start().await.unwrap();
    site.page("/a.html", "<p>one</p>");
    let probe = Probe::at(site.origin());
    let first = probe.send("GET", "/a.html", &[], "").await;
    let etag = first.header("etag").unwrap().to_owned();
    let again = probe
        .send("GET", "/a.html", &[("if-none-match", etag.clone())], "")
        .await;
    assert_eq!((first.status, again.status, again.body.len()), (200, 304, 0));
    site.page("/a.html", "<p>two</p>");
    let changed = probe.send("GET", "/a.html", &[("if-none-match", etag)], "").await;
    assert_eq!((changed.status, changed.text().as_str()), (200, "<p>two</p>"));
    site.last_modified("/a.html", "Fri, 08 May 2026 00:00:00 GMT");
    let dated = [("if-modified-since", "Fri, 08 May 2026 00:00:00 GMT".to_owned())];
    assert_eq!(probe.send("GET", "/a.html", &dated, "").await.status, 304);
    assert_eq!(
        site.visits().iter().map(|visit| visit.status).collect::<Vec<_>>(),
        [200, 304, 200, 304]
    );
}

#[tokio::test]
async fn pages_move_and_go_and_the_site_has_bad_days() {
    let site = GuidelineSite::start().await.unwrap();
    site.fill_as_cdc();
    let probe = Probe::at(site.origin());
    let path = "/infection-control/hcp/glass-gloves/index.html";
    site.moved("/old.html", path);
    let moved = probe.send("GET", "/old.html", &[], "").await;
    assert_eq!((moved.status, moved.header("location")), (301, Some(path)));
    site.withdraw(path);
    assert_eq!(probe.send("GET", path, &[], "").await.status, 410);
    assert_eq!(probe.send("GET", "/never.html", &[], "").await.status, 404);
    site.trouble(503, Some("120"));
    let down = probe.send("GET", "/robots.txt", &[], "").await;
    assert_eq!((down.status, down.header("retry-after")), (503, Some("120")));
    site.recover();
    assert_eq!(probe.send("GET", "/robots.txt", &[], "").await.status, 200);
}

#[tokio::test]
async fn publications_are_listed_in_pages() {
    let site = GuidelineSite::start().await.unwrap();
    site.fill_as_who();
    let probe = Probe::at(site.origin());
    let listing = probe
        .send("GET", "/api/hubs/publications?$skip=1&$top=1", &[], "")
        .await
        .json();
    assert_eq!(
        (
            listing["@odata.count"].as_u64(),
            listing["value"].as_array().map(Vec::len)
        ),
        (Some(3), Some(1))
    );
    let file = probe.send("GET", "/files/9789990000017-eng.pdf", &[], "").await;
    assert!(file.body.starts_with(b"%PDF-"));
}
