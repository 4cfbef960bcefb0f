//! Line icons, drawn as SVG paths in the colour of the text beside them. Always beside words, so hidden from listeners.

use leptos::prelude::*;

#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="va-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path(name) fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}

fn path(name: &str) -> &'static str {
    match name {
        "add" => "M12 5v14M5 12h14",
        "action" => "M5 12h13M13 6l6 6-6 6",
        "admin" => "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
        "back" => "M19 12H5M11 6l-6 6 6 6",
        "calculator" => "M6 3h12v18H6zM9 7h6M9 12h.01M12 12h.01M15 12h.01M9 16h.01M12 16h.01M15 16h.01",
        "chat" => "M4 5h16v11H10l-5 4v-4H4z",
        "chart" => "M5 20V10M12 20V4M19 20v-7M3 20h18",
        "check" => "M5 12l5 5L19 7",
        "close" => "M6 6l12 12M18 6L6 18",
        "copy" => "M9 9h11v11H9zM5 15H4V4h11v1",
        "delete" => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
        "dots" => "M5 12h.01M12 12h.01M19 12h.01",
        "document" => "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
        "down" => "M6 9l6 6 6-6",
        "download" => "M12 4v11M7 11l5 5 5-5M5 20h14",
        "edit" => "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
        "info" => "M12 11v6M12 7h.01M12 3a9 9 0 100 18 9 9 0 000-18",
        "menu" => "M4 6h16M4 12h16M4 18h16",
        "mark" => "M4 20h7M14 4l6 6-8 8H8v-4z",
        "microphone" => "M12 4a3 3 0 00-3 3v5a3 3 0 006 0V7a3 3 0 00-3-3M6 11v1a6 6 0 0012 0v-1M12 18v3M9 21h6",
        "microphone-off" => {
            "M12 4a3 3 0 00-3 3v5a3 3 0 006 0V7a3 3 0 00-3-3M6 11v1a6 6 0 0012 0v-1M12 18v3M9 21h6M4 4l16 16"
        }
        "minus" => "M5 12h14",
        "open" => "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
        "pause" => "M8 5v14M16 5v14",
        "question" => "M9 9a3 3 0 116 0c0 2-3 2-3 5M12 18h.01",
        "refresh" => "M19 12a7 7 0 11-2-5l2 2M19 4v5h-5",
        "search" => "M11 5a6 6 0 100 12 6 6 0 000-12M16 16l4 4",
        "send" => "M4 12l16-8-6 16-3-7z",
        "shield" => "M12 3l7 3v6c0 4-3 7-7 9-4-2-7-5-7-9V6z",
        "sign-out" => "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
        "speaker" => "M4 9h4l5-4v14l-5-4H4zM16.5 9a4 4 0 010 6M19 6.5a8 8 0 010 11",
        "stop" => "M7 7h10v10H7z",
        "plugin" => "M9 3v5M15 3v5M6 8h12v4a6 6 0 01-12 0zM12 18v3",
        "tool" => "M14 7a4 4 0 015-4l-3 3 2 2 3-3a4 4 0 01-5 5l-8 9-3-3z",
        "user" => "M12 4a4 4 0 100 8 4 4 0 000-8M4 21c1-5 4-6 8-6s7 1 8 6",
        "up" => "M6 15l6-6 6 6",
        "upload" => "M12 16V5M7 9l5-5 5 5M5 20h14",
        "warning" => "M12 4L2.5 20h19zM12 10v5M12 17.5h.01",
        "waves" => "M4 10v4M8 7v10M12 4v16M16 7v10M20 10v4",
        "width" => "M4 5v14M20 5v14M7 12h10M10 9l-3 3 3 3M14 9l3 3-3 3",
        _ => "",
    }
}
