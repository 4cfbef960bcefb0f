//! Every route, once: what is served is what `/api/openapi.json` documents.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::edge::problem::Problem;
use crate::edge::{admit, assets, description, guard, page, policy};
use crate::identity::second_factor;
use crate::lifecycle::heartbeat;
use crate::{
    admin, audit, chat, clinical, guidelines, holds, identity, ingest, lifecycle, live, plugins, retention, voice,
};

/// JSON bodies; uploads have their own limit.
const BODY_LIMIT: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "VoiceAssist",
    description = "Ask the hospital's own documents; every sentence is cited.",
    license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
))]
struct Description;

fn api(max_upload_bytes: u64) -> OpenApiRouter<Arc<App>> {
    let upload_limit = usize::try_from(max_upload_bytes)
        .unwrap_or(usize::MAX)
        .saturating_add(1 << 20);
    let uploads = OpenApiRouter::new()
        .routes(routes!(ingest::list::handle, ingest::upload::handle))
        .layer(DefaultBodyLimit::max(upload_limit));
    let packages = OpenApiRouter::new()
        .routes(routes!(plugins::overview::handle, plugins::install::handle))
        .layer(DefaultBodyLimit::max(plugins::install::PACKAGE_BYTES));
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(
            identity::whoami::handle,
            identity::sign_in::handle,
            identity::sign_out::handle
        ))
        .routes(routes!(identity::refresh::handle))
        .routes(routes!(
            second_factor::enrol::show,
            second_factor::give::handle,
            second_factor::remove::handle
        ))
        .routes(routes!(second_factor::enrol::begin, second_factor::enrol::confirm))
        .routes(routes!(second_factor::recovery::handle))
        .routes(routes!(identity::sessions::list))
        .routes(routes!(identity::sessions::end))
        .routes(routes!(chat::list::handle, chat::create::handle))
        .routes(routes!(chat::show::handle, chat::rename::handle, chat::delete::handle))
        .routes(routes!(chat::restore::handle))
        .routes(routes!(
            clinical::context::show::handle,
            clinical::context::change::handle,
            clinical::context::change::clear
        ))
        .routes(routes!(chat::ask::handle))
        .routes(routes!(chat::events::handle))
        .routes(routes!(chat::stop::handle))
        .routes(routes!(chat::regenerate::handle))
        .routes(routes!(voice::begin::handle))
        .routes(routes!(voice::end::handle))
        .routes(routes!(voice::socket::handle))
        .routes(routes!(voice::up::handle))
        .routes(routes!(voice::down::handle))
        .routes(routes!(ingest::show::handle, ingest::delete::handle))
        .routes(routes!(ingest::content::handle))
        .routes(routes!(ingest::text::handle))
        .routes(routes!(ingest::passage::handle))
        .routes(routes!(plugins::list::handle))
        .routes(routes!(plugins::calculate::handle))
        .routes(routes!(plugins::tools::list::handle))
        .routes(routes!(plugins::tools::call::handle))
        .routes(routes!(plugins::tools::confirm::handle))
        .routes(routes!(plugins::change::switch, plugins::change::remove))
        .routes(routes!(plugins::change::grant))
        .routes(routes!(plugins::change::rollback))
        .routes(routes!(plugins::change::set))
        .routes(routes!(plugins::change::set_secret))
        .routes(routes!(plugins::log::handle))
        .routes(routes!(guidelines::overview::handle))
        .routes(routes!(guidelines::overview::look_now))
        .routes(routes!(plugins::publishers::pin))
        .routes(routes!(plugins::publishers::unpin))
        .routes(routes!(lifecycle::status::handle))
        .routes(routes!(admin::endpoints::list))
        .routes(routes!(admin::endpoints::switch))
        .routes(routes!(admin::endpoints::test))
        .routes(routes!(admin::users::list))
        .routes(routes!(admin::users::change))
        .routes(routes!(admin::users::remove_second_factor))
        .routes(routes!(admin::users::list_sessions))
        .routes(routes!(admin::users::end_session))
        .routes(routes!(admin::egress_log::handle))
        .routes(routes!(admin::egress_log::phi))
        .routes(routes!(admin::egress_map::handle))
        .routes(routes!(admin::overview::handle))
        .routes(routes!(admin::health::handle))
        .routes(routes!(admin::indexing::queue))
        .routes(routes!(admin::indexing::failed))
        .routes(routes!(admin::indexing::retry_all))
        .routes(routes!(admin::indexing::retry_one))
        .routes(routes!(admin::indexing::exclude_one))
        .routes(routes!(admin::indexing::excluded))
        .routes(routes!(admin::indexing::let_in))
        .routes(routes!(admin::contexts::handle))
        .routes(routes!(admin::voice::sessions))
        .routes(routes!(admin::voice::states))
        .routes(routes!(admin::voice::analytics))
        .routes(routes!(admin::conversations::handle))
        .routes(routes!(admin::reveal_conversation::handle))
        .routes(routes!(admin::reveal::handle))
        .routes(routes!(live::list::handle))
        .routes(routes!(live::socket::handle))
        .routes(routes!(retention::account::take))
        .routes(routes!(retention::account::erase))
        .routes(routes!(retention::rules::show))
        .routes(routes!(retention::rules::change))
        .routes(routes!(retention::order::handle))
        .routes(routes!(retention::export::handle))
        .routes(routes!(holds::list::handle, holds::place::handle))
        .routes(routes!(holds::lift::handle))
        .routes(routes!(audit::search::handle))
        .routes(routes!(audit::export::handle))
        .routes(routes!(audit::check::handle))
        .routes(routes!(admin::nextcloud::show))
        .routes(routes!(admin::nextcloud::set_roles))
        .routes(routes!(admin::nextcloud::set_rules))
        .routes(routes!(admin::nextcloud::declare_address_rules))
        .routes(routes!(ingest::indexing::handle))
        .routes(routes!(ingest::indexing::look_now))
        .routes(routes!(ingest::scope::handle))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(uploads)
        .merge(packages)
}

type PanicAnswer = fn(Box<dyn std::any::Any + Send>) -> Response;

/// A panic ends its own request with a problem; the server goes on.
fn survive_panics() -> CatchPanicLayer<PanicAnswer> {
    CatchPanicLayer::custom(|_| Problem::internal(&"a handler panicked").into_response())
}

/// The API's description (OpenAPI 3.1).
///
/// # Errors
/// The policy cannot be read.
pub fn openapi() -> Result<utoipa::openapi::OpenApi, ::policy::PolicyError> {
    let mut described = api(0).into_openapi();
    description::complete(&mut described, &::policy::Policy::bundled()?);
    Ok(described)
}

pub fn router(app: Arc<App>) -> Router {
    let (api, mut described) = api(app.config.max_upload_bytes).split_for_parts();
    description::complete(&mut described, &app.policy);
    let described = Arc::new(described);
    // An event stream must not wait in a compressor's buffer.
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new("text/event-stream"))
        .and(NotForContentType::const_new(voice::down::BATCHES))
        .and(NotForContentType::const_new("application/zip"));
    api.route_layer(axum::middleware::from_fn_with_state(Arc::clone(&app), policy::decide))
        .route(
            "/api/openapi.json",
            get(move || {
                let described = Arc::clone(&described);
                async move { axum::Json(described.as_ref().clone()) }
            }),
        )
        .nest_service("/api/v1/mcp", mcp(&app))
        .route("/api/{*rest}", axum::routing::any(|| async { Problem::not_found() }))
        .merge(nextcloud())
        .fallback(get(assets::serve))
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(axum::middleware::from_fn(guard::same_origin))
        .layer(survive_panics())
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), admit::admit))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), guard::wrap))
        .with_state(app)
}

/// For other assistants; it speaks a protocol of its own and is not part of the API's description.
fn mcp(app: &Arc<App>) -> Router {
    let decide = axum::middleware::from_fn_with_state(Arc::clone(app), policy::decide_mcp);
    Router::new()
        .fallback_service(plugins::mcp::service(Arc::clone(app)))
        .layer(decide)
}

/// What Nextcloud and its pages call beside the API.
fn nextcloud() -> Router<Arc<App>> {
    Router::new()
        .route("/heartbeat", get(heartbeat::handle))
        .route("/public/ping", get(heartbeat::ping))
        .route("/public/stream", get(heartbeat::stream))
        .route("/enabled", put(lifecycle::enabled::handle))
        .route("/occ/{command}", post(lifecycle::occ::handle))
        .route("/hooks/file", post(ingest::notify::handle))
        .route("/ui/action", post(lifecycle::action::handle))
        .route("/ui/boot.js", get(page::boot))
        .route("/ui/app.css", get(page::style))
        .route("/ui/icon.svg", get(page::icon))
        .route("/voice", get(page::voice))
}

#[cfg(test)]
#[expect(clippy::panic, clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::*;

    async fn broken() -> &'static str {
        panic!("a bug")
    }

    #[tokio::test]
    async fn serve_survives_a_panic() {
        let routes = Router::new()
            .route("/broken", get(broken))
            .route("/fine", get(|| async { "fine" }))
            .layer(survive_panics());
        let ask = |path: &str| routes.clone().oneshot(Request::get(path).body(Body::empty()).unwrap());
        let answer = ask("/broken").await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(ask("/fine").await.unwrap().status(), StatusCode::OK);
    }
}
