//! What sandboxed calls cost, for `cargo xtask bench plugins`: figures as JSON on standard output.
//!
//! Arguments: a module in text to be written as binary for the comparison, where to, a folder for machine code, and
//! optionally a calculator component, then components of other worlds.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program: whatever fails ends it"
)]

#[path = "../tests/it/guest.rs"]
mod guest;
#[path = "../tests/it/hostile_set.rs"]
mod hostile_set;
#[path = "../tests/it/outside.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod outside;
#[path = "../tests/it/provoke.rs"]
mod provoke;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use hostile_set::{Hostile, Refused, set};
use provoke::{granted, plan, provoke, tool_call};
use rustix::time::{ClockId, clock_gettime};
use sandbox::{Argument, Compiler, Component, Example, Grants, Limits, Outside, Plugin, Quantity, Sandbox, Value};
use tokio::runtime::{Builder, Runtime};

type Figures = BTreeMap<&'static str, f64>;

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [text, binary, folder, components @ ..] = arguments.as_slice() else {
        unreachable!("three arguments")
    };
    std::fs::write(binary, wat::parse_file(text).unwrap()).unwrap();
    let mut figures = Figures::new();
    // Four times, spread over the run: the least of each is what a busy machine leaves.
    calls(&mut figures, folder, components);
    refusals(&mut figures);
    calls(&mut figures, folder, components);
    neighbour(&mut figures);
    calls(&mut figures, folder, components);
    resident(&mut figures);
    calls(&mut figures, folder, components);
    let pairs: Vec<_> = figures
        .iter()
        .map(|(name, value)| format!("\"{name}\": {value}"))
        .collect();
    println!("{{{}}}", pairs.join(", "));
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn cpu(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// Thread CPU of one call in microseconds: the least of many batches, which is what the machine's other work leaves.
async fn microseconds(plugin: &Plugin, calculator: &str, arguments: &[Argument], batch: u32) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..50 {
        let start = cpu(ClockId::ThreadCPUTime);
        for _ in 0..batch {
            let outcome = plugin.compute(calculator, arguments.to_vec(), "en").await.unwrap();
            assert!(!outcome.findings.is_empty());
        }
        best = best.min(cpu(ClockId::ThreadCPUTime) - start);
    }
    best.as_secs_f64() * 1e6 / f64::from(batch)
}

fn calls(figures: &mut Figures, folder: &Path, components: &[PathBuf]) {
    one_thread().block_on(async {
        let compiler = || Compiler::in_process().cached(folder.to_owned(), [7; 32]);
        let sandbox = Sandbox::new(Limits::default(), compiler()).unwrap();
        let load = async |component: &[u8]| {
            let component = component.to_vec();
            sandbox.load(component, &Grants::default(), None).await.unwrap()
        };
        let numbers = numbers();
        let trivial = load(&adding("", "")).await;
        least(
            figures,
            "trivial_us",
            microseconds(&trivial, "add", &numbers, 500).await,
        );

        let large = generated();
        let plugin = load(&large).await;
        least(figures, "generated_kb", large.len() as f64 / 1e3);
        least(
            figures,
            "generated_us",
            microseconds(&plugin, "add", &numbers, 100).await,
        );
        least(figures, "generated_load_ms", loading(&sandbox, &large).await);

        let [component, others @ ..] = components else { return };
        let component = std::fs::read(component).unwrap();
        let plugin = load(&component).await;
        let examples = plugin.examples().await.unwrap();
        let Example {
            calculator, arguments, ..
        } = &examples[0];
        least(figures, "component_kb", component.len() as f64 / 1e3);
        least(
            figures,
            "plugin_us",
            microseconds(&plugin, calculator, arguments, 50).await,
        );
        least(figures, "load_ms", loading(&sandbox, &component).await);

        let mut slowest = 0.0_f64;
        for other in others {
            let other = std::fs::read(other).unwrap();
            load(&other).await;
            slowest = slowest.max(loading(&sandbox, &other).await);
        }
        least(figures, "connected_load_ms", slowest);
    });
}

fn least(figures: &mut Figures, name: &'static str, value: f64) {
    let kept = figures.entry(name).or_insert(value);
    *kept = kept.min(value);
}

/// Process CPU, in milliseconds, from the component's bytes to a plugin that can be called, its machine code being
/// cached. As in the host, opening the package has hashed the bytes.
async fn loading(sandbox: &Sandbox, component: &[u8]) -> f64 {
    let mut best = Duration::MAX;
    let digest = blake3::hash(component);
    for _ in 0..50 {
        let component = Component::hashed(component.to_vec(), digest);
        let start = cpu(ClockId::ProcessCPUTime);
        let plugin = sandbox.load(component, &Grants::default(), None).await.unwrap();
        best = best.min(cpu(ClockId::ProcessCPUTime) - start);
        drop(plugin);
    }
    best.as_secs_f64() * 1e3
}

fn numbers() -> Vec<Argument> {
    let number = |value| Argument {
        name: String::new(),
        value: Value::Quantity(Quantity {
            value,
            unit: String::new(),
        }),
    };
    vec![number(2.5), number(4.0)]
}

/// A calculator that adds its two arguments.
fn adding(core: &str, before: &str) -> Vec<u8> {
    let body = format!(
        "{before} (f64.store (i32.const 4120) (f64.add (f64.load offset=16 (local.get 2)) (f64.load offset=48 (local.get 2))))
         (i32.store (i32.const 2052) (i32.const 4096)) (i32.store (i32.const 2056) (i32.const 1)) (i32.const 2048)"
    );
    let compute = guest::export("calculators", "compute", 6, &body);
    guest::component("calculator", &format!("{core} {compute}"))
}

/// About 600 kB, of which a third is data: what a plugin with many tables and formulas comes to. Three of four steps
/// are on integers: with fractions alone each byte of it became 4.4 of machine code; like this it becomes 2.5, those
/// of our plugins 2.3.
fn generated() -> Vec<u8> {
    let function = |number: usize| {
        let step = |i: usize| match i % 4 {
            0 => format!("(local.set 1 (f64.add (f64.mul (local.get 1) (local.get 0)) (f64.const {i}.{number})))"),
            1 | 3 => format!("(local.set 2 (i64.xor (i64.rotl (local.get 2) (i64.const {i})) (i64.const {number})))"),
            _ => format!("(local.set 2 (i64.add (i64.mul (local.get 2) (i64.const {number})) (i64.const {i})))"),
        };
        let steps: String = (0..20).map(step).collect();
        format!(
            "(func $f{number} (param f64) (result f64) (local f64 i64) {steps} \
             (f64.add (local.get 1) (f64.convert_i64_s (local.get 2))))\n"
        )
    };
    let functions: String = (0..1_600).map(function).collect();
    let names: String = (0..1_600).map(|number| format!("$f{number} ")).collect();
    let data = "all of a table, ".repeat(200_000 / 16);
    let core = format!(
        "{functions} (table 1600 funcref) (elem (i32.const 0) {names}) (data (i32.const 8192) \"{}\")",
        &data[..180_000]
    );
    adding(
        &core,
        "(drop (call_indirect (param f64) (result f64) (f64.const 1) (i32.const 7)))",
    )
}

fn hostile_sandbox(deadline: Duration) -> Sandbox {
    let Limits {
        concurrency,
        connected_concurrency,
        waiting,
        ..
    } = Limits::default();
    let limits = Limits {
        deadline,
        connected_deadline: deadline,
        concurrency,
        connected_concurrency,
        waiting,
        ..provoke::limits()
    };
    Sandbox::new(limits, Compiler::in_process()).unwrap()
}

/// How each of the set ends, and how long after its deadline.
fn refusals(figures: &mut Figures) {
    let deadline = Duration::from_millis(200);
    one_thread().block_on(async {
        let sandbox = hostile_sandbox(deadline);
        let (mut wrong, mut late, set) = (0, Duration::ZERO, set());
        figures.insert("hostile", set.len() as f64);
        for Hostile {
            name,
            component,
            expected,
        } in set
        {
            let found = match sandbox.load(component, &granted(), None).await {
                Err(error) => Some(Refused::of_load(&error)),
                Ok(plugin) => {
                    let start = Instant::now();
                    let outcome = provoke(&plugin, Arc::new(hostile_set::outside())).await;
                    late = late.max(start.elapsed().saturating_sub(deadline));
                    outcome.err().as_ref().and_then(Refused::of_call)
                }
            };
            if found != Some(expected) {
                eprintln!("{name}: {found:?} instead of {expected:?}");
                wrong += 1;
            }
        }
        figures.insert("hostile_wrong", f64::from(wrong));
        figures.insert("hostile_late_ms", late.as_secs_f64() * 1e3);
    });
}

/// Wall time of the 99th of a hundred calls a millisecond apart, alone and beside four guests of the set at a time.
/// The two are measured in turns, because the machine has other work too; the middle of the ratios is given.
fn neighbour(figures: &mut Figures) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let sandbox = hostile_sandbox(Duration::from_millis(200));
        let good = Arc::new(load(&sandbox, guest::tool("(call $tell (i32.const 7))")).await.unwrap());
        let mut bad = Vec::new();
        for hostile in set() {
            bad.extend(load(&sandbox, hostile.component).await);
        }
        let bad: Arc<[Plugin]> = bad.into();
        let mut ratios = Vec::new();
        for _ in 0..5 {
            let alone = tokio::spawn(p99(Arc::clone(&good))).await.unwrap();
            let stop = Arc::new(AtomicBool::new(false));
            let provoking: Vec<_> = (0..4)
                .map(|first| tokio::spawn(provoke_all(Arc::clone(&bad), first, Arc::clone(&stop))))
                .collect();
            let beside = tokio::spawn(p99(Arc::clone(&good))).await.unwrap();
            stop.store(true, Ordering::Relaxed);
            for task in provoking {
                task.await.unwrap();
            }
            eprintln!("p99 alone {alone:?}, beside the hostile set {beside:?}");
            ratios.push(beside.as_secs_f64() / alone.as_secs_f64());
        }
        ratios.sort_by(f64::total_cmp);
        figures.insert("neighbour_p99_ratio", ratios[ratios.len() / 2]);
    });
}

async fn load(sandbox: &Sandbox, component: Vec<u8>) -> Option<Plugin> {
    sandbox.load(component, &granted(), None).await.ok()
}

async fn provoke_all(bad: Arc<[Plugin]>, first: usize, stop: Arc<AtomicBool>) {
    let mut next = first * bad.len() / 4;
    while !stop.load(Ordering::Relaxed) {
        let _ = provoke(&bad[next % bad.len()], Arc::new(hostile_set::outside())).await;
        next += 1;
    }
}

async fn p99(good: Arc<Plugin>) -> Duration {
    let outside: Arc<dyn Outside> = Arc::new(hostile_set::outside());
    let mut times = Vec::new();
    for _ in 0..1_000 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let start = Instant::now();
        let answer = good.invoke(Arc::clone(&outside), tool_call(), Some(plan())).await;
        times.push(start.elapsed());
        assert!(answer.is_err_and(|error| Refused::of_call(&error) == Some(Refused::Told(7))));
    }
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

/// Resident memory after a thousand more calls, to that after the first hundred.
fn resident(figures: &mut Figures) {
    one_thread().block_on(async {
        let sandbox = hostile_sandbox(Duration::from_millis(30));
        let mut plugins = vec![load(&sandbox, guest::tool("(call $tell (i32.const 7))")).await.unwrap()];
        for hostile in set() {
            plugins.extend(load(&sandbox, hostile.component).await);
        }
        let round = async |calls: usize| {
            for plugin in plugins.iter().cycle().take(calls) {
                let _ = provoke(plugin, Arc::new(hostile_set::outside())).await;
            }
        };
        round(2 * plugins.len()).await;
        let before = resident_kb();
        round(1_000).await;
        figures.insert("resident_ratio", resident_kb() / before);
    });
}

fn resident_kb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}
