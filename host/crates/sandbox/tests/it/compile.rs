//! Compiling in a child, and the machine code it leaves behind.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use sandbox::{Compiler, Grants, LoadError, Plugin, Sandbox};

use crate::{guest, invoke, limits, outside::Recorder, told};

const KEY: [u8; 32] = [7; 32];

fn child() -> Compiler {
    Compiler::child(PathBuf::from(env!("CARGO_BIN_EXE_compile-component")), Vec::new())
}

fn sandbox(compiler: Compiler) -> Sandbox {
    Sandbox::new(limits(), compiler).unwrap()
}

/// A compiler that cannot compile, so that only what is cached loads.
fn broken(folder: &Path) -> Compiler {
    Compiler::child(PathBuf::from("/nonexistent"), Vec::new()).cached(folder.to_owned(), KEY)
}

fn tool() -> Vec<u8> {
    guest::tool("(call $tell (i32.const 7))")
}

async fn load(compiler: Compiler, component: Vec<u8>) -> Result<Plugin, LoadError> {
    sandbox(compiler).load(component, &Grants::default(), None).await
}

async fn works(plugin: &Plugin) {
    assert_eq!(told(invoke(plugin, &Arc::new(Recorder::default())).await), 7);
}

fn code(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut code = files.filter(|path| path.extension().is_some_and(|end| end == "cwasm"));
    code.next().unwrap()
}

#[tokio::test]
async fn a_child_compiles_what_this_process_runs() {
    works(&load(child(), tool()).await.unwrap()).await;
}

#[tokio::test]
async fn the_compilers_words_come_back() {
    // Well-formed, but a start function of the wrong type is found only while compiling or validating.
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("compiler");
    for (text, expected) in [
        (
            "#!/bin/sh\ncat > /dev/null; printf 'no good'; exit 1\n",
            LoadError::Compile("no good".into()),
        ),
        (
            "#!/bin/sh\ncat > /dev/null; exit 1\n",
            LoadError::Compile("the compiler gave up".into()),
        ),
        (
            "#!/bin/sh\nkill -XCPU $$\n",
            LoadError::CompileLimit("60 s of processor time".into()),
        ),
        ("#!/bin/sh\nkill -ABRT $$\n", LoadError::CompileLimit("memory".into())),
    ] {
        fs::write(&script, text).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
        let compiler = Compiler::child(script.clone(), Vec::new());
        assert_eq!(load(compiler, tool()).await.err().unwrap(), expected, "{text}");
    }
    let compiler = Compiler::child(PathBuf::from("/nonexistent"), Vec::new());
    assert!(matches!(
        load(compiler, tool()).await.err(),
        Some(LoadError::Compile(_))
    ));
}

#[tokio::test]
async fn cached_code_is_loaded_without_a_compiler() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("code");
    load(child().cached(cache.clone(), KEY), tool()).await.unwrap();
    works(&load(broken(&cache), tool()).await.unwrap()).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&cache), 0o700);
    assert_eq!(mode(&cache.join("key")), 0o600);
    assert_eq!(mode(&code(&cache)), 0o600);
}

/// Whatever the file is, it is never run: the component is compiled again.
#[tokio::test]
async fn tampered_code_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().to_owned();
    load(child().cached(cache.clone(), KEY), tool()).await.unwrap();
    let good = fs::read(code(&cache)).unwrap();
    let (mut flipped, mut unsigned) = (good.clone(), good.clone());
    flipped[good.len() / 2] ^= 1;
    *unsigned.last_mut().unwrap() ^= 1;
    for bad in [
        flipped,
        unsigned,
        good[..good.len() - 1].to_vec(),
        good[..40].to_vec(),
        good[..20].to_vec(),
        Vec::new(),
    ] {
        fs::write(code(&cache), &bad).unwrap();
        assert!(load(broken(&cache), tool()).await.is_err(), "{} bytes", bad.len());
        works(&load(child().cached(cache.clone(), KEY), tool()).await.unwrap()).await;
        assert_eq!(fs::read(code(&cache)).unwrap().len(), good.len(), "and kept");
    }
}

#[tokio::test]
async fn code_of_another_component_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().to_owned();
    load(child().cached(cache.clone(), KEY), tool()).await.unwrap();
    let first = code(&cache);
    let other = guest::tool("(call $tell (i32.const 8))");
    load(child().cached(cache.clone(), KEY), other.clone()).await.unwrap();
    let all = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
    let second = all
        .filter(|path| path.extension().is_some_and(|end| end == "cwasm"))
        .find(|path| *path != first)
        .unwrap();
    fs::copy(&first, &second).unwrap();
    assert!(load(broken(&cache), other).await.is_err());
}

#[tokio::test]
async fn code_under_another_key_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().to_owned();
    load(child().cached(cache.clone(), KEY), tool()).await.unwrap();
    fs::write(cache.join("key"), [1; 32]).unwrap();
    assert!(load(broken(&cache), tool()).await.is_err());
    fs::write(cache.join("key"), b"short").unwrap();
    works(&load(child().cached(cache.clone(), KEY), tool()).await.unwrap()).await;
    assert_eq!(
        fs::read(cache.join("key")).unwrap().len(),
        32,
        "a broken key is replaced"
    );
}

#[tokio::test]
async fn code_of_another_engine_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let stale = folder.path().join("0123-0123456789abcdef.cwasm");
    fs::write(&stale, b"old").unwrap();
    load(child().cached(folder.path().to_owned(), KEY), tool())
        .await
        .unwrap();
    assert!(!stale.exists());
}

/// A child that hangs is ended with its pipes; here it ends at once, because it reads nothing.
#[tokio::test]
async fn a_compiler_that_reads_nothing_is_no_trouble() {
    let compiler = Compiler::child(PathBuf::from("/bin/true"), Vec::new());
    let start = Instant::now();
    assert!(load(compiler, tool()).await.is_err());
    assert!(start.elapsed() < Duration::from_secs(20));
}
