//! The `voiceassist` program: reads the command line and calls the verb.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use voiceassist::clock::{Clock, SystemClock, SystemRandom};
use voiceassist::config::{Config, Overrides};
use voiceassist::{audit, backup, db, doctor, eval, identity, lifecycle, plugins, retention, vault};

#[derive(Parser)]
#[command(
    name = "voiceassist",
    version,
    about = "Ask the hospital's own documents; every sentence is cited."
)]
struct Arguments {
    /// Settings file instead of ./voiceassist.toml
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve the application (the default)
    Serve {
        /// With the fictional sample shelf
        #[arg(long)]
        demo: bool,
        /// Address and port
        #[arg(long)]
        listen: Option<String>,
    },
    /// Bring the database to the newest version
    Migrate,
    /// Rebuild the search index from the database
    Reindex,
    /// Print a one-time sign-in link for a local user
    Login {
        #[arg(long)]
        user: String,
        /// Print a token for a program instead, such as an assistant that uses the calculators
        #[arg(long)]
        token: bool,
    },
    /// Take away the second factor of somebody who has lost it; the audit trail keeps that it was done here
    ResetSecondFactor {
        #[arg(long)]
        user: String,
    },
    /// Say whether the audit trail of the configured database, or of a file, still holds
    VerifyAudit {
        /// A SQLite file, such as a copy, instead of the configured database
        #[arg(long)]
        database: Option<PathBuf>,
        /// The head that an earlier run printed
        #[arg(long)]
        head: Option<audit::verify::Head>,
        /// The key that signed the checkpoints (64 hexadecimal digits, or a file with one a line); may be given more than once
        #[arg(long)]
        public_key: Vec<audit::verify::PublicKeys>,
        /// A file of the second copy, the oldest first; may be given more than once
        #[arg(long)]
        sink: Vec<PathBuf>,
    },
    /// Write one encrypted archive of everything that cannot be made again; the server may go on
    Backup {
        #[arg(long)]
        out: PathBuf,
        /// Seal it under this key instead of the master key
        #[arg(long)]
        key_file: Option<PathBuf>,
    },
    /// Put an archive where the data lies, or prove that it could be
    Restore {
        #[arg(long = "in")]
        input: PathBuf,
        /// The key of the archive instead of the master key
        #[arg(long)]
        key_file: Option<PathBuf>,
        /// Set data that is there aside under another name
        #[arg(long)]
        force: bool,
        /// Only rebuild it in a scratch folder, prove that it is the same, and say how long that took
        #[arg(long, conflicts_with = "force")]
        drill: bool,
        /// A file of the audit trail's second copy: users who were erased after the backup was made are erased again at the
        /// next start; may be given more than once
        #[arg(long, conflicts_with = "drill")]
        audit_copy: Vec<PathBuf>,
        /// Where the scratch folder is made; on PostgreSQL the rows go into a database that is made beside the configured one
        #[arg(long, default_value = "/tmp")]
        scratch: PathBuf,
    },
    /// Use a new data key from now on, or wrap the data keys under a new master key
    RotateKeys {
        /// File with the new master key; it does not touch the data keys
        #[arg(long)]
        new_master: Option<PathBuf>,
    },
    /// Say what is missing and how to fix it
    Doctor,
    /// Print every destination that this host may contact, as a Markdown table
    EgressMap,
    /// Install, list and switch plugins
    #[command(subcommand)]
    Plugin(plugins::cli::Verb),
    /// Measure a part on evaluation data
    #[command(subcommand)]
    Eval(Eval),
    #[command(hide = true, name = plugins::COMPILE)]
    CompilePlugin,
    #[command(hide = true)]
    ExtractWorker {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
}

#[derive(Subcommand)]
enum Eval {
    /// Extract the text of files, page by page
    Extract {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[arg(long)]
        out: PathBuf,
    },
    /// Rank a corpus for queries
    Retrieval(eval::retrieval::Arguments),
    /// Answer questions from a corpus
    Answers(eval::answers::Arguments),
    /// Answer MedCalc-Bench's rows
    Calculators(eval::calculators::Arguments),
    /// Write down the speech of WAV files
    Stt {
        /// Folder of .wav files
        #[arg(long)]
        dir: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
    /// Say a text into a WAV file
    Say {
        #[arg(long)]
        text: String,
        #[arg(long)]
        out: PathBuf,
    },
    /// Say sentences of the ward and see whether anything that matters is misheard without being asked back
    Heard(eval::heard::Arguments),
    /// Find identifiers in texts
    Phi {
        #[arg(long = "in")]
        input: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    // A panic's own words may hold text of a document: the log gets its place only.
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(at = panic.location().map(ToString::to_string), "panicked");
    }));
    let arguments = Arguments::parse();
    if let Some(Verb::ExtractWorker { arguments }) = arguments.verb {
        return extract::child::worker(arguments);
    }
    if let Some(Verb::CompilePlugin) = arguments.verb {
        return sandbox::compile_child();
    }
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "voiceassist: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let mut overrides = Overrides {
        file: arguments.config,
        ..Overrides::default()
    };
    let verb = arguments.verb.unwrap_or(Verb::Serve {
        demo: false,
        listen: None,
    });
    if let Verb::Serve { demo, listen } = &verb {
        overrides.demo = demo.then_some(true);
        overrides.listen.clone_from(listen);
    }
    let config = Config::load(&overrides)?;
    let serves = matches!(verb, Verb::Serve { .. });
    // Who runs a command reads what it prints.
    let level = config.log.as_deref().unwrap_or(if serves { "info" } else { "warn" });
    log_to_stderr(level)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match verb {
        Verb::Serve { .. } => runtime.block_on(lifecycle::serve::serve(config))?,
        Verb::Migrate => {
            std::fs::create_dir_all(&config.data_dir)?;
            runtime.block_on(db::open(&config.database_url))?;
            writeln!(std::io::stdout(), "The database is at the newest version.")?;
        }
        Verb::Reindex => runtime.block_on(lifecycle::reindex::reindex(&config))?,
        Verb::Login { user, token } => runtime.block_on(login(&config, &user, token))?,
        Verb::ResetSecondFactor { user } => runtime.block_on(reset_second_factor(&config, &user))?,
        Verb::VerifyAudit {
            database,
            head,
            public_key,
            sink,
        } => {
            let url = database.map_or_else(
                || config.database_url.clone(),
                |file| format!("sqlite://{}", file.display()),
            );
            let against = audit::verify::Against {
                kept: head,
                keys: public_key.into_iter().flat_map(|keys| keys.0).collect(),
                sink,
            };
            let holds = runtime.block_on(audit::verify::verify(&url, &against))?;
            audit::verify::say(&holds, &against, &mut std::io::stdout())?;
        }
        Verb::Backup { out, key_file } => runtime.block_on(save(&config, &out, key_file))?,
        Verb::Restore {
            input,
            key_file,
            force,
            drill,
            audit_copy,
            scratch,
        } => {
            let scratch = drill.then_some(scratch);
            runtime.block_on(restore(&config, &input, key_file, force, scratch))?;
            if !audit_copy.is_empty() {
                let again = retention::reapply::run(&config, &audit_copy, &SystemClock, &SystemRandom);
                let again = runtime.block_on(again)?;
                writeln!(
                    std::io::stdout(),
                    "{again} users will be erased again at the next start."
                )?;
            }
        }
        Verb::RotateKeys { new_master } => {
            let (random, mut out) = (Arc::new(SystemRandom), std::io::stdout());
            runtime.block_on(vault::rotate::run(&config, new_master, &SystemClock, random, &mut out))?;
        }
        Verb::Doctor => return doctor::run(&config, false, &mut std::io::stdout()),
        Verb::EgressMap => {
            let (worker, mut out) = (std::env::current_exe()?, std::io::stdout());
            runtime.block_on(lifecycle::outward::print_map(&config, &worker, &mut out))?;
        }
        Verb::Eval(Eval::Extract { files, out }) => eval::extract::run(&files, &out, &config.cache_dir)?,
        Verb::Eval(Eval::Retrieval(arguments)) => eval::retrieval::run(&arguments, &config.cache_dir)?,
        Verb::Eval(Eval::Answers(arguments)) => eval::answers::run(&arguments, &config.cache_dir)?,
        Verb::Eval(Eval::Calculators(arguments)) => {
            runtime.block_on(eval::calculators::run(
                &arguments,
                &config.cache_dir,
                &mut std::io::stdout(),
            ))?;
        }
        Verb::Eval(Eval::Stt { dir, out }) => {
            let measured = eval::stt::run(&dir, &out, &config.cache_dir)?;
            writeln!(std::io::stdout(), "{measured}")?;
        }
        Verb::Eval(Eval::Say { text, out }) => eval::say::run(&text, &out, &config.cache_dir)?,
        Verb::Eval(Eval::Heard(arguments)) => {
            eval::heard::run(&arguments, &config.cache_dir, &mut std::io::stdout())?;
        }
        Verb::Eval(Eval::Phi { input, out }) => eval::phi::run(&input, &out)?,
        Verb::Plugin(verb) => runtime.block_on(plugin(&config, verb))?,
        Verb::CompilePlugin | Verb::ExtractWorker { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn save(config: &Config, out: &Path, key_file: Option<PathBuf>) -> Result<()> {
    let key = backup::archive_key(config, key_file).await?;
    let saved = backup::save::run(config, &key, out, &SystemClock, Arc::new(SystemRandom)).await?;
    writeln!(std::io::stdout(), "{}: {saved}", out.display())?;
    Ok(())
}

async fn restore(
    config: &Config,
    input: &Path,
    key_file: Option<PathBuf>,
    force: bool,
    scratch: Option<PathBuf>,
) -> Result<()> {
    let key = Arc::new(backup::archive_key(config, key_file).await?);
    if let Some(scratch) = scratch {
        let random = Arc::new(SystemRandom);
        let proven = backup::drill::run(config, key, input, &scratch, &SystemClock, random).await?;
        writeln!(std::io::stdout(), "{proven}")?;
        return Ok(());
    }
    let restored = backup::restore::run(config, key, input, force, SystemClock.now_ms()).await?;
    let rows: u64 = restored.end.tables.iter().map(|table| table.rows).sum();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "Restored {rows} rows and {} original files in {:.1} s; every table is as it was.",
        restored.end.originals, restored.seconds
    )?;
    if let Some(master) = restored.manifest.master {
        writeln!(out, "The server needs the master key {master} to start.")?;
    }
    Ok(())
}

async fn plugin(config: &Config, verb: plugins::cli::Verb) -> Result<()> {
    let plugins = plugins::cli::open(config, &std::env::current_exe()?).await?;
    plugins::cli::run(verb, &plugins, &mut std::io::stdout()).await
}

async fn login(config: &Config, user: &str, token: bool) -> Result<()> {
    std::fs::create_dir_all(&config.data_dir)?;
    let db = db::open(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    if token {
        let secret = identity::login::token(config, &db, &SystemClock, &SystemRandom, user).await?;
        writeln!(
            std::io::stdout(),
            "A program sends this with every request, for 12 hours:\n\n    Authorization: Bearer {secret}\n"
        )?;
        return Ok(());
    }
    let secret = identity::login::link(config, &db, &SystemClock, &SystemRandom, user).await?;
    writeln!(
        std::io::stdout(),
        "Open this link once, within 30 minutes:\n\n    http://{}/#login={secret}\n",
        config.listen
    )?;
    Ok(())
}

async fn reset_second_factor(config: &Config, user: &str) -> Result<()> {
    let db = db::open(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    identity::second_factor::remove::from_shell(&db, &SystemClock, user).await?;
    writeln!(
        std::io::stdout(),
        "{user} has no second factor any more and can set up a new one under Security."
    )?;
    Ok(())
}

/// JSON lines without document text: the code logs ids, counts and times only.
fn log_to_stderr(level: &str) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(level)
        .with_context(|| format!("VOICEASSIST_LOG is \"{level}\", which is not a level or a filter. Allowed: info, debug, voiceassist=debug and the like"))?;
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
