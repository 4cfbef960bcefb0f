//! A start that takes its time: Nextcloud gets its heartbeat, its `/init` and the true progress meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use voiceassist::knowledge::loading::Loading;

use crate::cloud::Cloud;

/// Waits for a progress, as Nextcloud's administrator would see it.
async fn progress_becomes(cloud: &Cloud, expected: i64) {
    for _ in 0..200 {
        if cloud.nc.progress().0 == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the progress is {:?}, not {expected}", cloud.nc.progress());
}

#[tokio::test]
async fn init_is_answered_at_once_and_reports_what_is_loaded() {
    let cloud = Cloud::not_installed().await;
    let (ready, routes) = watch::channel(None);
    let loading = Arc::<Loading>::default();
    loading.begin(200);
    let url = cloud.test.serve_behind(routes, Arc::clone(&loading)).await;
    let installing = {
        let (nc, url) = (cloud.nc.clone(), url.clone());
        tokio::spawn(async move { nc.install(&url).await })
    };
    // The double gives `/init` 30 s and `/heartbeat` its turn before it, as Nextcloud does.
    progress_becomes(&cloud, 1).await;
    assert!(!cloud.nc.app_enabled() && cloud.nc.progress().1.is_empty());
    loading.add(100);
    progress_becomes(&cloud, 50).await;
    loading.add(100);
    progress_becomes(&cloud, 99).await;
    assert!(!installing.is_finished(), "nothing is enabled before the index is there");
    ready.send_replace(Some(cloud.test.router.clone()));
    installing.await.unwrap().unwrap();
    assert!(cloud.nc.app_enabled());
    assert_eq!(cloud.nc.progress().0, 100);
}

#[tokio::test]
async fn init_is_nextclouds_alone_while_everything_else_waits() {
    let cloud = Cloud::not_installed().await;
    let (_ready, routes) = watch::channel(None);
    let url = cloud.test.serve_behind(routes, Arc::default()).await;
    let client = testkit::nextcloud::Nextcloud::start(testkit::nextcloud::AppSpec::new("voiceassist", "another secret"))
        .await
        .unwrap();
    let refused = client.install(&url).await.unwrap_err().to_string();
    assert!(refused.contains("401"), "{refused}");
}
