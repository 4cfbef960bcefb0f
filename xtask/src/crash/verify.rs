//! What must hold after any kill.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::corpus::{self, DOCUMENTS};
use super::expect::Expected;
use crate::command::output;
use crate::host::Client;

fn documents_by_name(client: &Client) -> Result<BTreeMap<String, Value>> {
    let list = client.get("/api/v1/documents")?;
    let mut found = BTreeMap::new();
    for document in list["documents"].as_array().context("a list of documents")? {
        let name = document["file_name"].as_str().unwrap_or_default().to_owned();
        if found.insert(name.clone(), document.clone()).is_some() {
            bail!("{name} is there twice");
        }
    }
    Ok(found)
}

/// At once after a start: acknowledged documents are listed, once; acknowledged questions are there.
pub fn acknowledged(client: &Client, expected: &Expected) -> Result<()> {
    let found = documents_by_name(client)?;
    for number in 0..DOCUMENTS {
        let name = corpus::name(number);
        ensure!(
            !expected.must_exist(number) || found.contains_key(&name),
            "{name} was acknowledged and is missing"
        );
    }
    if let Some(conversation) = &expected.conversation {
        let ids = message_ids(&client.get(&format!("/api/v1/conversations/{conversation}"))?)?;
        for (id, _) in expected.acknowledged_answers() {
            ensure!(ids.contains(id), "question {id} was acknowledged and is missing");
        }
    }
    Ok(())
}

fn message_ids(conversation: &Value) -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    for message in conversation["messages"].as_array().context("a list of messages")? {
        let id = message["client_message_id"].as_str().unwrap_or_default().to_owned();
        ensure!(ids.insert(id.clone()), "question {id} is there twice");
    }
    Ok(ids)
}

/// Waits until no file is waiting and no answer is being written.
pub fn settle(client: &Client, limit: Duration) -> Result<()> {
    let start = Instant::now();
    loop {
        let status = client.get("/api/v1/status")?;
        let waiting = status["documents_waiting"]
            .as_i64()
            .context("a number of waiting documents")?;
        if waiting == 0 && !is_answering(client)? {
            ensure!(
                status["documents_failed"] == 0,
                "{} documents failed",
                status["documents_failed"]
            );
            return Ok(());
        }
        ensure!(
            start.elapsed() < limit,
            "{waiting} documents are still waiting after {limit:?}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn is_answering(client: &Client) -> Result<bool> {
    let list = client.get("/api/v1/conversations")?;
    for conversation in list["conversations"].as_array().context("a list of conversations")? {
        let id = conversation["id"].as_str().unwrap_or_default();
        let whole = client.get(&format!("/api/v1/conversations/{id}"))?;
        if whole["messages"]
            .as_array()
            .is_some_and(|messages| messages.iter().any(|message| message["status"] == "running"))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Every document is in a version that it may be in, whole, with the text of that version only.
pub fn documents(client: &Client, expected: &mut Expected) -> Result<()> {
    let found = documents_by_name(client)?;
    for number in 0..DOCUMENTS {
        let name = corpus::name(number);
        let allowed = expected.allowed(number);
        let state = match found.get(&name) {
            None => None,
            Some(document) => {
                ensure!(
                    document["status"] == "ready",
                    "{name} is {} after everything settled",
                    document["status"]
                );
                let id = document["id"].as_str().context("a document has an id")?;
                let text = client.get(&format!("/api/v1/documents/{id}/text"))?["pages"].to_string();
                let versions: Vec<u32> = allowed
                    .iter()
                    .flatten()
                    .copied()
                    .filter(|version| text.contains(&corpus::marker(number, *version)))
                    .collect();
                ensure!(
                    versions.len() == 1,
                    "{name} holds the text of versions {versions:?}, allowed is one of {allowed:?}"
                );
                versions.first().copied()
            }
        };
        ensure!(
            allowed.contains(&state),
            "{name} is in state {state:?}, allowed is one of {allowed:?}"
        );
        expected.settle(number, state);
    }
    ensure!(
        found.len() == expected.documents(),
        "{} documents are listed, {} expected",
        found.len(),
        expected.documents()
    );
    Ok(())
}

/// Every acknowledged question has one finished answer; no question is there that was never asked.
pub fn answers(client: &Client, expected: &Expected) -> Result<()> {
    let Some(conversation) = &expected.conversation else {
        return Ok(());
    };
    let whole = client.get(&format!("/api/v1/conversations/{conversation}"))?;
    for id in message_ids(&whole)? {
        ensure!(expected.is_known_answer(&id), "question {id} was never asked");
    }
    for message in whole["messages"].as_array().into_iter().flatten() {
        ensure!(
            message["status"] == "done",
            "question {} ended as {}: {}",
            message["client_message_id"],
            message["status"],
            message["error"]
        );
        ensure!(
            message["answer"].is_object(),
            "question {} has no answer",
            message["client_message_id"]
        );
    }
    Ok(())
}

/// The index finds the current version by its own word, and nothing that was replaced.
pub fn search(client: &Client, expected: &Expected) -> Result<()> {
    let conversation = client.post("/api/v1/conversations", &serde_json::json!({}))?;
    let conversation = conversation["id"]
        .as_str()
        .context("a conversation has an id")?
        .to_owned();
    let names: BTreeMap<String, (u32, u32)> = expected
        .settled()
        .map(|(number, version)| (corpus::name(number), (number, version)))
        .collect();
    for (number, version) in expected.settled() {
        let id = format!("v{number}");
        let answer = client.ask(&conversation, &id, &corpus::question(number, version), || {})?;
        let quotes: Vec<&str> = answer["citations"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|citation| citation["quote"].as_str())
            .collect();
        let marker = corpus::marker(number, version);
        ensure!(
            quotes.iter().any(|quote| quote.contains(&marker)),
            "{} version {version} is not found by the index: {answer}",
            corpus::name(number)
        );
        let mut passages = BTreeSet::new();
        for citation in answer["citations"].as_array().into_iter().flatten() {
            let key = (citation["passage_id"].to_string(), citation["quote"].to_string());
            ensure!(passages.insert(key), "the answer cites one place twice: {answer}");
        }
    }
    client.delete(&format!("/api/v1/conversations/{conversation}"))?;
    ensure!(names.len() == expected.documents(), "names are distinct");
    Ok(())
}

/// Documents, passages and pages of both hosts, by file name.
pub fn same_counts(killed: &Client, clean: &Client) -> Result<()> {
    let counts = |client: &Client| -> Result<Vec<String>> {
        let rows = documents_by_name(client)?;
        Ok(rows
            .into_iter()
            .map(|(name, document)| format!("{name}: {} passages, {} pages", document["passages"], document["pages"]))
            .collect())
    };
    let (killed, clean) = (counts(killed)?, counts(clean)?);
    ensure!(
        killed == clean,
        "counts differ from a clean run:\nkilled {killed:#?}\nclean {clean:#?}"
    );
    Ok(())
}

/// Rows that no API shows. Python's own SQLite module reads them, so that xtask links no database.
const CHECKS: &str = r#"
import json, sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
one = lambda sql: db.execute(sql).fetchone()[0]
print(json.dumps({
  "integrity": 0 if one("PRAGMA integrity_check") == "ok" else 1,
  "foreign keys": len(db.execute("PRAGMA foreign_key_check").fetchall()),
  "passages of an old version": one("SELECT count(*) FROM passages p JOIN documents d ON d.id = p.document_id WHERE p.version_id <> coalesce(d.current_version, '')"),
  "passages twice": one("SELECT count(*) FROM (SELECT version_id, ordinal FROM passages GROUP BY version_id, ordinal HAVING count(*) > 1)"),
  "passages without a vector": one("SELECT count(*) FROM passages p WHERE p.language = 'eng' AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.passage_id = p.id)"),
  "versions with another number of passages": one("SELECT count(*) FROM versions v JOIN documents d ON d.current_version = v.id WHERE v.passages <> (SELECT count(*) FROM passages p WHERE p.version_id = v.id)"),
  "jobs given up": one("SELECT count(*) FROM jobs WHERE status = 'dead'"),
  "gaps in the audit": one("SELECT coalesce(max(sequence) - min(sequence) + 1 - count(*), 0) FROM audit"),
  "breaks in the audit chain": one("SELECT count(*) FROM audit a JOIN audit b ON b.sequence = a.sequence + 1 WHERE b.previous_hash <> a.hash"),
}))
"#;

const SIZES: &str = r#"
import json, sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
count = lambda table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
sizes = {table: count(table) for table in ("documents", "readers", "pages", "passages", "vectors")}
sizes["current versions"] = db.execute("SELECT count(*) FROM versions v JOIN documents d ON d.current_version = v.id").fetchone()[0]
print(json.dumps(sizes))
"#;

fn query(data: &Path, script: &str) -> Result<Value> {
    let text = output(
        Command::new("python3")
            .args(["-c", script])
            .arg(data.join("voiceassist.db")),
    )?;
    Ok(serde_json::from_str(&text)?)
}

pub fn database(data: &Path) -> Result<()> {
    let found = query(data, CHECKS)?;
    for (what, count) in found.as_object().into_iter().flatten() {
        ensure!(count == 0, "the database has {count} {what}");
    }
    Ok(())
}

pub fn same_tables(killed: &Path, clean: &Path) -> Result<()> {
    let (killed, clean) = (query(killed, SIZES)?, query(clean, SIZES)?);
    ensure!(
        killed == clean,
        "tables differ from a clean run: killed {killed}, clean {clean}"
    );
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::paths::Paths;

    const MAKE: &str = r#"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1] + "/voiceassist.db")
db.executescript(open(sys.argv[2]).read())
db.executescript("""
INSERT INTO documents VALUES ('d', 'upload', 'k', NULL, 'a.md', 'text/markdown', NULL, 'v2', 0, 0);
INSERT INTO versions (id, document_id, content_hash, bytes, status, passages, created_at, updated_at) VALUES ('v2', 'd', 'h', 1, 'ready', 1, 0, 0);
INSERT INTO passages VALUES ('p2', 'd', 'v2', 1, 1, 1, NULL, 'new', '[]', '[]', 'eng', 'public');
INSERT INTO vectors VALUES ('p2', 0, 'm', x'00');
INSERT INTO audit VALUES (1, 0, 'a', 'x', 't', 'i', 'ok', '{}', '', 'h1'), (2, 0, 'a', 'x', 't', 'i', 'ok', '{}', 'h1', 'h2');
""")
db.executescript(sys.argv[3])
"#;

    /// The verdict on a small good database after `change`.
    fn verdict(name: &str, change: &str) -> Result<()> {
        let folder = std::env::temp_dir().join(format!("verify-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let migration = std::fs::read_dir(Paths::find().unwrap().root.join("migrations/sqlite")).unwrap();
        let first = migration.map(|entry| entry.unwrap().path()).min().unwrap();
        output(
            Command::new("python3")
                .args(["-c", MAKE])
                .args([&folder, &first])
                .arg(change),
        )
        .unwrap();
        let found = database(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        found
    }

    #[test]
    fn every_kind_of_damage_is_found() {
        verdict("good", "").unwrap();
        let old = "INSERT INTO versions (id, document_id, content_hash, bytes, status, created_at, updated_at) VALUES ('v1', 'd', 'h', 1, 'ready', 0, 0);
            INSERT INTO passages VALUES ('p1', 'd', 'v1', 1, 1, 1, NULL, 'old', '[]', '[]', 'fra', 'public');";
        for (damage, what) in [
            (old, "passages of an old version"),
            ("DELETE FROM vectors;", "passages without a vector"),
            ("UPDATE versions SET passages = 2;", "another number of passages"),
            ("UPDATE audit SET sequence = 4 WHERE sequence = 2;", "gaps in the audit"),
            (
                "UPDATE audit SET hash = 'changed' WHERE sequence = 1;",
                "breaks in the audit chain",
            ),
            ("INSERT INTO vectors VALUES ('gone', 0, 'm', x'00');", "foreign keys"),
            (
                "INSERT INTO jobs VALUES ('j', 'k', 'k', '', 'dead', 5, 0, NULL, NULL, 0);",
                "jobs given up",
            ),
        ] {
            let error = verdict("bad", damage).unwrap_err().to_string();
            assert!(error.contains(what), "{damage}: {error}");
        }
    }
}
