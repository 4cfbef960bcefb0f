//! Fifty writers at once, of two hosts: one audit trail without a gap, and each job runs once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use audit_chain::GENESIS;
use testkit::Database;
use voiceassist::audit::{self, Event};
use voiceassist::clock::{SystemRandom, new_id};
use voiceassist::{db, jobs};

const WRITERS: usize = 50;
const ROUNDS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_writers_leave_no_gap_and_claim_each_job_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::fresh(folder.path()).await;
    let hosts = [
        db::open(&database.url).await.unwrap(),
        db::open(&database.url).await.unwrap(),
    ];
    let claimed = Arc::new(Mutex::new(Vec::new()));
    let held = Arc::new(Mutex::new(BTreeSet::new()));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let (db, claimed, held) = (hosts[writer % 2].clone(), Arc::clone(&claimed), Arc::clone(&held));
        writers.push(tokio::spawn(async move {
            for round in 0..ROUNDS {
                let id = new_id(&SystemRandom);
                let key = format!("key {}", (writer + round) % 7);
                let mut tx = db::begin(&db).await.unwrap();
                audit::record(&mut tx, 1, &Event::new("anna", "test.written", "job", &id))
                    .await
                    .unwrap();
                jobs::enqueue(&mut tx, &id, "test", &key, &key, 0).await.unwrap();
                tx.commit().await.unwrap();
                let host = format!("host {}", writer % 2);
                if let Some(job) = jobs::claim(&db, &host, 1, false).await.unwrap() {
                    assert!(
                        held.lock().unwrap().insert(job.payload.clone()),
                        "two jobs of one key at once"
                    );
                    claimed.lock().unwrap().push(job.id.clone());
                    tokio::task::yield_now().await;
                    held.lock().unwrap().remove(&job.payload);
                    jobs::finish(&db, &job.id).await.unwrap();
                }
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let [db, _] = &hosts;
    while let Some(job) = jobs::claim(db, "host 0", 1, false).await.unwrap() {
        claimed.lock().unwrap().push(job.id.clone());
        jobs::finish(db, &job.id).await.unwrap();
    }
    let claimed = std::mem::take(&mut *claimed.lock().unwrap());
    assert_eq!(claimed.len(), WRITERS * ROUNDS);
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), WRITERS * ROUNDS);

    let rows: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT sequence, previous_hash, hash FROM audit ORDER BY sequence")
            .fetch_all(db)
            .await
            .unwrap();
    let mut before = hex::encode(GENESIS);
    for (expected, (sequence, previous, hash)) in (1_i64..).zip(&rows) {
        assert_eq!((*sequence, previous), (expected, &before));
        before.clone_from(hash);
    }
    assert_eq!(rows.len(), WRITERS * ROUNDS);
}
