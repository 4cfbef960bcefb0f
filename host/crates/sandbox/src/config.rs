//! Settings of the engine. What decides the machine code is in [`code`] alone, so that the compiling child, which
//! has no address space for a pool, makes code this process accepts.

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::Limits;

/// Core instances of one component. wit-component splits a Rust guest into at most three; CPython with its
/// extension modules comes to some forty.
const CORE_INSTANCES: u32 = 64;
/// One memory is usual; the test set shows that several share one ceiling.
const MEMORIES: u32 = 4;
const TABLES: u32 = 16;

/// For compiling alone.
pub(crate) fn compiling() -> wasmtime::Result<Engine> {
    Engine::new(&code())
}

/// For running, with places for every call of both lanes.
pub(crate) fn running(limits: &Limits) -> wasmtime::Result<Engine> {
    let places = limits.concurrency.saturating_add(limits.connected_concurrency);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(places)
        .total_stacks(places)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_core_instances(places.saturating_mul(CORE_INSTANCES))
        .max_memories_per_component(MEMORIES)
        .total_memories(places.saturating_mul(MEMORIES))
        .max_tables_per_component(TABLES)
        .total_tables(places.saturating_mul(TABLES))
        .max_memory_size(limits.memory_bytes)
        // Keeps the pages a small guest writes: 7 us instead of 16 a call that writes memory.
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(16 << 10);
    let mut config = code();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}

fn code() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        // Nobody reads a guest's stack; its tables were half of the machine code's file, and are read at every load.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        .max_wasm_stack(512 << 10)
        .async_stack_size(1 << 20)
        // The same arguments give the same bits on every machine.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        // The adapters between the inner components of a JavaScript plugin move values from one memory to another.
        .wasm_multi_memory(true);
    config
}
