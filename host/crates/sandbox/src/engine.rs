//! The engine, its clock and its places.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, UpdateDeadline};

use crate::{CallError, Compiler, Grants, LoadError, Plugin, SandboxError, memory::MemoryCeiling};

/// How often a running guest may be interrupted. Metering by epoch costs 0 to 2 %; by fuel up to 60 %.
const TICK: Duration = Duration::from_millis(10);

/// What one call may use, and how many run at once.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Over all linear memories and tables of a call together.
    pub memory_bytes: usize,
    /// Wall time of a call, enforced to one tick of 10 ms.
    pub deadline: Duration,
    /// Calls that run at once: pool slots.
    pub concurrency: u32,
    /// Calls that may wait for a slot; one more is `CallError::Saturated`.
    pub waiting: u32,
    /// Everything a call returns, counted before it is copied.
    pub output_bytes: usize,
    /// Items of one returned list.
    pub list_items: usize,
    /// Bytes of one returned string.
    pub text_bytes: usize,
    /// Size of a component's file.
    pub component_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 32 << 20,
            deadline: Duration::from_millis(500),
            concurrency: 16,
            waiting: 256,
            // Component records are counted by their in-memory size; 55 calculators with examples take about 1 MiB.
            output_bytes: 8 << 20,
            list_items: 4_096,
            text_bytes: 64 << 10,
            component_bytes: 32 << 20,
        }
    }
}

/// A plugin's own limits; each counts only where it is below the host's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lower {
    pub memory_bytes: Option<usize>,
    pub deadline: Option<Duration>,
}

/// Loads plugins and runs their calls. Cheap to clone; the ticking thread ends with the last clone.
#[derive(Clone)]
pub struct Sandbox(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub engine: Engine,
    pub limits: Limits,
    ticks: Arc<AtomicU64>,
    /// Calls inside, running or waiting.
    admitted: Semaphore,
    running: Semaphore,
}

/// State of a guest's store.
pub(crate) struct Guest {
    pub memory: MemoryCeiling,
}

/// A call ran past its deadline.
#[derive(Debug, thiserror::Error)]
#[error("deadline")]
pub(crate) struct DeadlinePassed;

impl Sandbox {
    /// # Errors
    /// When the address space for the pool cannot be reserved or the ticking thread cannot start. There is no
    /// fallback to on-demand allocation: it would be four times slower, and silently.
    pub fn new(limits: Limits, _compiler: Compiler) -> Result<Self, SandboxError> {
        let engine = Engine::new(&config(&limits)).map_err(|error| SandboxError(format!("{error:#}")))?;
        let ticks = Arc::new(AtomicU64::new(0));
        tick(&engine, Arc::clone(&ticks))?;
        let running = Semaphore::new(limits.concurrency as usize);
        let admitted = Semaphore::new(limits.concurrency as usize + limits.waiting as usize);
        Ok(Self(Arc::new(Shared {
            engine,
            limits,
            ticks,
            admitted,
            running,
        })))
    }

    /// Inspects, compiles and links a component. Compiling blocks a thread of its own (0.1 to 1 s).
    ///
    /// # Errors
    /// With the reason in words; a component that imports what it is not granted is not compiled.
    pub async fn load(
        &self,
        component: Vec<u8>,
        _grants: &Grants,
        _limits: Option<Lower>,
    ) -> Result<Plugin, LoadError> {
        let shared = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || Plugin::load(shared, &component))
            .await
            .map_err(|_| LoadError::Compile("the compiler stopped".into()))?
    }
}

impl Shared {
    /// A place to run in, or `Saturated`. Waiting is bounded by `waiting / concurrency` deadlines.
    pub async fn place(&self) -> Result<[SemaphorePermit<'_>; 2], CallError> {
        let admitted = self.admitted.try_acquire().map_err(|_| CallError::Saturated)?;
        let running = self.running.acquire().await.map_err(|_| CallError::Saturated)?;
        Ok([admitted, running])
    }

    /// A fresh store whose guest yields at every tick and dies at its deadline.
    pub fn store(&self) -> Store<Guest> {
        let guest = Guest {
            memory: MemoryCeiling::new(self.limits.memory_bytes),
        };
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.memory);
        store.set_hostcall_fuel(self.limits.output_bytes);
        store.set_epoch_deadline(1);
        let ticks = Arc::clone(&self.ticks);
        let budget = self.limits.deadline.as_millis().div_ceil(TICK.as_millis());
        let end = ticks
            .load(Ordering::Relaxed)
            .saturating_add(u64::try_from(budget).unwrap_or(u64::MAX));
        store.epoch_deadline_callback(move |_| {
            if ticks.load(Ordering::Relaxed) >= end {
                return Err(DeadlinePassed.into());
            }
            // tokio's own yield: a bare pending future would be woken at once and starve its neighbours.
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
        store
    }
}

/// Advances the engine's epoch from a thread of its own: a tick inside the executor would stop with the very
/// guest it must interrupt.
fn tick(engine: &Engine, ticks: Arc<AtomicU64>) -> Result<(), SandboxError> {
    let engine = engine.weak();
    let body = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            ticks.fetch_add(1, Ordering::Relaxed);
            drop(engine);
            thread::sleep(TICK);
        }
    };
    let thread = thread::Builder::new().name("plugin-ticks".into()).spawn(body);
    thread.map(drop).map_err(|error| SandboxError(error.to_string()))
}

fn config(limits: &Limits) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    let places = limits.concurrency;
    pool.total_component_instances(places)
        .total_stacks(places)
        // wit-component splits a guest with imports into at most three modules; one of four may hold a memory.
        .max_core_instances_per_component(8)
        .total_core_instances(places.saturating_mul(8))
        .max_memories_per_component(4)
        .total_memories(places.saturating_mul(4))
        .max_tables_per_component(8)
        .total_tables(places.saturating_mul(8))
        .max_memory_size(limits.memory_bytes)
        // Keeps the pages a small guest writes: 7 us instead of 16 a call that writes memory.
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(16 << 10);
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .epoch_interruption(true)
        .max_wasm_stack(512 << 10)
        .async_stack_size(1 << 20)
        // The same arguments give the same bits on every machine.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false);
    config
}
