//! Which events are forwarded (section 2 of the contract, SET-1).

use super::super::{Connection, SettingId};

/// The setting that keeps an event of this type back, if one does.
pub(crate) fn filtered_by(event_type: &str, connection: &Connection) -> Option<SettingId> {
    let (sent, setting) = match event_type {
        "application_state_transition" | "session_start" | "session_end" => {
            (connection.send_lifecycle_events, SettingId::SendLifecycleEvents)
        }
        "screen_view" => (connection.send_screen_views, SettingId::SendScreenViews),
        "crash_report" => (connection.send_crash_events, SettingId::SendCrashEvents),
        "network_performance" => (connection.send_network_performance_events, SettingId::SendNetworkPerformanceEvents),
        "custom_event" => (connection.send_custom_events, SettingId::SendCustomEvents),
        "push_registration" | "push_message" | "push_reaction" => {
            (connection.send_push_registrations_and_receipts, SettingId::SendPushRegistrationsAndReceipts)
        }
        "commerce_event" => (connection.send_commerce_events, SettingId::SendCommerceEvents),
        "user_attribute_change" => {
            (connection.include_user_attribute_change_events, SettingId::IncludeUserAttributeChangeEvents)
        }
        "user_identity_change" => {
            (connection.include_user_identity_change_events, SettingId::IncludeUserIdentityChangeEvents)
        }
        "alias_request" => (connection.send_alias_requests, SettingId::SendAliasRequests),
        // SET-1: what no setting names is always forwarded, known or not.
        _ => return None,
    };
    (!sent).then_some(setting)
}
