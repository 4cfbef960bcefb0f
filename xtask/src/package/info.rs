//! `nextcloud-app/appinfo/info.xml`: what Nextcloud is told about the app.

use std::path::Path;

use anyhow::{Context, Result};
use quick_xml::Reader;
use quick_xml::events::Event;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    pub url: String,
    pub verbs: Vec<String>,
    pub access_level: String,
    pub headers_to_exclude: String,
    pub bruteforce_protection: String,
}

#[derive(Debug, Default)]
pub struct Info {
    pub id: String,
    pub name: String,
    pub version: String,
    pub registry: String,
    pub image: String,
    pub image_tag: String,
    pub routes: Vec<Route>,
    pub variables: Vec<String>,
}

impl Info {
    pub fn read(root: &Path) -> Result<Self> {
        let file = root.join("nextcloud-app/appinfo/info.xml");
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not valid", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let mut info = Self::default();
        let mut reader = Reader::from_str(text);
        let mut open: Vec<String> = Vec::new();
        loop {
            match reader.read_event()? {
                Event::Start(start) => {
                    open.push(start.local_name().as_ref().to_owned());
                    if open.ends_with(&["routes".to_owned(), "route".to_owned()]) {
                        info.routes.push(Route::default());
                    }
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => info.set(&open, text.trim()),
                Event::Eof => break,
                _ => {}
            }
        }
        Ok(info)
    }

    /// The English name comes first; a later one is a translation.
    fn set(&mut self, open: &[String], value: &str) {
        if value.is_empty() {
            return;
        }
        let path = open.join("/");
        let path = path.strip_prefix("info/").unwrap_or(&path);
        let field = match path {
            "id" => &mut self.id,
            "name" if self.name.is_empty() => &mut self.name,
            "version" => &mut self.version,
            "external-app/docker-install/registry" => &mut self.registry,
            "external-app/docker-install/image" => &mut self.image,
            "external-app/docker-install/image-tag" => &mut self.image_tag,
            "external-app/environment-variables/variable/name" => {
                self.variables.push(value.to_owned());
                return;
            }
            path => {
                let Some(route) = self.routes.last_mut() else { return };
                match path.strip_prefix("external-app/routes/route/") {
                    Some("verb") => {
                        route.verbs = value.split(',').map(|verb| verb.trim().to_owned()).collect();
                        return;
                    }
                    Some("url") => &mut route.url,
                    Some("access_level") => &mut route.access_level,
                    Some("headers_to_exclude") => &mut route.headers_to_exclude,
                    Some("bruteforce_protection") => &mut route.bruteforce_protection,
                    _ => return,
                }
            }
        };
        value.clone_into(field);
    }

    /// `ghcr.io/OWNER/NAME:TAG`
    pub fn reference(&self) -> String {
        format!("{}/{}:{}", self.registry, self.image, self.image_tag)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use regex::RegexBuilder;
    use serde_json::Value;

    use super::*;
    use crate::command::{find, run};
    use crate::term::say;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
    }

    fn info() -> Info {
        Info::read(&root()).unwrap()
    }

    fn json(path: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap()
    }

    /// AppAPI: the first route that matches path and verb, upper and lower case alike.
    fn by_appapi(info: &Info, verb: &str, path: &str) -> Option<String> {
        let matches = |route: &&Route| {
            let pattern = RegexBuilder::new(&route.url).case_insensitive(true).build().unwrap();
            pattern.is_match(path) && route.verbs.iter().any(|one| one == verb)
        };
        info.routes.iter().find(matches).map(|route| route.access_level.clone())
    }

    /// HaRP: the first route that matches the path; the verb is not looked at.
    fn by_harp(info: &Info, path: &str) -> Option<String> {
        let matches = |route: &&Route| RegexBuilder::new(&route.url).build().unwrap().is_match(path);
        info.routes.iter().find(matches).map(|route| route.access_level.clone())
    }

    fn assert_level(info: &Info, verb: &str, path: &str, level: Option<&str>) {
        assert_eq!(by_appapi(info, verb, path).as_deref(), level, "AppAPI, {verb} {path}");
        assert_eq!(by_harp(info, path).as_deref(), level, "HaRP, {path}");
    }

    #[test]
    fn schema_of_nextcloud_accepts_both_apps() {
        let schema = root().join("../shared/info.xsd");
        if find("xmllint").is_none() || !schema.is_file() {
            say("skipped: xmllint or the schema of Nextcloud is not here");
            return;
        }
        for name in ["appinfo/info.xml", "companion/appinfo/info.xml"] {
            let text = std::fs::read_to_string(root().join("nextcloud-app").join(name)).unwrap();
            // The app store takes these away before it validates; the schema does not know them.
            let stripped = ["routes", "k8s-service-roles"].iter().fold(text, |text, element| {
                let (open, close) = (format!("<{element}>"), format!("</{element}>"));
                match (text.find(&open), text.find(&close)) {
                    (Some(from), Some(to)) => format!("{}{}", &text[..from], &text[to + close.len()..]),
                    _ => text,
                }
            });
            let file = std::env::temp_dir().join(format!("info-{}.xml", std::process::id()));
            std::fs::write(&file, stripped).unwrap();
            let checked = run(Command::new("xmllint")
                .arg("--noout")
                .arg("--schema")
                .arg(&schema)
                .arg(&file));
            std::fs::remove_file(&file).unwrap();
            checked.unwrap();
        }
    }

    #[test]
    fn versions_are_the_ones_of_the_workspace() {
        let info = info();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!((info.id.as_str(), info.name.as_str()), ("voiceassist", "VoiceAssist"));
        assert_eq!((info.version.as_str(), info.image_tag.as_str()), (version, version));
        assert_eq!(json("nextcloud-app/manual-install.json")["version"], version);
        let guide = std::fs::read_to_string(root().join("docs/INSTALL.md")).unwrap();
        assert!(guide.contains(&info.reference()) && guide.contains(&format!("APP_VERSION={version}")));
        for (file, mark) in [
            ("companion/appinfo/info.xml", format!("<version>{version}</version>")),
            ("CHANGELOG.md", format!("## {version}\n")),
        ] {
            let text = std::fs::read_to_string(root().join("nextcloud-app").join(file)).unwrap();
            assert!(text.contains(&mark), "{file} does not name {version}");
        }
    }

    #[test]
    fn routes_are_anchored_and_those_of_administrators_come_first() {
        let routes = info().routes;
        assert!(routes.iter().all(|route| route.url.starts_with("^/")), "{routes:?}");
        assert_eq!(routes[0].access_level, "ADMIN");
        let is_other: Vec<bool> = routes.iter().map(|route| route.access_level != "ADMIN").collect();
        assert!(is_other.is_sorted(), "{routes:?}");
        let known = ["ADMIN", "USER", "PUBLIC"];
        assert!(routes.iter().all(|route| known.contains(&route.access_level.as_str())));
    }

    #[test]
    fn every_path_of_the_api_needs_the_access_it_should() {
        let info = info();
        let api = json("docs/openapi.json");
        let paths = api["paths"].as_object().unwrap();
        let mut seen = 0;
        for (template, operations) in paths.iter().filter(|(path, _)| path.starts_with("/api/")) {
            let pieces = template
                .split('/')
                .map(|piece| if piece.starts_with('{') { "a1b2" } else { piece });
            let path = pieces.collect::<Vec<_>>().join("/");
            // What decides about the installation itself is for Nextcloud's administrators; the rest of the
            // administration is for the role, which the host checks.
            let installation = ["nextcloud", "roles", "indexing", "address-rules"];
            let level = if installation.iter().any(|name| path == format!("/api/v1/admin/{name}")) {
                "ADMIN"
            } else {
                "USER"
            };
            for verb in operations.as_object().unwrap().keys() {
                let verb = verb.to_uppercase();
                if ["GET", "POST", "PUT", "DELETE", "PATCH"].contains(&verb.as_str()) {
                    assert_level(&info, &verb, &path, Some(level));
                    seen += 1;
                }
            }
        }
        assert!(seen > 15, "only {seen} operations");
    }

    #[test]
    fn pages_and_probes_are_reachable_and_what_only_nextcloud_calls_is_not() {
        let info = info();
        for (verb, path, level) in [
            ("GET", "/api/v1/admin/nextcloud", Some("ADMIN")),
            ("PUT", "/api/v1/admin/roles", Some("ADMIN")),
            ("GET", "/api/v1/nextcloud/indexing", Some("USER")),
            ("POST", "/ui/action", Some("USER")),
            ("GET", "/ui/boot.js", Some("USER")),
            ("GET", "/assets-e67cc9af0c0d084d/app.js", Some("USER")),
            ("GET", "/voice", Some("USER")),
            ("GET", "/public/stream", Some("PUBLIC")),
            ("GET", "/heartbeat", None),
            ("POST", "/init", None),
            ("PUT", "/enabled", None),
            ("POST", "/hooks/file", None),
            ("POST", "/occ/x", None),
            ("GET", "/", None),
            ("GET", "/voice/x", None),
        ] {
            assert_level(&info, verb, path, level);
        }
    }

    #[test]
    fn manual_installation_declares_the_same_routes() {
        let info = info();
        let manual = json("nextcloud-app/manual-install.json");
        assert_eq!(
            (&manual["id"], &manual["name"]),
            (&Value::from(info.id), &Value::from(info.name))
        );
        let expected: Vec<Value> = info
            .routes
            .iter()
            .map(|route| {
                let level = ["PUBLIC", "USER", "ADMIN"]
                    .iter()
                    .position(|name| *name == route.access_level);
                let list = |text: &str| serde_json::from_str::<Value>(text).unwrap();
                serde_json::json!({
                    "url": route.url,
                    "verb": route.verbs.join(","),
                    "access_level": level,
                    "headers_to_exclude": list(&route.headers_to_exclude),
                    "bruteforce_protection": list(&route.bruteforce_protection),
                })
            })
            .collect();
        assert_eq!(manual["routes"], Value::from(expected));
    }

    #[test]
    fn every_declared_variable_is_a_setting_of_the_host() {
        let files = ["config.rs", "config/audit.rs", "config/outside.rs", "config/speech.rs"];
        let settings = files.map(|file| std::fs::read_to_string(root().join("host/src").join(file)).unwrap());
        let settings = settings.concat();
        let variables = info().variables;
        assert!(variables.len() >= 8, "{variables:?}");
        for variable in variables {
            assert!(
                settings.contains(&format!("\"{}\"", variable.to_lowercase())),
                "{variable}"
            );
        }
    }

    #[test]
    fn both_forms_of_a_translation_say_the_same() {
        for language in ["en", "de"] {
            let translated = json(&format!("nextcloud-app/l10n/{language}.json"));
            let script = std::fs::read_to_string(root().join(format!("nextcloud-app/l10n/{language}.js"))).unwrap();
            let table = script.split_once('{').unwrap().1.rsplit_once('}').unwrap().0;
            let table: Value = serde_json::from_str(&format!("{{{table}}}")).unwrap();
            assert_eq!(table, translated["translations"], "{language}");
        }
    }
}
