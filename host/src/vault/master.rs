//! Where the master key comes from: a file that is mounted, or a command whose output it is. Never from the data folder:
//! who copies that has only what the keys protect.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use envelope::Key;
use tokio::io::AsyncReadExt;

/// Whether others than owner and group may do anything with the file, or the group may write it.
const TOO_OPEN: u32 = 0o027;
/// A key in hex has 64 characters.
const MOST_BYTES: u64 = 4096;
/// How long the command may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// `MASTER_KEY_FILE` or `MASTER_KEY_COMMAND`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MasterSource {
    #[default]
    None,
    File(PathBuf),
    /// Run by `sh -c`; its output is the key.
    Command(String),
}

#[derive(Debug, thiserror::Error)]
pub enum MasterError {
    #[error("the master key file {file} cannot be read: {reason}")]
    Unreadable { file: String, reason: String },
    #[error(
        "the master key file {file} lies in {folder}, where the data lies that it protects. Keep it outside: on a mounted secret, or use MASTER_KEY_COMMAND"
    )]
    BesideTheData { file: String, folder: String },
    #[error(
        "the master key file {file} has mode {mode:03o}: others than its owner could use it. Run: chmod 400 {file} (a mounted Kubernetes secret: defaultMode: 0400)"
    )]
    TooOpen { file: String, mode: u32 },
    #[error("MASTER_KEY_COMMAND failed: {0}")]
    Command(String),
    #[error("what {0} gives is no key: 32 bytes in hex or base64 are needed. Make one with: openssl rand -hex 32")]
    NoKey(String),
}

impl MasterSource {
    /// Reads the key now. `never_in`: folders of the data.
    ///
    /// # Errors
    /// With what to do about it; never with anything of the key.
    pub async fn read(&self, never_in: &[PathBuf]) -> Result<Option<Key>, MasterError> {
        let text = match self {
            Self::None => return Ok(None),
            Self::File(path) => read_file(path, never_in).await?,
            Self::Command(command) => run(command, PATIENCE).await?,
        };
        let key = Key::parse(&text).map_err(|_| MasterError::NoKey(self.name()))?;
        Ok(Some(key))
    }

    fn name(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::File(path) => path.display().to_string(),
            Self::Command(_) => "MASTER_KEY_COMMAND".to_owned(),
        }
    }
}

async fn read_file(path: &Path, never_in: &[PathBuf]) -> Result<String, MasterError> {
    let file = path.display().to_string();
    let unreadable = |reason: String| MasterError::Unreadable {
        file: file.clone(),
        reason,
    };
    let real = path.canonicalize().map_err(|error| unreadable(error.to_string()))?;
    for folder in never_in {
        // A folder that is not there yet holds nothing.
        if folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)) {
            return Err(MasterError::BesideTheData {
                file,
                folder: folder.display().to_string(),
            });
        }
    }
    let metadata = real.metadata().map_err(|error| unreadable(error.to_string()))?;
    if !metadata.is_file() || metadata.size() > MOST_BYTES {
        return Err(unreadable("it is not a small file".to_owned()));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & TOO_OPEN != 0 {
        return Err(MasterError::TooOpen { file, mode });
    }
    tokio::fs::read_to_string(&real)
        .await
        .map_err(|error| unreadable(error.to_string()))
}

async fn run(command: &str, patience: Duration) -> Result<String, MasterError> {
    let failed = |error: std::io::Error| MasterError::Command(error.to_string());
    let mut child = tokio::process::Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let mut output = String::new();
    let reading = async {
        if let Some(stdout) = child.stdout.take() {
            stdout.take(MOST_BYTES).read_to_string(&mut output).await?;
        }
        child.wait().await
    };
    let ended = tokio::time::timeout(patience, reading)
        .await
        .map_err(|_| MasterError::Command(format!("it did not end within {} seconds", patience.as_secs_f64())))?
        .map_err(failed)?;
    if !ended.success() {
        return Err(MasterError::Command(ended.to_string()));
    }
    Ok(output)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn written(folder: &Path, text: &str, mode: u32) -> MasterSource {
        let path = folder.join("master.key");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        MasterSource::File(path)
    }

    async fn refusal(source: &MasterSource, never_in: &[PathBuf]) -> String {
        source
            .read(never_in)
            .await
            .err()
            .map(|error| error.to_string())
            .unwrap()
    }

    #[tokio::test]
    async fn a_key_file_is_taken_from_outside_the_data_and_from_no_one_elses_reach() {
        let (outside, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let never_in = [data.path().to_owned(), PathBuf::from("/not/there")];
        let key = "ab".repeat(32);
        let source = written(outside.path(), &format!("{key}\n"), 0o400);
        assert!(source.read(&never_in).await.unwrap().is_some());
        let open = written(outside.path(), &key, 0o644);
        assert!(refusal(&open, &never_in).await.contains("chmod 400"));
        let inside = written(data.path(), &key, 0o400);
        assert!(refusal(&inside, &never_in).await.contains("Keep it outside"));
        // A link does not lead around that.
        let link = outside.path().join("link");
        std::os::unix::fs::symlink(data.path().join("master.key"), &link).unwrap();
        assert!(
            refusal(&MasterSource::File(link), &never_in)
                .await
                .contains("Keep it outside")
        );
        let short = written(outside.path(), "secret-but-short", 0o600);
        let said = refusal(&short, &never_in).await;
        assert!(
            said.contains("openssl rand -hex 32") && !said.contains("secret-but-short"),
            "{said}"
        );
        let missing = MasterSource::File(outside.path().join("none"));
        assert!(refusal(&missing, &never_in).await.contains("cannot be read"));
    }

    #[tokio::test]
    async fn a_command_gives_the_key_or_a_reason() {
        let key = "cd".repeat(32);
        let said = MasterSource::Command(format!("echo {key}"));
        let by_file = Key::parse(&key).unwrap().fingerprint();
        assert_eq!(said.read(&[]).await.unwrap().unwrap().fingerprint(), by_file);
        assert!(
            refusal(&MasterSource::Command("exit 3".into()), &[])
                .await
                .contains('3')
        );
        assert!(
            refusal(&MasterSource::Command("echo no".into()), &[])
                .await
                .contains("no key")
        );
        assert!(MasterSource::None.read(&[]).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended() {
        let ended = run("exec sleep 600", Duration::from_millis(20)).await;
        assert!(ended.is_err_and(|error| error.to_string().contains("0.02 seconds")));
    }
}
