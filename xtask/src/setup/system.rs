//! System packages, by apt, only those that are missing. As root they are installed; elsewhere
//! sudo is used after asking; when neither is possible the line to run is printed.

use std::io::{BufRead, IsTerminal};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::Purpose;
use crate::command::{announce, find, output, run};
use crate::term::say;

/// How to see that a package is there without asking the package database.
enum Sign {
    Program(&'static str),
    Python(&'static str),
    /// Data of tesseract for this language.
    Reads(&'static str),
}

struct Need {
    sign: Sign,
    package: &'static str,
    why: &'static str,
    tests_only: bool,
}

const NEEDS: &[Need] = &[
    Need {
        sign: Sign::Program("c++"),
        package: "build-essential",
        why: "compiles the C parts of crates",
        tests_only: false,
    },
    Need {
        sign: Sign::Program("tesseract"),
        package: "tesseract-ocr",
        why: "reads scanned pages",
        tests_only: false,
    },
    Need {
        sign: Sign::Reads("eng"),
        package: "tesseract-ocr-eng",
        why: "reads scanned English pages",
        tests_only: false,
    },
    Need {
        sign: Sign::Program("espeak-ng"),
        package: "espeak-ng",
        why: "speaks where the voice's model cannot",
        tests_only: false,
    },
    Need {
        sign: Sign::Python("pip"),
        package: "python3-pip",
        why: "knows where the models' registry is",
        tests_only: false,
    },
    Need {
        sign: Sign::Program("npm"),
        package: "npm",
        why: "knows where pdf.js' registry is",
        tests_only: false,
    },
    Need {
        sign: Sign::Program("unshare"),
        package: "util-linux",
        why: "runs the proof that nothing leaves in a network of its own",
        tests_only: true,
    },
    Need {
        sign: Sign::Program("redis-server"),
        package: "redis-server",
        why: "tells hosts of one database of each other's changes in the tests",
        tests_only: true,
    },
    Need {
        sign: Sign::Program("ip"),
        package: "iproute2",
        why: "brings up that network's loopback",
        tests_only: true,
    },
    Need {
        sign: Sign::Program("chromium"),
        package: "chromium",
        why: "runs the browser tests",
        tests_only: true,
    },
    Need {
        sign: Sign::Program("pdftotext"),
        package: "poppler-utils",
        why: "the reference of the extraction bars",
        tests_only: true,
    },
    Need {
        // Debian's python3 has `venv` itself; what it needs comes with the package.
        sign: Sign::Python("ensurepip"),
        package: "python3-venv",
        why: "runs the comparison of the benches",
        tests_only: true,
    },
];

pub fn install(purpose: Purpose) -> Result<()> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|need| purpose == Purpose::Test || !need.tests_only)
        .filter(|need| !is_there(&need.sign))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        say(format!("missing: {} ({})", need.package, need.why));
    }
    apt_install(&missing.iter().map(|need| need.package).collect::<Vec<_>>())
}

fn is_there(sign: &Sign) -> bool {
    match sign {
        Sign::Program(name) => find(name).is_some(),
        Sign::Python(module) => output(Command::new("python3").args(["-c", &format!("import {module}")])).is_ok(),
        Sign::Reads(language) => lists(Command::new("tesseract").arg("--list-langs"), language),
    }
}

/// True when a line of the program's answer is `word`; older ones answer on standard error.
fn lists(command: &mut Command, word: &str) -> bool {
    command.stdin(Stdio::null()).output().is_ok_and(|answer| {
        let text = [answer.stdout, answer.stderr].concat();
        String::from_utf8_lossy(&text).lines().any(|line| line.trim() == word)
    })
}

/// Installs Debian packages.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let by_hand = format!(
        "apt-get update && apt-get install --no-install-recommends {}",
        packages.join(" ")
    );
    if find("apt-get").is_none() {
        bail!(
            "this machine has no apt; install what Debian calls: {}",
            packages.join(" ")
        );
    }
    let sudo = !is_root();
    if sudo && !may_use_sudo(&by_hand) {
        bail!("system packages are missing; run as root: {by_hand}");
    }
    let apt = || {
        let mut command = if sudo {
            Command::new("sudo")
        } else {
            Command::new("env")
        };
        // A fresh machine installs its own updates at the same time: wait for their lock.
        command.args([
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-q",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
        command
    };
    // An outdated list is the usual reason for a failed install; an update that fails may still leave a usable one.
    if run(apt().arg("update")).is_err() {
        say("the package lists could not be brought up to date; trying with those that are there");
    }
    // No limit: apt has its own for the network, and one that is killed leaves half-installed packages.
    announce(
        apt().args(["install", "-y", "--no-install-recommends"]).args(packages),
        None,
    )
    .map_err(|error| error.context(format!("system packages are missing; run as root: {by_hand}")))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn may_use_sudo(line: &str) -> bool {
    if find("sudo").is_none() || !std::io::stdin().is_terminal() {
        return false;
    }
    say(format!("May sudo run `{line}` now? [y/N]"));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn present_and_absent_signs_are_told_apart() {
        assert!(is_there(&Sign::Program("sh")));
        assert!(!is_there(&Sign::Program("no-such-program-here")));
        assert!(!is_there(&Sign::Python("no_such_module_here")));
        assert!(!is_there(&Sign::Reads("no-such-language")));
    }

    #[test]
    fn language_is_a_whole_line_of_either_output() {
        let list = |text: &str| lists(Command::new("sh").args(["-c", text]), "eng");
        assert!(list("echo 'List (2):'; echo eng"));
        assert!(list("echo eng >&2"));
        assert!(!list("echo english"));
    }
}
