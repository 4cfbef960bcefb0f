//! The variables of `/apps/theming/theme/{name}.css` (nextcloud.md 10).

use axum::response::Response;

use super::call::answer;

/// Names as `data-themes` says them.
pub(crate) const THEMES: [&str; 5] = ["default", "light", "dark", "light-highcontrast", "dark-highcontrast"];

const COMMON: &str = "--default-grid-baseline:4px;--default-clickable-area:34px;--clickable-area-large:48px;\
--clickable-area-small:24px;--border-radius-small:4px;--border-radius-element:8px;--border-radius-container:12px;\
--border-radius-container-large:16px;--border-radius-large:12px;--border-radius:4px;--border-radius-pill:100px;\
--default-font-size:15px;--default-line-height:1.5;--font-size-small:13px;\
--font-face:system-ui,-apple-system,'Segoe UI',Roboto,Oxygen-Sans,Cantarell,Ubuntu,'Helvetica Neue','Noto Sans',\
'Liberation Sans',Arial,sans-serif;--header-height:50px;--navigation-width:300px;--sidebar-min-width:300px;\
--sidebar-max-width:500px;--body-container-margin:8px;--body-container-radius:16px;\
--body-height:calc(100% - 50px - 8px);--animation-quick:100ms;--animation-slow:300ms;--breakpoint-mobile:1024px;\
--color-primary:#00679e;--color-primary-text:#ffffff;--color-background-plain:#00679e;--color-background-plain-text:#ffffff;";

const LIGHT: &str = "--color-main-background:#ffffff;--color-main-background-rgb:255,255,255;--color-main-text:#222222;\
--color-text-maxcontrast:#6b6b6b;--color-background-hover:#f5f5f5;--color-background-dark:#ededed;\
--color-background-darker:#dbdbdb;--color-placeholder-light:#e6e6e6;--color-placeholder-dark:#cccccc;\
--color-border:#ededed;--color-border-dark:#dbdbdb;--color-border-maxcontrast:#7d7d7d;--color-box-shadow:rgba(77,77,77,.5);\
--color-primary-element:#00679e;--color-primary-element-hover:#005a8a;--color-primary-element-text:#ffffff;\
--color-primary-element-text-dark:#f5f5f5;--color-primary-element-light:#e5eff5;\
--color-primary-element-light-hover:#dbe4ea;--color-primary-element-light-text:#00293f;\
--color-error:#ffe7e7;--color-error-text:#8a0000;--color-warning:#ffeec5;--color-warning-text:#664700;\
--color-success:#d8f3da;--color-success-text:#005416;--color-info:#d5f1fa;--color-info-text:#0066ac;\
--color-element-error:#c90000;--color-element-warning:#bf7900;--color-element-success:#099f05;--color-element-info:#0077c7;\
--color-background-assistant:#f6f5ff;--color-border-assistant:#7398fe 50%,#6104a4 125%;--color-favorite:#a37200;\
--color-loading-light:#cccccc;--color-loading-dark:#444444;--color-scrollbar:rgba(34,34,34,.15);\
--background-invert-if-dark:no;--background-invert-if-bright:invert(100%);color-scheme:light;";

const DARK: &str = "--color-main-background:#171717;--color-main-background-rgb:23,23,23;--color-main-text:#ebebeb;\
--color-text-maxcontrast:#999999;--color-background-hover:#212121;--color-background-dark:#292929;\
--color-background-darker:#3b3b3b;--color-placeholder-light:#313131;--color-placeholder-dark:#4a4a4a;\
--color-border:#292929;--color-border-dark:#3b3b3b;--color-border-maxcontrast:#757575;--color-box-shadow:#000000;\
--color-primary-element:#0091f2;--color-primary-element-hover:#079cff;--color-primary-element-text:#000000;\
--color-primary-element-text-dark:#0a0a0a;--color-primary-element-light:#14232c;\
--color-primary-element-light-hover:#1e2d36;--color-primary-element-light-text:#99d3f9;\
--color-error:#552121;--color-error-text:#ff9c9c;--color-warning:#3d3010;--color-warning-text:#ffeec5;\
--color-success:#11321a;--color-success-text:#d5f2dc;--color-info:#003553;--color-info-text:#00aeff;\
--color-element-error:#ff5252;--color-element-warning:#ffcc00;--color-element-success:#32cd32;--color-element-info:#00aeff;\
--color-background-assistant:#221d2b;--color-border-assistant:#0c3a65 50%,#6204a5 125%;--color-favorite:#ffde00;\
--color-loading-light:#777777;--color-loading-dark:#cccccc;--color-scrollbar:rgba(235,235,235,.15);\
--background-invert-if-dark:invert(100%);--background-invert-if-bright:no;color-scheme:dark;";

const LIGHT_CONTRAST: &str = "--color-main-text:#000000;--color-text-maxcontrast:#000000;--color-border:#000000;\
--color-border-dark:#000000;--color-border-maxcontrast:#000000;--color-background-hover:#e5e5e5;\
--color-error-text:#500000;--color-warning-text:#332400;--color-success-text:#002a0b;--color-info-text:#003356;";

const DARK_CONTRAST: &str = "--color-main-background:#000000;--color-main-background-rgb:0,0,0;--color-main-text:#ffffff;\
--color-text-maxcontrast:#ffffff;--color-border:#ffffff;--color-border-dark:#ffffff;--color-border-maxcontrast:#ffffff;\
--color-background-hover:#1a1a1a;--color-error-text:#ffcccc;--color-warning-text:#ffeec5;--color-success-text:#eaf8ed;\
--color-info-text:#99dfff;";

fn variables(theme: &str) -> Option<String> {
    Some(match theme {
        "default" | "light" => format!("{COMMON}{LIGHT}"),
        "dark" => format!("{COMMON}{DARK}"),
        "light-highcontrast" => format!("{COMMON}{LIGHT}{LIGHT_CONTRAST}"),
        "dark-highcontrast" => format!("{COMMON}{DARK}{DARK_CONTRAST}"),
        _ => return None,
    })
}

/// `plain=1` sets them on the root, else on the element that carries the theme's attribute.
pub(crate) fn serve(file: &str, plain: bool) -> Response {
    let theme = file.strip_suffix(".css").unwrap_or(file);
    let Some(variables) = variables(theme) else {
        return answer(404, &[], "");
    };
    let selector = if plain {
        ":root".to_owned()
    } else {
        format!("[data-theme-{theme}]")
    };
    answer(
        200,
        &[
            ("content-type", "text/css; charset=utf-8"),
            ("cache-control", "no-cache"),
        ],
        format!("{selector}{{{variables}}}"),
    )
}

/// The links of every page: by preference for the default theme, by attribute for a chosen one.
pub(crate) fn links() -> String {
    let preferred = [
        ("default", ""),
        ("dark", "(prefers-color-scheme: dark)"),
        ("light-highcontrast", "(prefers-contrast: more)"),
        (
            "dark-highcontrast",
            "(prefers-color-scheme: dark) and (prefers-contrast: more)",
        ),
    ];
    let mut links = String::new();
    for (theme, media) in preferred {
        links.push_str(&format!(
            "<link rel=\"stylesheet\" media=\"{media}\" href=\"/index.php/apps/theming/theme/{theme}.css?plain=1\">\n"
        ));
    }
    for theme in &THEMES[1..] {
        links.push_str(&format!(
            "<link rel=\"stylesheet\" href=\"/index.php/apps/theming/theme/{theme}.css?plain=0\">\n"
        ));
    }
    links
}
