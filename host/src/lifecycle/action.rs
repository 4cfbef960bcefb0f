//! `POST /ui/action`: "Ask VoiceAssist" on files and folders. Nextcloud then opens the page with their ids.

use axum::Json;

/// The page itself asks what the files stand for, as the user.
pub async fn handle() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "redirect_handler": "main" }))
}
