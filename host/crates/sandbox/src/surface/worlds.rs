//! The worlds of `wit/worlds.wit` as what a component's imports and exports must look like.

use crate::{LoadError, World};

pub(super) const PACKAGE: &str = "voiceassist:plugin";
pub(super) const VERSION: &str = "0.1.0";
/// Named in refusals.
const SUPPORTED: &str = "voiceassist:plugin@0.1.0";
/// The newest patch of WASI 0.2 that is linked; older ones are compatible with it.
const WASI_PATCH: u32 = 12;

/// What an allowed import gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Types, and the streams that other interfaces pass: nothing by itself.
    Vocabulary,
    /// Reaches something.
    Power,
    /// Wanted by a language's runtime and linked to nothing.
    Inert,
}

/// Interfaces by name without version. Calculators get the first line alone.
const OWN: &[(&str, Kind)] = &[("types", Kind::Vocabulary)];
const CONNECTED: &[(&str, Kind)] = &[("log", Kind::Power), ("progress", Kind::Power)];
const CREDENTIALS: &[(&str, Kind)] = &[("credentials", Kind::Power)];
const FILES: &[(&str, Kind)] = &[("files", Kind::Power)];
const WASI_DRAFTS: &[(&str, Kind)] = &[
    ("wasi:config/store@0.2.0-rc.1", Kind::Power),
    ("wasi:keyvalue/store@0.2.0-draft", Kind::Power),
];
const WASI: &[(&str, Kind)] = &[
    ("wasi:clocks/monotonic-clock", Kind::Power),
    ("wasi:clocks/wall-clock", Kind::Power),
    ("wasi:http/outgoing-handler", Kind::Power),
    ("wasi:http/types", Kind::Vocabulary),
    ("wasi:io/error", Kind::Vocabulary),
    ("wasi:io/poll", Kind::Vocabulary),
    ("wasi:io/streams", Kind::Vocabulary),
    ("wasi:random/random", Kind::Power),
    ("wasi:cli/environment", Kind::Inert),
    ("wasi:cli/exit", Kind::Inert),
    ("wasi:cli/stderr", Kind::Inert),
    ("wasi:cli/stdin", Kind::Inert),
    ("wasi:cli/stdout", Kind::Inert),
    ("wasi:cli/terminal-input", Kind::Inert),
    ("wasi:cli/terminal-output", Kind::Inert),
    ("wasi:cli/terminal-stderr", Kind::Inert),
    ("wasi:cli/terminal-stdin", Kind::Inert),
    ("wasi:cli/terminal-stdout", Kind::Inert),
    ("wasi:filesystem/preopens", Kind::Inert),
    ("wasi:filesystem/types", Kind::Inert),
    ("wasi:random/insecure", Kind::Inert),
    ("wasi:random/insecure-seed", Kind::Inert),
];

/// # Errors
/// With the version or the import that does not belong.
pub(super) fn import(world: World, name: &str) -> Result<Kind, LoadError> {
    let refused = || LoadError::ImportNotGranted {
        import: name.to_owned(),
        world,
    };
    let find = |tables: &[&[(&str, Kind)]], wanted: &str| {
        let mut all = tables.iter().copied().flatten();
        all.find(|(allowed, _)| *allowed == wanted).map(|(_, kind)| *kind)
    };
    if let Some((interface, version)) = own(name) {
        let kind = match world {
            World::Calculator => find(&[OWN], interface),
            World::Scraper => find(&[OWN, CONNECTED], interface),
            World::ChatAdapter | World::EmbeddingAdapter => find(&[OWN, CONNECTED, CREDENTIALS], interface),
            World::Integration => find(&[OWN, CONNECTED, CREDENTIALS, FILES], interface),
        };
        let kind = kind.ok_or_else(refused)?;
        return if version == VERSION {
            Ok(kind)
        } else {
            Err(other_version(name))
        };
    }
    if world == World::Calculator {
        return Err(refused());
    }
    if let Some(kind) = find(&[WASI_DRAFTS], name) {
        return Ok(kind);
    }
    let (interface, version) = name.split_once('@').ok_or_else(refused)?;
    let patch = version.strip_prefix("0.2.").and_then(|patch| patch.parse::<u32>().ok());
    if patch.is_none_or(|patch| patch > WASI_PATCH) {
        return Err(refused());
    }
    find(&[WASI], interface).ok_or_else(refused)
}

/// # Errors
/// When the exports name no world, several, or another version of the interface.
pub(super) fn world(exports: &[String]) -> Result<World, LoadError> {
    let mut found: Vec<&str> = Vec::new();
    for export in exports {
        let Some((interface, version)) = own(export) else {
            continue;
        };
        if version != VERSION {
            return Err(other_version(export));
        }
        found.push(interface);
    }
    found.sort_unstable();
    match found.as_slice() {
        ["calculators"] => Ok(World::Calculator),
        ["source"] => Ok(World::Scraper),
        ["tools"] => Ok(World::Integration),
        ["chat", "models"] => Ok(World::ChatAdapter),
        ["embeddings", "models"] => Ok(World::EmbeddingAdapter),
        [] | ["chat" | "embeddings" | "models"] => Err(LoadError::NoWorld),
        many => Err(LoadError::MixedWorlds(many.iter().map(|&one| one.to_owned()).collect())),
    }
}

/// Interface and version, if it is one of this package.
fn own(name: &str) -> Option<(&str, &str)> {
    let rest = name.strip_prefix(PACKAGE)?.strip_prefix('/')?;
    Some(rest.split_once('@').unwrap_or((rest, "")))
}

fn other_version(found: &str) -> LoadError {
    LoadError::Version {
        found: found.to_owned(),
        supported: SUPPORTED,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn allowed(name: &str) -> Vec<World> {
        let all = World::ALL.into_iter();
        all.filter(|world| import(*world, name).is_ok()).collect()
    }

    #[test]
    fn each_world_imports_what_the_wit_says() {
        use World::{ChatAdapter, EmbeddingAdapter, Integration, Scraper};
        let connected = vec![Scraper, Integration, ChatAdapter, EmbeddingAdapter];
        assert_eq!(allowed("voiceassist:plugin/types@0.1.0"), World::ALL);
        for name in [
            "voiceassist:plugin/log@0.1.0",
            "voiceassist:plugin/progress@0.1.0",
            "wasi:clocks/wall-clock@0.2.12",
            "wasi:random/random@0.2.0",
            "wasi:config/store@0.2.0-rc.1",
            "wasi:keyvalue/store@0.2.0-draft",
            "wasi:http/outgoing-handler@0.2.3",
            "wasi:cli/stdout@0.2.6",
        ] {
            assert_eq!(allowed(name), connected, "{name}");
        }
        assert_eq!(allowed("voiceassist:plugin/credentials@0.1.0"), connected[1..]);
        assert_eq!(allowed("voiceassist:plugin/files@0.1.0"), [Integration]);
        for name in [
            "wasi:sockets/tcp@0.2.12",
            "wasi:http/outgoing-handler@0.3.0",
            "wasi:http/outgoing-handler@0.2.13",
            "wasi:http/outgoing-handler",
            "wasi:keyvalue/batch@0.2.0-draft",
            "wasi:keyvalue/store@0.2.12",
            "env",
        ] {
            assert_eq!(allowed(name), [], "{name}");
        }
    }

    #[test]
    fn a_world_is_known_by_its_exports() {
        let of = |names: &[&str]| {
            let names: Vec<_> = names
                .iter()
                .map(|name| format!("voiceassist:plugin/{name}@0.1.0"))
                .collect();
            world(&names)
        };
        assert_eq!(of(&["models", "embeddings"]).unwrap(), World::EmbeddingAdapter);
        assert_eq!(of(&["tools"]).unwrap(), World::Integration);
        assert_eq!(of(&["models"]), Err(LoadError::NoWorld));
        assert!(matches!(of(&["tools", "source"]), Err(LoadError::MixedWorlds(_))));
    }
}
