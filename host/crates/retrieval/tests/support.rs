//! The support check against sentences that were changed on purpose, and against true ones in other words.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests; the figures are the point"
)]

#[path = "support/bioasq.rs"]
mod bioasq;
#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/mutate.rs"]
mod mutate;
#[path = "support/reword.rs"]
mod reword;

use retrieval::support::check;

/// Outcome of one set: how many passed, and the texts of those that should not have (or should have).
struct Tally {
    total: usize,
    passed: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn of(pairs: &[(String, String)], should_pass: bool) -> Self {
        let mut tally = Tally {
            total: pairs.len(),
            passed: 0,
            wrong: Vec::new(),
        };
        for (sentence, passage) in pairs {
            let result = check(sentence, passage, None);
            tally.passed += usize::from(result.is_ok());
            if result.is_ok() != should_pass {
                let why = result
                    .err()
                    .map(|e| format!("{:?} {:?}", e.reason, e.detail))
                    .unwrap_or_default();
                tally
                    .wrong
                    .push(format!("{why}\n   said: {sentence}\n   held: {passage}"));
            }
        }
        tally
    }

    fn report(&self, name: &str) -> f32 {
        let share = self.passed as f32 / self.total.max(1) as f32;
        println!(
            "{name}: {} of {} passed ({:.2} %)",
            self.passed,
            self.total,
            100.0 * share
        );
        if std::env::var_os("SHOW_WRONG").is_some() {
            for wrong in &self.wrong {
                println!(" - {wrong}");
            }
        }
        share
    }
}

#[test]
fn changed_sentences_of_bioasq_do_not_pass_and_true_ones_do() {
    let Some(pairs) = bioasq::sentences() else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let mut all_changed = 0;
    let mut all_passed = 0;
    for (name, change) in mutate::KINDS {
        let changed = mutate::set(&pairs, *change, 1500);
        let tally = Tally::of(&changed, false);
        tally.report(&format!("changed {name}"));
        all_changed += tally.total;
        all_passed += tally.passed;
        assert!(tally.total >= 125, "too few sentences with a {name}");
    }
    println!("changed in all: {all_passed} of {all_changed} passed");
    assert!(
        all_passed * 100 <= all_changed,
        "{all_passed} of {all_changed} changed sentences passed"
    );

    let mut kept = 0;
    let mut total = 0;
    let mut floors = Vec::new();
    for (name, reworded) in reword::KINDS {
        let tally = Tally::of(&reword::set(&pairs, *reworded, 1000), true);
        let share = tally.report(&format!("true, {name}"));
        kept += tally.passed;
        total += tally.total;
        floors.push((name, tally.total < 30 || share >= 0.8));
    }
    println!("true in all: {kept} of {total} kept");
    assert!(kept * 10 >= total * 9, "{kept} of {total} true sentences kept");
    assert!(floors.iter().all(|f| f.1), "{floors:?}");
}

#[test]
fn the_fixed_corpus_is_judged_right() {
    let (passed, changed) = corpus::changed().iter().fold((0, 0), |(p, n), (said, held)| {
        let ok = check(said, held, None).is_ok();
        if ok {
            println!("passed though changed: {said}");
        }
        (p + usize::from(ok), n + 1)
    });
    let (kept, truths) = corpus::truths().iter().fold((0, 0), |(k, n), (said, held)| {
        let result = check(said, held, None);
        if let Err(error) = &result {
            println!("withheld though true: {said} ({:?} {:?})", error.reason, error.detail);
        }
        (k + usize::from(result.is_ok()), n + 1)
    });
    println!("fixed corpus: {passed} of {changed} changed passed, {kept} of {truths} true kept");
    assert_eq!(passed, 0);
    assert!(kept * 100 >= truths * 95);
}

#[test]
fn the_quote_is_the_supporting_part() {
    let passage = "Wash hands. Give amoxicillin 500 mg three times a day for five days. Review after 48 hours.";
    let found = check("Amoxicillin 500 mg is given 3 times daily for 5 days.", passage, None);
    assert_eq!(
        found.map(|s| &passage[s.quote]),
        Ok("Give amoxicillin 500 mg three times a day for five days.")
    );
}
