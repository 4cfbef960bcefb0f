//! After a restore: erasures that were done after the backup was made are ordered again, from the second copy of the audit
//! trail, which lies where a restore does not reach.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use audit_chain::{Entry, Line};

use super::store::erasures;
use crate::audit::{self, Event};
use crate::clock::{Clock, Random, new_id};
use crate::config::Config;
use crate::db;
use crate::{identity, jobs};

const ACTOR: &str = "system:restore";

/// Orders what the files name and the restored database does not know yet. Returns how many users will be erased at the
/// server's next start.
///
/// # Errors
/// A file cannot be read, or one of its lines was changed.
pub async fn run(config: &Config, files: &[PathBuf], clock: &dyn Clock, random: &dyn Random) -> Result<usize> {
    let erased = erased_in(files)?;
    let db = db::open(&config.database_url)
        .await
        .context("the restored database cannot be opened")?;
    let known = audit::verify::walk(&db, &audit::verify::Against::default()).await?.head;
    let mut ordered = 0;
    for entry in erased.iter().filter(|entry| entry.sequence > known.sequence) {
        let user = &entry.resource_id;
        let now = clock.now_ms();
        let mut tx = db::begin(&db).await?;
        if erasures::name_of(&mut tx, user).await?.is_none() || erasures::is_open(&mut tx, user).await? {
            continue;
        }
        erasures::order(&mut tx, user, ACTOR, now).await?;
        jobs::enqueue_once(&mut tx, &new_id(random), identity::ERASE, user, now).await?;
        audit::record(&mut tx, now, &Event::new(ACTOR, "user.erasure_ordered", "user", user)).await?;
        tx.commit().await?;
        ordered += 1;
    }
    db.close().await;
    Ok(ordered)
}

/// Entries that say that a user was erased.
fn erased_in(files: &[PathBuf]) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    for path in files {
        let unreadable = || format!("the second copy {} cannot be read", path.display());
        let file = BufReader::new(std::fs::File::open(path).with_context(unreadable)?);
        for (number, line) in file.split(b'\n').enumerate() {
            let Some(Line::Row(row)) = Line::read(&line.with_context(unreadable)?) else {
                continue;
            };
            ensure!(
                row.hash == audit_chain::hash(&row.previous, &row.entry),
                "line {} of {} was changed",
                number + 1,
                path.display()
            );
            if row.entry.action == "user.erased" {
                found.push(row.entry);
            }
        }
    }
    Ok(found)
}
