use crate::PluginError;

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
    ImportNotGranted { import: String, world: &'static str },
    #[error("it was built for {found}; this host speaks {supported}")]
    Version { found: String, supported: &'static str },
    #[error("it does not export {0}")]
    MissingExport(&'static str),
    #[error("it does not name its {0}; build it with the plugin SDK")]
    NoManifest(&'static str),
    #[error("it could not be compiled or linked: {0}")]
    Compile(String),
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
}
