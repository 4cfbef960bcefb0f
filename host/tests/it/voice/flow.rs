//! A whole conversation by voice inside Nextcloud: a broad question, a question back, an answer, and its guideline kept.

use std::time::Duration;

use api_types::{Conversation, DocumentStatus};
use serde_json::json;
use testkit::GuidelineSite;
use voice_turn::vap::HostMessage;

use super::talker::{Talker, spoken};
use super::{begin, conversation_of};
use crate::cloud::Cloud;
use crate::connected::connect;
use crate::plugins::bundled;
use crate::saved::assert_cited_from_own_files;
use crate::support::bare;

const TYPED: &str = "How often is the eGFR measured in chronic kidney disease?";

fn asked_back(talker: &Talker) -> Vec<(String, Vec<String>)> {
    talker.page.find(|message| match message {
        HostMessage::Clarify { question, options, .. } => Some((question.clone(), options.clone())),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broad_question_is_narrowed_answered_and_its_guideline_is_kept_and_cited() {
    if bundled("cdc-guidelines").is_none() {
        return;
    }
    let site = GuidelineSite::start().await.unwrap();
    site.fill_with_kidney_disease();
    let origin = site.origin();
    let cloud = Cloud::not_installed_with(|config| config.plugin_private_origins = vec![origin.clone()]).await;
    cloud.nc.install(&cloud.url).await.unwrap();
    let (admin, alice) = (cloud.user("admin"), cloud.user("alice"));
    connect(&admin, "cdc-guidelines", "mirror", &origin).await;
    admin
        .send(bare("POST", "/api/v1/admin/guidelines/cdc-guidelines/look"))
        .await;
    let mut ready = false;
    for _ in 0..600 {
        let documents = alice.documents().await;
        ready = documents.iter().any(|one| one.status == DocumentStatus::Ready);
        if ready {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(ready, "the guideline is read within a minute");

    let session = begin(&alice, &json!({})).await;
    let mut talker = Talker::connect(&cloud.url, alice.who(), session).await;
    talker.say(&spoken("Search for kidney disease management.")).await;
    talker.answered().await;
    let back = asked_back(&talker);
    let heard = talker.page.heard();
    let (_, kinds) = back
        .last()
        .unwrap_or_else(|| panic!("no question back to {heard:?}: {:?}", talker.page.segments()));
    assert!(
        kinds.iter().any(|kind| kind.contains("Chronic kidney disease")),
        "{kinds:?}"
    );

    talker.say(&spoken("Chronic kidney disease.")).await;
    talker.answered().await;
    let said = talker.page.segments().join(" ");
    assert!(said.contains("every six months"), "{said}");

    talker.say(&spoken("Download the guideline.")).await;
    talker.answered().await;
    let back = asked_back(&talker);
    let (question, _) = back.last().unwrap();
    assert!(question.starts_with("Save \"Chronic kidney disease\""), "{question}");
    let kept = |uid: &str| cloud.nc.id(uid, "/VoiceAssist");
    assert_eq!(kept("alice"), None, "nothing happens before it is confirmed");

    talker.say(&spoken("Yes, the first one, please.")).await;
    talker.answered().await;
    let said = talker.page.segments().join(" ");
    assert!(said.contains("Saved as VoiceAssist/"), "{said}");
    assert!(kept("alice").is_some() && kept("bob").is_none());

    let id = conversation_of(&talker);
    let whole: Conversation = alice.get(&format!("/api/v1/conversations/{id}")).await;
    assert_eq!(whole.messages.len(), 4, "all of it stands in one conversation");
    assert_cited_from_own_files(&cloud, TYPED).await;
}
