//! `cargo xtask crash`: SIGKILLs the real host at seeded random moments of reading and answering,
//! starts it again, and verifies that nothing acknowledged is missing, nothing is there twice, no
//! passage of an old version is left, and that every count equals that of a run without a kill.

mod corpus;
mod expect;
mod verify;
mod work;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::host::{Client, Host, fresh_folder};
use crate::paths::Paths;
use crate::term::{say, span};
use corpus::Chance;
use expect::Expected;

/// Rounds between two complete verifications, which wait until everything is read.
const SETTLE_EVERY: u32 = 10;

/// How long everything may take to be read once nothing new comes.
const SETTLE_LIMIT: Duration = Duration::from_secs(600);

/// Kills `times` times. The same seed gives the same uploads, questions and moments.
pub fn crash(paths: &Paths, times: u32, seed: Option<u64>) -> Result<()> {
    let seed = seed.unwrap_or(20_261_122);
    let run = Run {
        paths,
        work: fresh_folder(paths.target.join("crash"))?,
    };
    say(format!(
        "crash: {times} kills, seed {seed}; data and logs in {}",
        run.work.display()
    ));
    let start = Instant::now();
    let mut chance = Chance::new(seed);
    let mut expected = Expected::default();
    for round in 1..=times {
        let mut host = run.start("killed")?;
        let client = host.sign_in()?;
        verify::acknowledged(&client, &expected).with_context(|| format!("before kill {round} (seed {seed})"))?;
        if round % SETTLE_EVERY == 0 {
            run.verify_all(&client, &mut expected)
                .with_context(|| format!("before kill {round} (seed {seed})"))?;
            say(format!("crash: {round} of {times} after {}", span(start.elapsed())));
        }
        // From the first upload's bytes to well inside the embedding of several files.
        let moment = Duration::from_millis(20 + chance.below(2_500));
        let doings = work::start(client, chance.fork(), &expected)?;
        std::thread::sleep(moment);
        host.kill();
        doings.finish(&mut expected);
    }
    let host = run.start("killed")?;
    let client = host.sign_in()?;
    run.verify_all(&client, &mut expected)
        .with_context(|| format!("after {times} kills (seed {seed})"))?;
    run.compare_with_clean(&client, &expected)
        .with_context(|| format!("after {times} kills (seed {seed})"))?;
    say(format!(
        "crash: {times} kills in {}; {} documents and {} answers acknowledged, all there, once, current",
        span(start.elapsed()),
        expected.documents(),
        expected.answers()
    ));
    Ok(())
}

struct Run<'a> {
    paths: &'a Paths,
    work: PathBuf,
}

impl Run<'_> {
    fn data(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    fn start(&self, name: &str) -> Result<Host> {
        let log = self.work.join(format!("{name}.log"));
        Host::start(
            &self.paths.host_binary(),
            &self.paths.root,
            &self.data(name),
            false,
            &log,
        )
    }

    /// Waits until everything is read, then looks at the API and into the database.
    fn verify_all(&self, client: &Client, expected: &mut Expected) -> Result<()> {
        verify::settle(client, SETTLE_LIMIT)?;
        verify::acknowledged(client, expected)?;
        verify::documents(client, expected)?;
        verify::answers(client, expected)?;
        verify::search(client, expected)?;
        verify::database(&self.data("killed"))
    }

    /// The same documents in the same versions, uploaded to a host that is never killed.
    fn compare_with_clean(&self, client: &Client, expected: &Expected) -> Result<()> {
        let host = self.start("clean")?;
        let clean = host.sign_in()?;
        for (number, version) in expected.settled() {
            clean.upload(&corpus::name(number), corpus::text(number, version).as_bytes())?;
        }
        verify::settle(&clean, SETTLE_LIMIT)?;
        verify::same_counts(client, &clean)?;
        verify::same_tables(&self.data("killed"), &self.data("clean"))
    }
}
