//! Opens a connection to a vendor and has it do next to nothing, so that an administrator need not try it on a patient.

use api_types::EndpointTest;
use http::header::AUTHORIZATION;
use tokio::time::timeout;

use super::{Trouble, deepgram, elevenlabs, secret};
use crate::app::App;
use crate::egress::SocketRequest;
use crate::models::{AllowedVendor, Stage};

/// Also for one that is switched off; nothing that was said leaves.
pub async fn try_out(app: &App, vendor: &AllowedVendor) -> EndpointTest {
    let began = app.clock.now_ms();
    let tried = match vendor.settings().stage {
        Stage::Hearing => hear(app, vendor).await,
        Stage::Speaking => elevenlabs::greet(app, vendor).await,
    };
    let total_ms = app.clock.now_ms() - began;
    EndpointTest {
        total_ms,
        first_ms: tried.is_ok().then_some(total_ms),
        problem: tried.err().map(|trouble| trouble.to_string()),
    }
}

async fn hear(app: &App, vendor: &AllowedVendor) -> Result<(), Trouble> {
    let settings = vendor.settings();
    let url = deepgram::address(settings, &[]);
    let opening = app.egress.websocket(SocketRequest {
        purpose: Stage::Hearing.purpose(),
        url: &url,
        headers: secret(AUTHORIZATION, "Token ", &settings.api_key)?,
        answer_id: None,
        agreement: vendor.agreement(),
    });
    let socket = opening.await?;
    let greeting = timeout(settings.patience, deepgram::greet(socket));
    greeting.await.map_err(|_| Trouble::Slow)?
}
