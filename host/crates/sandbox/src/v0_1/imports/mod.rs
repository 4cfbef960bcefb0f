//! What a guest calls. Each interface checks the grant first and answers `denied` in its own way; a table full of
//! handles, a forged or a dropped one end the call.

mod credentials;
mod files;
mod log;
mod progress;
mod store;

use wasmtime::{
    Engine,
    component::{HasSelf, Linker},
};
use wasmtime_wasi::{
    WasiView,
    cli::{WasiCli, WasiCliView},
    filesystem::{WasiFilesystem, WasiFilesystemView},
    p2::bindings as wasi,
    random::WasiRandom,
};

use crate::{calls::Alone, guest::Connected};

pub(super) mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "
            package voiceassist:host;
            world imports {
                import voiceassist:plugin/types@0.1.0;
                import voiceassist:plugin/log@0.1.0;
                import voiceassist:plugin/progress@0.1.0;
                import voiceassist:plugin/credentials@0.1.0;
                import voiceassist:plugin/files@0.1.0;
                import wasi:config/store@0.2.0-rc.1;
                import wasi:keyvalue/store@0.2.0-draft;
            }
        ",
        imports: {
            // These hand on and return at once.
            "voiceassist:plugin/log": trappable,
            "voiceassist:plugin/progress": trappable,
            default: async | trappable,
        },
        with: { "wasi:keyvalue/store.bucket": crate::Bucket },
    });
}

use bindings::{
    voiceassist::plugin::{
        credentials as credentials_wit, files as files_wit, log as log_wit, progress as progress_wit,
    },
    wasi::{config::store as config_wit, keyvalue::store as keyvalue_wit},
};

/// What each world may call, made once: building a linker costs more than a whole pooled call.
pub(crate) struct Imports {
    /// For a calculator: nothing to call.
    pub(super) none: Linker<Alone>,
    /// For every other world. What a world does not import has been refused before; linking more costs nothing.
    pub(super) connected: Linker<Connected>,
}

impl Imports {
    /// # Errors
    /// When two interfaces have the same name.
    pub fn of(engine: &Engine) -> wasmtime::Result<Self> {
        Ok(Self {
            none: Linker::new(engine),
            connected: connected(engine)?,
        })
    }
}

fn connected(engine: &Engine) -> wasmtime::Result<Linker<Connected>> {
    let mut linker = Linker::new(engine);
    log_wit::add_to_linker::<_, HasSelf<Connected>>(&mut linker, own)?;
    progress_wit::add_to_linker::<_, HasSelf<Connected>>(&mut linker, own)?;
    credentials_wit::add_to_linker::<_, HasSelf<Connected>>(&mut linker, own)?;
    files_wit::add_to_linker::<_, HasSelf<Connected>>(&mut linker, own)?;
    config_wit::add_to_linker::<_, HasSelf<Connected>>(&mut linker, own)?;
    keyvalue_wit::add_to_linker::<_, HasSelf<Connected>>(&mut linker, own)?;
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    inert(&mut linker)?;
    Ok(linker)
}

fn own(guest: &mut Connected) -> &mut Connected {
    guest
}

/// What language runtimes insist on, on a context with nothing in it. Never sockets.
fn inert(linker: &mut Linker<Connected>) -> wasmtime::Result<()> {
    wasi::cli::environment::add_to_linker::<_, WasiCli>(linker, Connected::cli)?;
    wasi::cli::exit::add_to_linker::<_, WasiCli>(linker, Connected::cli)?;
    wasi::cli::terminal_input::add_to_linker::<_, WasiCli>(linker, Connected::cli)?;
    wasi::cli::terminal_output::add_to_linker::<_, WasiCli>(linker, Connected::cli)?;
    wasi::cli::terminal_stdin::add_to_linker::<_, WasiCli>(linker, Connected::cli)?;
    wasi::cli::terminal_stdout::add_to_linker::<_, WasiCli>(linker, Connected::cli)?;
    wasi::cli::terminal_stderr::add_to_linker::<_, WasiCli>(linker, Connected::cli)?;
    wasi::filesystem::preopens::add_to_linker::<_, WasiFilesystem>(linker, Connected::filesystem)?;
    wasi::filesystem::types::add_to_linker::<_, WasiFilesystem>(linker, Connected::filesystem)?;
    wasi::random::insecure::add_to_linker::<_, WasiRandom>(linker, |guest| guest.ctx().ctx.random())?;
    wasi::random::insecure_seed::add_to_linker::<_, WasiRandom>(linker, |guest| guest.ctx().ctx.random())
}
