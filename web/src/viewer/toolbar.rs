//! Pages and size of the open document.

use leptos::prelude::*;

use crate::{
    texts::{fill, t},
    ui::icon::Icon,
};

/// Zoom steps; 1 fits the width of the panel.
const STEPS: [f64; 9] = [0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0];

#[component]
pub fn Toolbar(
    page: RwSignal<u32>,
    pages: RwSignal<u32>,
    zoom: RwSignal<f64>,
    /// Scrolls to a page.
    turn: Callback<u32>,
    /// Scrolls to the marked passage.
    back: Callback<()>,
    #[prop(into)] marked: Signal<bool>,
) -> impl IntoView {
    let typed = move |event| {
        if let Ok(number) = event_target_value(&event).trim().parse::<u32>() {
            turn.run(number.clamp(1, pages.get_untracked().max(1)));
        }
    };
    // At either end the buttons do nothing but keep the focus, which `disabled` would drop.
    let step = move |by: i32| {
        let next = page.get_untracked().saturating_add_signed(by);
        if (1..=pages.get_untracked()).contains(&next) {
            turn.run(next);
        }
    };
    let larger =
        move |_| zoom.update(|zoom| *zoom = STEPS.iter().copied().find(|step| *step > *zoom + 0.01).unwrap_or(*zoom));
    let smaller = move |_| {
        zoom.update(|zoom| {
            *zoom = STEPS
                .iter()
                .rev()
                .copied()
                .find(|step| *step < *zoom - 0.01)
                .unwrap_or(*zoom)
        })
    };
    view! {
        <div class="va-toolbar" role="group" aria-label=t().document_tools>
            <button
                class="va-icon-button"
                aria-label=t().previous_page
                title=t().previous_page
                aria-disabled=move || (page.get() <= 1).to_string()
                on:click=move |_| step(-1)
            >
                <Icon name="up" />
            </button>
            <button
                class="va-icon-button"
                aria-label=t().next_page
                title=t().next_page
                aria-disabled=move || (page.get() >= pages.get()).to_string()
                on:click=move |_| step(1)
            >
                <Icon name="down" />
            </button>
            <label class="va-page-number">
                <span class="va-unseen">{t().page_number}</span>
                <input type="text" inputmode="numeric" prop:value=move || page.get().to_string() on:change=typed />
                <span>{move || fill(t().of_pages, &[("pages", &pages.get().to_string())])}</span>
            </label>
            <span class="va-toolbar-gap"></span>
            {move || marked.get().then(|| view! {
                <button class="va-button quiet" aria-label=t().to_passage on:click=move |_| back.run(())>
                    <Icon name="mark" /><span class="va-wide-only">{t().to_passage}</span>
                </button>
            })}
            <button class="va-icon-button" aria-label=t().zoom_out title=t().zoom_out on:click=smaller><Icon name="minus" /></button>
            <button
                class="va-button quiet"
                aria-label=move || fill(t().fit_width_now, &[("zoom", &zoom_text(zoom.get()))])
                title=t().fit_width
                on:click=move |_| zoom.set(1.0)
            >
                {move || zoom_text(zoom.get())}
            </button>
            <button class="va-icon-button" aria-label=t().zoom_in title=t().zoom_in on:click=larger><Icon name="add" /></button>
        </div>
    }
}

fn zoom_text(zoom: f64) -> String {
    format!("{:.0} %", zoom * 100.0)
}
