use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use extract::child::{Limits, run};
use extract::{ExtractError, Extracted, Format, Tools};

use crate::support::{PdfPage, pdf, tools};

fn worker() -> PathBuf {
    env!("CARGO_BIN_EXE_extract-worker").into()
}

fn limits(seconds: u64) -> Limits {
    Limits {
        wall: Duration::from_secs(seconds),
        cpu_seconds: 60,
        memory_bytes: 2 << 30,
    }
}

fn run_file(exe: &Path, name: &str, bytes: &[u8], format: Format, limits: &Limits) -> Result<Extracted, ExtractError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    run(
        exe,
        &path,
        format,
        &tools(),
        limits,
        &AtomicBool::new(false),
        &mut |_, _| {},
    )
}

/// A program that stands in for the worker.
fn script(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("worker.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn the_child_gives_the_same_as_reading_here_and_reports_progress() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    let page = |text| PdfPage::default().text("F1", 10.0, 50.0, 700.0, text);
    std::fs::write(&path, pdf(&[page("Wash hands"), page("Wear gloves")])).unwrap();
    let mut steps = Vec::new();
    let found = run(
        &worker(),
        &path,
        Format::Pdf,
        &tools(),
        &limits(60),
        &AtomicBool::new(false),
        &mut |done, total| steps.push((done, total)),
    )
    .unwrap();
    assert_eq!(
        found,
        extract::extract(&path, Format::Pdf, &tools(), &mut |_, _| {}).unwrap()
    );
    assert_eq!(steps, [(0, 2), (1, 2), (2, 2)]);
}

#[test]
fn errors_of_the_child_arrive_typed() {
    assert!(matches!(
        run_file(&worker(), "a.pdf", b"%PDF-1.7 rubbish", Format::Pdf, &limits(60)),
        Err(ExtractError::Broken(_))
    ));
    let missing = Tools {
        pdfium: "/nowhere/libpdfium.so".into(),
        tesseract: None,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf(&[PdfPage::default()])).unwrap();
    let error = run(
        &worker(),
        &path,
        Format::Pdf,
        &missing,
        &limits(60),
        &AtomicBool::new(false),
        &mut |_, _| {},
    )
    .unwrap_err();
    assert!(error.to_string().contains("/nowhere/libpdfium.so"), "{error}");
}

#[test]
fn a_child_that_hangs_is_killed_with_everything_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("pid");
    let exe = script(
        folder.path(),
        &format!("sleep 600 & echo $! > {}; wait", mark.display()),
    );
    let start = Instant::now();
    assert_eq!(
        run_file(&exe, "a.txt", b"x", Format::Text, &limits(1)),
        Err(ExtractError::Timeout)
    );
    assert!(start.elapsed() < Duration::from_secs(20));
    let grandchild = std::fs::read_to_string(mark).unwrap();
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", grandchild.trim())).unwrap_or_default();
    let gone = || state().is_empty() || state().contains(") Z ");
    let patience = Instant::now() + Duration::from_secs(10);
    while !gone() && Instant::now() < patience {
        std::thread::yield_now();
    }
    assert!(gone(), "{}", state());
}

#[test]
fn a_child_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let exe = script(folder.path(), "exec sleep 600");
    let cancel = AtomicBool::new(false);
    let path = folder.path().join("a.txt");
    std::fs::write(&path, b"x").unwrap();
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            run(
                &exe,
                &path,
                Format::Text,
                &tools(),
                &limits(600),
                &cancel,
                &mut |_, _| {},
            )
        });
        cancel.store(true, Ordering::Relaxed);
        assert_eq!(reading.join().unwrap(), Err(ExtractError::Cancelled));
    });
}

#[test]
fn a_crash_or_junk_is_an_error_and_not_a_hang() {
    let folder = tempfile::tempdir().unwrap();
    for (text, memory) in [
        ("echo junk; sleep 600", false),
        ("exit 0", false),
        ("exit 3", false),
        ("kill -SEGV $$", false),
        ("kill -ABRT $$", true),
        ("exec >&-; exec sleep 600", false),
    ] {
        let result = run_file(&script(folder.path(), text), "a.txt", b"x", Format::Text, &limits(60));
        match result {
            Err(ExtractError::Memory) => assert!(memory, "{text}"),
            Err(ExtractError::Broken(_)) => assert!(!memory, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn the_limits_on_processor_time_and_memory_hold() {
    let hungry = Limits {
        memory_bytes: 200 << 20,
        ..limits(120)
    };
    let big = vec![b'a'; 60 << 20];
    assert_eq!(
        run_file(&worker(), "a.txt", &big, Format::Text, &hungry),
        Err(ExtractError::Memory)
    );
    let slow = Limits {
        cpu_seconds: 1,
        ..limits(120)
    };
    let text = "word ".repeat(8 << 20);
    let html = format!("<p>{}", "<b>x</b> ".repeat(6 << 20));
    let first = run_file(&worker(), "a.html", html.as_bytes(), Format::Html, &slow);
    let second = run_file(&worker(), "a.txt", text.as_bytes(), Format::Text, &slow);
    assert!([first, second].contains(&Err(ExtractError::Timeout)));
}

#[test]
fn the_child_sees_nothing_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("env");
    let exe = script(folder.path(), &format!("env > {}", seen.display()));
    assert!(run_file(&exe, "a.txt", b"x", Format::Text, &limits(60)).is_err());
    let names: Vec<String> = std::fs::read_to_string(seen)
        .unwrap()
        .lines()
        .filter_map(|l| Some(l.split_once('=')?.0.to_owned()))
        .collect();
    // The shell adds its own; the allocator is told to keep memory.
    assert!(
        names.iter().all(|n| [
            "PATH",
            "LANG",
            "TESSDATA_PREFIX",
            "GLIBC_TUNABLES",
            "PWD",
            "SHLVL",
            "_",
            "OLDPWD"
        ]
        .contains(&n.as_str())),
        "{names:?}"
    );
}
