//! The system part of the image: the few files of Debian packages that `nextcloud-app/image/packages.txt`
//! names. apt fetches the packages and verifies them with Debian's keys.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::tree::Tree;
use crate::command::{find, output, run};
use crate::fingerprint::sha256_file;
use crate::paths::Paths;

/// Applets of busybox that get a name of their own: what the image's scripts, update-ca-certificates and
/// a person who looks around need.
const APPLETS: &str = "[ basename cat chmod chown cp date df dirname du env expr false find grep head id kill ln ls \
    mkdir mktemp mv printf ps pwd readlink rm rmdir run-parts sed sh sha256sum sleep sort stat tail tar test touch \
    true uname wc xargs";

const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nvoiceassist:x:10001:10001:VoiceAssist:/nonexistent:/bin/false\n";
const GROUP: &str = "root:x:0:\nvoiceassist:x:10001:\n";

/// A line of the list.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    package: String,
    /// Files or folders; empty means the libraries.
    paths: Vec<String>,
}

/// The whole system part.
///
/// # Errors
/// The machine is not a Debian, a package is not to be had, or a library that something needs is missing.
pub fn system(paths: &Paths) -> Result<Tree> {
    ensure!(
        find("apt-get").is_some() && find("dpkg-deb").is_some(),
        "the image is made of Debian packages: build it on Debian 12"
    );
    let image = paths.root.join("nextcloud-app/image");
    let list = parse(&std::fs::read_to_string(image.join("packages.txt"))?);
    let folder = paths.cache.join("debian");
    let archives = download(&folder, &list)?;
    let mut tree = Tree::default();
    for (wanted, archive) in list.iter().zip(&archives) {
        take(&mut tree, wanted, archive)?;
    }
    for name in ["bin", "sbin", "lib", "lib64"] {
        tree.link(name, &format!("usr/{name}"));
    }
    for applet in APPLETS.split_whitespace() {
        tree.link(&format!("usr/bin/{applet}"), "busybox");
    }
    absent(&mut tree, &image, &folder)?;
    certificates(&mut tree)?;
    tree.file("etc/passwd", PASSWD);
    tree.file("etc/group", GROUP);
    tree.file("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
    tree.file("etc/nsswitch.conf", "hosts: files dns\n");
    tree.folder("tmp", 0o1777);
    for empty in [
        "certs",
        "dev",
        "etc/ca-certificates/update.d",
        "proc",
        "root",
        "sys",
        "usr/local/share/ca-certificates",
    ] {
        tree.folder(empty, 0o755);
    }
    Ok(tree)
}

fn parse(text: &str) -> Vec<Wanted> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            Some(Wanted {
                package: words.next()?,
                paths: words.collect(),
            })
        })
        .collect()
}

/// The verified archives, in the order of the list. What lies in `folder` is used when apt names its hash.
fn download(folder: &Path, list: &[Wanted]) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let names = list.iter().map(|wanted| &wanted.package);
    let uris = output(
        Command::new("apt-get")
            .args(["-q", "download", "--print-uris"])
            .args(names),
    )
    .context("apt does not know every package; run `apt-get update`")?;
    let mut archives = Vec::new();
    for wanted in list {
        let (name, hash) = uris
            .lines()
            .find_map(|line| uri(line, &wanted.package))
            .with_context(|| format!("apt names no archive with a SHA-256 for {}", wanted.package))?;
        let archive = folder.join(name);
        if !archive.is_file() || sha256_file(&archive)? != hash {
            let mut apt = Command::new("apt-get");
            apt.args(["-q", "download", "-o", "APT::Sandbox::User=root", &wanted.package])
                .current_dir(folder);
            run(&mut apt)?;
            ensure!(
                archive.is_file() && sha256_file(&archive)? == hash,
                "{} is not what apt announced",
                archive.display()
            );
        }
        archives.push(archive);
    }
    Ok(archives)
}

/// `'http://…/libc6_2.36-9_amd64.deb' libc6_2.36-9_amd64.deb 2757832 SHA256:…` -> file name and hash
fn uri(line: &str, package: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace().skip(1);
    let name = words.next()?;
    let hash = words.nth(1)?.strip_prefix("SHA256:")?;
    (name.split('_').next()? == package).then(|| (name.to_owned(), hash.to_owned()))
}

fn take(tree: &mut Tree, wanted: &Wanted, archive: &Path) -> Result<()> {
    let package = &wanted.package;
    let content = Command::new("dpkg-deb").arg("--fsys-tarfile").arg(archive).output()?;
    ensure!(content.status.success(), "dpkg-deb cannot read {}", archive.display());
    let documentation = format!("usr/share/doc/{package}");
    let copyright = format!("{documentation}/copyright");
    let selected = |name: &str| {
        if wanted.paths.is_empty() {
            is_library(name)
        } else {
            wanted.paths.iter().any(|path| is_in(name, path))
        }
    };
    let taken = tree.take(content.stdout.as_slice(), |name| selected(name).then(|| merged(name)))?;
    ensure!(taken > 0, "{package} holds nothing of {:?}", wanted.paths);
    // Packages of one source share their copyright file through a link.
    let licences = tree.take(content.stdout.as_slice(), |name| {
        (name == documentation || name == copyright).then(|| name.to_owned())
    })?;
    ensure!(licences == 1, "{package} has no copyright file");
    // Scanners read what is installed from here, as in other images without a package manager.
    let record = output(Command::new("dpkg-deb").arg("--field").arg(archive))?;
    tree.file(&format!("var/lib/dpkg/status.d/{package}"), record);
    Ok(())
}

fn is_in(name: &str, path: &str) -> bool {
    name.strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_library(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    (name.starts_with("lib/") || name.starts_with("usr/lib/")) && file.contains(".so.")
}

/// Debian 12 keeps `/bin`, `/lib` and the like as links into `/usr`; its packages still name them.
fn merged(name: &str) -> String {
    let top = name.split('/').next().unwrap_or_default();
    if matches!(top, "bin" | "sbin" | "lib" | "lib64") {
        format!("usr/{name}")
    } else {
        name.to_owned()
    }
}

/// The two libraries that answer "there is none".
fn absent(tree: &mut Tree, image: &Path, folder: &Path) -> Result<()> {
    let libraries = tree
        .paths()
        .find_map(|path| path.strip_suffix("/libtesseract.so.5"))
        .context("no libtesseract")?
        .to_owned();
    let script = format!("-Wl,--version-script={}", image.join("curl.map").display());
    for (define, name, extra) in [
        ("-DARCHIVE", "libarchive.so.13", None),
        ("-DCURL", "libcurl.so.4", Some(script)),
    ] {
        let out = folder.join(name);
        let mut compiler = Command::new("cc");
        compiler
            .args([
                "-shared",
                "-fPIC",
                "-Os",
                "-nostdlib",
                "-s",
                "-Wl,--build-id=none",
                define,
            ])
            .arg(format!("-Wl,-soname,{name}"))
            .args(extra)
            .arg("-o")
            .arg(&out)
            .arg(image.join("absent.c"));
        run(&mut compiler)?;
        tree.copy(&format!("{libraries}/{name}"), &out)?;
    }
    Ok(())
}

/// What the package's own installation would have written: every authority is trusted.
fn certificates(tree: &mut Tree) -> Result<()> {
    let folder = "usr/share/ca-certificates/";
    let names: Vec<String> = tree
        .paths()
        .filter_map(|path| path.strip_prefix(folder))
        .filter(|name| name.ends_with(".crt"))
        .map(str::to_owned)
        .collect();
    ensure!(names.len() > 100, "only {} certificate authorities", names.len());
    let mut bundle = Vec::new();
    for name in &names {
        bundle.extend_from_slice(tree.bytes(&format!("{folder}{name}")).unwrap_or_default());
    }
    tree.file("etc/ssl/certs/ca-certificates.crt", bundle);
    tree.file("etc/ca-certificates.conf", names.join("\n") + "\n");
    Ok(())
}

/// Fails when a program or library below `root` names a library that is not there.
pub fn check_libraries(root: &Path) -> Result<usize> {
    let mut binaries = Vec::new();
    for file in crate::fingerprint::files(root)? {
        if starts_with_elf(&file)? {
            binaries.push(file);
        }
    }
    let listed = output(Command::new("readelf").args(["-d", "--wide"]).args(&binaries))?;
    let names: BTreeSet<_> = tree_names(root)?;
    let missing: BTreeSet<&str> = needed(&listed).filter(|name| !names.contains(*name)).collect();
    if !missing.is_empty() {
        bail!("libraries are missing in the image: {missing:?}");
    }
    Ok(binaries.len())
}

fn starts_with_elf(file: &Path) -> Result<bool> {
    use std::io::Read;
    let mut start = Vec::new();
    std::fs::File::open(file)?.take(4).read_to_end(&mut start)?;
    Ok(start == b"\x7fELF")
}

fn needed(listed: &str) -> impl Iterator<Item = &str> {
    let lines = listed.lines().filter(|line| line.contains("(NEEDED)"));
    lines.filter_map(|line| line.split_once('[')?.1.split(']').next())
}

/// Names of all files and links.
fn tree_names(root: &Path) -> Result<BTreeSet<String>> {
    let listed = output(
        Command::new("find")
            .arg(root)
            .args(["(", "-type", "f", "-o", "-type", "l", ")", "-printf", "%f\n"]),
    )?;
    Ok(listed.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_read_without_its_comments() {
        let list = parse("# why\n\nlibc6 lib lib64\nzlib1g\n");
        assert_eq!(list.len(), 2);
        assert_eq!((list[0].package.as_str(), list[0].paths.len()), ("libc6", 2));
        assert!(list[1].paths.is_empty());
    }

    #[test]
    fn archive_and_hash_are_found_in_the_words_of_apt() {
        let line = "'http://deb/pool/z/zlib1g_1.2_amd64.deb' zlib1g_1.2_amd64.deb 86 SHA256:ab";
        assert_eq!(uri(line, "zlib1g"), Some(("zlib1g_1.2_amd64.deb".into(), "ab".into())));
        assert_eq!(uri(line, "zlib"), None);
    }

    #[test]
    fn only_what_is_wanted_is_taken_and_lies_below_usr() {
        assert!(is_library("usr/lib/x86_64-linux-gnu/libz.so.1.2"));
        assert!(!is_library("usr/share/doc/libz.so.1/copyright"));
        assert!(is_in("usr/bin/openssl", "usr/bin/openssl") && is_in("usr/sbin/a", "usr/sbin"));
        assert!(!is_in("usr/bin/openssl-x", "usr/bin/openssl"));
        assert_eq!(merged("lib64/ld.so"), "usr/lib64/ld.so");
        assert_eq!(merged("etc/os-release"), "etc/os-release");
    }

    #[test]
    fn needed_libraries_are_read() {
        let listed = "File: a\n 0x01 (NEEDED)  Shared library: [libz.so.1]\n 0x0e (SONAME) Library soname: [a]\n";
        assert_eq!(needed(listed).collect::<Vec<_>>(), ["libz.so.1"]);
    }
}
