//! The plugins as last read, and the one way to change something about them.

use std::future::Future;

use api_types::{AdminPlugin, AdminPlugins, PinPublisher, PluginState, ProblemBody, SwitchPlugin};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, dom,
    state::app,
    texts::{fill, pl, t},
};

#[derive(Clone, Copy)]
pub struct Board {
    pub loaded: RwSignal<Option<Result<AdminPlugins, ProblemBody>>>,
    /// What stands in the form for a publisher.
    pub pin: RwSignal<PinPublisher>,
}

impl Board {
    pub fn open() -> Board {
        let board = Board {
            loaded: RwSignal::new(None),
            pin: RwSignal::new(PinPublisher {
                name: String::new(),
                key: String::new(),
            }),
        };
        board.load();
        board
    }

    pub fn load(self) {
        spawn_local(self.read());
    }

    async fn read(self) {
        let read = api::get::<AdminPlugins>("admin/plugins").await;
        let shown = self.loaded.try_with_untracked(|loaded| matches!(loaded, Some(Ok(_))));
        match (shown, read) {
            // The page was left meanwhile.
            (None, _) => {}
            (Some(true), Err(problem)) => app().fail(&problem),
            (Some(_), read) => {
                let held = dom::focused();
                let _ = self.loaded.try_set(Some(read));
                dom::focus_again(held);
            }
        }
    }

    /// Carries out a change, says so, and reads everything anew.
    pub fn change(self, request: impl Future<Output = Result<(), ProblemBody>> + 'static, done: String) {
        spawn_local(async move {
            match request.await {
                Ok(()) => app().toast(done),
                Err(problem) => app().fail(&problem),
            }
            self.read().await;
        });
    }

    /// Switches a plugin, or one part of it.
    pub fn switch(self, plugin: &str, part: Option<String>, title: &str, enabled: bool) {
        let path = path(plugin, "");
        let text = if enabled { t().switched_on } else { t().switched_off };
        self.change(
            async move { api::set(&path, &SwitchPlugin { enabled, part }).await },
            fill(text, &[("title", title)]),
        );
    }

    pub fn find(self, id: &str) -> Option<AdminPlugin> {
        self.loaded.with(|loaded| find(loaded.as_ref()?.as_ref().ok()?, id))
    }

    pub fn find_untracked(self, id: &str) -> Option<AdminPlugin> {
        self.loaded
            .with_untracked(|loaded| find(loaded.as_ref()?.as_ref().ok()?, id))
    }

    /// A plugin as it is now; as it was last when it is gone.
    pub fn follow(self, first: AdminPlugin) -> Memo<AdminPlugin> {
        Memo::new(move |before: Option<&AdminPlugin>| {
            let before = before.unwrap_or(&first);
            self.find(&before.id).unwrap_or_else(|| before.clone())
        })
    }
}

fn find(plugins: &AdminPlugins, id: &str) -> Option<AdminPlugin> {
    plugins.plugins.iter().find(|plugin| plugin.id == id).cloned()
}

/// Address of a plugin's route; `rest` begins with a slash.
pub fn path(plugin: &str, rest: &str) -> String {
    format!("admin/plugins/{}{rest}", api::query(plugin))
}

/// What an administrator switched, whether it can run or not.
pub fn is_on(state: PluginState) -> bool {
    matches!(state, PluginState::Running | PluginState::Refused)
}

pub fn state(state: PluginState) -> &'static str {
    match state {
        PluginState::Running => pl().running,
        PluginState::Off => pl().off,
        PluginState::Waiting => pl().waiting,
        PluginState::Refused => pl().refused,
    }
}

/// A plugin's kind, by the world its component is built for.
pub fn kind(world: &str) -> &str {
    match world {
        "calculator" => pl().kind_calculator,
        "scraper" => pl().kind_scraper,
        "integration" => pl().kind_integration,
        "chat-adapter" => pl().kind_chat,
        "embedding-adapter" => pl().kind_embedding,
        other => other,
    }
}
