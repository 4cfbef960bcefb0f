//! Fills a data folder with more than a gigabyte (original files of 2 MB, and rows), then writes an archive of it and restores
//! that, and prints megabytes a second against the bar: 10 GB in 30 minutes. Arguments: megabytes, 1,200 by default.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use voiceassist::backup::{archive_key, drill, restore, save};
use voiceassist::clock::{Random, SystemClock, SystemRandom};
use voiceassist::config::{Config, Overrides};
use voiceassist::db;
use voiceassist::vault::master::MasterSource;
use voiceassist::vault::{Place, Vault};

const FILE: usize = 2_000_000;
const ROW: usize = 2_000;
/// Of all bytes, one in so many stands in rows.
const IN_ROWS: usize = 6;
/// 10 GB in 30 minutes, in MB a second.
const BAR: f64 = 10_000.0 / 1_800.0;

#[tokio::main]
async fn main() {
    let megabytes: usize = std::env::args().nth(1).map_or(1_200, |number| number.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path());
    let key = Arc::new(archive_key(&config, None).await.unwrap());
    fill(&config, megabytes * 1_000_000).await;
    let archive = folder.path().join("bench.va");
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let saved = save::run(&config, &key, &archive, &SystemClock, Arc::clone(&random))
        .await
        .unwrap();
    println!("backup:  {saved}");
    let size = saved.bytes as f64 / 1e6;
    said("backup", size, saved.seconds);
    let proven = drill::run(&config, Arc::clone(&key), &archive, folder.path(), &SystemClock, random)
        .await
        .unwrap();
    println!("{proven}");
    said("drill", size, proven.rto_seconds);
    std::fs::remove_dir_all(&config.data_dir).unwrap();
    let restored = restore::run(&config, key, &archive, false, 0).await.unwrap();
    said("restore", size, restored.seconds);
}

fn said(what: &str, megabytes: f64, seconds: f64) {
    let speed = megabytes / seconds;
    let ten = 10_000.0 / speed / 60.0;
    let verdict = if speed >= BAR { "met" } else { "MISSED" };
    println!(
        "{what:<8} {megabytes:.0} MB in {seconds:.1} s: {speed:.0} MB/s; 10 GB would take {ten:.1} min (bar 30: {verdict})"
    );
}

fn configured(folder: &Path) -> Config {
    let (file, key) = (folder.join("voiceassist.toml"), folder.join("master.key"));
    std::fs::write(&file, "").unwrap();
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o400)).unwrap();
    let mut config = Config::load(&Overrides {
        file: Some(file),
        ..Overrides::default()
    })
    .unwrap();
    config.data_dir = folder.join("data");
    config.database_url = format!("sqlite://{}", config.data_dir.join("voiceassist.db").display());
    config.master_key = MasterSource::File(key);
    config
}

async fn fill(config: &Config, bytes: usize) {
    let began = Instant::now();
    std::fs::create_dir_all(&config.data_dir).unwrap();
    let db = db::open(&config.database_url).await.unwrap();
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let never_in = config.folders_of_data();
    let vault = Vault::open_all(&config.master_key, &never_in, &db, &SystemClock, Arc::clone(&random))
        .await
        .unwrap();
    let mut content = vec![0; FILE];
    random.fill(&mut content);
    let files = (bytes - bytes / IN_ROWS) / FILE;
    for number in 0..files {
        let folder = config.data_dir.join(format!("blobs/{:02x}", number % 256));
        std::fs::create_dir_all(&folder).unwrap();
        let name = format!("{:02x}{number:062x}", number % 256);
        std::fs::File::create(folder.join(name))
            .unwrap()
            .write_all(&content)
            .unwrap();
    }
    let mut tx = db::begin(&db).await.unwrap();
    for statement in [
        "INSERT INTO users (id, name, role, created_at) VALUES ('anna', 'anna', 'user', 1)",
        "INSERT INTO conversations (id, user_id, title, created_at, updated_at) VALUES ('c', 'anna', 'Bench', 1, 1)",
    ] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    let text = "The dose of carvexin is 5 mg. ".repeat(ROW / 30);
    for number in 0..bytes / IN_ROWS / ROW {
        let id = format!("m{number}");
        let place = Place {
            table: "messages",
            column: "question",
            row: &id,
        };
        sqlx::query(
            "INSERT INTO messages (id, conversation_id, client_message_id, request, question, status, asked_at) \
             VALUES ($1, 'c', $1, '{}', $2, 'done', 1)",
        )
        .bind(&id)
        .bind(vault.seal(place, &text).unwrap())
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await;
    println!(
        "filled in {:.1} s: {files} files of {FILE} bytes",
        began.elapsed().as_secs_f64()
    );
}
