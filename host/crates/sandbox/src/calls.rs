//! One call: a place, a fresh store, a deadline, an answer.

use std::{future::Future, sync::Arc, time::Duration};

use wasmtime::Store;

use crate::{
    CallError, Grants, Limits, Nowhere, Outside, Phase,
    engine::{Meter, Metered, Shared, classify},
    guest::Connected,
    lane::{Lane, Place},
    turns::Turns,
};

/// State of a store that has nothing but its meter.
pub(crate) struct Alone(Meter);

impl Metered for Alone {
    fn meter(&mut self) -> &mut Meter {
        &mut self.0
    }
}

/// Calls of a plugin that imports nothing.
pub(crate) struct Pure {
    shared: Arc<Shared>,
    lane: Lane,
    turns: Turns,
    pub limits: Limits,
}

impl Pure {
    pub fn new(shared: Arc<Shared>, lane: Lane, limits: Limits) -> Self {
        Self {
            turns: shared.turns(),
            shared,
            lane,
            limits,
        }
    }

    /// Runs `call` on a fresh store. The guest never waits for anything, so the engine's clock is deadline enough.
    pub async fn run<R>(
        &self,
        call: impl AsyncFnOnce(&mut Store<Alone>) -> wasmtime::Result<R>,
    ) -> Result<R, CallError> {
        let _place = self.lane.place(patience(&self.limits)).await?;
        let meter = self.shared.meter(&self.limits);
        let mut store = self.shared.store(Alone(meter), &self.limits);
        let outcome = self.turns.take(call(&mut store)).await;
        outcome.map_err(|error| classify(&error, &mut store))
    }
}

/// Calls of a plugin that reaches the outside.
pub(crate) struct Connection {
    shared: Arc<Shared>,
    lane: Lane,
    turns: Turns,
    pub limits: Limits,
    grants: Arc<Grants>,
}

impl Connection {
    pub fn new(shared: Arc<Shared>, lane: Lane, limits: Limits, grants: Grants) -> Self {
        Self {
            turns: shared.turns(),
            shared,
            lane,
            limits,
            grants: Arc::new(grants),
        }
    }

    /// Runs `call` on a fresh store.
    pub async fn run<R>(
        &self,
        outside: Arc<dyn Outside>,
        phase: Phase,
        call: impl AsyncFnOnce(&mut Store<Connected>) -> wasmtime::Result<R>,
    ) -> Result<R, CallError> {
        let mut session = self.open(outside, phase).await?;
        session.run(self.limits.deadline, call).await
    }

    /// Runs `call` as nobody, with every import answering `denied`.
    pub async fn run_alone<R>(
        &self,
        call: impl AsyncFnOnce(&mut Store<Connected>) -> wasmtime::Result<R>,
    ) -> Result<R, CallError> {
        let nothing = Arc::new(Grants::default());
        let mut session = self.session(Arc::new(Nowhere), &nothing, Phase::Read).await?;
        session.run(self.limits.deadline, call).await
    }

    /// A store that outlives a call.
    pub async fn open(&self, outside: Arc<dyn Outside>, phase: Phase) -> Result<Session, CallError> {
        self.session(outside, &self.grants, phase).await
    }

    async fn session(
        &self,
        outside: Arc<dyn Outside>,
        grants: &Arc<Grants>,
        phase: Phase,
    ) -> Result<Session, CallError> {
        let place = self.lane.place(patience(&self.limits)).await?;
        let meter = self.shared.meter(&self.limits);
        let guest = Connected::new(meter, outside, grants, phase, &self.limits);
        Ok(Session {
            store: self.shared.store(guest, &self.limits),
            shared: Arc::clone(&self.shared),
            turns: self.turns.clone(),
            _place: place,
        })
    }
}

/// Long enough for a call that runs to its deadline, which ticks may miss by some, to give its place back.
fn patience(limits: &Limits) -> Duration {
    limits.deadline * 5 / 4
}

/// A guest with its store and its place.
pub(crate) struct Session {
    store: Store<Connected>,
    shared: Arc<Shared>,
    turns: Turns,
    _place: Place,
}

impl Session {
    /// Runs `call` within `budget`. After an error the store must not be used again.
    ///
    /// The engine's clock ends a guest that computes; this one ends a guest that waits, by dropping what it waits
    /// for.
    pub async fn run<R>(
        &mut self,
        budget: Duration,
        call: impl AsyncFnOnce(&mut Store<Connected>) -> wasmtime::Result<R>,
    ) -> Result<R, CallError> {
        self.shared.extend(&mut self.store, budget);
        let outcome = within(budget, self.turns.take(call(&mut self.store))).await;
        match outcome {
            Some(outcome) => outcome.map_err(|error| classify(&error, &mut self.store)),
            None => Err(CallError::Deadline),
        }
    }
}

async fn within<R>(budget: Duration, call: impl Future<Output = R>) -> Option<R> {
    tokio::time::timeout(budget, call).await.ok()
}
