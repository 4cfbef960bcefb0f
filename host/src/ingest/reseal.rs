//! Original files that lie as they are, or are sealed under an older key, are sealed under the current one.

use std::io::{Read, Seek, Write};
use std::path::Path;

use envelope::{Header, SealedWriter};

use super::blob::{Kept, files, incoming_folder, kept, kept_file, place, sealed_place, unsealed};
use crate::app::App;
use crate::vault::Vault;

/// Seals every content that is not sealed under the current key. False when there is still one, such as an upload that began
/// before the key was changed: no key may be destroyed then.
///
/// # Errors
/// Of the disk, or one that does not open; what was sealed until then stays so.
pub async fn seal_all(app: &App) -> std::io::Result<bool> {
    let Some(current) = app.vault.current_id() else {
        return Ok(true);
    };
    for (hash, _) in kept(&app.config.data_dir).await? {
        let (data_dir, vault, current) = (app.config.data_dir.clone(), app.vault.clone(), current.clone());
        let done = tokio::task::spawn_blocking(move || seal_again(&data_dir, &hash, &vault, &current));
        done.await.map_err(std::io::Error::other)??;
    }
    let data_dir = app.config.data_dir.clone();
    let looked = tokio::task::spawn_blocking(move || all_current(&data_dir, &current));
    looked.await.map_err(std::io::Error::other)?
}

/// Whether every file, also one that is still arriving, is sealed under this key.
fn all_current(data_dir: &Path, current: &str) -> std::io::Result<bool> {
    let mut all = files(data_dir)?;
    if let Ok(arriving) = std::fs::read_dir(incoming_folder(data_dir)) {
        for file in arriving {
            all.push(file?.path());
        }
    }
    for path in all {
        let key = match std::fs::File::open(&path) {
            Ok(mut file) => key_of(&mut file),
            // It is kept under its name by now, or swept.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if !key.is_ok_and(|key| key == current) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The id of the key under which a file is sealed.
fn key_of(file: &mut std::fs::File) -> std::io::Result<String> {
    let mut header = [0; envelope::HEADER_BYTES];
    file.read_exact(&mut header)?;
    let header = Header::read(header).map_err(std::io::Error::other)?;
    Ok(header.key_id().to_owned())
}

fn seal_again(data_dir: &Path, hash: &str, vault: &Vault, current: &str) -> std::io::Result<()> {
    let (mut plain, target) = (place(data_dir, hash), sealed_place(data_dir, hash));
    let found = match kept_file(data_dir, hash) {
        // Swept meanwhile.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    let mut source: Box<dyn Read> = match found {
        Kept::Plain(file) => Box::new(file),
        Kept::Sealed(mut file) => {
            if key_of(&mut file)? == current {
                // The same content may have been kept as it is before.
                let _ = std::fs::remove_file(&plain);
                return Ok(());
            }
            file.rewind()?;
            Box::new(unsealed(file, vault)?)
        }
    };
    let Some(header) = vault.new_header().map_err(std::io::Error::other)? else {
        return Ok(());
    };
    let key = vault
        .key(header.key_id())
        .ok_or_else(|| std::io::Error::other("the key is gone"))?;
    std::fs::create_dir_all(incoming_folder(data_dir))?;
    let temporary = tempfile::NamedTempFile::new_in(incoming_folder(data_dir))?;
    let mut writer = SealedWriter::new(temporary, &key, header)?;
    std::io::copy(&mut source, &mut writer)?;
    let mut temporary = writer.finish()?;
    temporary.flush()?;
    temporary.as_file().sync_all()?;
    // As young as the content was: the sweep decides by its age.
    let age = std::fs::metadata(&target)
        .or_else(|_| std::fs::metadata(&plain))?
        .modified()?;
    temporary.as_file().set_modified(age)?;
    temporary.persist(&target).map_err(|error| error.error)?;
    let _ = std::fs::remove_file(&plain);
    plain.pop();
    std::fs::File::open(plain)?.sync_all()?;
    Ok(())
}
