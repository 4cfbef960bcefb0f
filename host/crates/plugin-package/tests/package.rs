//! Packages as they come: whole, damaged, forged, too large.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Write};

use plugin_package::{
    Bundle, COMPONENT, LICENCE, MANIFEST, PART_LIMITS, Package, PackageError, Parts, Publisher, Revocations, SIGNATURE,
    Sealed, Signer, Trust, VECTORS, bundle, fingerprint, pack,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const TOML: &str = r#"
schema = 1
id = "renal"
version = "0.2.1"
world = "calculator"
title = "Renal function"
purpose = "Estimates renal function."
licence = "Apache-2.0"
"#;
const WASM: &[u8] = b"\0asm\x0d\0\x01\0and the rest";

fn signer() -> Signer {
    Signer::new("clinic", &[7; 32]).unwrap()
}

fn parts() -> Parts<'static> {
    Parts {
        manifest: TOML,
        component: WASM,
        vectors: "{\"calculators\":[]}",
        licence: "Apache License",
    }
}

fn trust() -> Trust {
    Trust {
        publishers: vec![signer().publisher().clone()],
        revoked: Revocations::default(),
    }
}

fn unzipped(package: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(package)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut entry = archive.by_index(place).unwrap();
            let mut bytes = Vec::new();
            std::io::copy(&mut entry, &mut bytes).unwrap();
            (entry.name().to_owned(), bytes)
        })
        .collect()
}

fn zipped(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The package with one part changed by `change`, its signature left as it was.
fn with(part: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut entries = unzipped(&pack(parts(), &signer()).unwrap());
    let entry = entries.iter_mut().find(|(name, _)| name == part).unwrap();
    change(&mut entry.1);
    zipped(&entries)
}

fn refused(bytes: &[u8]) -> String {
    Package::open(bytes, &trust()).unwrap_err().to_string()
}

#[test]
fn what_was_packed_comes_out() {
    let bytes = pack(parts(), &signer()).unwrap();
    assert_eq!(
        bytes,
        pack(parts(), &signer()).unwrap(),
        "the same parts give the same bytes"
    );
    let package = Package::open(&bytes, &trust()).unwrap();
    assert_eq!(package.manifest.id, "renal");
    assert_eq!(package.component, WASM);
    assert_eq!(package.publisher.name, "clinic");
    assert_eq!(package.licence, "Apache License");
    assert_eq!(package.manifest_text, TOML);
    assert_eq!(package.component_digest, blake3::hash(WASM));
}

#[test]
fn the_signature_is_over_what_the_format_says() {
    let entries = unzipped(&pack(parts(), &signer()).unwrap());
    let mut message = b"voiceassist plugin package 1\n".to_vec();
    for wanted in [MANIFEST, COMPONENT, VECTORS, LICENCE] {
        let (name, bytes) = entries.iter().find(|(name, _)| name == wanted).unwrap();
        let line = format!("{name}\n{}\n{}\n", bytes.len(), blake3::hash(bytes).to_hex());
        message.extend(line.into_bytes());
    }
    let (_, signature) = entries.iter().find(|(name, _)| name == SIGNATURE).unwrap();
    let table: toml::Table = std::str::from_utf8(signature).unwrap().parse().unwrap();
    let bytes = hex::decode(table["signature"].as_str().unwrap()).unwrap();
    let key = ed25519_dalek::VerifyingKey::from_bytes(&signer().publisher().key).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&bytes).unwrap();
    assert!(key.verify_strict(&message, &signature).is_ok());
    assert_eq!(table["key"].as_str().unwrap(), hex::encode(key.as_bytes()));
    assert_eq!(table["publisher"].as_str().unwrap(), "clinic");
}

#[test]
fn a_package_with_any_part_wrong_missing_extra_or_twice_is_refused() {
    let whole = unzipped(&pack(parts(), &signer()).unwrap());
    for (name, _) in PART_LIMITS {
        let without: Vec<_> = whole.iter().filter(|(part, _)| part != name).cloned().collect();
        assert_eq!(refused(&zipped(&without)), format!("it has no {name}"));
        if name != SIGNATURE {
            let changed = refused(&with(name, |bytes| bytes.push(b' ')));
            assert!(changed.starts_with("its contents were changed"), "{name}: {changed}");
            let emptied = refused(&with(name, Vec::clear));
            assert!(emptied.starts_with("its contents were changed"), "{name}: {emptied}");
        }
    }
    for extra in ["readme.md", "../evil", "plugin.toml/", "Plugin.toml"] {
        let mut entries = whole.clone();
        entries.push((extra.to_owned(), Vec::new()));
        assert!(refused(&zipped(&entries)).contains(extra), "{extra}");
    }
    assert!(refused(b"").starts_with("it is no plugin package"));
    assert!(refused(b"PK\x03\x04 not really").starts_with("it is no plugin package"));
    for (text, reason) in [
        ("", "missing field"),
        (
            "publisher = \"clinic\"\nkey = \"00\"\nsignature = \"00\"",
            "signature.toml",
        ),
    ] {
        let error = refused(&with(SIGNATURE, |bytes| *bytes = text.as_bytes().to_vec()));
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn two_parts_of_one_name_are_refused() {
    // A zip writer refuses them, so the name of a sixth entry is changed afterwards, in both places it stands.
    let mut entries = unzipped(&pack(parts(), &signer()).unwrap());
    entries.push(("plugin.tomx".to_owned(), TOML.as_bytes().to_vec()));
    let mut bytes = zipped(&entries);
    for at in 0..bytes.len() - 11 {
        if &bytes[at..at + 11] == b"plugin.tomx" {
            bytes[at + 10] = b'l';
        }
    }
    assert_eq!(Package::open(&bytes, &trust()).unwrap_err(), PackageError::Twice);
}

#[test]
fn an_archive_behind_a_comment_is_refused() {
    let mut bytes = pack(parts(), &signer()).unwrap();
    let at = bytes.len() - 2;
    bytes[at..].copy_from_slice(&5_u16.to_le_bytes());
    bytes.extend_from_slice(b"hello");
    assert!(refused(&bytes).contains("without comment"));
}

#[test]
fn nothing_unpacks_beyond_its_ceiling() {
    let bomb = with(LICENCE, |bytes| *bytes = vec![b'a'; 64 << 20]);
    assert!(bomb.len() < 1 << 20, "the archive itself is small");
    assert_eq!(
        refused(&bomb),
        "LICENSE is larger than the 262144 bytes that are allowed"
    );
    for (name, limit) in PART_LIMITS {
        let error = refused(&with(name, |bytes| bytes.resize(limit + 1, b' ')));
        assert_eq!(
            error,
            format!("{name} is larger than the {limit} bytes that are allowed")
        );
    }
    assert!(refused(&vec![0; 39 << 20]).starts_with("the package is larger"));
}

#[test]
fn a_lie_about_sizes_changes_nothing() {
    let mut bytes = with(LICENCE, |bytes| *bytes = vec![b'a'; 8 << 20]);
    let (real, small) = ((8_u32 << 20).to_le_bytes(), 100_u32.to_le_bytes());
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == real {
            bytes[at..at + 4].copy_from_slice(&small);
        }
    }
    let error = refused(&bytes);
    assert!(error.contains("LICENSE"), "{error}");
}

#[test]
fn a_malformed_part_is_named_even_when_it_is_signed() {
    let packed = |change: &dyn Fn(&mut Parts<'static>)| {
        let mut parts = parts();
        change(&mut parts);
        pack(parts, &signer()).unwrap_err().to_string()
    };
    assert!(packed(&|parts| parts.manifest = "schema = 1").starts_with("plugin.toml: "));
    assert!(packed(&|parts| parts.component = b"\0asm\x01\0\0\0").contains("no WebAssembly component"));
    assert!(packed(&|parts| parts.vectors = "{\"calculator\":[]}").starts_with("vectors.json: "));
    assert!(packed(&|parts| parts.licence = " \n").starts_with("LICENSE: "));
    let loose = "{\"calculators\":[{\"calculator\":\"a\",\"arguments\":{},\"expected\":{\"b\":1},\"tolerance\":0.5,\"source\":\"x\"}]}";
    assert!(packed(&|parts| parts.vectors = loose).contains("0 to 0.1"));
}

#[test]
fn what_one_machine_packs_another_signs() {
    let unsigned = bundle(parts()).unwrap();
    assert_eq!(refused(&unsigned), "it has no signature.toml");
    let signed = pack(Bundle::read(&unsigned).unwrap().parts(), &signer()).unwrap();
    assert_eq!(signed, pack(parts(), &signer()).unwrap());
    // A hospital signs again what it trusts.
    let own = Signer::new("hospital", &[9; 32]).unwrap();
    let again = pack(Bundle::read(&signed).unwrap().parts(), &own).unwrap();
    assert_eq!(Sealed::read(&again).unwrap().claimed.name, "hospital");
    let changed = with(LICENCE, |bytes| bytes.push(b' '));
    assert_eq!(Bundle::read(&changed).err(), Some(PackageError::Tampered));
}

#[test]
fn only_a_pinned_key_opens_a_package() {
    let bytes = pack(parts(), &signer()).unwrap();
    let stranger = Signer::new("clinic", &[8; 32]).unwrap();
    let forged = pack(parts(), &stranger).unwrap();
    let error = refused(&forged);
    assert!(error.contains(&fingerprint(&stranger.publisher().key)), "{error}");
    assert!(
        error.contains(&format!(
            "voiceassist plugin trust clinic {}",
            hex::encode(stranger.publisher().key)
        )),
        "{error}"
    );
    assert!(Package::open(&bytes, &Trust::default()).is_err());
    // It can be looked at without being trusted.
    assert_eq!(Sealed::read(&forged).unwrap().unjudged().manifest.id, "renal");

    let renamed = with(SIGNATURE, |text| {
        *text = String::from_utf8(text.clone())
            .unwrap()
            .replace("clinic", "hospital")
            .into_bytes();
    });
    assert_eq!(
        refused(&renamed),
        "it says that its publisher is \"hospital\", but its key is trusted here as \"clinic\""
    );
    // Another's key beside our signature.
    let swapped = with(SIGNATURE, |text| {
        let own = hex::encode(signer().publisher().key);
        let other = hex::encode(stranger.publisher().key);
        *text = String::from_utf8(text.clone())
            .unwrap()
            .replace(&own, &other)
            .into_bytes();
    });
    assert!(refused(&swapped).starts_with("its contents were changed"));
}

#[test]
fn what_is_revoked_never_opens() {
    let bytes = pack(parts(), &signer()).unwrap();
    let package = Package::open(&bytes, &trust()).unwrap();
    let open = |list: &str| {
        let revoked = Revocations::parse(list).unwrap();
        Package::open(&bytes, &Trust { revoked, ..trust() })
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let key = hex::encode(package.publisher.key);
    for (list, what) in [
        (
            format!("[[key]]\nkey = \"{key}\"\nreason = \"stolen\""),
            "the key of its publisher clinic is revoked: stolen",
        ),
        (
            format!("[[digest]]\ndigest = \"{}\"\nreason = \"wrong\"", package.digest),
            "this very package is revoked: wrong",
        ),
        (
            format!(
                "[[digest]]\ndigest = \"{}\"\nreason = \"wrong\"",
                package.component_digest
            ),
            "this very package is revoked: wrong",
        ),
        (
            "[[version]]\nid = \"renal\"\nversions = \">=0.2, <0.2.2\"\nreason = \"rounds\"".to_owned(),
            "renal 0.2.1 is revoked: rounds",
        ),
        (
            "[[version]]\nid = \"renal\"\nversions = \"*\"\nreason = \"gone\"".to_owned(),
            "renal 0.2.1 is revoked: gone",
        ),
    ] {
        assert_eq!(open(&list), Err(what.to_owned()));
    }
    assert_eq!(
        open("[[version]]\nid = \"renal\"\nversions = \"=0.2.0\"\nreason = \"x\""),
        Ok(())
    );
    assert_eq!(
        open("[[version]]\nid = \"other\"\nversions = \"*\"\nreason = \"x\""),
        Ok(())
    );
}

#[test]
fn a_revocation_list_with_a_fault_is_no_list() {
    let reason = "[[key]]\nkey = \"00\"\nreason = \"short\"";
    for list in [
        reason,
        "[[keys]]",
        "[[version]]\nid = \"a\"\nversions = \"x.y\"\nreason = \"r\"",
    ] {
        let error = Revocations::parse(list).unwrap_err().to_string();
        assert!(error.contains("cannot be read"), "{error}");
    }
}

#[test]
fn a_publisher_goes_to_it_as_a_file() {
    let publisher = signer().publisher().clone();
    assert_eq!(Publisher::parse(&publisher.to_toml()).unwrap(), publisher);
    assert!(
        Publisher::parse("name = \"clinic\"")
            .unwrap_err()
            .to_string()
            .contains("key")
    );
}
