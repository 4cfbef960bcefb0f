//! State of a connected guest's store: what it may reach, and how much of it is used up.

mod http;

use std::{sync::Arc, time::Duration};

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::{
    Grants, Limits, Outside, Phase,
    engine::{Meter, Metered},
};
pub(crate) use http::Gate;

/// Handles a guest may hold at once: streams, requests, pollables.
const HANDLES: usize = 1_024;
const RANDOM_BYTES: u64 = 1 << 20;
/// Headers of one request or response, in memory.
const HEADER_BYTES: usize = 32 << 10;

pub(crate) struct Connected {
    meter: Meter,
    pub outside: Arc<dyn Outside>,
    pub grants: Arc<Grants>,
    pub phase: Phase,
    pub table: ResourceTable,
    /// Records, reports and storage operations made so far.
    pub used: Used,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    gate: Gate,
}

/// Counted over one call.
#[derive(Default)]
pub(crate) struct Used {
    pub log_records: u32,
    pub reports: u32,
    pub store_operations: u32,
}

impl Connected {
    pub fn new(meter: Meter, outside: Arc<dyn Outside>, grants: &Arc<Grants>, phase: Phase, limits: &Limits) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES);
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(HEADER_BYTES);
        Self {
            meter,
            table,
            used: Used::default(),
            // Nothing is inherited: no environment, no arguments, no folders, no sockets; standard output is
            // swallowed and standard input is closed.
            wasi: WasiCtx::builder()
                .max_random_size(RANDOM_BYTES)
                .wall_clock(Clock(Arc::clone(&outside)))
                .build(),
            http,
            gate: Gate::new(Arc::clone(&outside), grants.http, phase, limits),
            grants: Arc::clone(grants),
            outside,
            phase,
        }
    }
}

impl Metered for Connected {
    fn meter(&mut self) -> &mut Meter {
        &mut self.meter
    }
}

impl WasiView for Connected {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Connected {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.gate,
        }
    }
}

/// The host's clock, so that a test decides what time it is.
struct Clock(Arc<dyn Outside>);

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now_ms())
    }
}
