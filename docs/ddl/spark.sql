-- mParticle's export for Spark, written by `mp-forwarding ddl --for spark`.
-- A line that cannot be read is an error here, and not a row of NULLs.
CREATE TABLE IF NOT EXISTS mparticle_export_files (
    `events` array<struct<event_type:string, data:string>> COMMENT 'The events',
    `user_identities` array<struct<identity_type:string, identity:string, timestamp_unixtime_ms:string, created_this_batch:string>> COMMENT 'Identities of the user',
    `ip` string COMMENT 'Address of the device',
    `environment` string COMMENT 'Whether the data is test data or data of real users',
    `mpid` string COMMENT 'mParticle\'s id of the user',
    `origin_mpid` string COMMENT 'mParticle\'s id of the user at the origin',
    `mp_deviceid` string COMMENT 'mParticle\'s id of the device',
    `batch_id` string COMMENT 'Id that the platform gives each batch',
    `timestamp_unixtime_ms` string COMMENT 'When the platform received the batch, in milliseconds since 1970-01-01 UTC',
    `schema_version` string COMMENT 'Version of the form: 2',
    `unique_id` string COMMENT 'The setting unique_id of the connection, if set',
    `source_request_id` string COMMENT 'Id that the client gave its request',
    `device_info` string COMMENT 'The device that the batch comes from',
    `application_info` string COMMENT 'The app that the batch comes from',
    `source_info` string COMMENT 'How the batch reached mParticle',
    `user_attributes` map<string, string> COMMENT 'Attributes of the user: one value or a list under each name',
    `deleted_user_attributes` array<string> COMMENT 'Names of user attributes to forget',
    `partner_identities` string COMMENT 'Identities of the user at partners',
    `partner_identity` string COMMENT 'Identity of the user at a partner, in the published schema',
    `integration_attributes` string COMMENT 'Attributes that integrations need, by the number of the integration\'s module',
    `context` string COMMENT 'Data plan and location of the batch',
    `consent_state` string COMMENT 'Consent of the user',
    `attribution_info` string COMMENT 'The source of the user\'s installation',
    `system_notifications` string COMMENT 'Changes of consent that the platform reports, usually empty',
    `api_key` string COMMENT 'Key of the input that received the batch',
    `api_keys` array<string> COMMENT 'Keys of the inputs that received the batch',
    `sdk_version` string COMMENT 'Version of the client that sent the batch',
    `job_id` string COMMENT 'Id of the job that sent the batch',
    `message_id` string COMMENT 'Id that the platform gives each message',
    `message_type` string COMMENT 'Kind of message, such as `events`'
)
USING json
OPTIONS (
    path 's3a://mp-forwarding-example/exports/shop/',
    recursiveFileLookup 'true',
    pathGlobFilter '*_[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]_[0-9][0-9][0-9][0-9][0-9].txt*',
    mode 'FAILFAST'
);

-- One row per batch. Only files with the export's names are read, not the verification objects beside them.
CREATE OR REPLACE VIEW mparticle_export AS
SELECT
    `events` AS `events`,
    `user_identities` AS `user_identities`,
    `ip` AS `ip`,
    `environment` AS `environment`,
    TRY_CAST(`mpid` AS BIGINT) AS `mpid`,
    TRY_CAST(`origin_mpid` AS BIGINT) AS `origin_mpid`,
    `mp_deviceid` AS `mp_deviceid`,
    TRY_CAST(`batch_id` AS BIGINT) AS `batch_id`,
    TRY_CAST(`timestamp_unixtime_ms` AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(`schema_version` AS INTEGER) AS `schema_version`,
    `unique_id` AS `unique_id`,
    `source_request_id` AS `source_request_id`,
    `device_info` AS `device_info`,
    `application_info` AS `application_info`,
    `source_info` AS `source_info`,
    `user_attributes` AS `user_attributes`,
    `deleted_user_attributes` AS `deleted_user_attributes`,
    `partner_identities` AS `partner_identities`,
    `partner_identity` AS `partner_identity`,
    `integration_attributes` AS `integration_attributes`,
    `context` AS `context`,
    `consent_state` AS `consent_state`,
    `attribution_info` AS `attribution_info`,
    `system_notifications` AS `system_notifications`,
    `api_key` AS `api_key`,
    `api_keys` AS `api_keys`,
    `sdk_version` AS `sdk_version`,
    `job_id` AS `job_id`,
    `message_id` AS `message_id`,
    `message_type` AS `message_type`,
    nullif(regexp_extract(_metadata.file_path, '/([0-9]{4}-[0-9]{2}-[0-9]{2})/[^/]+$', 1), '') AS folder_date,
    _metadata.file_path AS file
FROM mparticle_export_files;

-- One row per event: its type, and its data as JSON.
CREATE OR REPLACE VIEW mparticle_export_events AS
SELECT mpid, batch_id, environment, folder_date, file, event.event_type, event.data
FROM mparticle_export
LATERAL VIEW explode(events) exploded AS event;

-- One view per event type.

CREATE OR REPLACE VIEW mparticle_export_custom_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.event_name') AS `event_name`,
    get_json_object(data, '$.custom_event_type') AS `custom_event_type`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'custom_event';

CREATE OR REPLACE VIEW mparticle_export_commerce_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.product_action') AS `product_action`,
    get_json_object(data, '$.promotion_action') AS `promotion_action`,
    get_json_object(data, '$.product_impressions') AS `product_impressions`,
    get_json_object(data, '$.shopping_cart') AS `shopping_cart`,
    get_json_object(data, '$.currency_code') AS `currency_code`,
    get_json_object(data, '$.screen_name') AS `screen_name`,
    TRY_CAST(get_json_object(data, '$.is_non_interactive') AS BOOLEAN) AS `is_non_interactive`,
    get_json_object(data, '$.event_name') AS `event_name`,
    get_json_object(data, '$.custom_event_type') AS `custom_event_type`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'commerce_event';

CREATE OR REPLACE VIEW mparticle_export_session_start AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'session_start';

CREATE OR REPLACE VIEW mparticle_export_session_end AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.session_duration_ms') AS BIGINT) AS `session_duration_ms`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'session_end';

CREATE OR REPLACE VIEW mparticle_export_screen_view AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.screen_name') AS `screen_name`,
    get_json_object(data, '$.activity_type') AS `activity_type`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'screen_view';

CREATE OR REPLACE VIEW mparticle_export_uninstall AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'uninstall';

CREATE OR REPLACE VIEW mparticle_export_crash_report AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.breadcrumbs') AS `breadcrumbs`,
    get_json_object(data, '$.class_name') AS `class_name`,
    get_json_object(data, '$.severity') AS `severity`,
    get_json_object(data, '$.message') AS `message`,
    get_json_object(data, '$.stack_trace') AS `stack_trace`,
    TRY_CAST(get_json_object(data, '$.exception_handled') AS BOOLEAN) AS `exception_handled`,
    get_json_object(data, '$.topmost_context') AS `topmost_context`,
    get_json_object(data, '$.pl_crash_report_file_base64') AS `pl_crash_report_file_base64`,
    TRY_CAST(get_json_object(data, '$.ios_image_base_address') AS BIGINT) AS `ios_image_base_address`,
    TRY_CAST(get_json_object(data, '$.ios_image_size') AS BIGINT) AS `ios_image_size`,
    TRY_CAST(get_json_object(data, '$.session_number') AS INTEGER) AS `session_number`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'crash_report';

CREATE OR REPLACE VIEW mparticle_export_opt_out AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.is_opted_out') AS BOOLEAN) AS `is_opted_out`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'opt_out';

CREATE OR REPLACE VIEW mparticle_export_first_run AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'first_run';

CREATE OR REPLACE VIEW mparticle_export_pre_attribution AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'pre_attribution';

CREATE OR REPLACE VIEW mparticle_export_push_registration AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.register') AS BOOLEAN) AS `register`,
    get_json_object(data, '$.registration_token') AS `registration_token`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'push_registration';

CREATE OR REPLACE VIEW mparticle_export_application_state_transition AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.successfully_closed') AS BOOLEAN) AS `successfully_closed`,
    TRY_CAST(get_json_object(data, '$.is_first_run') AS BOOLEAN) AS `is_first_run`,
    TRY_CAST(get_json_object(data, '$.is_upgrade') AS BOOLEAN) AS `is_upgrade`,
    get_json_object(data, '$.push_notification_payload') AS `push_notification_payload`,
    get_json_object(data, '$.launch_referral') AS `launch_referral`,
    get_json_object(data, '$.application_transition_type') AS `application_transition_type`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'application_state_transition';

CREATE OR REPLACE VIEW mparticle_export_push_message AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.push_message_token') AS `push_message_token`,
    get_json_object(data, '$.push_message_type') AS `push_message_type`,
    get_json_object(data, '$.message') AS `message`,
    get_json_object(data, '$.network') AS `network`,
    get_json_object(data, '$.push_notification_payload') AS `push_notification_payload`,
    get_json_object(data, '$.application_state') AS `application_state`,
    get_json_object(data, '$.action_identifier') AS `action_identifier`,
    get_json_object(data, '$.push_message_behavior') AS `push_message_behavior`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'push_message';

CREATE OR REPLACE VIEW mparticle_export_push_reaction AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'push_reaction';

CREATE OR REPLACE VIEW mparticle_export_network_performance AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.http_verb') AS `http_verb`,
    get_json_object(data, '$.url') AS `url`,
    TRY_CAST(get_json_object(data, '$.time_elapsed') AS BIGINT) AS `time_elapsed`,
    TRY_CAST(get_json_object(data, '$.bytes_in') AS BIGINT) AS `bytes_in`,
    TRY_CAST(get_json_object(data, '$.bytes_out') AS BIGINT) AS `bytes_out`,
    get_json_object(data, '$.response_code') AS `response_code`,
    get_json_object(data, '$.data') AS `data`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'network_performance';

CREATE OR REPLACE VIEW mparticle_export_breadcrumb AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.session_number') AS INTEGER) AS `session_number`,
    get_json_object(data, '$.label') AS `label`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'breadcrumb';

CREATE OR REPLACE VIEW mparticle_export_profile AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.previous_mpid') AS BIGINT) AS `previous_mpid`,
    TRY_CAST(get_json_object(data, '$.current_mpid') AS BIGINT) AS `current_mpid`,
    get_json_object(data, '$.profile_event_type') AS `profile_event_type`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'profile';

CREATE OR REPLACE VIEW mparticle_export_user_attribute_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.user_attribute_name') AS `user_attribute_name`,
    get_json_object(data, '$.new') AS `new`,
    get_json_object(data, '$.old') AS `old`,
    TRY_CAST(get_json_object(data, '$.deleted') AS BOOLEAN) AS `deleted`,
    TRY_CAST(get_json_object(data, '$.is_new_attribute') AS BOOLEAN) AS `is_new_attribute`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'user_attribute_change';

CREATE OR REPLACE VIEW mparticle_export_user_identity_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    get_json_object(data, '$.new') AS `new`,
    get_json_object(data, '$.old') AS `old`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'user_identity_change';

CREATE OR REPLACE VIEW mparticle_export_validation_result AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'validation_result';

CREATE OR REPLACE VIEW mparticle_export_unknown AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'unknown';

CREATE OR REPLACE VIEW mparticle_export_alias_request AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(get_json_object(data, '$.source_mpid') AS BIGINT) AS `source_mpid`,
    TRY_CAST(get_json_object(data, '$.destination_mpid') AS BIGINT) AS `destination_mpid`,
    TRY_CAST(get_json_object(data, '$.start_unixtime_ms') AS BIGINT) AS `start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.end_unixtime_ms') AS BIGINT) AS `end_unixtime_ms`,
    get_json_object(data, '$.scope') AS `scope`,
    get_json_object(data, '$.device_application_stamp') AS `device_application_stamp`,
    TRY_CAST(get_json_object(data, '$.timestamp_unixtime_ms') AS BIGINT) AS `timestamp_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_id') AS BIGINT) AS `event_id`,
    get_json_object(data, '$.source_message_id') AS `source_message_id`,
    TRY_CAST(get_json_object(data, '$.session_id') AS BIGINT) AS `session_id`,
    get_json_object(data, '$.session_uuid') AS `session_uuid`,
    TRY_CAST(get_json_object(data, '$.session_start_unixtime_ms') AS BIGINT) AS `session_start_unixtime_ms`,
    TRY_CAST(get_json_object(data, '$.event_start_unixtime_ms') AS BIGINT) AS `event_start_unixtime_ms`,
    get_json_object(data, '$.custom_attributes') AS `custom_attributes`,
    get_json_object(data, '$.custom_flags') AS `custom_flags`,
    get_json_object(data, '$.location') AS `location`,
    get_json_object(data, '$.device_current_state') AS `device_current_state`,
    TRY_CAST(get_json_object(data, '$.is_goal_defined') AS BOOLEAN) AS `is_goal_defined`,
    get_json_object(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    get_json_object(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    get_json_object(data, '$.data_connection_type') AS `data_connection_type`,
    TRY_CAST(get_json_object(data, '$.event_num') AS BIGINT) AS `event_num`,
    get_json_object(data, '$.view_controller') AS `view_controller`,
    TRY_CAST(get_json_object(data, '$.is_main_thread') AS BOOLEAN) AS `is_main_thread`,
    get_json_object(data, '$.canonical_name') AS `canonical_name`,
    get_json_object(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    get_json_object(data, '$.message_id') AS `message_id`,
    get_json_object(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'alias_request';
