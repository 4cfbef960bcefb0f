//! The engine, its clock and its places.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use wasmtime::{Engine, Store, UpdateDeadline};

use crate::{
    CallError, Compiler, Component, Grants, Limits, LoadError, Lower, Plugin, SandboxError, World, compiler::Cache,
    config, lane::Lane, memory::MemoryCeiling, turns::Turns, v0_1::Imports,
};

/// How often a running guest may be interrupted. Metering by epoch costs 0 to 2 %; by fuel up to 60 %.
const TICK: Duration = Duration::from_millis(10);

/// Loads plugins and runs their calls. Cheap to clone; the ticking thread ends with the last clone.
#[derive(Clone)]
pub struct Sandbox(Arc<dyn Loads>);

/// Behind it are wasmtime's types, as behind [`Exports`](crate::v0_1::Exports).
trait Loads: Send + Sync {
    fn load(
        self: Arc<Self>,
        component: &Component,
        grants: Grants,
        limits: Option<&Lower>,
    ) -> Result<Plugin, LoadError>;
}

impl Loads for Shared {
    fn load(
        self: Arc<Self>,
        component: &Component,
        grants: Grants,
        limits: Option<&Lower>,
    ) -> Result<Plugin, LoadError> {
        Plugin::load(&self, component, grants, limits)
    }
}

pub(crate) struct Shared {
    pub engine: Engine,
    pub limits: Limits,
    pub compiler: Compiler,
    pub cache: Option<Cache>,
    pub imports: Imports,
    ticks: Arc<AtomicU64>,
    turns: Turns,
    calculators: Lane,
    connected: Lane,
}

/// What a running guest has used, and when it must end.
pub(crate) struct Meter {
    pub memory: MemoryCeiling,
    /// In ticks of the engine's clock.
    end: u64,
}

/// State of a guest's store.
pub(crate) trait Metered: Send + 'static {
    fn meter(&mut self) -> &mut Meter;
}

/// A call ran past its deadline.
#[derive(Debug, thiserror::Error)]
#[error("deadline")]
pub(crate) struct DeadlinePassed;

impl Sandbox {
    /// # Errors
    /// When the address space for the pool cannot be reserved, the ticking thread cannot start or the compiler's
    /// folder cannot be used. There is no fallback to on-demand allocation: it would be four times slower, and
    /// silently.
    pub fn new(limits: Limits, compiler: Compiler) -> Result<Self, SandboxError> {
        let engine = config::running(&limits).map_err(|error| SandboxError(format!("{error:#}")))?;
        let cache = compiler.cache(&engine)?;
        let imports = Imports::of(&engine).map_err(|error| SandboxError(format!("{error:#}")))?;
        let ticks = Arc::new(AtomicU64::new(0));
        tick(&engine, Arc::clone(&ticks))?;
        Ok(Self(Arc::new(Shared {
            calculators: Lane::new(limits.concurrency, limits.waiting),
            connected: Lane::new(limits.connected_concurrency, limits.waiting),
            turns: Turns::new(),
            engine,
            limits,
            compiler,
            cache,
            imports,
            ticks,
        })))
    }

    /// Inspects, compiles and links a component. Compiling blocks a thread of its own: 0.1 to 1 s for a Rust
    /// plugin, up to 20 s for a Python one, 1 ms when the machine code is cached.
    ///
    /// # Errors
    /// With the reason in words; a component that imports what its world does not have is not compiled.
    pub async fn load(
        &self,
        component: impl Into<Component> + Send + 'static,
        grants: &Grants,
        limits: Option<Lower>,
    ) -> Result<Plugin, LoadError> {
        let (shared, grants) = (Arc::clone(&self.0), grants.clone());
        tokio::task::spawn_blocking(move || shared.load(&component.into(), grants, limits.as_ref()))
            .await
            .map_err(|_| LoadError::Compile("the compiler stopped".into()))?
    }
}

impl Shared {
    /// The queue for one plugin of `world`.
    pub fn lane(&self, world: World) -> Lane {
        if world == World::Calculator {
            self.calculators.for_plugin(self.limits.concurrency)
        } else {
            self.connected.for_plugin(self.limits.connected_concurrency)
        }
    }

    pub fn turns(&self) -> Turns {
        self.turns.for_plugin()
    }

    pub fn meter(&self, limits: &Limits) -> Meter {
        Meter {
            memory: MemoryCeiling::new(limits.memory_bytes),
            end: self.end(limits.deadline),
        }
    }

    fn end(&self, budget: Duration) -> u64 {
        let budget = budget.as_millis().div_ceil(TICK.as_millis());
        let now = self.ticks.load(Ordering::Relaxed);
        now.saturating_add(u64::try_from(budget).unwrap_or(u64::MAX))
    }

    /// A fresh store whose guest yields at every tick and dies at its deadline.
    pub fn store<T: Metered>(&self, guest: T, limits: &Limits) -> Store<T> {
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.meter().memory);
        store.set_hostcall_fuel(limits.output_bytes);
        store.set_epoch_deadline(1);
        let ticks = Arc::clone(&self.ticks);
        store.epoch_deadline_callback(move |mut context| {
            if ticks.load(Ordering::Relaxed) >= context.data_mut().meter().end {
                return Err(DeadlinePassed.into());
            }
            // tokio's own yield: a bare pending future would be woken at once and starve its neighbours.
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
        store
    }

    /// Gives a guest that keeps its store another `budget` from now.
    pub fn extend<T: Metered>(&self, store: &mut Store<T>, budget: Duration) {
        store.data_mut().meter().end = self.end(budget);
        store.set_epoch_deadline(1);
    }
}

/// Names the failure by its type, never by its text.
pub(crate) fn classify<T: Metered>(error: &wasmtime::Error, store: &mut Store<T>) -> CallError {
    if error.is::<DeadlinePassed>() {
        CallError::Deadline
    } else if store.data_mut().meter().memory.refused {
        CallError::Memory
    } else if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        CallError::Saturated
    } else if let Some(trap) = error.downcast_ref::<wasmtime::Trap>() {
        CallError::Trap(trap.to_string())
    } else if error.is::<wasmtime_wasi::I32Exit>() {
        CallError::Trap("it ended its process".into())
    } else if error.is::<wasmtime::component::ResourceTableError>() {
        CallError::Trap("it holds too many handles, or one that is not its own".into())
    } else {
        // What is left fails while values cross the boundary: their size, a pointer out of bounds, text that is not
        // UTF-8, a handle that does not exist.
        CallError::Output(error.root_cause().to_string())
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
