//! Which components are let in, and what a plugin of one world says to the calls of another.

use std::sync::Arc;

use sandbox::{CallError, Grants, LoadError, Outside, World};

use crate::{all, guest, load, outside::Recorder, sandbox, tool_call};

async fn refusal(component: Vec<u8>) -> LoadError {
    sandbox().load(component, &all(), None).await.err().unwrap()
}

#[tokio::test]
async fn each_world_is_known_by_what_it_exports() {
    for world in World::ALL {
        let plugin = load(guest::component(world.as_str(), ""), &all()).await;
        assert_eq!(plugin.world(), world);
        assert_eq!(plugin.surface().imports, [""; 0]);
        assert_eq!(plugin.manifest(), None);
    }
}

#[tokio::test]
async fn a_plugin_shows_what_it_reaches() {
    let core = "(func $a (call $wall-now (i32.const 0)) (drop (call $fetch (i32.const 0) (i32.const 0) (i32.const 0)
        (i32.const 0) (i32.const 0) (i32.const 0))))";
    let plugin = load(guest::component("scraper", core), &Grants::default()).await;
    let mut imports = plugin.surface().imports.clone();
    imports.sort();
    assert_eq!(
        imports,
        ["wasi:clocks/wall-clock@0.2.12", "wasi:http/outgoing-handler@0.2.12"]
    );
    assert_eq!(plugin.surface().inert, [""; 0]);
}

#[tokio::test]
async fn a_call_for_another_world_is_told_so() {
    let outside: Arc<dyn Outside> = Recorder::default().shared();
    let plugin = load(guest::component("scraper", ""), &all()).await;
    let wrong = || CallError::World(World::Scraper);
    assert_eq!(plugin.tools("en").await.unwrap_err(), wrong());
    assert_eq!(plugin.calculators("en").await.unwrap_err(), wrong());
    assert_eq!(plugin.models(outside.clone()).await.unwrap_err(), wrong());
    let call = plugin.invoke(outside.clone(), tool_call(), None).await;
    assert_eq!(call.unwrap_err(), wrong());
    assert!(plugin.describe(outside.clone()).await.is_ok());
    assert!(plugin.list(outside.clone(), Some(1), Some("c"), 10).await.is_ok());
    assert!(plugin.fetch(outside, "entry").await.is_ok());
}

/// Naming the tools needs nobody's permission, so it gets nothing.
#[tokio::test]
async fn tools_are_named_without_an_outside() {
    let body = "(call $kv-open (i32.const 0) (i32.const 0) (i32.const 2048))
        (if (i32.ne (call $answer (i32.const 4)) (i32.const 1)) (then unreachable)) (i32.const 512)";
    let component = guest::component("integration", &guest::export("tools", "tools", 2, body));
    assert_eq!(load(component, &all()).await.tools("en").await.unwrap(), []);
}

#[tokio::test]
async fn a_world_that_imports_what_it_does_not_have_is_refused() {
    let files = "(func $smuggle (call $roots (i32.const 0)))";
    let import = "import voiceassist:plugin/files@0.1.0;";
    assert!(
        sandbox()
            .load(guest::of(&["tools"], import, files), &Grants::default(), None)
            .await
            .is_ok()
    );
    for (exports, world) in [
        (&["source"][..], World::Scraper),
        (&["models", "chat"], World::ChatAdapter),
        (&["calculators"], World::Calculator),
    ] {
        assert_eq!(
            refusal(guest::of(exports, import, files)).await,
            LoadError::ImportNotGranted {
                import: "voiceassist:plugin/files@0.1.0".into(),
                world
            }
        );
    }
}

#[tokio::test]
async fn sockets_are_refused_to_every_world() {
    let core = "(func $smuggle (drop (call $network)))";
    for (exports, world) in [
        (&["tools"][..], World::Integration),
        (&["source"], World::Scraper),
        (&["models", "embeddings"], World::EmbeddingAdapter),
        (&["calculators"], World::Calculator),
    ] {
        let component = guest::of(exports, "import wasi:sockets/instance-network@0.2.12;", core);
        let LoadError::ImportNotGranted { import, world: refused } = refusal(component).await else {
            unreachable!("{world}")
        };
        assert_eq!((import.split_once('/').unwrap().0, refused), ("wasi:sockets", world));
    }
}

#[tokio::test]
async fn two_worlds_in_one_component_are_refused() {
    let LoadError::MixedWorlds(found) = refusal(guest::of(&["source", "tools"], "", "")).await else {
        unreachable!("two worlds")
    };
    assert_eq!(found, ["source", "tools"]);
}

#[tokio::test]
async fn another_version_of_the_interface_is_named() {
    let mut newer = guest::component("scraper", "");
    let old = b"voiceassist:plugin/source@0.1.0";
    let places: Vec<_> = newer
        .windows(old.len())
        .enumerate()
        .filter(|(_, window)| window == old)
        .map(|(place, _)| place)
        .collect();
    for place in places {
        newer[place..place + old.len()].copy_from_slice(b"voiceassist:plugin/source@0.2.0");
    }
    let refused = refusal(newer).await;
    assert!(matches!(refused, LoadError::Version { .. }), "{refused:?}");
    assert!(
        refused.to_string().contains("0.2.0") && refused.to_string().contains("0.1.0"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_adapter_without_models_is_no_plugin() {
    assert_eq!(
        refusal(wat::parse_str("(component)").unwrap()).await,
        LoadError::NoWorld
    );
    assert_eq!(refusal(guest::of(&["models"], "", "")).await, LoadError::NoWorld);
}
