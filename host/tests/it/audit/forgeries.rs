//! A trail of 60 entries with signed checkpoints and a second copy, forged in every way, 1,000 single bits among them: each
//! is named at the first bad entry.

use std::path::{Path, PathBuf};

use audit_chain::{Checkpoint, Entry, Head, Signer, hash, read_digits};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::Row;
use sqlx::sqlite::SqlitePool;
use voiceassist::audit::settings::Target;
use voiceassist::audit::verify::{Against, verify};
use voiceassist::audit::{Event, record_alone};

use super::{address, forged, without_packages};
use crate::support::{TestApp, only_on_sqlite};

const COPIES: &str = "it forges copies of the file";

struct Trail {
    folder: tempfile::TempDir,
    database: PathBuf,
    against: Against,
    head: Head,
}

impl Trail {
    /// 60 entries, a checkpoint after every tenth.
    async fn made() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sink = folder.path().join("audit.jsonl");
        let test = TestApp::start_with(|config| {
            without_packages(config);
            config.audit.sink = Some(Target::File(sink.clone()));
        })
        .await;
        let app = &test.app;
        for number in 1..=60 {
            let document = format!("d{number}");
            let event = Event::new("anna", "document.opened", "document", &document);
            record_alone(&app.db, app.clock.now_ms(), &event).await.unwrap();
            if number % 10 == 0 {
                app.audit.checkpoint().await.unwrap();
            }
        }
        app.audit.deliver().await.unwrap();
        let database = folder.path().join("whole.db");
        sqlx::query("VACUUM INTO $1")
            .bind(database.to_str().unwrap())
            .execute(&app.db)
            .await
            .unwrap();
        let against = Against {
            keys: vec![app.audit.public_key().parse().unwrap()],
            sink: vec![sink],
            kept: None,
        };
        let holds = verify(&address(&database), &against).await.unwrap();
        assert_eq!((holds.head.sequence, holds.signed, holds.copied), (60, 60, Some(60)));
        Self {
            folder,
            database,
            head: holds.head,
            against,
        }
    }

    async fn forged(&self, statement: &str) -> PathBuf {
        forged(self.folder.path(), &self.database, statement).await
    }

    /// What is said of a database and this trail's second copy.
    async fn said(&self, database: &Path, against: &Against) -> String {
        match verify(&address(database), against).await {
            Ok(_) => "it holds".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    fn alone(&self) -> Against {
        Against {
            keys: self.against.keys.clone(),
            ..Against::default()
        }
    }

    fn copied_lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.against.sink[0]).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn with_copy(&self, contents: impl AsRef<[u8]>) -> Against {
        let forged = self.folder.path().join("forged.jsonl");
        std::fs::write(&forged, contents).unwrap();
        Against {
            keys: self.against.keys.clone(),
            sink: vec![forged],
            kept: None,
        }
    }
}

/// Computes the chain anew from a changed entry on, as someone can who may write to the database.
async fn written_anew(database: &Path, from: i64) {
    let db = open(database).await;
    let rows = sqlx::query(
        "SELECT sequence, at_ms, actor, action, resource_type, resource_id, outcome, detail, previous_hash FROM audit \
         WHERE sequence >= $1 ORDER BY sequence",
    )
    .bind(from)
    .fetch_all(&db)
    .await
    .unwrap();
    let mut previous = read_digits(rows[0].get(8)).unwrap();
    for row in rows {
        let sequence: i64 = row.get(0);
        let entry = Entry {
            sequence: sequence.unsigned_abs(),
            at_ms: row.get(1),
            actor: row.get(2),
            action: row.get(3),
            resource_type: row.get(4),
            resource_id: row.get(5),
            outcome: row.get(6),
            detail_json: row.get(7),
        };
        let own = hash(&previous, &entry);
        sqlx::query("UPDATE audit SET previous_hash = $1, hash = $2 WHERE sequence = $3")
            .bind(hex::encode(previous))
            .bind(hex::encode(own))
            .bind(sequence)
            .execute(&db)
            .await
            .unwrap();
        previous = own;
    }
    db.close().await;
}

async fn open(database: &Path) -> SqlitePool {
    SqlitePool::connect(&address(database)).await.unwrap()
}

/// Signs every checkpoint of the database with another key.
async fn signed_anew(database: &Path) {
    let (db, thief) = (open(database).await, Signer::new(&[9; 32]));
    let stored: Vec<(i64, i64, i64)> = sqlx::query_as("SELECT number, sequence, at_ms FROM audit_checkpoints")
        .fetch_all(&db)
        .await
        .unwrap();
    for (number, sequence, at_ms) in stored {
        let (own,): (String,) = sqlx::query_as("SELECT hash FROM audit WHERE sequence = $1")
            .bind(sequence)
            .fetch_one(&db)
            .await
            .unwrap();
        let head: Head = format!("{sequence}:{own}").parse().unwrap();
        let made: Checkpoint = thief.sign(number.unsigned_abs(), &head, at_ms);
        sqlx::query("UPDATE audit_checkpoints SET hash = $1, key_id = $2, signature = $3 WHERE number = $4")
            .bind(own)
            .bind(made.key_id)
            .bind(hex::encode(made.signature))
            .bind(number)
            .execute(&db)
            .await
            .unwrap();
    }
    db.close().await;
}

#[tokio::test]
async fn each_way_of_forging_the_database_is_named_at_the_first_bad_entry() {
    if !only_on_sqlite(COPIES) {
        return;
    }
    let trail = Trail::made().await;
    for (statement, alone, copied) in [
        (
            "DELETE FROM audit WHERE sequence = 37",
            "entry 37: an entry with sequence 38",
            "entry 37: an entry",
        ),
        (
            "UPDATE audit SET sequence = CASE sequence WHEN 20 THEN -1 WHEN 21 THEN 20 END WHERE sequence IN (20, 21)",
            "entry 1: an entry with sequence 0",
            "entry 1: an entry",
        ),
        (
            "UPDATE audit SET resource_id = CASE sequence WHEN 20 THEN 'd21' ELSE 'd20' END WHERE sequence IN (20, 21)",
            "entry 20: its contents",
            "entry 20: its contents",
        ),
        // After the last checkpoint but one, so that only a signature or the copy knows.
        (
            "DELETE FROM audit WHERE sequence > 54",
            "entry 55: it is missing",
            "entry 55: it is missing",
        ),
        // An older state of the whole, its checkpoints included, holds by itself.
        (
            "DELETE FROM audit WHERE sequence > 50; DELETE FROM audit_checkpoints WHERE sequence > 50",
            "it holds",
            "entry 51: it is missing",
        ),
        (
            "DELETE FROM audit_checkpoints WHERE number = 3",
            "entry 40: checkpoint 4 stands out of order",
            "entry 40: checkpoint 4",
        ),
        (
            "DELETE FROM audit_checkpoints WHERE number = 6",
            "it holds",
            "entry 60: checkpoint 6 is missing",
        ),
        (
            "UPDATE audit_checkpoints SET at_ms = at_ms + 1 WHERE number = 2",
            "entry 20: checkpoint 2 was not signed with the given key",
            "entry 20: checkpoint 2",
        ),
    ] {
        let database = trail.forged(statement).await;
        let said = trail.said(&database, &trail.alone()).await;
        assert!(said.contains(alone), "{statement}: {said}");
        let said = trail.said(&database, &trail.against).await;
        assert!(said.contains(copied), "{statement}: {said}");
    }

    let database = trail.forged("UPDATE audit SET actor = 'bob' WHERE sequence = 33").await;
    written_anew(&database, 33).await;
    assert!(
        verify(&address(&database), &Against::default())
            .await
            .unwrap_err()
            .to_string()
            .contains("entry 40")
    );
    let said = trail.said(&database, &trail.alone()).await;
    assert!(
        said.contains("entry 40: it is not the entry that a signed checkpoint names"),
        "{said}"
    );
    let said = trail.said(&database, &trail.against).await;
    assert!(said.contains("entry 33: the second copy has another entry"), "{said}");
    let kept = Against {
        kept: Some(trail.head),
        ..Against::default()
    };
    let after_the_last = trail
        .forged("UPDATE audit SET actor = 'bob' WHERE sequence = 60; DELETE FROM audit_checkpoints")
        .await;
    written_anew(&after_the_last, 60).await;
    let said = trail.said(&after_the_last, &kept).await;
    assert!(
        said.contains("entry 60: it is not the entry that the head that was kept names"),
        "{said}"
    );

    signed_anew(&database).await;
    assert!(
        verify(&address(&database), &Against::default()).await.is_ok(),
        "it holds by itself"
    );
    let said = trail.said(&database, &trail.alone()).await;
    assert!(
        said.contains("entry 10: checkpoint 1 was not signed with the given key"),
        "{said}"
    );
}

#[tokio::test]
async fn each_way_of_forging_the_second_copy_is_named_at_the_first_bad_entry() {
    if !only_on_sqlite(COPIES) {
        return;
    }
    let trail = Trail::made().await;
    let lines = trail.copied_lines();
    let place = |sequence: u64| {
        let start = format!("{{\"row\":{{\"entry\":{{\"sequence\":{sequence},");
        lines.iter().position(|line| line.starts_with(&start)).unwrap()
    };
    let said = async |lines: &[String]| {
        let against = trail.with_copy(lines.join("\n") + "\n");
        trail.said(&trail.database, &against).await
    };
    assert_eq!(said(&lines).await, "it holds");
    let mut forged = lines.clone();
    forged.remove(place(15));
    let line = said(&forged).await;
    assert!(line.contains("entry 15: it is missing in the second copy"), "{line}");
    let mut forged = lines.clone();
    forged.swap(place(15), place(16));
    let line = said(&forged).await;
    assert!(line.contains("entry 15: it is missing in the second copy"), "{line}");
    let line = said(&lines[..place(44)]).await;
    assert!(line.contains("entry 44: the second copy ends before it"), "{line}");
    let mut forged = lines.clone();
    forged[place(8)] = forged[place(8)].replace("anna", "hans");
    let line = said(&forged).await;
    assert!(
        line.contains("entry 8: line 8 of the second copy was changed"),
        "{line}"
    );
    // Written twice is no forgery, nor is a line that broke off and came again.
    let mut twice = lines.clone();
    twice.splice(place(20)..place(20), lines[place(12)..place(20)].iter().cloned());
    twice.insert(place(5), lines[place(5)][..40].to_owned());
    assert_eq!(said(&twice).await, "it holds");
}

/// The columns whose bits are flipped; numbers in place, texts byte by byte.
const NUMBERS: [&str; 2] = ["sequence", "at_ms"];
const TEXTS: [&str; 8] = [
    "actor",
    "action",
    "resource_type",
    "resource_id",
    "outcome",
    "detail",
    "previous_hash",
    "hash",
];

enum Before {
    Number(i64),
    Text(String),
}

#[tokio::test]
async fn a_thousand_flipped_bits_are_each_named_at_the_first_bad_entry() {
    if !only_on_sqlite(COPIES) {
        return;
    }
    let trail = Trail::made().await;
    let mut chance = StdRng::seed_from_u64(5);
    let db = open(&trail.database).await;
    for _ in 0..500 {
        let sequence = chance.random_range(1..=60i64);
        let column = chance.random_range(0..NUMBERS.len() + TEXTS.len());
        let undo;
        let first = if let Some(name) = NUMBERS.get(column) {
            let (value,): (i64,) = query(&db, name, sequence).await;
            let changed = value ^ (1i64 << chance.random_range(0..64));
            // A number that another row has cannot be written; a lower one moves the row to that place.
            let first = if *name == "sequence" {
                changed.clamp(1, sequence)
            } else {
                sequence
            };
            let moves = *name == "sequence";
            if moves && (1..=60).contains(&changed) {
                continue;
            }
            write(&db, name, sequence, changed).await;
            undo = (*name, if moves { changed } else { sequence }, Before::Number(value));
            first
        } else {
            let name = TEXTS[column - NUMBERS.len()];
            let (text,): (String,) = query(&db, name, sequence).await;
            let mut bytes = text.clone().into_bytes();
            let at = chance.random_range(0..bytes.len());
            bytes[at] ^= 1 << chance.random_range(0..8);
            write_bytes(&db, name, sequence, &bytes).await;
            undo = (name, sequence, Before::Text(text));
            sequence
        };
        let said = trail.said(&trail.database, &trail.alone()).await;
        assert!(
            said.starts_with(&format!("audit entry {first}: ")),
            "{} of {sequence}: {said}",
            undo.0
        );
        match undo {
            (name, row, Before::Number(value)) => write(&db, name, row, value).await,
            (name, row, Before::Text(text)) => write_bytes(&db, name, row, text.as_bytes()).await,
        }
    }
    db.close().await;

    let whole = std::fs::read(&trail.against.sink[0]).unwrap();
    for _ in 0..500 {
        let mut bytes = whole.clone();
        let at = chance.random_range(0..bytes.len());
        bytes[at] ^= 1 << chance.random_range(0..8);
        let before = whole[..at].iter().filter(|byte| **byte == b'\n').count();
        let said = trail.said(&trail.database, &trail.with_copy(&bytes)).await;
        // Lines are 60 entries and a checkpoint after each tenth.
        let entry = before - before / 11 + usize::from(before % 11 != 10);
        let named = [entry, entry + 1].map(|entry| format!("audit entry {entry}: "));
        let last = at + 1 == whole.len();
        assert!(
            last || named.iter().any(|name| said.starts_with(name)),
            "byte {at}, entry {entry}: {said}"
        );
    }
}

async fn query<T>(db: &SqlitePool, column: &str, sequence: i64) -> T
where
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + Send + Unpin,
{
    let statement = format!("SELECT {column} FROM audit WHERE sequence = $1");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(sequence);
    query.fetch_one(db).await.unwrap()
}

async fn write(db: &SqlitePool, column: &str, sequence: i64, value: i64) {
    let statement = format!("UPDATE audit SET {column} = $1 WHERE sequence = $2");
    let query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(value).bind(sequence);
    query.execute(db).await.unwrap();
}

/// As text where it is some, and otherwise as the bytes that stand there then.
async fn write_bytes(db: &SqlitePool, column: &str, sequence: i64, bytes: &[u8]) {
    let statement = format!("UPDATE audit SET {column} = CAST($1 AS TEXT) WHERE sequence = $2");
    let query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(bytes).bind(sequence);
    query.execute(db).await.unwrap();
}
