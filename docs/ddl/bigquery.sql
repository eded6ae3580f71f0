-- mParticle's export for BigQuery, written by `mp-forwarding ddl --for bigquery`.
-- NOT TESTED: the tests of mp-forwarding do not run this text on BigQuery. Read it before you run it.
-- BigQuery Omni reads S3 through a connection in a region of AWS: replace `aws-us-east-1.mparticle_export` by yours.
CREATE EXTERNAL TABLE IF NOT EXISTS mparticle_export_files (
    `events` JSON OPTIONS (description = 'The events'),
    `user_identities` JSON OPTIONS (description = 'Identities of the user'),
    `ip` string OPTIONS (description = 'Address of the device'),
    `environment` string OPTIONS (description = 'Whether the data is test data or data of real users'),
    `mpid` string OPTIONS (description = 'mParticle\'s id of the user'),
    `origin_mpid` string OPTIONS (description = 'mParticle\'s id of the user at the origin'),
    `mp_deviceid` string OPTIONS (description = 'mParticle\'s id of the device'),
    `batch_id` string OPTIONS (description = 'Id that the platform gives each batch'),
    `timestamp_unixtime_ms` string OPTIONS (description = 'When the platform received the batch, in milliseconds since 1970-01-01 UTC'),
    `schema_version` string OPTIONS (description = 'Version of the form: 2'),
    `unique_id` string OPTIONS (description = 'The setting unique_id of the connection, if set'),
    `source_request_id` string OPTIONS (description = 'Id that the client gave its request'),
    `device_info` JSON OPTIONS (description = 'The device that the batch comes from'),
    `application_info` JSON OPTIONS (description = 'The app that the batch comes from'),
    `source_info` JSON OPTIONS (description = 'How the batch reached mParticle'),
    `user_attributes` JSON OPTIONS (description = 'Attributes of the user: one value or a list under each name'),
    `deleted_user_attributes` JSON OPTIONS (description = 'Names of user attributes to forget'),
    `partner_identities` JSON OPTIONS (description = 'Identities of the user at partners'),
    `partner_identity` string OPTIONS (description = 'Identity of the user at a partner, in the published schema'),
    `integration_attributes` JSON OPTIONS (description = 'Attributes that integrations need, by the number of the integration\'s module'),
    `context` JSON OPTIONS (description = 'Data plan and location of the batch'),
    `consent_state` JSON OPTIONS (description = 'Consent of the user'),
    `attribution_info` JSON OPTIONS (description = 'The source of the user\'s installation'),
    `system_notifications` JSON OPTIONS (description = 'Changes of consent that the platform reports, usually empty'),
    `api_key` string OPTIONS (description = 'Key of the input that received the batch'),
    `api_keys` JSON OPTIONS (description = 'Keys of the inputs that received the batch'),
    `sdk_version` string OPTIONS (description = 'Version of the client that sent the batch'),
    `job_id` string OPTIONS (description = 'Id of the job that sent the batch'),
    `message_id` string OPTIONS (description = 'Id that the platform gives each message'),
    `message_type` string OPTIONS (description = 'Kind of message, such as `events`')
)
WITH CONNECTION `aws-us-east-1.mparticle_export`
OPTIONS (
    format = 'NEWLINE_DELIMITED_JSON',
    uris = ['s3://mp-forwarding-example/exports/shop/*'],
    compression = 'NONE',
    ignore_unknown_values = TRUE
);

-- One row per batch. Only files with the export's names are read, not the verification objects beside them.
CREATE OR REPLACE VIEW mparticle_export AS
SELECT
    `events` AS `events`,
    `user_identities` AS `user_identities`,
    `ip` AS `ip`,
    `environment` AS `environment`,
    SAFE_CAST(`mpid` AS INT64) AS `mpid`,
    SAFE_CAST(`origin_mpid` AS INT64) AS `origin_mpid`,
    `mp_deviceid` AS `mp_deviceid`,
    SAFE_CAST(`batch_id` AS INT64) AS `batch_id`,
    SAFE_CAST(`timestamp_unixtime_ms` AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(`schema_version` AS INT64) AS `schema_version`,
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
    REGEXP_EXTRACT(_FILE_NAME, '/([0-9]{4}-[0-9]{2}-[0-9]{2})/[^/]+$') AS folder_date,
    _FILE_NAME AS file
FROM mparticle_export_files
WHERE REGEXP_CONTAINS(_FILE_NAME, '_[0-9]{20}_[0-9]{5}[.]txt([.]gz)?$');

-- One row per event: its type, and its data.
CREATE OR REPLACE VIEW mparticle_export_events AS
SELECT mpid, batch_id, environment, folder_date, file, JSON_VALUE(event, '$.event_type') AS event_type, JSON_QUERY(event, '$.data') AS data
FROM mparticle_export, UNNEST(JSON_QUERY_ARRAY(events)) AS event;

-- One view per event type.

CREATE OR REPLACE VIEW mparticle_export_custom_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_VALUE(data, '$.event_name') AS `event_name`,
    JSON_VALUE(data, '$.custom_event_type') AS `custom_event_type`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'custom_event';

CREATE OR REPLACE VIEW mparticle_export_commerce_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_QUERY(data, '$.product_action') AS `product_action`,
    JSON_QUERY(data, '$.promotion_action') AS `promotion_action`,
    JSON_QUERY(data, '$.product_impressions') AS `product_impressions`,
    JSON_QUERY(data, '$.shopping_cart') AS `shopping_cart`,
    JSON_VALUE(data, '$.currency_code') AS `currency_code`,
    JSON_VALUE(data, '$.screen_name') AS `screen_name`,
    SAFE_CAST(JSON_VALUE(data, '$.is_non_interactive') AS BOOL) AS `is_non_interactive`,
    JSON_VALUE(data, '$.event_name') AS `event_name`,
    JSON_VALUE(data, '$.custom_event_type') AS `custom_event_type`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'commerce_event';

CREATE OR REPLACE VIEW mparticle_export_session_start AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'session_start';

CREATE OR REPLACE VIEW mparticle_export_session_end AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.session_duration_ms') AS INT64) AS `session_duration_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'session_end';

CREATE OR REPLACE VIEW mparticle_export_screen_view AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_VALUE(data, '$.screen_name') AS `screen_name`,
    JSON_VALUE(data, '$.activity_type') AS `activity_type`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'screen_view';

CREATE OR REPLACE VIEW mparticle_export_uninstall AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'uninstall';

CREATE OR REPLACE VIEW mparticle_export_crash_report AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_QUERY(data, '$.breadcrumbs') AS `breadcrumbs`,
    JSON_VALUE(data, '$.class_name') AS `class_name`,
    JSON_VALUE(data, '$.severity') AS `severity`,
    JSON_VALUE(data, '$.message') AS `message`,
    JSON_VALUE(data, '$.stack_trace') AS `stack_trace`,
    SAFE_CAST(JSON_VALUE(data, '$.exception_handled') AS BOOL) AS `exception_handled`,
    JSON_VALUE(data, '$.topmost_context') AS `topmost_context`,
    JSON_VALUE(data, '$.pl_crash_report_file_base64') AS `pl_crash_report_file_base64`,
    SAFE_CAST(JSON_VALUE(data, '$.ios_image_base_address') AS INT64) AS `ios_image_base_address`,
    SAFE_CAST(JSON_VALUE(data, '$.ios_image_size') AS INT64) AS `ios_image_size`,
    SAFE_CAST(JSON_VALUE(data, '$.session_number') AS INT64) AS `session_number`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'crash_report';

CREATE OR REPLACE VIEW mparticle_export_opt_out AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.is_opted_out') AS BOOL) AS `is_opted_out`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'opt_out';

CREATE OR REPLACE VIEW mparticle_export_first_run AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'first_run';

CREATE OR REPLACE VIEW mparticle_export_pre_attribution AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'pre_attribution';

CREATE OR REPLACE VIEW mparticle_export_push_registration AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.register') AS BOOL) AS `register`,
    JSON_VALUE(data, '$.registration_token') AS `registration_token`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'push_registration';

CREATE OR REPLACE VIEW mparticle_export_application_state_transition AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.successfully_closed') AS BOOL) AS `successfully_closed`,
    SAFE_CAST(JSON_VALUE(data, '$.is_first_run') AS BOOL) AS `is_first_run`,
    SAFE_CAST(JSON_VALUE(data, '$.is_upgrade') AS BOOL) AS `is_upgrade`,
    JSON_VALUE(data, '$.push_notification_payload') AS `push_notification_payload`,
    JSON_VALUE(data, '$.launch_referral') AS `launch_referral`,
    JSON_VALUE(data, '$.application_transition_type') AS `application_transition_type`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'application_state_transition';

CREATE OR REPLACE VIEW mparticle_export_push_message AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_VALUE(data, '$.push_message_token') AS `push_message_token`,
    JSON_VALUE(data, '$.push_message_type') AS `push_message_type`,
    JSON_VALUE(data, '$.message') AS `message`,
    JSON_VALUE(data, '$.network') AS `network`,
    JSON_VALUE(data, '$.push_notification_payload') AS `push_notification_payload`,
    JSON_VALUE(data, '$.application_state') AS `application_state`,
    JSON_VALUE(data, '$.action_identifier') AS `action_identifier`,
    JSON_VALUE(data, '$.push_message_behavior') AS `push_message_behavior`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'push_message';

CREATE OR REPLACE VIEW mparticle_export_push_reaction AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'push_reaction';

CREATE OR REPLACE VIEW mparticle_export_network_performance AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_VALUE(data, '$.http_verb') AS `http_verb`,
    JSON_VALUE(data, '$.url') AS `url`,
    SAFE_CAST(JSON_VALUE(data, '$.time_elapsed') AS INT64) AS `time_elapsed`,
    SAFE_CAST(JSON_VALUE(data, '$.bytes_in') AS INT64) AS `bytes_in`,
    SAFE_CAST(JSON_VALUE(data, '$.bytes_out') AS INT64) AS `bytes_out`,
    JSON_VALUE(data, '$.response_code') AS `response_code`,
    JSON_VALUE(data, '$.data') AS `data`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'network_performance';

CREATE OR REPLACE VIEW mparticle_export_breadcrumb AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.session_number') AS INT64) AS `session_number`,
    JSON_VALUE(data, '$.label') AS `label`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'breadcrumb';

CREATE OR REPLACE VIEW mparticle_export_profile AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.previous_mpid') AS INT64) AS `previous_mpid`,
    SAFE_CAST(JSON_VALUE(data, '$.current_mpid') AS INT64) AS `current_mpid`,
    JSON_VALUE(data, '$.profile_event_type') AS `profile_event_type`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'profile';

CREATE OR REPLACE VIEW mparticle_export_user_attribute_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_VALUE(data, '$.user_attribute_name') AS `user_attribute_name`,
    JSON_QUERY(data, '$.new') AS `new`,
    JSON_QUERY(data, '$.old') AS `old`,
    SAFE_CAST(JSON_VALUE(data, '$.deleted') AS BOOL) AS `deleted`,
    SAFE_CAST(JSON_VALUE(data, '$.is_new_attribute') AS BOOL) AS `is_new_attribute`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'user_attribute_change';

CREATE OR REPLACE VIEW mparticle_export_user_identity_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    JSON_QUERY(data, '$.new') AS `new`,
    JSON_QUERY(data, '$.old') AS `old`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'user_identity_change';

CREATE OR REPLACE VIEW mparticle_export_validation_result AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'validation_result';

CREATE OR REPLACE VIEW mparticle_export_unknown AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'unknown';

CREATE OR REPLACE VIEW mparticle_export_alias_request AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    SAFE_CAST(JSON_VALUE(data, '$.source_mpid') AS INT64) AS `source_mpid`,
    SAFE_CAST(JSON_VALUE(data, '$.destination_mpid') AS INT64) AS `destination_mpid`,
    SAFE_CAST(JSON_VALUE(data, '$.start_unixtime_ms') AS INT64) AS `start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.end_unixtime_ms') AS INT64) AS `end_unixtime_ms`,
    JSON_VALUE(data, '$.scope') AS `scope`,
    JSON_VALUE(data, '$.device_application_stamp') AS `device_application_stamp`,
    SAFE_CAST(JSON_VALUE(data, '$.timestamp_unixtime_ms') AS INT64) AS `timestamp_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_id') AS INT64) AS `event_id`,
    JSON_VALUE(data, '$.source_message_id') AS `source_message_id`,
    SAFE_CAST(JSON_VALUE(data, '$.session_id') AS INT64) AS `session_id`,
    JSON_VALUE(data, '$.session_uuid') AS `session_uuid`,
    SAFE_CAST(JSON_VALUE(data, '$.session_start_unixtime_ms') AS INT64) AS `session_start_unixtime_ms`,
    SAFE_CAST(JSON_VALUE(data, '$.event_start_unixtime_ms') AS INT64) AS `event_start_unixtime_ms`,
    JSON_QUERY(data, '$.custom_attributes') AS `custom_attributes`,
    JSON_QUERY(data, '$.custom_flags') AS `custom_flags`,
    JSON_QUERY(data, '$.location') AS `location`,
    JSON_QUERY(data, '$.device_current_state') AS `device_current_state`,
    SAFE_CAST(JSON_VALUE(data, '$.is_goal_defined') AS BOOL) AS `is_goal_defined`,
    JSON_VALUE(data, '$.lifetime_value_change') AS `lifetime_value_change`,
    JSON_VALUE(data, '$.lifetime_value_attribute_name') AS `lifetime_value_attribute_name`,
    JSON_VALUE(data, '$.data_connection_type') AS `data_connection_type`,
    SAFE_CAST(JSON_VALUE(data, '$.event_num') AS INT64) AS `event_num`,
    JSON_VALUE(data, '$.view_controller') AS `view_controller`,
    SAFE_CAST(JSON_VALUE(data, '$.is_main_thread') AS BOOL) AS `is_main_thread`,
    JSON_VALUE(data, '$.canonical_name') AS `canonical_name`,
    JSON_QUERY(data, '$.event_system_notification_info') AS `event_system_notification_info`,
    JSON_VALUE(data, '$.message_id') AS `message_id`,
    JSON_VALUE(data, '$.message_type') AS `message_type`
FROM mparticle_export_events
WHERE event_type = 'alias_request';
