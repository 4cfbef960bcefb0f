//! Acting once typing has come to rest.

use std::time::Duration;

use leptos::prelude::*;

/// Long enough to type the next digit.
const REST: Duration = Duration::from_millis(300);

/// Runs `act` when `changes` has read a change and none has followed it for a while.
pub fn settled(changes: impl Fn() + 'static, act: impl Fn() + Clone + 'static) {
    let latest = StoredValue::new(0_u32);
    Effect::new(move |before: Option<()>| {
        changes();
        if before.is_none() {
            return;
        }
        latest.update_value(|number| *number += 1);
        let (number, act) = (latest.get_value(), act.clone());
        set_timeout(
            move || {
                // The page may have been left meanwhile.
                if latest.try_get_value() == Some(number) {
                    act();
                }
            },
            REST,
        );
    });
}
