//! Prints what the queue and the looks cost with ten thousand and with a million files: a claim, queueing a find, looking at
//! a folder, the page of a list, the numbers of a question. A cost that does not depend on the number of files stays
//! the same; the database is a scratch one in a temporary folder, with the server's own settings.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench")]

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nextcloud::{ActingUser, AppIdentity};
use voiceassist::clock::SystemRandom;
use voiceassist::cloud::look::FETCH;
use voiceassist::db::{self, Db};
use voiceassist::edge::cursor::Cursor;
use voiceassist::ingest::store::{Scope, files, list, looks};
use voiceassist::jobs;
use voiceassist::vault::Vault;

const FEW: i64 = 10_000;
const MANY: i64 = 1_000_000;
const ROUNDS: u32 = 50;
/// Files in a folder.
const FOLDER: i64 = 100;

#[tokio::main]
async fn main() {
    let many = std::env::args().nth(1).map_or(MANY, |number| number.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let db = db::open(&format!("sqlite://{}", folder.path().join("bench.db").display()))
        .await
        .unwrap();
    fill(&db, 0, FEW).await;
    let before = measure(&db, FEW).await;
    fill(&db, FEW, many).await;
    let after = measure(&db, many).await;
    println!(
        "{:<52} {:>12} {:>12} {:>7}",
        "median of 50",
        format!("{FEW}"),
        format!("{many}"),
        "ratio"
    );
    for ((name, few), (_, most)) in before.iter().zip(&after) {
        let ratio = most.as_secs_f64() / few.as_secs_f64();
        println!("{name:<52} {:>9.3} ms {:>9.3} ms {ratio:>7.1}", ms(*few), ms(*most));
    }
    let size = std::fs::metadata(folder.path().join("bench.db")).unwrap().len();
    println!("database: {:.0} MB", size as f64 / 1e6);
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Half of the files are read and ready, half wait to be fetched; a few are being read. All are one user's.
async fn fill(db: &Db, from: i64, to: i64) {
    let began = Instant::now();
    let numbers = "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)";
    let status = "CASE WHEN i % 1000 = 0 THEN 'queued' ELSE 'ready' END";
    for statement in [
        format!(
            "INSERT INTO documents (id, source, source_key, file_name, media_type, current_version, added_at, updated_at) \
             {numbers} SELECT printf('d%09d', i), 'nextcloud', CAST(i AS TEXT), i || '.md', 'text/markdown', printf('v%09d', i), i, i FROM n WHERE i % 2 = 0"
        ),
        format!(
            "INSERT INTO versions (id, document_id, content_hash, bytes, status, created_at, updated_at, etag, passages) \
             {numbers} SELECT printf('v%09d', i), printf('d%09d', i), CAST(i AS TEXT), 1, {status}, i, i, 'e', 3 FROM n WHERE i % 2 = 0"
        ),
        format!(
            "INSERT INTO readers (document_id, reader, path, folder, since) {numbers} SELECT printf('d%09d', i), 'user:nextcloud:alice', \
             '/f' || (i / {FOLDER}) || '/' || i || '.md', '/f' || (i / {FOLDER}), i FROM n WHERE i % 2 = 0"
        ),
        format!(
            "INSERT INTO cloud_folders (uid, path, parent, etag, seen_at) {numbers} SELECT 'alice', '/f' || (i / {FOLDER}), '/', 'e', i FROM n \
             WHERE i % {FOLDER} = 0"
        ),
        format!(
            "INSERT INTO jobs (id, kind, key, payload, acting_user, status, run_after, created_at, rank, turn) {numbers} \
             SELECT printf('j%09d', i), 'ingest.fetch', 'file:' || i, CAST(i AS TEXT), 'alice', \
               CASE WHEN i % 10 = 1 THEN 'later' ELSE 'queued' END, CASE WHEN i % 10 = 1 THEN 9000000000000 ELSE 0 END, i, 4, -i FROM n WHERE i % 2 = 1"
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(from)
            .bind(to)
            .execute(db)
            .await
            .unwrap();
    }
    println!(
        "{} rows of files and jobs in {:.1} s",
        to - from,
        began.elapsed().as_secs_f64()
    );
}

async fn median<F: Future<Output = ()>>(mut work: impl FnMut(u32) -> F) -> Duration {
    let mut took = Vec::new();
    for round in 0..ROUNDS {
        let began = Instant::now();
        work(round).await;
        took.push(began.elapsed());
    }
    took.sort();
    took[took.len() / 2]
}

async fn measure(db: &Db, files: i64) -> Vec<(&'static str, Duration)> {
    let user = alice();
    let reader = "user:nextcloud:alice".to_owned();
    let readers = [reader.clone(), "everyone".to_owned()];
    let now = 1_000_000_000_000;
    let mut figures = Vec::new();
    figures.push((
        "claim a job and put it back",
        median(|_| async {
            let job = jobs::claim(db, "this", now, false).await.unwrap().unwrap();
            jobs::postpone(db, &job.id, now).await.unwrap();
        })
        .await,
    ));
    figures.push((
        "claim while Nextcloud has asked for a pause",
        median(|_| async { assert!(jobs::claim(db, "this", now, true).await.unwrap().is_none()) }).await,
    ));
    figures.push((
        "queue 100 finds that wait already",
        median(|round| {
            let user = &user;
            async move {
                let mut tx = db::begin(db).await.unwrap();
                for at in 0..100 {
                    let file = (i64::from(round) * 100 + at) * 2 + 1;
                    let (key, payload) = (format!("file:{file}"), file.to_string());
                    jobs::enqueue_as(&mut tx, &format!("n{file}"), (FETCH, &key, &payload), user, now)
                        .await
                        .unwrap();
                }
                tx.commit().await.unwrap();
            }
        })
        .await,
    ));
    figures.push((
        "look at a folder of 100: its files, its folder rows",
        median(|round| {
            let reader = &reader;
            async move {
                let folder = format!("/f{}", i64::from(round) * (files / FOLDER) / i64::from(ROUNDS));
                let known = looks::folder(db, "alice", &folder).await.unwrap();
                let mut tx = db::begin(db).await.unwrap();
                let here = files::directly_in(&mut tx, reader, &folder).await.unwrap();
                for (file, _) in &here {
                    files::file(&mut tx, *file).await.unwrap();
                }
                let below = looks::folders_in(&mut tx, "alice", &folder).await.unwrap();
                looks::set_folder(&mut tx, "alice", &folder, "e", now).await.unwrap();
                tx.commit().await.unwrap();
                assert!(known.is_some() && below.is_empty() && !here.is_empty());
            }
        })
        .await,
    ));
    figures.push((
        "is a file in a folder that is not to be indexed",
        median(|round| async move {
            let mut tx = db::begin(db).await.unwrap();
            let path = format!("/f{round}/a.md");
            assert!(!looks::in_no_index(&mut tx, "alice", &path).await.unwrap());
        })
        .await,
    ));
    let vault = Vault::without_key(Arc::new(SystemRandom));
    let scope = Scope {
        caller: "nextcloud:alice",
        readers: &readers,
        vault: &vault,
    };
    let middle = Cursor {
        time: files / 2,
        id: String::new(),
    };
    figures.push((
        "a page of 100 in the middle of the list",
        median(|_| async { assert_eq!(list::page(db, &scope, &middle, 100).await.unwrap().len(), 100) }).await,
    ));
    figures.push((
        "the files of a chosen folder",
        median(|round| {
            let reader = &reader;
            async move {
                let node = folder_node(&format!("/f{round}"));
                assert_eq!(files::of_node(db, reader, &node, 1000).await.unwrap().len(), 50);
            }
        })
        .await,
    ));
    figures.push((
        "does anything still have to be read",
        median(|_| async { assert!(files::any_unread(db, &reader).await.unwrap()) }).await,
    ));
    figures.push((
        "numbers of all of a user's files (kept for 30 s)",
        median(|_| async {
            list::many(db, &reader).await.unwrap();
        })
        .await,
    ));
    figures.push((
        "how many finds wait (the page's progress)",
        median(|_| async {
            files::pace(db, "alice", now).await.unwrap();
        })
        .await,
    ));
    figures
}

fn folder_node(path: &str) -> nextcloud::Node {
    nextcloud::Node {
        id: 1,
        path: path.to_owned(),
        folder: true,
        etag: "e".into(),
        bytes: 0,
        media_type: None,
        readable: true,
        no_download: false,
        external: false,
        away: false,
    }
}

/// As a signed request names her.
fn alice() -> ActingUser {
    use base64::Engine;
    let identity = AppIdentity {
        id: "voiceassist".into(),
        version: "0.1.0".into(),
        secret: "s".into(),
    };
    let mut headers = http::HeaderMap::new();
    let token = base64::engine::general_purpose::STANDARD.encode("alice:s");
    headers.insert("ex-app-id", "voiceassist".parse().unwrap());
    headers.insert("ex-app-version", "0.1.0".parse().unwrap());
    headers.insert("authorization-app-api", token.parse().unwrap());
    identity.verify(&headers).unwrap().acting().unwrap().clone()
}
