-- mParticle's export for Snowflake, written by `mp-forwarding ddl --for snowflake`.
-- NOT TESTED: the tests of mp-forwarding do not run this text on Snowflake. Read it before you run it.
-- Create the storage integration first: its role must be able to read the folder. `mp-forwarding policy render reader` prints that policy.
CREATE STAGE IF NOT EXISTS mparticle_export_stage
    URL = 's3://mp-forwarding-example/exports/shop/'
    STORAGE_INTEGRATION = mparticle_export_integration;

-- Only files with the export's names are read, not the verification objects beside them. Run `ALTER EXTERNAL TABLE
-- mparticle_export_files REFRESH` to see new files, or turn AUTO_REFRESH on.
CREATE EXTERNAL TABLE IF NOT EXISTS mparticle_export_files (
    folder_date DATE AS (TRY_TO_DATE(REGEXP_SUBSTR(METADATA$FILENAME, '/([0-9]{4}-[0-9]{2}-[0-9]{2})/[^/]+$', 1, 1, 'e', 1))),
    file VARCHAR AS (METADATA$FILENAME)
)
PARTITION BY (folder_date)
LOCATION = @mparticle_export_stage
PATTERN = '.*_[0-9]{20}_[0-9]{5}[.]txt([.]gz)?'
FILE_FORMAT = (TYPE = JSON COMPRESSION = NONE)
AUTO_REFRESH = FALSE;

-- One row per batch.
CREATE OR REPLACE VIEW mparticle_export AS
SELECT
    value:events AS events,
    value:user_identities AS user_identities,
    value:ip::varchar AS ip,
    value:environment::varchar AS environment,
    TRY_CAST(value:mpid::varchar AS NUMBER(38, 0)) AS mpid,
    TRY_CAST(value:origin_mpid::varchar AS NUMBER(38, 0)) AS origin_mpid,
    value:mp_deviceid::varchar AS mp_deviceid,
    TRY_CAST(value:batch_id::varchar AS NUMBER(38, 0)) AS batch_id,
    TRY_CAST(value:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(value:schema_version::varchar AS NUMBER(38, 0)) AS schema_version,
    value:unique_id::varchar AS unique_id,
    value:source_request_id::varchar AS source_request_id,
    value:device_info AS device_info,
    value:application_info AS application_info,
    value:source_info AS source_info,
    value:user_attributes AS user_attributes,
    value:deleted_user_attributes AS deleted_user_attributes,
    value:partner_identities AS partner_identities,
    value:partner_identity::varchar AS partner_identity,
    value:integration_attributes AS integration_attributes,
    value:context AS context,
    value:consent_state AS consent_state,
    value:attribution_info AS attribution_info,
    value:system_notifications AS system_notifications,
    value:api_key::varchar AS api_key,
    value:api_keys AS api_keys,
    value:sdk_version::varchar AS sdk_version,
    value:job_id::varchar AS job_id,
    value:message_id::varchar AS message_id,
    value:message_type::varchar AS message_type,
    folder_date,
    file
FROM mparticle_export_files;

-- One row per event: its type, and its data.
CREATE OR REPLACE VIEW mparticle_export_events AS
SELECT mpid, batch_id, environment, folder_date, file, event.value:event_type::varchar AS event_type, event.value:data AS data
FROM mparticle_export, LATERAL FLATTEN(input => events) event;

-- One view per event type.

CREATE OR REPLACE VIEW mparticle_export_custom_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:event_name::varchar AS event_name,
    data:custom_event_type::varchar AS custom_event_type,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'custom_event';

CREATE OR REPLACE VIEW mparticle_export_commerce_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:product_action AS product_action,
    data:promotion_action AS promotion_action,
    data:product_impressions AS product_impressions,
    data:shopping_cart AS shopping_cart,
    data:currency_code::varchar AS currency_code,
    data:screen_name::varchar AS screen_name,
    TRY_CAST(data:is_non_interactive::varchar AS BOOLEAN) AS is_non_interactive,
    data:event_name::varchar AS event_name,
    data:custom_event_type::varchar AS custom_event_type,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'commerce_event';

CREATE OR REPLACE VIEW mparticle_export_session_start AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'session_start';

CREATE OR REPLACE VIEW mparticle_export_session_end AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:session_duration_ms::varchar AS NUMBER(38, 0)) AS session_duration_ms,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'session_end';

CREATE OR REPLACE VIEW mparticle_export_screen_view AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:screen_name::varchar AS screen_name,
    data:activity_type::varchar AS activity_type,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'screen_view';

CREATE OR REPLACE VIEW mparticle_export_uninstall AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'uninstall';

CREATE OR REPLACE VIEW mparticle_export_crash_report AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:breadcrumbs AS breadcrumbs,
    data:class_name::varchar AS class_name,
    data:severity::varchar AS severity,
    data:message::varchar AS message,
    data:stack_trace::varchar AS stack_trace,
    TRY_CAST(data:exception_handled::varchar AS BOOLEAN) AS exception_handled,
    data:topmost_context::varchar AS topmost_context,
    data:pl_crash_report_file_base64::varchar AS pl_crash_report_file_base64,
    TRY_CAST(data:ios_image_base_address::varchar AS NUMBER(38, 0)) AS ios_image_base_address,
    TRY_CAST(data:ios_image_size::varchar AS NUMBER(38, 0)) AS ios_image_size,
    TRY_CAST(data:session_number::varchar AS NUMBER(38, 0)) AS session_number,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'crash_report';

CREATE OR REPLACE VIEW mparticle_export_opt_out AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:is_opted_out::varchar AS BOOLEAN) AS is_opted_out,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'opt_out';

CREATE OR REPLACE VIEW mparticle_export_first_run AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'first_run';

CREATE OR REPLACE VIEW mparticle_export_pre_attribution AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'pre_attribution';

CREATE OR REPLACE VIEW mparticle_export_push_registration AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:register::varchar AS BOOLEAN) AS register,
    data:registration_token::varchar AS registration_token,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'push_registration';

CREATE OR REPLACE VIEW mparticle_export_application_state_transition AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:successfully_closed::varchar AS BOOLEAN) AS successfully_closed,
    TRY_CAST(data:is_first_run::varchar AS BOOLEAN) AS is_first_run,
    TRY_CAST(data:is_upgrade::varchar AS BOOLEAN) AS is_upgrade,
    data:push_notification_payload::varchar AS push_notification_payload,
    data:launch_referral::varchar AS launch_referral,
    data:application_transition_type::varchar AS application_transition_type,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'application_state_transition';

CREATE OR REPLACE VIEW mparticle_export_push_message AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:push_message_token::varchar AS push_message_token,
    data:push_message_type::varchar AS push_message_type,
    data:message::varchar AS message,
    data:network::varchar AS network,
    data:push_notification_payload::varchar AS push_notification_payload,
    data:application_state::varchar AS application_state,
    data:action_identifier::varchar AS action_identifier,
    data:push_message_behavior::varchar AS push_message_behavior,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'push_message';

CREATE OR REPLACE VIEW mparticle_export_push_reaction AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'push_reaction';

CREATE OR REPLACE VIEW mparticle_export_network_performance AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:http_verb::varchar AS http_verb,
    data:url::varchar AS url,
    TRY_CAST(data:time_elapsed::varchar AS NUMBER(38, 0)) AS time_elapsed,
    TRY_CAST(data:bytes_in::varchar AS NUMBER(38, 0)) AS bytes_in,
    TRY_CAST(data:bytes_out::varchar AS NUMBER(38, 0)) AS bytes_out,
    data:response_code::varchar AS response_code,
    data:data::varchar AS data,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'network_performance';

CREATE OR REPLACE VIEW mparticle_export_breadcrumb AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:session_number::varchar AS NUMBER(38, 0)) AS session_number,
    data:label::varchar AS label,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'breadcrumb';

CREATE OR REPLACE VIEW mparticle_export_profile AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:previous_mpid::varchar AS NUMBER(38, 0)) AS previous_mpid,
    TRY_CAST(data:current_mpid::varchar AS NUMBER(38, 0)) AS current_mpid,
    data:profile_event_type::varchar AS profile_event_type,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'profile';

CREATE OR REPLACE VIEW mparticle_export_user_attribute_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:user_attribute_name::varchar AS user_attribute_name,
    data:new AS new,
    data:old AS old,
    TRY_CAST(data:deleted::varchar AS BOOLEAN) AS deleted,
    TRY_CAST(data:is_new_attribute::varchar AS BOOLEAN) AS is_new_attribute,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'user_attribute_change';

CREATE OR REPLACE VIEW mparticle_export_user_identity_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    data:new AS new,
    data:old AS old,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'user_identity_change';

CREATE OR REPLACE VIEW mparticle_export_validation_result AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'validation_result';

CREATE OR REPLACE VIEW mparticle_export_unknown AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'unknown';

CREATE OR REPLACE VIEW mparticle_export_alias_request AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(data:source_mpid::varchar AS NUMBER(38, 0)) AS source_mpid,
    TRY_CAST(data:destination_mpid::varchar AS NUMBER(38, 0)) AS destination_mpid,
    TRY_CAST(data:start_unixtime_ms::varchar AS NUMBER(38, 0)) AS start_unixtime_ms,
    TRY_CAST(data:end_unixtime_ms::varchar AS NUMBER(38, 0)) AS end_unixtime_ms,
    data:scope::varchar AS scope,
    data:device_application_stamp::varchar AS device_application_stamp,
    TRY_CAST(data:timestamp_unixtime_ms::varchar AS NUMBER(38, 0)) AS timestamp_unixtime_ms,
    TRY_CAST(data:event_id::varchar AS NUMBER(38, 0)) AS event_id,
    data:source_message_id::varchar AS source_message_id,
    TRY_CAST(data:session_id::varchar AS NUMBER(38, 0)) AS session_id,
    data:session_uuid::varchar AS session_uuid,
    TRY_CAST(data:session_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS session_start_unixtime_ms,
    TRY_CAST(data:event_start_unixtime_ms::varchar AS NUMBER(38, 0)) AS event_start_unixtime_ms,
    data:custom_attributes AS custom_attributes,
    data:custom_flags AS custom_flags,
    data:location AS location,
    data:device_current_state AS device_current_state,
    TRY_CAST(data:is_goal_defined::varchar AS BOOLEAN) AS is_goal_defined,
    data:lifetime_value_change::varchar AS lifetime_value_change,
    data:lifetime_value_attribute_name::varchar AS lifetime_value_attribute_name,
    data:data_connection_type::varchar AS data_connection_type,
    TRY_CAST(data:event_num::varchar AS NUMBER(38, 0)) AS event_num,
    data:view_controller::varchar AS view_controller,
    TRY_CAST(data:is_main_thread::varchar AS BOOLEAN) AS is_main_thread,
    data:canonical_name::varchar AS canonical_name,
    data:event_system_notification_info AS event_system_notification_info,
    data:message_id::varchar AS message_id,
    data:message_type::varchar AS message_type
FROM mparticle_export_events
WHERE event_type = 'alias_request';
