//! System packages, by apt, only those that are missing. As root they are installed; elsewhere
//! sudo is used after asking; when neither is possible the line to run is printed.

use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::Purpose;
use crate::command::{announce, find, output, run};
use crate::term::say;

/// How to see that a package is there without asking the package database.
enum Sign {
    Program(&'static str),
    Python(&'static str),
    File(&'static str),
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
        sign: Sign::File("/usr/share/tesseract-ocr/5/tessdata/eng.traineddata"),
        package: "tesseract-ocr-eng",
        why: "reads scanned English pages",
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
        sign: Sign::Python("venv"),
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
        Sign::File(path) => Path::new(path).exists() || std::env::var_os("TESSDATA_PREFIX").is_some(),
    }
}

/// Installs Debian packages.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
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
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
        command
    };
    // An outdated list is the usual reason for a failed install; an update that fails may still leave a usable one.
    if run(apt().arg("update")).is_err() {
        say("the package lists could not be brought up to date; trying with those that are there");
    }
    announce(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
        .map_err(|error| error.context(format!("system packages are missing; run as root: {by_hand}")))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn may_use_sudo(line: &str) -> bool {
    if find("sudo").is_none() || !std::io::stdin().is_terminal() {
        return false;
    }
    say(format!("May `sudo {line}` be run now? [y/N]"));
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
    }
}
