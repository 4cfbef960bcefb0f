use crate::{PluginError, World};

/// The engine could not start.
#[derive(Debug, thiserror::Error)]
#[error("the plugin engine could not start: {0}")]
pub struct SandboxError(pub(crate) String);

/// Why a component was not loaded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LoadError {
    #[error("the file is {bytes} bytes; at most {limit} are allowed")]
    TooLarge { bytes: usize, limit: usize },
    #[error("not a WebAssembly component: {0}")]
    NotAComponent(String),
    #[error("it asks for {import}, which a {world} plugin is not granted")]
    ImportNotGranted { import: String, world: World },
    #[error("it was built for {found}; this host speaks {supported}")]
    Version { found: String, supported: &'static str },
    #[error("it exports nothing of a plugin world: calculators, source, tools, models with chat or embeddings")]
    NoWorld,
    #[error("it exports what belongs to more than one world: {}", .0.join(", "))]
    MixedWorlds(Vec<String>),
    #[error("its own description lacks its {0}; build it with the plugin SDK")]
    Manifest(&'static str),
    #[error("it could not be compiled or linked: {0}")]
    Compile(String),
    /// The compiling child used up its time or memory.
    #[error("compiling it took more than the limit: {0}")]
    CompileLimit(String),
}

/// Why a call gave no result. None of these outlives the call.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    #[error("the plugin crashed: {0}")]
    Trap(String),
    #[error("the plugin took longer than its deadline")]
    Deadline,
    #[error("the plugin wanted more memory than its limit")]
    Memory,
    #[error("the plugin's answer is malformed or above its size limits: {0}")]
    Output(String),
    #[error("too many plugin calls at once")]
    Saturated,
    #[error("{}", .0.message)]
    Plugin(PluginError),
    /// The caller asked a plugin for what its world does not have.
    #[error("a {0} plugin has no such function")]
    World(World),
}
