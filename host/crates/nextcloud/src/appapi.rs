//! What this app registers with AppAPI, and what it reports.

use http::Method;
use serde_json::{Value, json};

use crate::ActingUser;
use crate::client::Nextcloud;
use crate::error::NextcloudError;

/// AppAPI shows the action where a file's type contains one of these.
const FILE_ACTION_TYPES: &str = "application, text, image, httpd/unix-directory";
const API: &str = "/ocs/v1.php/apps/app_api";

/// Everything that makes the app visible in Nextcloud.
pub struct Registration {
    /// Name of the top-menu entry, part of its address.
    pub menu: &'static str,
    pub display_name: &'static str,
    pub icon: &'static str,
    /// Path of the start script, without `.js`.
    pub script: &'static str,
    /// Path of the style sheet, without `.css`.
    pub style: &'static str,
    pub file_action: &'static str,
    pub file_action_title: &'static str,
    pub file_action_route: &'static str,
    /// The same for every user.
    pub initial_state: Value,
    pub commands: Vec<Command>,
}

/// A command of `occ`.
pub struct Command {
    pub name: &'static str,
    pub description: &'static str,
    pub route: &'static str,
    /// Name and description of the one argument that must be given.
    pub argument: Option<(&'static str, &'static str)>,
}

/// A message in a user's Nextcloud notifications.
pub struct Notification<'a> {
    pub subject: &'a str,
    pub message: &'a str,
    /// Groups messages about the same thing.
    pub object: &'a str,
    pub object_id: &'a str,
}

impl Nextcloud {
    /// Registers everything; doing it again changes nothing.
    ///
    /// # Errors
    /// The first registration that Nextcloud refused.
    pub async fn register(&self, all: &Registration) -> Result<(), NextcloudError> {
        let menu = json!({ "name": all.menu, "displayName": all.display_name, "icon": all.icon, "adminRequired": 0 });
        self.post("/api/v1/ui/top-menu", menu).await?;
        let script = json!({ "type": "top_menu", "name": all.menu, "path": all.script, "afterAppId": "" });
        self.post("/api/v1/ui/script", script).await?;
        let style = json!({ "type": "top_menu", "name": all.menu, "path": all.style });
        self.post("/api/v1/ui/style", style).await?;
        let state = json!({ "type": "top_menu", "name": all.menu, "key": "voiceassist", "value": all.initial_state });
        self.post("/api/v1/ui/initial-state", state).await?;
        let action = json!({
            "name": all.file_action, "displayName": all.file_action_title, "actionHandler": all.file_action_route,
            "icon": all.icon, "mime": FILE_ACTION_TYPES, "permissions": 31, "order": 0,
        });
        self.post("/api/v2/ui/files-actions-menu", action).await?;
        for command in &all.commands {
            let argument = |(name, description): (&str, &str)| json!({ "name": name, "mode": "required", "description": description });
            let arguments: Vec<Value> = command.argument.map(argument).into_iter().collect();
            let command = json!({
                "name": command.name, "description": command.description, "hidden": 0, "arguments": arguments,
                "options": [], "usages": [], "execute_handler": command.route,
            });
            self.post("/api/v1/occ_command", command).await?;
        }
        Ok(())
    }

    /// Takes back what [`Nextcloud::register`] did; what is gone already is fine.
    ///
    /// # Errors
    /// Nextcloud cannot be reached or refuses this app.
    pub async fn unregister(&self, all: &Registration) -> Result<(), NextcloudError> {
        let top_menu = |key: &str, value: &str| json!({ "type": "top_menu", "name": all.menu, key: value });
        self.delete("/api/v1/ui/script", top_menu("path", all.script)).await?;
        self.delete("/api/v1/ui/style", top_menu("path", all.style)).await?;
        self.delete("/api/v1/ui/initial-state", top_menu("key", "voiceassist"))
            .await?;
        self.delete("/api/v1/ui/top-menu", json!({ "name": all.menu })).await?;
        self.delete("/api/v1/ui/files-actions-menu", json!({ "name": all.file_action }))
            .await?;
        for command in &all.commands {
            self.delete("/api/v1/occ_command", json!({ "name": command.name })).await?;
        }
        Ok(())
    }

    /// Reports how far the initialisation has come, 0 to 100. At 100 Nextcloud calls `/enabled` before it answers.
    ///
    /// # Errors
    /// Nextcloud cannot be reached or is not waiting for it.
    pub async fn report_progress(&self, percent: u8, error: &str) -> Result<(), NextcloudError> {
        let body = json!({ "progress": percent.min(100), "error": error });
        let path = format!("{API}/ex-app/status");
        self.ocs::<Value>(Method::PUT, &path, None, Some(body)).await?;
        Ok(())
    }

    /// # Errors
    /// Nextcloud cannot be reached or refuses the user.
    pub async fn notify(&self, user: &ActingUser, message: &Notification<'_>) -> Result<(), NextcloudError> {
        let body = json!({ "params": {
            "object": message.object, "object_id": message.object_id, "subject_type": "app_api_ex_app",
            "subject_params": {
                "rich_subject": message.subject, "rich_subject_params": {},
                "rich_message": message.message, "rich_message_params": {},
            },
        }});
        let path = format!("{API}/api/v1/notification");
        self.ocs::<Value>(Method::POST, &path, Some(user), Some(body)).await?;
        Ok(())
    }

    /// Whether Nextcloud has this app switched on.
    ///
    /// # Errors
    /// Nextcloud cannot be reached or does not accept the signature.
    pub async fn is_enabled(&self) -> Result<bool, NextcloudError> {
        let state: Value = self
            .ocs(Method::GET, &format!("{API}/ex-app/state"), None, None)
            .await?;
        Ok(state.as_i64() == Some(1) || state.as_bool() == Some(true) || state.as_str() == Some("1"))
    }

    /// Ids of all users, the disabled among them. A directory such as LDAP may list a part only: who is missing here need
    /// not be gone.
    ///
    /// # Errors
    /// Nextcloud cannot be reached or does not accept the signature.
    pub async fn users(&self) -> Result<Vec<String>, NextcloudError> {
        self.ocs(Method::GET, &format!("{API}/api/v1/users"), None, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Result<(), NextcloudError> {
        self.ocs::<Value>(Method::POST, &format!("{API}{path}"), None, Some(body))
            .await?;
        Ok(())
    }

    async fn delete(&self, path: &str, body: Value) -> Result<(), NextcloudError> {
        match self
            .ocs::<Value>(Method::DELETE, &format!("{API}{path}"), None, Some(body))
            .await
        {
            // Version 1 says "not found" with HTTP 200 and 404 in its own status, version 2 with HTTP 404.
            Ok(_) | Err(NextcloudError::NotFound) => Ok(()),
            Err(NextcloudError::Status {
                meta: Some(404 | 998), ..
            }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
