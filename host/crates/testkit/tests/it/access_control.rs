//! permissions.md 2: File Access Control, group folders; ranges and external storage beside them.

use std::time::Duration;

use testkit::nextcloud::{Client, ExternalMode, Rule, Share, With};

use super::permissions::{gone, open, row, shared, shared_folder, shared_with_me};
use super::probe::nextcloud;

#[tokio::test]
async fn ranges_follow_sabre() {
    let (nc, probe, id, _) = shared(Share::user("bob")).await;
    let file = "/remote.php/dav/files/bob/a.md";
    let range = async |range: &'static str| {
        let answer = probe.with("bob", "GET", file, &[("range", range)], "").await;
        (
            answer.status,
            answer.header("content-range").map(str::to_owned),
            answer.text(),
        )
    };
    assert_eq!(
        range("bytes=0-1").await,
        (206, Some("bytes 0-1/7".to_owned()), "co".to_owned())
    );
    assert_eq!(
        range("bytes=-1").await,
        (206, Some("bytes 6-6/7".to_owned()), "t".to_owned())
    );
    assert_eq!(
        range("bytes=0-0").await,
        (206, Some("bytes 0-6/7".to_owned()), "content".to_owned()),
        "the trap"
    );
    assert_eq!(range("bytes=99-").await.0, 416);
    let empty = nc.put("bob", "/empty.md", "");
    let answer = probe
        .with(
            "bob",
            "GET",
            "/remote.php/dav/files/bob/empty.md",
            &[("range", "bytes=0-1")],
            "",
        )
        .await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    nc.tag(id, "secret");
    nc.tag(empty, "secret");
    nc.fac(Rule::tag("secret"));
    assert_eq!(range("bytes=99-").await.0, 404, "denied");
    assert_eq!(probe.row("bob", "/empty.md", empty).await.get, 404);
}

#[tokio::test]
async fn a_tag_rule_takes_the_letters_and_hits_the_owner() {
    let (nc, probe, id, _) = shared(Share::user("bob")).await;
    let etag = nc.etag("bob", "/a.md").unwrap();
    nc.tag(id, "secret");
    nc.fac(Rule::tag("secret"));
    assert_eq!(
        probe.row("bob", "/a.md", id).await,
        row("SRDN", false, 404, 200, 200, 403)
    );
    assert_eq!(probe.row("alice", "/a.md", id).await.letters, "R");
    assert!(!nc.readable("bob", id) && !nc.readable("alice", id));
    let file = "/remote.php/dav/files/bob/a.md";
    let known = probe
        .with("bob", "GET", file, &[("if-none-match", &format!("\"{etag}\""))], "")
        .await;
    assert_eq!(known.status, 304, "If-None-Match is not a check");
    let listing = probe.propfind("bob", "/", "1").await;
    assert!(
        !listing.text().contains("a.md"),
        "a denied single-file share vanishes from the listing"
    );
    nc.clear_fac();
    assert_eq!(
        probe.row("bob", "/a.md", id).await,
        open("SRGDNVW"),
        "effective at once"
    );
}

#[tokio::test]
async fn group_and_time_rules_take_the_letters_in_a_shared_folder() {
    let (nc, probe, id, _) = shared_folder(Share::user("bob")).await;
    nc.fac(Rule::not_in_group("doctors"));
    let denied = row("SR", false, 404, 200, 200, 403);
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await, denied);
    let listing = probe.propfind("bob", "/Docs/", "1").await;
    assert!(listing.text().contains("a.md"), "a denied child stays in the listing");
    nc.add_to_group("bob", "doctors");
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await, open("SRGDNVW"));
    let link = probe
        .with(
            "bob",
            "POST",
            "/ocs/v2.php/apps/dav/api/v1/direct",
            &[],
            &format!("{{\"fileId\":{id}}}"),
        )
        .await;
    let url = link.json()["ocs"]["data"]["url"].as_str().unwrap().to_owned();
    assert_eq!(
        probe.send("GET", &url, &[], "").await.status,
        500,
        "the link has no user"
    );
    nc.clear_fac();
    assert_eq!(
        probe
            .send("GET", &url, &[("range", "bytes=0-1".to_owned())], "")
            .await
            .status,
        206
    );

    nc.fac(Rule::time(22 * 60, 23 * 60));
    assert_eq!(
        probe.row("bob", "/Docs/a.md", id).await,
        open("SRGDNVW"),
        "outside the window"
    );
    nc.set_minute(22 * 60 + 1);
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await, denied, "inside the window");
}

#[tokio::test]
async fn mime_and_address_rules_are_404_without_g() {
    for rule in [Rule::mime("text/markdown"), Rule::address("127.0.0.1")] {
        let (nc, probe, id, _) = shared(Share::user("bob")).await;
        nc.fac(rule);
        let row = probe.row("bob", "/a.md", id).await;
        assert_eq!((row.se, row.se_g, row.get), (1, false, 404));
        assert!(!nc.readable("bob", id));
    }
}

#[tokio::test]
async fn a_name_rule_on_a_single_file_share_keeps_g_and_answers_403() {
    let denied = row("SRGDNVW", true, 403, 200, 200, 200);
    let named = Rule::name("a.md");
    for rule in [
        named.clone().and(Rule::not_in_group("doctors")),
        named.clone().and(Rule::user_agent("probe")),
        named.clone().and(Rule::address("127.0.0.1")),
    ] {
        let (nc, probe, id, _) = shared(Share::user("bob")).await;
        nc.fac(rule);
        assert_eq!(probe.row("bob", "/a.md", id).await, denied);
        let body = probe.get("bob", "/remote.php/dav/files/bob/a.md").await;
        assert!(body.text().contains("Access denied by access control"));
        assert!(!nc.readable_by("bob", id, &Client::new("127.0.0.1", "probe/1", "")));
    }
}

#[tokio::test]
async fn a_webdav_url_rule_keeps_g_in_search_and_answers_404() {
    let (nc, probe, id, _) = shared(Share::user("bob")).await;
    nc.fac(Rule::url("webdav"));
    let row = probe.row("bob", "/a.md", id).await;
    assert_eq!((row.se, row.se_g, row.get), (1, true, 404));
    assert!(!nc.readable("bob", id));
}

#[tokio::test]
async fn rules_judge_the_request_that_comes() {
    let (nc, probe, id, _) = shared_folder(Share::user("bob")).await;
    nc.fac(Rule::address("10.0.0.9"));
    let file = "/remote.php/dav/files/bob/Docs/a.md";
    let answer = probe
        .with("bob", "GET", file, &[("x-forwarded-for", "10.0.0.9")], "")
        .await;
    assert_eq!(answer.status, 200, "X-Forwarded-For is ignored");
    assert!(!nc.readable_by("bob", id, &Client::new("10.0.0.9", "", "")));
}

#[tokio::test]
async fn a_group_folder_is_open_to_members_and_gone_by_acl() {
    let (nc, probe) = nextcloud().await;
    nc.add_to_group("bob", "doctors");
    let root = nc.group_folder("Ward", &["doctors"]);
    let id = nc.put("bob", "/Ward/Sub/x.md", "content");
    assert_eq!(probe.row("bob", "/Ward/Sub/x.md", id).await, open("RMGDNVW"));
    assert_eq!(probe.row("alice", "/Ward/Sub/x.md", id).await, gone());
    nc.acl(id, With::user("bob"), false);
    assert_eq!(probe.row("bob", "/Ward/Sub/x.md", id).await, gone());
    nc.acl(id, With::user("bob"), true);
    let sub = nc.id("bob", "/Ward/Sub").unwrap();
    nc.acl(id, With::user("bob"), true);
    assert_eq!(probe.row("bob", "/Ward/Sub/x.md", id).await, open("RMGDNVW"));
    nc.acl(id, With::group("nobody"), true);
    nc.acl(sub, With::group("doctors"), false);
    let below = nc.put("bob", "/Ward/y.md", "content");
    assert!(nc.readable("bob", below) && root > 0);
    nc.remove_from_group("bob", "doctors");
    assert_eq!(probe.row("bob", "/Ward/y.md", below).await, gone());
    assert!(shared_with_me(&probe).await.is_empty());
}

#[tokio::test]
async fn an_acl_on_the_parent_takes_the_child() {
    let (nc, probe) = nextcloud().await;
    nc.add_to_group("bob", "doctors");
    nc.group_folder("Ward", &["doctors"]);
    let id = nc.put("bob", "/Ward/Sub/x.md", "content");
    nc.acl(nc.id("bob", "/Ward/Sub").unwrap(), With::group("doctors"), false);
    assert_eq!(probe.row("bob", "/Ward/Sub/x.md", id).await, gone());
    assert!(!nc.readable("bob", id));
}

#[tokio::test]
async fn external_storage_fails_as_told() {
    let (nc, probe) = nextcloud().await;
    nc.external("NAS", &["bob"]);
    let id = nc.put("bob", "/NAS/x.md", "content");
    assert_eq!(probe.row("bob", "/NAS/x.md", id).await, open("RMGDNVW"));
    nc.external_mode("NAS", ExternalMode::Unavailable);
    assert_eq!(probe.get("bob", "/remote.php/dav/files/bob/NAS/x.md").await.status, 503);
    assert!(!nc.readable("bob", id));
    // REAL-NEXTCLOUD.md 2: the listing shows an empty shell of it, a SEARCH says nothing.
    for path in ["/", "/NAS/"] {
        let listed = probe.propfind("bob", path, "1").await;
        assert_eq!(listed.status, 207);
        let text = listed.text();
        assert!(text.contains("<oc:fileid>-1</oc:fileid>") && !text.contains("x.md"), "{text}");
    }
    assert_eq!(probe.propfind("bob", "/NAS/x.md", "0").await.status, 503);
    let found = probe.search("bob", "/files/bob", &[id.to_string()]).await;
    assert!(found.status == 207 && !found.text().contains("x.md"));
    nc.external_mode("NAS", ExternalMode::Timeout);
    let slow = probe.get("bob", "/remote.php/dav/files/bob/NAS/x.md");
    assert!(tokio::time::timeout(Duration::from_millis(50), slow).await.is_err());
}
