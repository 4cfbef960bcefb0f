//! `cargo xtask package`: everything a release is made of, in `target/package`. The same inputs (sources, host,
//! Debian packages) give the same bytes.

mod check;
mod debian;
mod frpc;
mod image;
mod info;
mod models;
mod tree;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::command::{announce, cargo, output, run};
use crate::fingerprint::sha256_file;
use crate::paths::Paths;
use crate::setup::{Purpose, setup};
use crate::term::{result, say};
use crate::wasm::{FINISHER, wasm};
use image::Image;
use info::Info;
use tree::{Tree, gzip};

/// Of the image without models, in bytes.
const UNPACKED_LIMIT: u64 = 150_000_000;

#[derive(Default)]
struct Options {
    check: bool,
    models: bool,
    with_models: bool,
    key: Option<PathBuf>,
    frpc: Option<PathBuf>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut file = || {
                words
                    .next()
                    .map(PathBuf::from)
                    .with_context(|| format!("{word} needs a file"))
            };
            match word.as_str() {
                "--check" => options.check = true,
                "--models" => options.models = true,
                "--with-models" => options.with_models = true,
                "--key" => options.key = Some(file()?),
                "--frpc" => options.frpc = Some(file()?),
                other => bail!("package does not know {other}"),
            }
        }
        Ok(options)
    }
}

/// Builds what the arguments ask for; without any, the two archives and the image.
pub fn package(paths: &Paths, arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let folder = paths.target.join("package");
    std::fs::create_dir_all(&folder)?;
    if options.check {
        return check::check(paths, &folder);
    }
    let info = Info::read(&paths.root)?;
    let time = time(&paths.root)?;
    setup(paths, Purpose::Run)?;
    if options.models {
        let key = options.key.unwrap_or_else(|| folder.join("models.key"));
        let (bundle, public) = models::write(paths, &folder, &info.version, &key, time)?;
        let key = std::fs::read_to_string(&public)?;
        result(format!("{}\n{}\n{key}", describe(&bundle)?, public.display()));
        return Ok(());
    }
    for name in ["manual-install.json", "appinfo/info.xml"] {
        let source = paths.root.join("nextcloud-app").join(name);
        let file = source.file_name().context("a file has a name")?;
        std::fs::copy(&source, folder.join(file)).with_context(|| format!("cannot copy {}", source.display()))?;
    }
    let store = archive(
        &folder,
        &format!("voiceassist-{}", info.version),
        &store_tree(&paths.root)?,
        time,
    )?;
    let companion = format!("voiceassist-microphone-{}", info.version);
    let companion = archive(&folder, &companion, &companion_tree(&paths.root)?, time)?;
    let binary = host(paths, &folder)?;
    let image = image(paths, &options, &info, &binary, time, &folder)?;
    result(format!(
        "{}\n{}\n{}",
        describe(&store)?,
        describe(&companion)?,
        describe(&image)?
    ));
    for (file, key) in [(&store, "voiceassist"), (&companion, "voiceassist_microphone")] {
        result(format!(
            "sign: openssl dgst -sha512 -sign {key}.key {} | openssl base64",
            file.display()
        ));
    }
    Ok(())
}

fn describe(file: &Path) -> Result<String> {
    let size = file.metadata()?.len() as f64 / 1e6;
    Ok(format!(
        "{}  {size:.1} MB  sha256 {}",
        file.display(),
        sha256_file(file)?
    ))
}

/// Seconds since 1970: `SOURCE_DATE_EPOCH`, else the time of the commit.
fn time(root: &Path) -> Result<u64> {
    let text = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text,
        Err(_) => output(
            Command::new("git")
                .current_dir(root)
                .args(["log", "-1", "--format=%ct"]),
        )
        .context("this is no git checkout; set SOURCE_DATE_EPOCH")?,
    };
    text.trim().parse().with_context(|| format!("{text:?} is no time"))
}

fn revision(root: &Path) -> Result<String> {
    let text = output(Command::new("git").current_dir(root).args(["rev-parse", "HEAD"]))?;
    Ok(text.trim().to_owned())
}

fn store_tree(root: &Path) -> Result<Tree> {
    let app = root.join("nextcloud-app");
    let mut tree = Tree::default();
    for name in ["appinfo/info.xml", "CHANGELOG.md"] {
        tree.copy(&format!("voiceassist/{name}"), &app.join(name))?;
    }
    for name in ["img", "l10n"] {
        tree.copy_folder(&format!("voiceassist/{name}"), &app.join(name))?;
    }
    Ok(tree)
}

fn companion_tree(root: &Path) -> Result<Tree> {
    let mut tree = Tree::default();
    tree.copy_folder("voiceassist_microphone", &root.join("nextcloud-app/companion"))?;
    tree.copy("voiceassist_microphone/LICENSE", &root.join("LICENSE"))?;
    Ok(tree)
}

fn archive(folder: &Path, name: &str, tree: &Tree, time: u64) -> Result<PathBuf> {
    let file = folder.join(format!("{name}.tar.gz"));
    std::fs::write(&file, gzip(&tree.tar(time)?)?).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// The host without its symbols: the given one, else a release build, with the web client and the plugins.
fn host(paths: &Paths, folder: &Path) -> Result<PathBuf> {
    let binary = match paths.given_binary() {
        Some(given) => given,
        None => {
            wasm(paths, Purpose::Run, &[FINISHER])?;
            let mut build = cargo(&paths.root);
            build.args(["build", "--locked", "--release", "--package", "voiceassist"]);
            announce(&mut build, None)?;
            paths.target.join("release/voiceassist")
        }
    };
    let stripped = folder.join("voiceassist");
    run(Command::new("strip").arg("-o").arg(&stripped).arg(&binary))?;
    Ok(stripped)
}

fn application(paths: &Paths, binary: &Path) -> Result<Tree> {
    let mut tree = Tree::default();
    let image = paths.root.join("nextcloud-app/image");
    for script in ["start.sh", "healthcheck.sh"] {
        tree.program(script, tree::read(&image.join(script))?);
    }
    tree.program("usr/local/bin/voiceassist", tree::read(binary)?);
    tree.copy_folder("opt/voiceassist/lib", &paths.cache.join("lib"))?;
    tree.copy_folder("opt/voiceassist/plugins", &paths.plugins())?;
    tree.copy_folder("opt/voiceassist/web", &paths.web_dist())?;
    for (name, source) in [("LICENSE", "LICENSE"), ("THIRD-PARTY.md", "docs/THIRD-PARTY.md")] {
        tree.copy(&format!("usr/share/doc/voiceassist/{name}"), &paths.root.join(source))?;
    }
    Ok(tree)
}

fn image(paths: &Paths, options: &Options, info: &Info, binary: &Path, time: u64, folder: &Path) -> Result<PathBuf> {
    let mut layers = vec![
        ("system", debian::system(paths)?),
        ("application", application(paths, binary)?),
    ];
    match &options.frpc {
        Some(archive) => layers.insert(1, ("tunnel", frpc::layer(archive, std::env::consts::ARCH)?)),
        None => say(format!(
            "no frpc in the image: HaRP daemons that are not `direct` need it; give --frpc with the official frp {} archive",
            frpc::VERSION
        )),
    }
    if options.with_models {
        let mut tree = Tree::default();
        let models = models::files(paths)?.tar(time)?;
        tree.take(models.as_slice(), |name| Some(format!("opt/voiceassist/{name}")))?;
        layers.push(("models", tree));
    }
    for (what, tree) in &layers {
        say(format!("layer {what}: {:.1} MB", tree.size() as f64 / 1e6));
    }
    let image = Image {
        reference: &info.reference(),
        version: &info.version,
        revision: &revision(&paths.root)?,
        time,
        layers,
    };
    let file = folder.join(format!("voiceassist-{}-oci.tar", info.version));
    let written = image.write(&folder.join("oci"), &file)?;
    result(format!(
        "{} {}: {:.1} MB unpacked, {:.1} MB compressed",
        image.reference,
        written.digest,
        written.unpacked as f64 / 1e6,
        written.compressed as f64 / 1e6
    ));
    let size = serde_json::json!({ "unpacked": written.unpacked, "compressed": written.compressed });
    if !options.with_models {
        std::fs::write(folder.join("size.json"), size.to_string())?;
    }
    ensure!(
        options.with_models || written.unpacked <= UNPACKED_LIMIT,
        "the image is {} bytes unpacked; at most {UNPACKED_LIMIT} without models",
        written.unpacked
    );
    Ok(file)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn unknown_options_and_missing_files_are_refused() {
        assert!(Options::parse(&words("--models --key k")).unwrap().key.is_some());
        assert!(Options::parse(&words("--frpc")).is_err());
        assert!(Options::parse(&words("--model")).is_err());
    }

    #[test]
    fn store_archive_has_one_folder_with_what_the_store_reads() {
        let paths = Paths::find().unwrap();
        let tree = store_tree(&paths.root).unwrap();
        assert!(tree.paths().all(|path| path.starts_with("voiceassist/")));
        for name in [
            "appinfo/info.xml",
            "CHANGELOG.md",
            "img/app.svg",
            "img/app-dark.svg",
            "l10n/de.js",
        ] {
            assert!(tree.bytes(&format!("voiceassist/{name}")).is_some(), "{name}");
        }
        let companion = companion_tree(&paths.root).unwrap();
        assert!(
            companion
                .paths()
                .all(|path| path.starts_with("voiceassist_microphone/"))
        );
        assert_eq!(
            gzip(&tree.tar(1).unwrap()).unwrap(),
            gzip(&store_tree(&paths.root).unwrap().tar(1).unwrap()).unwrap()
        );
    }
}
