//! Stopping, muting, and how talking is set.

use leptos::prelude::*;
use voice_turn::vap::BargeSource;

use super::settings::{PAUSE, SPEED};
use crate::{
    format,
    state::app,
    texts::{fill, vo},
    ui::icon::Icon,
};

#[component]
pub fn Controls() -> impl IntoView {
    let voice = app().voice;
    let standing = Memo::new(move |_| voice.view.with(|view| view.standing));
    view! {
        <div class="va-talk-controls">
            {move || standing.get().answers().then(|| view! {
                <button id="va-stop-answer" type="button" class="va-button" on:click=move |_| voice.stop_answer(BargeSource::Button)>
                    <Icon name="stop" />{vo().stop_answer}
                </button>
            })}
            {move || standing.get().runs().then(|| {
                let muted = voice.muted.get();
                view! {
                    <button type="button" class="va-button quiet" aria-pressed=muted.to_string() on:click=move |_| voice.mute(!muted)>
                        <Icon name=if muted { "microphone-off" } else { "microphone" } />{vo().mute}
                    </button>
                }
            })}
        </div>
    }
}

#[component]
pub fn SettingsFields() -> impl IntoView {
    let voice = app().voice;
    let speed = move || voice.settings.with(|settings| settings.speed);
    let pause = move || voice.settings.with(|settings| settings.pause_ms);
    let device = move || voice.settings.with(|settings| settings.device.clone());
    let times = move || fill(vo().times, &[("times", &format::number(f64::from(speed()) / 100.0))]);
    let seconds = move || {
        fill(
            vo().seconds,
            &[("seconds", &format::number(f64::from(pause()) / 1000.0))],
        )
    };
    let number = |event: &web_sys::Event| event_target_value(event).parse::<u32>().ok();
    view! {
        <details class="va-talk-settings">
            <summary><Icon name="admin" />{vo().settings}</summary>
            <div class="va-talk-fields">
                <div class="va-field">
                    <label for="va-talk-device">{vo().device}</label>
                    <select id="va-talk-device" on:change=move |event| voice.set(|settings| settings.device = event_target_value(&event))>
                        <option value="" selected=move || device().is_empty()>{vo().device_default}</option>
                        {move || voice.microphones.get().into_iter().enumerate().map(|(at, (id, name))| {
                            let name = if name.is_empty() {
                                fill(vo().device_number, &[("number", &(at + 1).to_string())])
                            } else {
                                name
                            };
                            let chosen = device() == id;
                            view! { <option value=id selected=chosen>{name}</option> }
                        }).collect_view()}
                    </select>
                    <span class="va-quiet">{vo().device_hint}</span>
                </div>
                <div class="va-field">
                    <label for="va-talk-speed">{vo().speed}" "<output for="va-talk-speed">{times}</output></label>
                    <input id="va-talk-speed" type="range" min=*SPEED.start() max=*SPEED.end() step="5" prop:value=speed
                        aria-valuetext=times
                        on:change=move |event| if let Some(value) = number(&event) { voice.set(|settings| settings.speed = value) } />
                </div>
                <div class="va-field">
                    <label for="va-talk-pause">{vo().pause}" "<output for="va-talk-pause">{seconds}</output></label>
                    <input id="va-talk-pause" type="range" min=*PAUSE.start() max=*PAUSE.end() step="250" prop:value=pause
                        aria-valuetext=seconds
                        on:change=move |event| if let Some(value) = number(&event) { voice.set(|settings| settings.pause_ms = value) } />
                    <span class="va-quiet">{vo().pause_hint}</span>
                </div>
            </div>
        </details>
    }
}
