//! Each row of permissions.md.

use serde_json::json;
use testkit::Nextcloud;
use testkit::nextcloud::Share;

use super::probe::{Probe, Row, nextcloud};

pub fn row(letters: &str, se_g: bool, get: u16, head: u16, direct: u16, preview: u16) -> Row {
    Row {
        pf: 207,
        letters: letters.to_owned(),
        se: 1,
        se_g,
        get,
        head,
        direct,
        preview,
    }
}

pub fn open(letters: &str) -> Row {
    row(letters, true, 206, 200, 200, 200)
}

pub fn gone() -> Row {
    Row {
        pf: 404,
        letters: String::new(),
        se: 0,
        se_g: false,
        get: 404,
        head: 404,
        direct: 404,
        preview: 404,
    }
}

pub async fn shared_with_me(probe: &Probe) -> Vec<serde_json::Value> {
    let path = "/ocs/v2.php/apps/files_sharing/api/v1/shares?shared_with_me=true";
    probe.get("bob", path).await.json()["ocs"]["data"]
        .as_array()
        .unwrap()
        .clone()
}

/// alice's file, shared with bob.
pub async fn shared(share: Share) -> (Nextcloud, Probe, i64, i64) {
    let (nc, probe) = nextcloud().await;
    let id = nc.put("alice", "/a.md", "content");
    let share = nc.share(id, share);
    (nc, probe, id, share)
}

pub async fn shared_folder(share: Share) -> (Nextcloud, Probe, i64, i64) {
    let (nc, probe) = nextcloud().await;
    let id = nc.put("alice", "/Docs/a.md", "content");
    let folder = nc.folder("alice", "/Docs");
    let share = nc.share(folder, share);
    (nc, probe, id, share)
}

#[tokio::test]
async fn an_active_user_share_is_open() {
    let (nc, probe, id, _) = shared(Share::user("bob")).await;
    assert_eq!(probe.row("bob", "/a.md", id).await, open("SRGDNVW"));
    assert_eq!(shared_with_me(&probe).await.len(), 1);
    assert!(nc.readable("bob", id));
    assert_eq!(probe.row("alice", "/a.md", id).await.letters, "RGDNVW");
}

#[tokio::test]
async fn read_only_and_group_shares_are_open_to_members() {
    let (_nc, probe, id, _) = shared(Share::user("bob").read_only()).await;
    assert_eq!(probe.row("bob", "/a.md", id).await, open("SGDN"));
    let (nc, probe, id, _) = shared(Share::group("doctors").read_only()).await;
    assert_eq!(probe.row("bob", "/a.md", id).await, gone());
    nc.add_to_group("bob", "doctors");
    assert_eq!(probe.row("bob", "/a.md", id).await, open("SGDN"));
    nc.remove_from_group("bob", "doctors");
    assert_eq!(probe.row("bob", "/a.md", id).await, gone());
    assert!(shared_with_me(&probe).await.is_empty());
}

#[tokio::test]
async fn every_way_of_losing_a_share_is_gone() {
    let (nc, probe) = nextcloud().await;
    let id = nc.put("alice", "/a.md", "content");
    assert_eq!(probe.row("bob", "/a.md", id).await, gone(), "never shared");

    let share = nc.share(id, Share::user("bob"));
    nc.unshare(share);
    assert_eq!(probe.row("bob", "/a.md", id).await, gone(), "unshared");

    let share = nc.share(id, Share::user("bob").expires(nc.now() + 100));
    assert_eq!(probe.row("bob", "/a.md", id).await, open("SRGDNVW"), "before its end");
    nc.set_now(nc.now() + 200);
    assert_eq!(probe.row("bob", "/a.md", id).await, gone(), "expired");
    nc.unshare(share);

    nc.share(id, Share::user("bob"));
    nc.trash(id);
    assert_eq!(probe.row("bob", "/a.md", id).await, gone(), "trashed by the owner");
    nc.restore(id);
    assert_eq!(probe.row("bob", "/a.md", id).await, open("SRGDNVW"), "restored");

    let removed = probe
        .with("bob", "DELETE", "/remote.php/dav/files/bob/a.md", &[], "")
        .await;
    assert_eq!(removed.status, 204);
    assert_eq!(probe.row("bob", "/a.md", id).await, gone(), "bob removed it himself");
    assert!(nc.readable("alice", id), "alice keeps it");
    assert!(shared_with_me(&probe).await.is_empty());
}

#[tokio::test]
async fn moving_out_of_a_shared_folder_and_trashing_in_it_is_gone() {
    let (nc, probe, id, _) = shared_folder(Share::user("bob")).await;
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await, open("SRGDNVW"));
    nc.move_to(id, "/Other/a.md");
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await, gone());
    nc.move_to(id, "/Docs/a.md");
    let removed = probe
        .with("bob", "DELETE", "/remote.php/dav/files/bob/Docs/a.md", &[], "")
        .await;
    assert_eq!(removed.status, 204);
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await, gone());
    assert!(!nc.readable("alice", id), "bob trashed alice's file");
}

#[tokio::test]
async fn a_create_only_folder_share_reads() {
    let (_nc, probe, id, _) = shared_folder(Share::user("bob").permissions(4)).await;
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await, open("SG"));
}

#[tokio::test]
async fn download_false_hides_nothing_by_default_and_403_without_viewing() {
    let (nc, probe, id, _) = shared(Share::user("bob").no_download()).await;
    assert_eq!(
        probe.row("bob", "/a.md", id).await,
        row("SRGDNVW", true, 206, 200, 403, 200)
    );
    let attributes =
        "[{&quot;scope&quot;:&quot;permissions&quot;,&quot;key&quot;:&quot;download&quot;,&quot;value&quot;:false}]";
    let pf = probe.propfind("bob", "/a.md", "0").await;
    assert_eq!(pf.between("nc:share-attributes").unwrap(), attributes);
    let se = probe.search("bob", "/files/bob", &[id.to_string()]).await;
    assert_eq!(se.between("nc:share-attributes").unwrap(), attributes);
    assert!(shared_with_me(&probe).await[0]["attributes"].is_string());
    assert!(nc.readable("bob", id));
    nc.view_without_download(false);
    assert_eq!(
        probe.row("bob", "/a.md", id).await,
        row("SRGDNVW", true, 403, 403, 403, 403)
    );
    assert!(!nc.readable("bob", id));
    assert!(nc.readable("alice", id));
}

#[tokio::test]
async fn download_false_holds_for_files_in_the_folder() {
    let (nc, probe, id, _) = shared_folder(Share::user("bob").no_download()).await;
    assert_eq!(
        probe.row("bob", "/Docs/a.md", id).await,
        row("SRGDNVW", true, 206, 200, 403, 200)
    );
    assert!(
        probe
            .propfind("bob", "/Docs/a.md", "0")
            .await
            .text()
            .contains("download")
    );
    nc.view_without_download(false);
    assert_eq!(probe.row("bob", "/Docs/a.md", id).await.get, 403);
}

#[tokio::test]
async fn hide_download_is_ignored_on_user_shares() {
    let (_nc, probe, id, _) = shared(Share::user("bob").hide_download()).await;
    assert_eq!(probe.row("bob", "/a.md", id).await, open("SRGDNVW"));
    assert_eq!(shared_with_me(&probe).await[0]["hide_download"], json!(0));
}

#[tokio::test]
async fn dav_answers_for_a_disabled_user_and_ocs_does_not() {
    let (nc, probe, id, _) = shared(Share::user("bob")).await;
    nc.disable("bob");
    let row = probe.row("bob", "/a.md", id).await;
    assert_eq!((row.pf, row.se, row.get), (207, 1, 206));
    let put = probe
        .with("bob", "PUT", "/remote.php/dav/files/bob/a.md", &[], "new")
        .await;
    assert_eq!(put.status, 204);
    assert!(!nc.readable("bob", id));
    let user = probe.get("bob", "/ocs/v2.php/cloud/user").await;
    assert_eq!(
        (user.status, &user.json()["ocs"]["meta"]["statuscode"]),
        (401, &json!(997))
    );
    let user = probe.get("admin", "/ocs/v2.php/cloud/users/bob").await;
    assert_eq!(user.json()["ocs"]["data"]["enabled"], json!(false));
    let users = probe.get("", "/ocs/v1.php/apps/app_api/api/v1/users").await;
    assert!(users.json()["ocs"]["data"].as_array().unwrap().contains(&json!("bob")));
}

#[tokio::test]
async fn links_and_federated_shares_give_no_local_access() {
    let (nc, probe) = nextcloud().await;
    let id = nc.put("alice", "/a.md", "content");
    nc.share(id, Share::link());
    nc.share(id, Share::federated("bob@elsewhere"));
    assert_eq!(probe.row("bob", "/a.md", id).await, gone());
}

#[tokio::test]
async fn filter_files_and_meta_are_useless() {
    let (_nc, probe, id, _) = shared(Share::user("bob")).await;
    let report = probe
        .with("bob", "REPORT", "/remote.php/dav/files/bob/", &[], "<x/>")
        .await;
    assert_eq!((report.status, report.text().contains("d:response")), (207, false));
    let meta = probe
        .with("bob", "PROPFIND", &format!("/remote.php/dav/meta/{id}"), &[], "")
        .await;
    assert_eq!(meta.status, 404);
    let link = probe.get("bob", &format!("/f/{id}")).await;
    assert_eq!(
        (link.status, link.header("location").unwrap().contains("dir=")),
        (303, true)
    );
    let link = probe.get("bob", "/f/9999").await;
    assert_eq!(
        (link.status, link.header("location").unwrap().contains("dir=")),
        (303, false)
    );
}

#[tokio::test]
async fn search_takes_a_hundred_ids_of_ones_own() {
    let (nc, probe, id, _) = shared(Share::user("bob")).await;
    let ids = |n: usize| -> Vec<String> { std::iter::repeat_n(id.to_string(), n).collect() };
    assert_eq!(probe.search("bob", "/files/bob", &ids(100)).await.status, 207);
    assert_eq!(probe.search("bob", "/files/bob", &ids(101)).await.status, 500);
    assert_eq!(probe.search("bob", "/files/bob", &["x".to_owned()]).await.status, 500);
    assert_eq!(probe.search("bob", "/files/alice", &ids(1)).await.status, 500);
    assert_eq!(probe.search("bob", "", &ids(1)).await.status, 500);
    nc.rename(id, "b.md");
    let found = probe.search("alice", "/files/alice", &ids(1)).await;
    assert_eq!(found.between("d:href").unwrap(), "/remote.php/dav/files/alice/b.md");
}

#[tokio::test]
async fn a_name_used_again_is_another_file() {
    let (nc, probe) = nextcloud().await;
    let id = nc.put("bob", "/a b.md", "old");
    nc.rename(id, "c.md");
    assert_eq!(probe.get("bob", "/remote.php/dav/files/bob/a%20b.md").await.status, 404);
    let other = nc.put("bob", "/a b.md", "new");
    assert_ne!(id, other);
    let found = probe.search("bob", "/files/bob", &[other.to_string()]).await;
    assert_eq!(found.between("d:href").unwrap(), "/remote.php/dav/files/bob/a%20b.md");
    let get = probe.get("bob", "/remote.php/dav/files/bob/a%20b.md").await;
    assert_eq!(
        found.between("d:getetag").unwrap().replace("&quot;", "\""),
        get.header("etag").unwrap()
    );
}

#[tokio::test]
async fn etags_change_up_to_the_receivers_root() {
    let (nc, _probe, id, _) = shared_folder(Share::user("bob")).await;
    let etags = |nc: &Nextcloud| {
        [("alice", "/"), ("alice", "/Docs"), ("bob", "/"), ("bob", "/Docs")]
            .map(|(uid, path)| nc.etag(uid, path).unwrap())
    };
    let before = etags(&nc);
    nc.put("alice", "/Docs/a.md", "changed");
    let after = etags(&nc);
    assert!(before.iter().zip(&after).all(|(before, after)| before != after));
    nc.put("alice", "/else.md", "x");
    assert_eq!(etags(&nc)[2..], after[2..], "bob sees nothing of it");
    assert!(nc.readable("bob", id));
}

#[tokio::test]
async fn received_names_give_way() {
    let (nc, probe) = nextcloud().await;
    let own = nc.put("bob", "/a.md", "own");
    let id = nc.put("alice", "/a.md", "content");
    nc.share(id, Share::user("bob"));
    assert_eq!(nc.path("bob", id).unwrap(), "/a (2).md");
    assert_eq!(nc.id("bob", "/a.md"), Some(own));
    assert_eq!(
        probe.get("bob", "/remote.php/dav/files/bob/a%20(2).md").await.text(),
        "content"
    );
    let headers = [("destination", "/remote.php/dav/files/bob/mine.md")];
    let moved = probe
        .with("bob", "MOVE", "/remote.php/dav/files/bob/a%20(2).md", &headers, "")
        .await;
    assert_eq!(moved.status, 201);
    assert_eq!(nc.path("bob", id).unwrap(), "/mine.md");
    assert_eq!(nc.path("alice", id).unwrap(), "/a.md");
}

#[tokio::test]
async fn reshares_reach_and_outlive() {
    let (nc, _probe, id, share) = shared(Share::user("bob")).await;
    nc.user("carl", &[]);
    nc.reshare("bob", id, Share::user("carl"));
    assert!(nc.readable("carl", id));
    nc.unshare(share);
    assert!(nc.readable("carl", id) && !nc.readable("bob", id));
}

#[tokio::test]
async fn thousands_of_files_are_listed_quickly() {
    let (nc, probe) = nextcloud().await;
    for number in 0..3000 {
        nc.put("bob", &format!("/Docs/{number}.md"), "x");
    }
    let start = std::time::Instant::now();
    let listing = probe.propfind("bob", "/Docs/", "1").await;
    assert_eq!(listing.text().matches("<d:response>").count(), 3001);
    assert!(start.elapsed().as_secs() < 5);
}

#[tokio::test]
async fn names_and_ids_hold_through_trash_and_moves() {
    let (nc, _probe) = nextcloud().await;
    let id = nc.put("bob", "/Docs/a.md", "old");
    nc.trash(id);
    let other = nc.put("bob", "/Docs/a.md", "new");
    nc.restore(id);
    assert_eq!(
        (nc.path("bob", id).unwrap(), nc.path("bob", other).unwrap()),
        ("/Docs/a (restored).md".to_owned(), "/Docs/a.md".to_owned())
    );
    let folder = nc.folder("bob", "/Docs");
    nc.rename(folder, "Papers");
    assert_eq!(nc.id("bob", "/Papers/a.md"), Some(other));
    assert_eq!(nc.id("bob", "/Docs/a.md"), None);
    let copy = nc.copy(folder, "/Copy");
    assert!(copy != folder && nc.id("bob", "/Copy/a.md").is_some_and(|id| id != other));
    nc.delete(folder);
    assert!(nc.id("bob", "/Papers").is_none() && !nc.readable("bob", other));
    nc.group_folder("Ward", &["doctors"]);
    nc.add_to_group("bob", "doctors");
    let moved = nc.id("bob", "/Copy/a.md").unwrap();
    nc.move_to(moved, "/Ward/a.md");
    assert_eq!(nc.id("bob", "/Ward/a.md"), Some(moved));
    nc.remove_from_group("bob", "doctors");
    assert!(!nc.readable("bob", moved));
}
