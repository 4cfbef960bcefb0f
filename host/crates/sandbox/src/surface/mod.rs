//! What a component asks for and offers, read from its types before anything is compiled.

mod worlds;

use wasmparser::{
    BinaryReaderError, Parser, Payload, Validator, WasmFeatures,
    component_types::{ComponentAnyTypeId, ComponentEntityType},
    types::Types,
};

use crate::{Limits, LoadError, World};
use worlds::{Kind, PACKAGE, VERSION};

/// Custom section the Rust SDK writes.
const MANIFEST: &str = PACKAGE;
/// A connected Python plugin has some forty imports.
const IMPORTS: usize = 100;

/// What a component can reach, and the world it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surface {
    pub world: World,
    /// Version of the plugin interface.
    pub interface_version: &'static str,
    /// Interfaces through which it reaches something; empty for a calculator.
    pub imports: Vec<String>,
    /// Interfaces its language's runtime insists on, linked to nothing: no environment, no files, no standard streams.
    pub inert: Vec<String>,
}

/// How a plugin names itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    pub id: String,
    pub version: String,
    pub title: String,
    /// SPDX expression.
    pub license: String,
}

/// Reads names alone; [`validate`] reads the rest.
///
/// # Errors
/// When the bytes are no component, are too many, belong to no world or to another version of the interface, ask for
/// what the world does not have, or describe themselves badly.
pub(crate) fn inspect(component: &[u8], limits: &Limits) -> Result<(Surface, Option<Manifest>), LoadError> {
    if component.len() > limits.component_bytes {
        return Err(LoadError::TooLarge {
            bytes: component.len(),
            limit: limits.component_bytes,
        });
    }
    if !Parser::is_component(component) {
        return Err(LoadError::NotAComponent("it is not encoded as one".into()));
    }
    let Names {
        imports,
        exports,
        manifest,
    } = names(component).map_err(broken)?;
    if imports.len() > IMPORTS {
        return Err(LoadError::NotAComponent(format!("it has more than {IMPORTS} imports")));
    }
    let mut surface = Surface {
        world: worlds::world(&exports)?,
        interface_version: VERSION,
        imports: Vec::new(),
        inert: Vec::new(),
    };
    for import in imports {
        match worlds::import(surface.world, &import)? {
            Kind::Vocabulary => {}
            Kind::Power => surface.imports.push(import),
            Kind::Inert => surface.inert.push(import),
        }
    }
    Ok((surface, manifest.map(described).transpose()?))
}

/// Everything the compiler relies on, and that the vocabulary has nothing but value types. A component whose code is
/// cached has passed; linking, which is never skipped, refuses a function that is not there either way.
///
/// # Errors
/// When the component is malformed, or smuggles a function or resource into the vocabulary.
pub(crate) fn validate(component: &[u8], world: World) -> Result<(), LoadError> {
    let features = WasmFeatures::default() | WasmFeatures::COMPONENT_MODEL;
    let types = Validator::new_with_features(features)
        .validate_all(component)
        .map_err(broken)?;
    let vocabulary = format!("{PACKAGE}/types@{VERSION}");
    let Some(item) = types.as_ref().component_item_for_import(&vocabulary) else {
        return Ok(());
    };
    match strange_export(item.ty, &types) {
        Some(name) => Err(LoadError::ImportNotGranted {
            import: format!("{vocabulary}#{name}"),
            world,
        }),
        None => Ok(()),
    }
}

/// The first export of an imported instance that is no value type.
fn strange_export(entity: ComponentEntityType, types: &Types) -> Option<String> {
    let ComponentEntityType::Instance(instance) = entity else {
        return Some(String::new());
    };
    let types = types.as_ref();
    let mut exports = types[instance].exports.iter();
    let strange = exports.find(|(_, item)| {
        !matches!(
            item.ty,
            ComponentEntityType::Type {
                referenced: ComponentAnyTypeId::Defined(_),
                ..
            }
        )
    });
    strange.map(|(name, _)| name.clone())
}

fn broken(error: BinaryReaderError) -> LoadError {
    LoadError::NotAComponent(error.message().to_owned())
}

/// Names of the outermost component's imports and exports, and the SDK's section wherever it ended up.
#[derive(Default)]
struct Names<'a> {
    imports: Vec<String>,
    exports: Vec<String>,
    manifest: Option<&'a [u8]>,
}

fn names(component: &[u8]) -> Result<Names<'_>, BinaryReaderError> {
    let (mut names, mut depth) = (Names::default(), 0_usize);
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    names.imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    names.exports.push(export?.name.name.to_owned());
                }
            }
            Payload::CustomSection(section) if section.name() == MANIFEST && names.manifest.is_none() => {
                names.manifest = Some(section.data());
            }
            _ => {}
        }
    }
    Ok(names)
}

/// Reads `key=value` lines from the SDK's section.
fn described(section: &[u8]) -> Result<Manifest, LoadError> {
    let text = std::str::from_utf8(section).unwrap_or_default();
    let field = |key: &'static str| {
        let value = text
            .lines()
            .find_map(|line| line.split_once('=').filter(|(name, _)| *name == key));
        let value = value.map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
        value
            .filter(|value| value.len() <= 200)
            .map(str::to_owned)
            .ok_or(LoadError::Manifest(key))
    };
    Ok(Manifest {
        id: identifier(field("id")?)?,
        version: field("version")?,
        title: field("title")?,
        license: field("license")?,
    })
}

/// Lower-kebab ASCII, at most 64 bytes.
fn identifier(id: String) -> Result<String, LoadError> {
    let plain = id
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if plain && id.len() <= 64 {
        Ok(id)
    } else {
        Err(LoadError::Manifest("id in lower-case letters, digits and hyphens"))
    }
}
