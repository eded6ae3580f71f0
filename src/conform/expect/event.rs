//! Events, and the setting that decides about each.

use crate::conform::document::Value;
use crate::settings::{Connection, SettingId};

/// The type of an event, also of an alias request in the identity API's own shape (U-8); `None` where it has none, and no setting
/// filters it (SET-1).
pub(in crate::conform) fn event_type(event: &Value) -> Option<&str> {
    match event.get("request_type").and_then(Value::as_text) {
        Some("alias") => Some("alias_request"),
        _ => event.get("event_type").and_then(Value::as_text),
    }
}

/// The setting that decides about events of this type, and whether it forwards them. `None` if no setting decides and
/// the events are always forwarded (SET-1).
pub fn governing_setting(event_type: &str, connection: &Connection) -> Option<(SettingId, bool)> {
    Some(match event_type {
        "application_state_transition" | "session_start" | "session_end" => {
            (SettingId::SendLifecycleEvents, connection.send_lifecycle_events)
        }
        "screen_view" => (SettingId::SendScreenViews, connection.send_screen_views),
        "crash_report" => (SettingId::SendCrashEvents, connection.send_crash_events),
        "network_performance" => (SettingId::SendNetworkPerformanceEvents, connection.send_network_performance_events),
        "custom_event" => (SettingId::SendCustomEvents, connection.send_custom_events),
        "push_registration" | "push_message" | "push_reaction" => {
            (SettingId::SendPushRegistrationsAndReceipts, connection.send_push_registrations_and_receipts)
        }
        "commerce_event" => (SettingId::SendCommerceEvents, connection.send_commerce_events),
        "user_attribute_change" => {
            (SettingId::IncludeUserAttributeChangeEvents, connection.include_user_attribute_change_events)
        }
        "user_identity_change" => {
            (SettingId::IncludeUserIdentityChangeEvents, connection.include_user_identity_change_events)
        }
        "alias_request" => (SettingId::SendAliasRequests, connection.send_alias_requests),
        _ => return None,
    })
}

/// Whether the contract names this type (DTO-5).
pub(in crate::conform) fn is_known_type(event_type: &str, connection: &Connection) -> bool {
    const UNGOVERNED: &[&str] = &[
        "breadcrumb",
        "first_run",
        "opt_out",
        "pre_attribution",
        "profile",
        "uninstall",
        "unknown",
        "validation_result",
    ];
    governing_setting(event_type, connection).is_some() || UNGOVERNED.contains(&event_type)
}
