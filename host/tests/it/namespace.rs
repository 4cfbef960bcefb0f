//! Runs a test in a network namespace of its own, where only the loopback interface exists and every packet is counted.

use std::collections::HashMap;
use std::process::Command;

const INSIDE: &str = "VOICEASSIST_TEST_NAMESPACE";

/// Outside: runs `test` (its path within this binary) again inside a namespace, fails if that fails, and returns false.
/// Inside: returns true. `setup` are shell commands run as the namespace's root, each ended by `;`.
///
/// There is no skipping: where `unshare -rn` does not work, the proof is missing and the test fails.
pub fn enter(test: &str, setup: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let script = format!("set -e; ip link set lo up; {setup} exec \"$0\" \"$@\"");
    let output = Command::new("unshare")
        .args(["-rn", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("unshare (util-linux) and ip (iproute2) are needed");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "inside the namespace:\n{out}\n{err}");
    assert!(out.contains("1 passed"), "{test} is not the name of this test:\n{out}");
    false
}

/// The kernel's counters of this namespace, such as `Ip.OutNoRoutes` and `Ip6OutNoRoutes`.
pub struct Counters(HashMap<String, i64>);

/// Each rises when someone tries to reach beyond this machine, or asks anyone for a name.
const OUTBOUND: [&str; 6] = [
    "Ip.OutNoRoutes",
    "Ip6OutNoRoutes",
    "Udp.OutDatagrams",
    "Udp6OutDatagrams",
    "UdpLite.OutDatagrams",
    "Icmp.OutMsgs",
];

impl Counters {
    pub fn now() -> Self {
        let mut counters = HashMap::new();
        let v4 = std::fs::read_to_string("/proc/net/snmp").unwrap();
        let lines: Vec<&str> = v4.lines().collect();
        for pair in lines.chunks_exact(2) {
            let (name, values) = pair[1].split_once(':').unwrap();
            let keys = pair[0].split_whitespace().skip(1);
            for (key, value) in keys.zip(values.split_whitespace()) {
                counters.insert(format!("{name}.{key}"), value.parse().unwrap());
            }
        }
        let v6 = std::fs::read_to_string("/proc/net/snmp6").unwrap();
        for line in v6.lines() {
            let mut words = line.split_whitespace();
            if let (Some(key), Some(value)) = (words.next(), words.next()) {
                counters.insert(key.to_owned(), value.parse().unwrap());
            }
        }
        Self(counters)
    }

    fn get(&self, name: &str) -> i64 {
        *self
            .0
            .get(name)
            .unwrap_or_else(|| panic!("this kernel has no counter {name}"))
    }

    /// TCP connections that anyone in the namespace has opened since, to whatever address.
    pub fn opened_since(&self, before: &Counters) -> i64 {
        self.get("Tcp.ActiveOpens") - before.get("Tcp.ActiveOpens")
    }

    /// Attempts to reach beyond this machine since, by counter.
    pub fn outbound_since(&self, before: &Counters) -> Vec<(&'static str, i64)> {
        let risen = OUTBOUND
            .into_iter()
            .map(|name| (name, self.get(name) - before.get(name)));
        risen.filter(|(_, by)| *by != 0).collect()
    }
}
