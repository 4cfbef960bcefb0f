//! What an operator decides about the trail.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use url::{Host, Url};

/// The port of syslog over TCP where none is named.
const SYSLOG_PORT: u16 = 514;

#[derive(Clone, Debug)]
pub struct AuditSettings {
    /// The signing key; without, one is kept in the data folder.
    pub key_file: Option<PathBuf>,
    pub sink: Option<Target>,
    /// Nothing that must be recorded happens while the sink cannot be reached.
    pub sink_required: bool,
    /// A checkpoint after so many entries. Not a setting, as the next: tests do not wait so long.
    pub checkpoint_entries: u64,
    /// A checkpoint after so long, if there are new entries.
    pub checkpoint_every: Duration,
    /// How often the second sink is looked after.
    pub deliver_every: Duration,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            key_file: None,
            sink: None,
            sink_required: false,
            checkpoint_entries: 200,
            checkpoint_every: Duration::from_secs(300),
            deliver_every: Duration::from_secs(1),
        }
    }
}

/// Where the second copy goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    File(PathBuf),
    /// A datagram socket such as /dev/log.
    SyslogSocket(PathBuf),
    SyslogTcp {
        host: String,
        port: u16,
    },
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a sink is file:/PATH, syslog:unix:/PATH or syslog:tcp://HOST:PORT";
        let absolute = |path: &str| Some(PathBuf::from(path)).filter(|path| path.is_absolute()).ok_or(FORM);
        if let Some(path) = text.strip_prefix("file:") {
            return absolute(path).map(Self::File);
        }
        let syslog = text.strip_prefix("syslog:").ok_or(FORM)?;
        if let Some(path) = syslog.strip_prefix("unix:") {
            return absolute(path).map(Self::SyslogSocket);
        }
        let url = Url::parse(syslog).ok().filter(|url| {
            let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
            url.scheme() == "tcp" && url.username().is_empty() && url.password().is_none() && bare
        });
        let url = url.ok_or(FORM)?;
        let host = match url.host().ok_or(FORM)? {
            Host::Ipv6(address) => address.to_string(),
            host => host.to_string(),
        };
        let port = url.port().unwrap_or(SYSLOG_PORT);
        Ok(Self::SyslogTcp { host, port })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::SyslogSocket(path) => write!(f, "syslog:unix:{}", path.display()),
            Self::SyslogTcp { host, port } if host.contains(':') => write!(f, "syslog:tcp://[{host}]:{port}"),
            Self::SyslogTcp { host, port } => write!(f, "syslog:tcp://{host}:{port}"),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_sink_is_read_as_it_is_shown() {
        for text in [
            "file:/var/log/voiceassist/audit.jsonl",
            "syslog:unix:/dev/log",
            "syslog:tcp://logs.hospital.example:6514",
            "syslog:tcp://[::1]:514",
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        assert_eq!(
            "syslog:tcp://10.0.0.7".parse::<Target>().unwrap().to_string(),
            "syslog:tcp://10.0.0.7:514"
        );
        for wrong in [
            "file:audit.jsonl",
            "/var/log/a",
            "syslog:udp://x:1",
            "syslog:tcp://a:b@x:1",
            "syslog:tcp://x:1/y",
        ] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
