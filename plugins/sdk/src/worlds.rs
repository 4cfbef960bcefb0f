//! Bindings of the connected worlds: what they may import once, and what each exports.

/// Everything a connected plugin may import. What a component imports in the end is what its code uses.
#[doc(hidden)]
pub mod imports {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "
            package voiceassist:sdk;
            world everything {
                include voiceassist:plugin/connected@0.1.0;
                import voiceassist:plugin/credentials@0.1.0;
                import voiceassist:plugin/files@0.1.0;
            }
        ",
        world: "voiceassist:sdk/everything",
        with: { "voiceassist:plugin/types@0.1.0": crate::bindings::voiceassist::plugin::types },
        generate_all,
    });
}

/// The exports of one world; its imports are those of [`imports`].
///
/// The world is written out here because two worlds that export `models` cannot both have a macro for it:
/// a model adapter's world is put together from `models` and its other half. The component that comes out
/// is the same.
macro_rules! world {
    (
        $module:ident, $wit:literal, $export:literal, $own:literal
        $(, $interface:literal: $path:path)*
    ) => {
        #[doc(hidden)]
        pub mod $module {
            wit_bindgen::generate!({
                path: "../../wit",
                inline: $wit,
                pub_export_macro: true,
                export_macro_name: $export,
                default_bindings_module: $own,
                additional_derives: [PartialEq, Clone],
                with: {
                    "voiceassist:plugin/types@0.1.0": crate::bindings::voiceassist::plugin::types,
                    "voiceassist:plugin/log@0.1.0": crate::worlds::imports::voiceassist::plugin::log,
                    "voiceassist:plugin/progress@0.1.0": crate::worlds::imports::voiceassist::plugin::progress,
                    "wasi:clocks/wall-clock@0.2.12": crate::worlds::imports::wasi::clocks::wall_clock,
                    "wasi:clocks/monotonic-clock@0.2.12": crate::worlds::imports::wasi::clocks::monotonic_clock,
                    "wasi:config/store@0.2.0-rc.1": crate::worlds::imports::wasi::config::store,
                    "wasi:http/outgoing-handler@0.2.12": crate::worlds::imports::wasi::http::outgoing_handler,
                    "wasi:http/types@0.2.12": crate::worlds::imports::wasi::http::types,
                    "wasi:io/error@0.2.12": crate::worlds::imports::wasi::io::error,
                    "wasi:io/poll@0.2.12": crate::worlds::imports::wasi::io::poll,
                    "wasi:io/streams@0.2.12": crate::worlds::imports::wasi::io::streams,
                    "wasi:keyvalue/store@0.2.0-draft": crate::worlds::imports::wasi::keyvalue::store,
                    "wasi:random/random@0.2.12": crate::worlds::imports::wasi::random::random,
                    $($interface: $path,)*
                },
            });
        }
    };
}

world!(
    scraper,
    "package voiceassist:sdk;
     world scraper {
         include voiceassist:plugin/scraper@0.1.0;
     }",
    "export_scraper",
    "voiceassist_plugin::worlds::scraper"
);
world!(
    integration,
    "package voiceassist:sdk;
     world integration {
         include voiceassist:plugin/integration@0.1.0;
     }",
    "export_integration",
    "voiceassist_plugin::worlds::integration",
    "voiceassist:plugin/credentials@0.1.0": crate::worlds::imports::voiceassist::plugin::credentials,
    "voiceassist:plugin/files@0.1.0": crate::worlds::imports::voiceassist::plugin::files
);
world!(
    models,
    "package voiceassist:sdk;
     world models {
         include voiceassist:plugin/connected@0.1.0;
         import voiceassist:plugin/credentials@0.1.0;
         export voiceassist:plugin/models@0.1.0;
     }",
    "export_models",
    "voiceassist_plugin::worlds::models",
    "voiceassist:plugin/credentials@0.1.0": crate::worlds::imports::voiceassist::plugin::credentials
);
world!(
    chat,
    "package voiceassist:sdk;
     world chat {
         include voiceassist:plugin/connected@0.1.0;
         import voiceassist:plugin/credentials@0.1.0;
         export voiceassist:plugin/chat@0.1.0;
     }",
    "export_chat",
    "voiceassist_plugin::worlds::chat",
    "voiceassist:plugin/credentials@0.1.0": crate::worlds::imports::voiceassist::plugin::credentials
);
world!(
    embeddings,
    "package voiceassist:sdk;
     world embeddings {
         include voiceassist:plugin/connected@0.1.0;
         import voiceassist:plugin/credentials@0.1.0;
         export voiceassist:plugin/embeddings@0.1.0;
     }",
    "export_embeddings",
    "voiceassist_plugin::worlds::embeddings",
    "voiceassist:plugin/credentials@0.1.0": crate::worlds::imports::voiceassist::plugin::credentials
);
