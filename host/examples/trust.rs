//! Prints what trust costs a question: asking the policy, reading it for identifiers and writing its audit entry, at the
//! 50th and 95th percentile, and beside it the gate's reading of a whole request with eight passages. `trust [FILE]`: questions, one a line.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use policy::{Input, Policy, Role, SecondFactor, Subject};
use serde_json::json;
use voiceassist::audit::{self, Event};
use voiceassist::clock::{Clock, SystemClock, SystemRandom};
use voiceassist::db;
use voiceassist::egress::{Class, Egress, EgressRequest, EgressSettings};

const ROUNDS: usize = 500;
const QUESTIONS: &str =
    "Which dose of apixaban is right in atrial fibrillation with a creatinine clearance of 25 mL/min?
Patient john smith, DOB: 01/15/1990, MRN: 12345678, eGFR 24: which SGLT2 dose?
When should I admit a patient with community-acquired pneumonia and a CURB-65 of 2?
How is severe hyperkalaemia treated, and when is the potassium checked again?";
const PASSAGE: &str = "Give calcium gluconate 30 mL of 10 % over 10 minutes when the ECG shows changes. Check the ECG before and \
    after, and repeat once when the changes stay. Insulin and glucose follow at once; check the potassium after 4 hours. \
    Do not give it together with bicarbonate through one line. Ask the renal team when the creatinine clearance is below 30.";

#[tokio::main]
async fn main() {
    let file = std::env::args()
        .nth(1)
        .map(|name| std::fs::read_to_string(name).unwrap());
    let text = file.as_deref().unwrap_or(QUESTIONS);
    let questions: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let folder = tempfile::tempdir().unwrap();
    let db = db::open(&format!("sqlite://{}", folder.path().join("bench.db").display()))
        .await
        .unwrap();
    let clock = Arc::new(SystemClock);
    let gate = Egress::new(
        EgressSettings::default(),
        db.clone(),
        clock.clone(),
        Arc::new(SystemRandom),
    );
    // Rules and word lists are read at the first use.
    assert!(phi::judge("Which dose?").doubt.is_none());
    let policy = Policy::bundled().unwrap();
    let input = Input {
        subject: Subject {
            role: Role::MedicalStaff,
            second_factor: SecondFactor::None,
            nextcloud: true,
        },
        operation: "POST /api/v1/conversations/{id}/messages",
    };
    let (mut decisions, mut screens, mut entries, mut all, mut bodies) = (vec![], vec![], vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let question = questions[round % questions.len()];
        let began = Instant::now();
        assert!(policy.allow(&input).allow);
        let decided = began.elapsed();
        let judgement = phi::judge(question);
        let screened = began.elapsed();
        let event =
            Event::new("bench", "question.asked", "message", "bench").detail(json!({ "class": judgement.class }));
        audit::record_alone(&db, clock.now_ms(), &event).await.unwrap();
        let total = began.elapsed();
        decisions.push(decided);
        screens.push(screened - decided);
        entries.push(total - screened);
        all.push(total);
        let messages = json!({ "messages": [{ "role": "user", "content": PASSAGE.repeat(8) + question }] });
        let request = EgressRequest::post_json("bench", "http://bench.invalid/", Class::Public, messages.to_string());
        let began = Instant::now();
        // It is read and logged; then it is refused, because nothing is on the allow-list.
        gate.send(request).await.err().unwrap();
        bodies.push(began.elapsed());
    }
    println!(
        "{:<52} {:>8} {:>8}",
        format!("milliseconds, {ROUNDS} questions"),
        "p50",
        "p95"
    );
    line("the policy's decision", decisions);
    line("reading the question", screens);
    line("its audit entry, on disk", entries);
    line("all three (bar 5 at p95)", all);
    line("the gate: a request of 3 kB read and logged", bodies);
}

fn line(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!("{name:<52} {:>8.2} {:>8.2}", at(0.5), at(0.95));
}
