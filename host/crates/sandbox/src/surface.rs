//! What a component asks for and offers, read from its types before anything is compiled.

use wasmparser::{
    Parser, Payload, Validator, WasmFeatures,
    component_types::{ComponentAnyTypeId, ComponentEntityType},
    types::Types,
};

use crate::{Limits, LoadError, World};

const PACKAGE: &str = "voiceassist:plugin";
const VERSION: &str = "0.1.0";
const TYPES: &str = "voiceassist:plugin/types@0.1.0";
const CALCULATORS: &str = "voiceassist:plugin/calculators@0.1.0";
/// Custom section the SDK writes.
const MANIFEST: &str = "voiceassist:plugin";

/// A component's imports that carry more than types, and the world it belongs to.
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

/// # Errors
/// When the bytes are no valid component, are too many, belong to another version of the interface, ask for
/// anything but types, or do not name themselves.
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
    let features = WasmFeatures::default() | WasmFeatures::COMPONENT_MODEL;
    let types = Validator::new_with_features(features)
        .validate_all(component)
        .map_err(|error| LoadError::NotAComponent(error.message().to_owned()))?;
    let (imports, exports) = names(component)?;
    for import in &imports {
        allow(
            import,
            types.as_ref().component_item_for_import(import).map(|item| item.ty),
            &types,
        )?;
    }
    if !exports.iter().any(|export| export == CALCULATORS) {
        let other = exports
            .iter()
            .find(|export| export.starts_with(&format!("{PACKAGE}/calculators")));
        return Err(other.map_or(LoadError::NoWorld, |other| version(other)));
    }
    let surface = Surface {
        world: World::Calculator,
        interface_version: VERSION,
        imports: Vec::new(),
        inert: Vec::new(),
    };
    Ok((surface, manifest(component, limits)?))
}

/// A calculator imports nothing but the vocabulary, and of that nothing but value types.
fn allow(import: &str, entity: Option<ComponentEntityType>, types: &Types) -> Result<(), LoadError> {
    let refused = || LoadError::ImportNotGranted {
        import: import.to_owned(),
        world: World::Calculator,
    };
    if import != TYPES {
        let vocabulary = import.starts_with(&format!("{PACKAGE}/types@"));
        return Err(if vocabulary { version(import) } else { refused() });
    }
    let Some(ComponentEntityType::Instance(instance)) = entity else {
        return Err(refused());
    };
    let exports = &types.as_ref()[instance].exports;
    for (name, item) in exports {
        let value_type = matches!(
            item.ty,
            ComponentEntityType::Type {
                referenced: ComponentAnyTypeId::Defined(_),
                ..
            }
        );
        if !value_type {
            return Err(LoadError::ImportNotGranted {
                import: format!("{import}#{name}"),
                world: World::Calculator,
            });
        }
    }
    Ok(())
}

fn version(found: &str) -> LoadError {
    LoadError::Version {
        found: found.to_owned(),
        supported: CALCULATORS,
    }
}

/// Names of the outermost component's imports and exports.
fn names(component: &[u8]) -> Result<(Vec<String>, Vec<String>), LoadError> {
    let broken = |error: wasmparser::BinaryReaderError| LoadError::NotAComponent(error.message().to_owned());
    let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0_usize);
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(broken)? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    imports.push(import.map_err(broken)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    exports.push(export.map_err(broken)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok((imports, exports))
}

/// Reads `key=value` lines from the SDK's section, wherever in the component it ended up.
fn manifest(component: &[u8], limits: &Limits) -> Result<Option<Manifest>, LoadError> {
    let section = Parser::new(0).parse_all(component).find_map(|payload| match payload {
        Ok(Payload::CustomSection(section)) if section.name() == MANIFEST => Some(section.data()),
        _ => None,
    });
    let Some(section) = section else { return Ok(None) };
    let text = std::str::from_utf8(section).unwrap_or_default();
    let field = |key: &'static str| {
        let value = text
            .lines()
            .find_map(|line| line.split_once('=').filter(|(name, _)| *name == key));
        let value = value.map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
        value
            .filter(|value| value.len() <= limits.text_bytes.min(200))
            .map(str::to_owned)
            .ok_or(LoadError::Manifest(key))
    };
    Ok(Some(Manifest {
        id: identifier(field("id")?)?,
        version: field("version")?,
        title: field("title")?,
        license: field("license")?,
    }))
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
