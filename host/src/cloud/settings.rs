//! What an administrator decides about the installation: roles, what is not read, rules no server can see.

use api_types::{AddressRules, GroupRole, IndexRules, Role, RoleMapping};
use nextcloud::{ActingUser, Node};

use super::account::is_admin;
use super::store;
use crate::db::{Db, Tx};

const ROLES: &str = "nextcloud.roles";
const RULES: &str = "nextcloud.index_rules";
const ADDRESS_RULES: &str = "nextcloud.address_rules";
const DEPARTED: &str = "retention.departed_users";
/// Until an administrator decides otherwise.
pub const DEPARTED_DAYS: i64 = 7;
const DEFAULT_MAX_BYTES: i64 = 100 * 1024 * 1024;

/// Until an administrator decides otherwise, everyone whom Nextcloud lets in may use the app.
///
/// # Errors
/// Of the database.
pub async fn roles(db: &Db) -> Result<RoleMapping, sqlx::Error> {
    let default = RoleMapping {
        groups: Vec::new(),
        others: Some(Role::User),
    };
    Ok(store::setting(db, ROLES).await?.unwrap_or(default))
}

/// # Errors
/// Of the database.
pub async fn set_roles(tx: &mut Tx, mapping: &RoleMapping, now: i64) -> Result<(), sqlx::Error> {
    store::set_setting(tx, ROLES, mapping, now).await
}

/// # Errors
/// Of the database.
pub async fn index_rules(db: &Db) -> Result<IndexRules, sqlx::Error> {
    let default = IndexRules {
        exclude_folders: Vec::new(),
        exclude_endings: Vec::new(),
        max_bytes: DEFAULT_MAX_BYTES,
    };
    Ok(store::setting(db, RULES).await?.unwrap_or(default))
}

/// # Errors
/// Of the database.
pub async fn set_index_rules(tx: &mut Tx, rules: &IndexRules, now: i64) -> Result<(), sqlx::Error> {
    store::set_setting(tx, RULES, rules, now).await
}

/// # Errors
/// Of the database.
pub async fn address_rules(db: &Db) -> Result<AddressRules, sqlx::Error> {
    Ok(store::setting(db, ADDRESS_RULES).await?.unwrap_or_default())
}

/// # Errors
/// Of the database.
pub async fn set_address_rules(tx: &mut Tx, rules: AddressRules, now: i64) -> Result<(), sqlx::Error> {
    store::set_setting(tx, ADDRESS_RULES, &rules, now).await
}

/// How long a user must be unknown to Nextcloud before everything of theirs is erased, in days; none keeps it. A directory that
/// cannot be reached makes its users unknown for a while.
///
/// # Errors
/// Of the database.
pub async fn departed_days(db: &Db) -> Result<Option<i64>, sqlx::Error> {
    Ok(store::setting(db, DEPARTED).await?.unwrap_or(Some(DEPARTED_DAYS)))
}

/// # Errors
/// Of the database.
pub async fn set_departed_days(tx: &mut Tx, days: Option<i64>, now: i64) -> Result<(), sqlx::Error> {
    store::set_setting(tx, DEPARTED, &days, now).await
}

/// Where the user's own browser must confirm that it may read the file: unless an administrator has said that no rule looks
/// at the reader's address or browser.
pub fn browser_check(rules: AddressRules, user: &ActingUser, node: &Node) -> Option<String> {
    (rules != AddressRules::None).then(|| node.address(user))
}

/// The highest role that one of `groups` has; none refuses the user.
pub fn role_of(mapping: &RoleMapping, groups: &[String]) -> Option<Role> {
    if is_admin(groups) {
        return Some(Role::Admin);
    }
    let theirs = |entry: &&GroupRole| groups.contains(&entry.group);
    let mapped = mapping.groups.iter().filter(theirs).map(|entry| entry.role);
    mapped.max_by_key(|role| rank(*role)).or(mapping.others)
}

fn rank(role: Role) -> u8 {
    match role {
        Role::Admin => 3,
        Role::MedicalStaff => 2,
        Role::User => 1,
        Role::Viewer => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_role_counts_and_administrators_stay() {
        let entry = |group: &str, role| GroupRole {
            group: group.to_owned(),
            role,
        };
        let mapping = RoleMapping {
            groups: vec![entry("students", Role::Viewer), entry("doctors", Role::MedicalStaff)],
            others: None,
        };
        let role = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
            role_of(&mapping, &groups)
        };
        assert_eq!(role(&["students", "doctors"]), Some(Role::MedicalStaff));
        assert_eq!(role(&["students"]), Some(Role::Viewer));
        assert_eq!(role(&["guests"]), None);
        assert_eq!(role(&["guests", "admin"]), Some(Role::Admin));
    }
}
