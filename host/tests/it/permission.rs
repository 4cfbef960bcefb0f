//! Who may read what, now: every way a file reaches a reader crossed with every way it is taken away.
//!
//! Each case is read and cited first, so that only the question at answer time can withhold it; then something changes
//! and the very next answer is searched for the file's own word.

use std::time::Duration;

use api_types::{Answer, AnswerKind};
use axum::http::StatusCode;
use testkit::nextcloud::{Down, ExternalMode, Rule, Share, With};

use crate::cloud::{Cloud, learnt};
use crate::support::{Browser, bare, bytes, post};

/// How the file reaches bob.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    UserShare,
    GroupShare,
    FolderShare,
    GroupShareOfFolder,
    DeepInFolder,
    GroupFolder,
    Reshare,
    TwoShares,
    External,
    Own,
}

/// What happens then.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    Nothing,
    Unshare,
    UnshareOneOfTwo,
    Expire,
    Leave,
    LeaveGroup,
    Trash,
    TrashAndRestore,
    Delete,
    MoveOut,
    Rename,
    Copy,
    ReadOnly,
    ViewOnly,
    ViewOnlyStrict,
    LinkInstead,
    FederatedInstead,
    NameReused,
    AclOnFile,
    AclOnParent,
    StorageDown,
    Disabled,
    TagRule,
    GroupRule,
    MimeRule,
    NameRule,
    TimeRule,
    UrlRule,
    AddressRule,
    AgentRule,
    Outage,
    Dropped,
    Slow,
}

const WAYS: [Way; 10] = [
    Way::UserShare,
    Way::GroupShare,
    Way::FolderShare,
    Way::GroupShareOfFolder,
    Way::DeepInFolder,
    Way::GroupFolder,
    Way::Reshare,
    Way::TwoShares,
    Way::External,
    Way::Own,
];

const CHANGES: [Change; 33] = [
    Change::Nothing,
    Change::Unshare,
    Change::UnshareOneOfTwo,
    Change::Expire,
    Change::Leave,
    Change::LeaveGroup,
    Change::Trash,
    Change::TrashAndRestore,
    Change::Delete,
    Change::MoveOut,
    Change::Rename,
    Change::Copy,
    Change::ReadOnly,
    Change::ViewOnly,
    Change::ViewOnlyStrict,
    Change::LinkInstead,
    Change::FederatedInstead,
    Change::NameReused,
    Change::AclOnFile,
    Change::AclOnParent,
    Change::StorageDown,
    Change::Disabled,
    Change::TagRule,
    Change::GroupRule,
    Change::MimeRule,
    Change::NameRule,
    Change::TimeRule,
    Change::UrlRule,
    Change::AddressRule,
    Change::AgentRule,
    Change::Outage,
    Change::Dropped,
    Change::Slow,
];

struct Case {
    way: Way,
    change: Change,
    /// Asked for; in the question.
    drug: String,
    /// In the file and its name only: where it is seen, the file was seen.
    secret: String,
    group: String,
    file: i64,
    shares: Vec<i64>,
}

impl Case {
    fn applies(way: Way, change: Change) -> bool {
        let shared = !matches!(way, Way::GroupFolder | Way::External | Way::Own);
        match change {
            Change::Unshare | Change::Expire | Change::LinkInstead | Change::FederatedInstead => shared,
            Change::ReadOnly | Change::ViewOnly | Change::ViewOnlyStrict => shared && way != Way::TwoShares,
            Change::UnshareOneOfTwo => way == Way::TwoShares,
            Change::Leave => shared && !matches!(way, Way::TwoShares | Way::Reshare),
            Change::LeaveGroup => matches!(way, Way::GroupShare | Way::GroupShareOfFolder | Way::GroupFolder),
            Change::AclOnFile | Change::AclOnParent => way == Way::GroupFolder,
            // Each takes seconds: nothing is said until the patience is at its end.
            Change::Slow => matches!(way, Way::UserShare | Way::GroupFolder),
            Change::StorageDown => way == Way::External,
            Change::MoveOut => shared || way == Way::GroupFolder,
            Change::Copy | Change::NameReused | Change::TrashAndRestore => way != Way::External,
            _ => true,
        }
    }

    fn new(cloud: &Cloud, number: usize, way: Way, change: Change) -> Self {
        let letters: String = [number / 676, number / 26 % 26, number % 26]
            .iter()
            .map(|part| char::from(b'a' + u8::try_from(*part).unwrap()))
            .collect();
        let mut case = Self {
            way,
            change,
            // The last letter keeps stemming from making two of them one.
            drug: format!("quelda{letters}x"),
            secret: format!("vexorm{letters}x"),
            group: format!("ward-{letters}"),
            file: 0,
            shares: Vec::new(),
        };
        case.set_up(cloud);
        case
    }

    fn name(&self) -> String {
        format!("plan {}.md", self.secret)
    }

    fn text(&self) -> String {
        format!(
            "# Plan {}\n\nThe dose of {} is 40 mg twice daily in adults ({}).\n",
            self.secret, self.drug, self.secret
        )
    }

    fn question(&self) -> String {
        format!("What is the dose of {}?", self.drug)
    }

    fn set_up(&mut self, cloud: &Cloud) {
        let nc = &cloud.nc;
        let (folder, name, text) = (format!("/{}", self.group), self.name(), self.text());
        nc.user("bob", &["doctors", &self.group]);
        let path = |below: &str| format!("{folder}{below}/{name}");
        match self.way {
            Way::Own => self.file = nc.put("bob", &path(""), text),
            Way::GroupFolder => {
                nc.group_folder(&format!("gf {}", self.group), &[&self.group]);
                self.file = nc.put("bob", &format!("/gf {}/Deep/{name}", self.group), text);
            }
            Way::External => {
                nc.external(&format!("nas {}", self.group), &["bob"]);
                self.file = nc.put("bob", &format!("/nas {}/{name}", self.group), text);
            }
            Way::DeepInFolder => {
                self.file = nc.put("alice", &path("/a/b"), text);
                let top = nc.id("alice", &folder).unwrap();
                self.shares.push(nc.share(top, Share::user("bob")));
            }
            Way::FolderShare | Way::GroupShareOfFolder => {
                self.file = nc.put("alice", &path(""), text);
                let top = nc.id("alice", &folder).unwrap();
                self.shares.push(nc.share(top, self.with()));
            }
            Way::UserShare | Way::GroupShare | Way::TwoShares | Way::Reshare => {
                self.file = nc.put("alice", &path(""), text);
                if self.way == Way::Reshare {
                    self.shares.push(nc.share(self.file, Share::user("carl")));
                    self.shares.push(nc.reshare("carl", self.file, Share::user("bob")));
                } else {
                    self.shares.push(nc.share(self.file, self.with()));
                }
                if self.way == Way::TwoShares {
                    self.shares.push(nc.share(self.file, Share::group(&self.group)));
                }
            }
        }
    }

    fn with(&self) -> Share {
        match self.way {
            Way::GroupShare | Way::GroupShareOfFolder => Share::group(&self.group),
            _ => Share::user("bob"),
        }
    }

    /// The node that was shared: the file or its folder.
    fn shared(&self, cloud: &Cloud) -> i64 {
        match self.way {
            Way::FolderShare | Way::GroupShareOfFolder | Way::DeepInFolder => {
                cloud.nc.id("alice", &format!("/{}", self.group)).unwrap()
            }
            _ => self.file,
        }
    }

    fn owner(&self) -> &'static str {
        match self.way {
            Way::Own | Way::GroupFolder | Way::External => "bob",
            _ => "alice",
        }
    }

    fn unshare(&self, cloud: &Cloud) {
        self.shares.iter().rev().for_each(|share| {
            cloud.nc.unshare(*share);
        });
    }

    fn happen(&self, cloud: &Cloud) {
        let nc = &cloud.nc;
        match self.change {
            Change::Nothing => {}
            Change::Unshare => self.unshare(cloud),
            Change::UnshareOneOfTwo => drop(nc.unshare(self.shares[0])),
            Change::Expire => self.shares.iter().for_each(|share| nc.expire(*share, nc.now() - 60)),
            Change::Leave => nc.leave("bob", self.shares[0]),
            Change::LeaveGroup => nc.remove_from_group("bob", &self.group),
            Change::Trash => nc.trash(self.file),
            Change::TrashAndRestore => {
                nc.trash(self.file);
                nc.restore(self.file);
            }
            Change::Delete => nc.delete(self.file),
            Change::MoveOut => nc.move_to(self.file, &format!("/away-{}.md", self.secret)),
            Change::Rename => nc.rename(self.file, &format!("renamed {}.md", self.secret)),
            Change::Copy => drop(nc.copy(self.file, &format!("/copy-{}.md", self.secret))),
            Change::ReadOnly | Change::ViewOnly | Change::ViewOnlyStrict => {
                let node = self.shared(cloud);
                self.unshare(cloud);
                let share = self.with();
                nc.share(
                    node,
                    if self.change == Change::ReadOnly {
                        share.read_only()
                    } else {
                        share.no_download()
                    },
                );
                nc.view_without_download(self.change != Change::ViewOnlyStrict);
            }
            Change::LinkInstead | Change::FederatedInstead => {
                let node = self.shared(cloud);
                self.unshare(cloud);
                let link = self.change == Change::LinkInstead;
                nc.share(
                    node,
                    if link {
                        Share::link()
                    } else {
                        Share::federated("bob@elsewhere.example")
                    },
                );
            }
            Change::NameReused => {
                let path = nc.path(self.owner(), self.file).unwrap();
                nc.delete(self.file);
                nc.put(self.owner(), &path, "# Another plan\n\nNothing of the kind.\n");
            }
            Change::AclOnFile => nc.acl(self.file, With::user("bob"), false),
            Change::AclOnParent => {
                let parent = nc.id("bob", &format!("/gf {}/Deep", self.group)).unwrap();
                nc.acl(parent, With::group(&self.group), false);
            }
            Change::StorageDown => nc.external_mode(&format!("nas {}", self.group), ExternalMode::Unavailable),
            Change::Disabled => nc.disable("bob"),
            Change::TagRule => {
                nc.tag(self.file, "secret");
                nc.fac(Rule::tag("secret"));
            }
            Change::GroupRule => nc.fac(Rule::in_group("doctors")),
            Change::MimeRule => nc.fac(Rule::mime("text/markdown")),
            Change::NameRule => nc.fac(Rule::name(&self.name())),
            Change::TimeRule => {
                nc.set_minute(23 * 60);
                nc.fac(Rule::time(22 * 60, 24 * 60 - 1));
            }
            Change::UrlRule => nc.fac(Rule::url("webdav")),
            Change::AddressRule => nc.fac(Rule::address("127.0.0.1")),
            Change::AgentRule => nc.fac(Rule::not_address("10.1.2.3")),
            Change::Outage => nc.down(Down::Unavailable),
            Change::Dropped => nc.down(Down::Dropped),
            Change::Slow => nc.slow(self.file, Duration::from_secs(4)),
        }
    }

    /// Back to a Nextcloud without rules and faults; what was done to the file itself stays.
    fn end(&self, cloud: &Cloud) {
        let nc = &cloud.nc;
        nc.down(Down::No);
        nc.clear_fac();
        nc.untag(self.file, "secret");
        nc.set_minute(12 * 60);
        nc.enable("bob");
        nc.view_without_download(true);
        nc.slow(self.file, Duration::ZERO);
        if self.change == Change::StorageDown {
            nc.external_mode(&format!("nas {}", self.group), ExternalMode::Works);
        }
        // The outage's pause and the remembered account end.
        cloud.test.clock.advance(120_000);
    }

    /// By the oracle, and by what no oracle of a single GET can say: view-only shares and answers that never come.
    fn may_be_quoted(&self, cloud: &Cloud) -> bool {
        let withheld = matches!(
            self.change,
            Change::ViewOnly | Change::ViewOnlyStrict | Change::Outage | Change::Dropped | Change::Slow
        );
        !withheld && cloud.nc.readable("bob", self.file)
    }

    fn is_lasting(&self) -> bool {
        matches!(
            self.change,
            Change::Unshare
                | Change::Expire
                | Change::Leave
                | Change::LeaveGroup
                | Change::Trash
                | Change::Delete
                | Change::MoveOut
                | Change::LinkInstead
                | Change::FederatedInstead
                | Change::AclOnFile
                | Change::AclOnParent
        )
    }
}

/// All that reached the reader: the whole event stream, and the answer in it.
async fn ask(browser: &Browser<'_>, conversation: &str, id: &str, question: &str) -> (String, Option<Answer>) {
    let body = serde_json::json!({ "client_message_id": id, "text": question });
    let response = browser
        .send(post(&format!("/api/v1/conversations/{conversation}/messages"), &body))
        .await;
    let bytes = bytes(response).await;
    let events = crate::support::parse_events(&bytes);
    let answer = match events.last() {
        Some((_, api_types::AnswerEvent::Done { answer, .. })) => Some((**answer).clone()),
        _ => None,
    };
    (String::from_utf8_lossy(&bytes).into_owned(), answer)
}

/// Every answer that names the file in text, title, name or citation, or opens, is a leak.
/// True when the answer was also compared with the one after every trace of the file is gone.
async fn check(cloud: &Cloud, case: &Case, compare: bool, failures: &mut Vec<String>) -> bool {
    let bob = cloud.user("bob");
    let mut fail = |what: &str, seen: &str| {
        let start: String = seen.chars().take(6000).collect();
        failures.push(format!("{:?} {:?}: {what}: {start}", case.way, case.change));
    };
    let conversation = bob.conversation().await;
    let (mut before, mut answer) = ask(&bob, &conversation, "before", &case.question()).await;
    if before.contains("could not be checked") {
        // A busy machine took longer than a check may.
        (before, answer) = ask(&bob, &conversation, "before-again", &case.question()).await;
    }
    let Some(answer) = answer.filter(|answer| answer.kind == AnswerKind::Answered && before.contains(&case.secret))
    else {
        fail("was not cited before the change", &before);
        return false;
    };
    let passage = format!("/api/v1/passages/{}", answer.citations[0].passage_id);
    let document = format!("/api/v1/documents/{}/content", answer.citations[0].document_id);

    case.happen(cloud);
    let expected = case.may_be_quoted(cloud);
    let (mut after, mut answer) = ask(&bob, &conversation, "after", &case.question()).await;
    if expected && after.contains("is being read again") {
        // A new ETag: withheld until it is known that the content is still what is quoted.
        cloud.settle("bob").await;
        (after, answer) = ask(&bob, &conversation, "read-again", &case.question()).await;
    }
    if after.contains(&case.secret) != expected {
        fail(
            if expected {
                "was withheld"
            } else {
                "leaked into the answer"
            },
            &after,
        );
    }
    for path in [&passage, &document] {
        let opened = bob.send(bare("GET", path)).await;
        let status = opened.status();
        let body = String::from_utf8_lossy(&bytes(opened).await).into_owned();
        if (status == StatusCode::OK) != expected || (!expected && body.contains(&case.secret)) {
            fail(&format!("{path} answered {status}"), &body);
        }
    }
    if !expected {
        let old = bob
            .send(bare("GET", &format!("/api/v1/conversations/{conversation}")))
            .await;
        let old = String::from_utf8_lossy(&bytes(old).await).into_owned();
        if old.contains(&case.secret) {
            fail("leaked out of the stored conversation", &old);
        }
    }
    if !expected {
        let fresh = bob.conversation().await;
        let (again, _) = ask(&bob, &fresh, "again", &case.question()).await;
        if again.contains(&case.secret) {
            fail("leaked into the second answer", &again);
        }
    }
    case.end(cloud);
    if expected || !case.is_lasting() || !compare {
        return false;
    }
    cloud.settle("bob").await;
    let fresh = bob.conversation().await;
    let (_, later) = ask(&bob, &fresh, "later", &case.question()).await;
    let (then, now) = (
        answer.map(|answer| learnt(&answer)),
        later.map(|answer| learnt(&answer)),
    );
    if then != now {
        fail("hinted at what was there", &format!("{then:?} is now {now:?}"));
    }
    true
}

/// Servers that share the cases, so that they run side by side.
const PARTS: usize = 4;

async fn every_way_to_a_file_and_every_way_to_lose_it(part: usize) {
    let pairs = WAYS
        .iter()
        .flat_map(|way| CHANGES.iter().map(move |change| (*way, *change)));
    let applicable: Vec<_> = pairs.filter(|(way, change)| Case::applies(*way, *change)).collect();
    assert!(applicable.len() >= 200, "{} cases", applicable.len());
    let cloud = Cloud::start().await;
    cloud.nc.user("carl", &[]);
    let own = applicable.iter().skip(part).step_by(PARTS);
    let cases: Vec<_> = own
        .enumerate()
        .map(|(number, (way, change))| Case::new(&cloud, number, *way, *change))
        .collect();
    let read = cloud.settle("bob").await;
    assert_eq!(usize::try_from(read.ready).unwrap(), cases.len());

    let mut failures = Vec::new();
    let mut compared = 0;
    for (number, case) in cases.iter().enumerate() {
        compared += usize::from(check(&cloud, case, number % 4 == 1, &mut failures).await);
    }
    println!(
        "permission: {} of {} cases, {compared} compared with never having been there, {} failures",
        cases.len(),
        applicable.len(),
        failures.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

macro_rules! parts {
    ($($name:ident $part:literal),*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            const { assert!($part < PARTS) };
            every_way_to_a_file_and_every_way_to_lose_it($part).await;
        }
    )*};
}

parts!(every_way_part_1 0, every_way_part_2 1, every_way_part_3 2, every_way_part_4 3);
