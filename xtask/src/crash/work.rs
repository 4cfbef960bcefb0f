//! What keeps the host busy until it is killed: one thread uploads, replaces and deletes, one asks.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use serde_json::json;

use super::corpus::{self, Chance, DOCUMENTS, SECTIONS};
use super::expect::{Doing, Expected};
use crate::host::Client;

pub struct Doings {
    threads: Vec<JoinHandle<()>>,
    shared: Arc<Mutex<Expected>>,
}

/// Starts both threads; they end at the first call that fails, which is when the host is gone.
pub fn start(client: Client, mut chance: Chance, expected: &Expected) -> Result<Doings> {
    let mut expected = expected.clone();
    let conversation = match &expected.conversation {
        Some(known) => known.clone(),
        None => {
            let made = client.post("/api/v1/conversations", &json!({}))?;
            let id = made["id"].as_str().context("a conversation has an id")?.to_owned();
            expected.conversation = Some(id.clone());
            id
        }
    };
    let shared = Arc::new(Mutex::new(expected));
    let files = {
        let (client, shared, mut chance) = (client.clone(), Arc::clone(&shared), chance.fork());
        std::thread::spawn(move || while change_a_file(&client, &shared, &mut chance).is_ok() {})
    };
    let questions = {
        let (client, shared) = (client.clone(), Arc::clone(&shared));
        std::thread::spawn(move || while ask(&client, &shared, &conversation, &mut chance).is_ok() {})
    };
    Ok(Doings {
        threads: vec![files, questions],
        shared,
    })
}

impl Doings {
    /// Waits for both threads and takes over what they noted.
    pub fn finish(self, expected: &mut Expected) {
        for thread in self.threads {
            let _ = thread.join();
        }
        *expected = self.shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
    }
}

fn note(shared: &Mutex<Expected>, change: impl FnOnce(&mut Expected)) {
    change(&mut shared.lock().unwrap_or_else(PoisonError::into_inner));
}

fn change_a_file(client: &Client, shared: &Mutex<Expected>, chance: &mut Chance) -> Result<()> {
    let number = chance.below(u64::from(DOCUMENTS)) as u32;
    // One change in eight removes the file.
    if chance.below(8) == 0
        && let Some(id) = document_id(client, number)?
    {
        let doing = Doing::Put { number, state: None };
        note(shared, |expected| expected.begin(&doing));
        client.delete(&format!("/api/v1/documents/{id}"))?;
        note(shared, |expected| expected.acknowledge(&doing));
        return Ok(());
    }
    let mut version = 0;
    note(shared, |expected| {
        expected.versions += 1;
        version = expected.versions;
    });
    let doing = Doing::Put {
        number,
        state: Some(version),
    };
    note(shared, |expected| expected.begin(&doing));
    client.upload(&corpus::name(number), corpus::text(number, version).as_bytes())?;
    note(shared, |expected| expected.acknowledge(&doing));
    std::thread::sleep(std::time::Duration::from_millis(chance.below(300)));
    Ok(())
}

pub fn document_id(client: &Client, number: u32) -> Result<Option<String>> {
    let list = client.get("/api/v1/documents")?;
    let name = corpus::name(number);
    let documents = list["documents"].as_array().context("a list of documents")?;
    let found = documents.iter().find(|document| document["file_name"] == name.as_str());
    Ok(found.and_then(|document| document["id"].as_str().map(str::to_owned)))
}

fn ask(client: &Client, shared: &Mutex<Expected>, conversation: &str, chance: &mut Chance) -> Result<()> {
    let mut id = String::new();
    note(shared, |expected| {
        expected.questions += 1;
        id = format!("q{}", expected.questions);
    });
    let number = chance.below(u64::from(DOCUMENTS)) as u32;
    let doing = Doing::Ask {
        id: id.clone(),
        conversation: conversation.to_owned(),
    };
    note(shared, |expected| expected.begin(&doing));
    let text = format!(
        "How often are observations checked in section {} of protocol {number}?",
        1 + chance.below(SECTIONS)
    );
    let answered = client.ask(conversation, &id, &text, || {
        note(shared, |expected| expected.acknowledge(&doing))
    });
    answered.map(|_| ())
}
