//! File Access Control (permissions.md 2) and the answer a read gets.

use super::state::{ExternalMode, READ, SHARE, State};
use super::tree::parts;
use super::view::{MountKind, Seen};

/// One condition of a denying rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// On the file or on a folder above it.
    Tag(String),
    InGroup(String),
    NotInGroup(String),
    /// Minutes of the day, from (inclusive) to (exclusive).
    Time {
        from: u32,
        to: u32,
    },
    /// Such as `application/pdf` or `image/*`.
    Mime(String),
    /// The whole name; `*` stands for anything.
    Name(String),
    Address(String),
    NotAddress(String),
    /// Part of the client's User-Agent.
    UserAgent(String),
    /// `webdav`, or the beginning of a path.
    Url(String),
}

/// Denies reading and writing when all conditions hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule(pub Vec<Condition>);

impl Rule {
    pub fn tag(name: &str) -> Self {
        Self(vec![Condition::Tag(name.to_owned())])
    }

    pub fn not_in_group(name: &str) -> Self {
        Self(vec![Condition::NotInGroup(name.to_owned())])
    }

    pub fn in_group(name: &str) -> Self {
        Self(vec![Condition::InGroup(name.to_owned())])
    }

    pub fn time(from: u32, to: u32) -> Self {
        Self(vec![Condition::Time { from, to }])
    }

    pub fn mime(mime: &str) -> Self {
        Self(vec![Condition::Mime(mime.to_owned())])
    }

    pub fn name(name: &str) -> Self {
        Self(vec![Condition::Name(name.to_owned())])
    }

    pub fn address(ip: &str) -> Self {
        Self(vec![Condition::Address(ip.to_owned())])
    }

    pub fn not_address(ip: &str) -> Self {
        Self(vec![Condition::NotAddress(ip.to_owned())])
    }

    pub fn user_agent(part: &str) -> Self {
        Self(vec![Condition::UserAgent(part.to_owned())])
    }

    pub fn url(url: &str) -> Self {
        Self(vec![Condition::Url(url.to_owned())])
    }

    /// Both this and the other rule's conditions must hold.
    pub fn and(mut self, other: Rule) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// What File Access Control sees of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub address: String,
    pub user_agent: String,
    /// Path of the request.
    pub url: String,
}

impl Client {
    pub fn new(address: &str, user_agent: &str, url: &str) -> Self {
        Self {
            address: address.to_owned(),
            user_agent: user_agent.to_owned(),
            url: url.to_owned(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    No,
    /// The permission mask takes the file's letters: GET 404.
    Masked,
    /// The mask does not see the file's name, only opening it does: GET 403.
    ByName,
}

/// The answer to reading a file's content.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read {
    Content,
    Folder,
    /// 404.
    Gone,
    /// 403 with this message.
    Forbidden(&'static str),
    /// 503.
    Unavailable,
    /// No answer.
    Silent,
}

impl State {
    pub(crate) fn denial(&self, uid: &str, seen: &Seen, client: &Client) -> Denial {
        let folder = self.nodes.get(&seen.id).is_none_or(|node| node.folder);
        let mut denial = Denial::No;
        for rule in &self.rules {
            if !rule.0.iter().all(|condition| self.holds(condition, uid, seen, client)) {
                continue;
            }
            let tagged = rule.0.iter().any(|condition| matches!(condition, Condition::Tag(_)));
            if folder && !tagged {
                continue;
            }
            let named = rule.0.iter().any(|condition| matches!(condition, Condition::Name(_)));
            let single = seen.mount_root && seen.mount.kind == MountKind::Share;
            // permissions.md 2: a name rule on a single-file share leaves G and answers GET with 403.
            if named && single {
                denial = Denial::ByName;
            } else {
                return Denial::Masked;
            }
        }
        denial
    }

    fn holds(&self, condition: &Condition, uid: &str, seen: &Seen, client: &Client) -> bool {
        let Some(node) = self.nodes.get(&seen.id) else {
            return false;
        };
        match condition {
            Condition::Tag(tag) => self
                .chain(seen.id)
                .iter()
                .any(|id| self.nodes.get(id).is_some_and(|node| node.tags.contains(tag))),
            Condition::InGroup(group) => self.in_group(uid, group),
            Condition::NotInGroup(group) => !self.in_group(uid, group),
            Condition::Time { from, to } => (*from..*to).contains(&self.minute),
            Condition::Mime(mime) => matches_glob(mime, &node.mime),
            Condition::Name(name) => {
                let shown = parts(&seen.path).last().map_or("", |name| *name).to_lowercase();
                matches_glob(&name.to_lowercase(), &shown)
            }
            // permissions.md 2: the request's own address counts, X-Forwarded-For does not.
            Condition::Address(ip) => client.address == *ip,
            Condition::NotAddress(ip) => client.address != *ip,
            Condition::UserAgent(part) => client.user_agent.contains(part.as_str()),
            Condition::Url(url) if url == "webdav" => {
                // permissions.md 2: SEARCH at /remote.php/dav/ is not hit by "webdav".
                ["/remote.php/webdav", "/remote.php/dav/files"]
                    .iter()
                    .any(|start| client.url.trim_start_matches("/index.php").starts_with(start))
            }
            Condition::Url(url) => client.url.starts_with(url.as_str()),
        }
    }

    /// Permission bits that File Access Control leaves.
    pub(crate) fn mask(&self, uid: &str, seen: &Seen, client: &Client) -> u32 {
        match self.denial(uid, seen, client) {
            // permissions.md 2: `SR`, `SRDN` or `R` is what remains.
            Denial::Masked => SHARE,
            Denial::No | Denial::ByName => u32::MAX,
        }
    }

    /// permissions.md 1: `download:false` with `shareapi_allow_view_without_download` off.
    pub(crate) fn view_refused(&self, seen: &Seen) -> bool {
        seen.mount.download == Some(false) && !self.view_without_download
    }

    /// What a GET with body answers, the user's state aside.
    pub(crate) fn read(&self, uid: &str, path: &str, client: &Client) -> Read {
        let Some(seen) = self.resolve(uid, path) else {
            return Read::Gone;
        };
        match self.mode(seen.mount.kind) {
            ExternalMode::Works => {}
            ExternalMode::Unavailable => return Read::Unavailable,
            ExternalMode::Timeout => return Read::Silent,
        }
        if self.nodes.get(&seen.id).is_some_and(|node| node.folder) {
            return Read::Folder;
        }
        if self.view_refused(&seen) {
            return Read::Forbidden(
                "Access to this shared resource has been denied because its download permission is disabled.",
            );
        }
        match self.denial(uid, &seen, client) {
            Denial::No if seen.permissions & READ != 0 => Read::Content,
            Denial::No | Denial::Masked => Read::Gone,
            Denial::ByName => Read::Forbidden("Access denied by access control"),
        }
    }

    /// Whether the content of the file reaches an enabled user at some place.
    pub(crate) fn reads(&self, uid: &str, id: i64, client: &Client) -> bool {
        let enabled = self.users.get(uid).is_some_and(|user| user.enabled);
        enabled
            && self.places(uid, id).iter().any(|seen| {
                let client = Client {
                    url: super::dav::href(uid, &seen.path, false),
                    ..client.clone()
                };
                matches!(self.read(uid, &seen.path, &client), Read::Content)
            })
    }
}

/// `*` at the beginning or the end stands for anything.
fn matches_glob(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => text.contains(pattern.trim_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => pattern == text,
    }
}
