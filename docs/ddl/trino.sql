-- mParticle's export for Trino, written by `mp-forwarding ddl --for trino`.
-- For a catalog of the Hive connector: run `USE catalog.schema` first.

-- Files in date folders. The range of dates is fixed: dates before it are not read.
CREATE TABLE IF NOT EXISTS mparticle_export_dated (
    "events" array(row(event_type varchar, data varchar)) COMMENT 'The events',
    "user_identities" array(row(identity_type varchar, identity varchar, timestamp_unixtime_ms varchar, created_this_batch varchar)) COMMENT 'Identities of the user',
    "ip" varchar COMMENT 'Address of the device',
    "environment" varchar COMMENT 'Whether the data is test data or data of real users',
    "mpid" varchar COMMENT 'mParticle''s id of the user',
    "origin_mpid" varchar COMMENT 'mParticle''s id of the user at the origin',
    "mp_deviceid" varchar COMMENT 'mParticle''s id of the device',
    "batch_id" varchar COMMENT 'Id that the platform gives each batch',
    "timestamp_unixtime_ms" varchar COMMENT 'When the platform received the batch, in milliseconds since 1970-01-01 UTC',
    "schema_version" varchar COMMENT 'Version of the form: 2',
    "unique_id" varchar COMMENT 'The setting unique_id of the connection, if set',
    "source_request_id" varchar COMMENT 'Id that the client gave its request',
    "device_info" varchar COMMENT 'The device that the batch comes from',
    "application_info" varchar COMMENT 'The app that the batch comes from',
    "source_info" varchar COMMENT 'How the batch reached mParticle',
    "user_attributes" map(varchar, varchar) COMMENT 'Attributes of the user: one value or a list under each name',
    "deleted_user_attributes" array(varchar) COMMENT 'Names of user attributes to forget',
    "partner_identities" varchar COMMENT 'Identities of the user at partners',
    "partner_identity" varchar COMMENT 'Identity of the user at a partner, in the published schema',
    "integration_attributes" varchar COMMENT 'Attributes that integrations need, by the number of the integration''s module',
    "context" varchar COMMENT 'Data plan and location of the batch',
    "consent_state" varchar COMMENT 'Consent of the user',
    "attribution_info" varchar COMMENT 'The source of the user''s installation',
    "system_notifications" varchar COMMENT 'Changes of consent that the platform reports, usually empty',
    "api_key" varchar COMMENT 'Key of the input that received the batch',
    "api_keys" array(varchar) COMMENT 'Keys of the inputs that received the batch',
    "sdk_version" varchar COMMENT 'Version of the client that sent the batch',
    "job_id" varchar COMMENT 'Id of the job that sent the batch',
    "message_id" varchar COMMENT 'Id that the platform gives each message',
    "message_type" varchar COMMENT 'Kind of message, such as `events`',
    folder_date varchar WITH (
        partition_projection_type = 'date',
        partition_projection_format = 'yyyy-MM-dd',
        partition_projection_range = ARRAY['2020-01-01', 'NOW']
    )
)
WITH (
    format = 'OPENX_JSON',
    external_location = 's3://mp-forwarding-example/exports/shop/',
    partitioned_by = ARRAY['folder_date'],
    partition_projection_enabled = true,
    partition_projection_location_template = 's3://mp-forwarding-example/exports/shop/${folder_date}/'
);

-- Files in the base folder.
CREATE TABLE IF NOT EXISTS mparticle_export_undated (
    "events" array(row(event_type varchar, data varchar)) COMMENT 'The events',
    "user_identities" array(row(identity_type varchar, identity varchar, timestamp_unixtime_ms varchar, created_this_batch varchar)) COMMENT 'Identities of the user',
    "ip" varchar COMMENT 'Address of the device',
    "environment" varchar COMMENT 'Whether the data is test data or data of real users',
    "mpid" varchar COMMENT 'mParticle''s id of the user',
    "origin_mpid" varchar COMMENT 'mParticle''s id of the user at the origin',
    "mp_deviceid" varchar COMMENT 'mParticle''s id of the device',
    "batch_id" varchar COMMENT 'Id that the platform gives each batch',
    "timestamp_unixtime_ms" varchar COMMENT 'When the platform received the batch, in milliseconds since 1970-01-01 UTC',
    "schema_version" varchar COMMENT 'Version of the form: 2',
    "unique_id" varchar COMMENT 'The setting unique_id of the connection, if set',
    "source_request_id" varchar COMMENT 'Id that the client gave its request',
    "device_info" varchar COMMENT 'The device that the batch comes from',
    "application_info" varchar COMMENT 'The app that the batch comes from',
    "source_info" varchar COMMENT 'How the batch reached mParticle',
    "user_attributes" map(varchar, varchar) COMMENT 'Attributes of the user: one value or a list under each name',
    "deleted_user_attributes" array(varchar) COMMENT 'Names of user attributes to forget',
    "partner_identities" varchar COMMENT 'Identities of the user at partners',
    "partner_identity" varchar COMMENT 'Identity of the user at a partner, in the published schema',
    "integration_attributes" varchar COMMENT 'Attributes that integrations need, by the number of the integration''s module',
    "context" varchar COMMENT 'Data plan and location of the batch',
    "consent_state" varchar COMMENT 'Consent of the user',
    "attribution_info" varchar COMMENT 'The source of the user''s installation',
    "system_notifications" varchar COMMENT 'Changes of consent that the platform reports, usually empty',
    "api_key" varchar COMMENT 'Key of the input that received the batch',
    "api_keys" array(varchar) COMMENT 'Keys of the inputs that received the batch',
    "sdk_version" varchar COMMENT 'Version of the client that sent the batch',
    "job_id" varchar COMMENT 'Id of the job that sent the batch',
    "message_id" varchar COMMENT 'Id that the platform gives each message',
    "message_type" varchar COMMENT 'Kind of message, such as `events`'
)
WITH (
    format = 'OPENX_JSON',
    external_location = 's3://mp-forwarding-example/exports/shop/'
);

-- One row per batch. Only files with the export's names are read, not the verification objects beside them.
CREATE OR REPLACE VIEW mparticle_export AS
SELECT
    "events" AS "events",
    "user_identities" AS "user_identities",
    "ip" AS "ip",
    "environment" AS "environment",
    TRY_CAST("mpid" AS BIGINT) AS "mpid",
    TRY_CAST("origin_mpid" AS BIGINT) AS "origin_mpid",
    "mp_deviceid" AS "mp_deviceid",
    TRY_CAST("batch_id" AS BIGINT) AS "batch_id",
    TRY_CAST("timestamp_unixtime_ms" AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST("schema_version" AS INTEGER) AS "schema_version",
    "unique_id" AS "unique_id",
    "source_request_id" AS "source_request_id",
    "device_info" AS "device_info",
    "application_info" AS "application_info",
    "source_info" AS "source_info",
    "user_attributes" AS "user_attributes",
    "deleted_user_attributes" AS "deleted_user_attributes",
    "partner_identities" AS "partner_identities",
    "partner_identity" AS "partner_identity",
    "integration_attributes" AS "integration_attributes",
    "context" AS "context",
    "consent_state" AS "consent_state",
    "attribution_info" AS "attribution_info",
    "system_notifications" AS "system_notifications",
    "api_key" AS "api_key",
    "api_keys" AS "api_keys",
    "sdk_version" AS "sdk_version",
    "job_id" AS "job_id",
    "message_id" AS "message_id",
    "message_type" AS "message_type",
    folder_date,
    "$path" AS file
FROM mparticle_export_dated
WHERE regexp_like("$path", '_[0-9]{20}_[0-9]{5}[.]txt([.]gz)?$')
UNION ALL
SELECT
    "events" AS "events",
    "user_identities" AS "user_identities",
    "ip" AS "ip",
    "environment" AS "environment",
    TRY_CAST("mpid" AS BIGINT) AS "mpid",
    TRY_CAST("origin_mpid" AS BIGINT) AS "origin_mpid",
    "mp_deviceid" AS "mp_deviceid",
    TRY_CAST("batch_id" AS BIGINT) AS "batch_id",
    TRY_CAST("timestamp_unixtime_ms" AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST("schema_version" AS INTEGER) AS "schema_version",
    "unique_id" AS "unique_id",
    "source_request_id" AS "source_request_id",
    "device_info" AS "device_info",
    "application_info" AS "application_info",
    "source_info" AS "source_info",
    "user_attributes" AS "user_attributes",
    "deleted_user_attributes" AS "deleted_user_attributes",
    "partner_identities" AS "partner_identities",
    "partner_identity" AS "partner_identity",
    "integration_attributes" AS "integration_attributes",
    "context" AS "context",
    "consent_state" AS "consent_state",
    "attribution_info" AS "attribution_info",
    "system_notifications" AS "system_notifications",
    "api_key" AS "api_key",
    "api_keys" AS "api_keys",
    "sdk_version" AS "sdk_version",
    "job_id" AS "job_id",
    "message_id" AS "message_id",
    "message_type" AS "message_type",
    CAST(NULL AS varchar) AS folder_date,
    "$path" AS file
FROM mparticle_export_undated
WHERE regexp_like(substr("$path", length('s3://mp-forwarding-example/exports/shop/') + 1), '^[^/]+_[0-9]{20}_[0-9]{5}[.]txt([.]gz)?$');

-- One row per event: its type, and its data as JSON.
CREATE OR REPLACE VIEW mparticle_export_events AS
SELECT mpid, batch_id, environment, folder_date, file, event_type, data
FROM mparticle_export
CROSS JOIN UNNEST(events) AS event (event_type, data);

-- One view per event type.

CREATE OR REPLACE VIEW mparticle_export_custom_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_extract_scalar(data, '$.event_name') AS "event_name",
    json_extract_scalar(data, '$.custom_event_type') AS "custom_event_type",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'custom_event';

CREATE OR REPLACE VIEW mparticle_export_commerce_event AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_format(json_extract(data, '$.product_action')) AS "product_action",
    json_format(json_extract(data, '$.promotion_action')) AS "promotion_action",
    json_format(json_extract(data, '$.product_impressions')) AS "product_impressions",
    json_format(json_extract(data, '$.shopping_cart')) AS "shopping_cart",
    json_extract_scalar(data, '$.currency_code') AS "currency_code",
    json_extract_scalar(data, '$.screen_name') AS "screen_name",
    TRY_CAST(json_extract_scalar(data, '$.is_non_interactive') AS BOOLEAN) AS "is_non_interactive",
    json_extract_scalar(data, '$.event_name') AS "event_name",
    json_extract_scalar(data, '$.custom_event_type') AS "custom_event_type",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'commerce_event';

CREATE OR REPLACE VIEW mparticle_export_session_start AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'session_start';

CREATE OR REPLACE VIEW mparticle_export_session_end AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.session_duration_ms') AS BIGINT) AS "session_duration_ms",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'session_end';

CREATE OR REPLACE VIEW mparticle_export_screen_view AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_extract_scalar(data, '$.screen_name') AS "screen_name",
    json_extract_scalar(data, '$.activity_type') AS "activity_type",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'screen_view';

CREATE OR REPLACE VIEW mparticle_export_uninstall AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'uninstall';

CREATE OR REPLACE VIEW mparticle_export_crash_report AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_format(json_extract(data, '$.breadcrumbs')) AS "breadcrumbs",
    json_extract_scalar(data, '$.class_name') AS "class_name",
    json_extract_scalar(data, '$.severity') AS "severity",
    json_extract_scalar(data, '$.message') AS "message",
    json_extract_scalar(data, '$.stack_trace') AS "stack_trace",
    TRY_CAST(json_extract_scalar(data, '$.exception_handled') AS BOOLEAN) AS "exception_handled",
    json_extract_scalar(data, '$.topmost_context') AS "topmost_context",
    json_extract_scalar(data, '$.pl_crash_report_file_base64') AS "pl_crash_report_file_base64",
    TRY_CAST(json_extract_scalar(data, '$.ios_image_base_address') AS BIGINT) AS "ios_image_base_address",
    TRY_CAST(json_extract_scalar(data, '$.ios_image_size') AS BIGINT) AS "ios_image_size",
    TRY_CAST(json_extract_scalar(data, '$.session_number') AS INTEGER) AS "session_number",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'crash_report';

CREATE OR REPLACE VIEW mparticle_export_opt_out AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.is_opted_out') AS BOOLEAN) AS "is_opted_out",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'opt_out';

CREATE OR REPLACE VIEW mparticle_export_first_run AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'first_run';

CREATE OR REPLACE VIEW mparticle_export_pre_attribution AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'pre_attribution';

CREATE OR REPLACE VIEW mparticle_export_push_registration AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.register') AS BOOLEAN) AS "register",
    json_extract_scalar(data, '$.registration_token') AS "registration_token",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'push_registration';

CREATE OR REPLACE VIEW mparticle_export_application_state_transition AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.successfully_closed') AS BOOLEAN) AS "successfully_closed",
    TRY_CAST(json_extract_scalar(data, '$.is_first_run') AS BOOLEAN) AS "is_first_run",
    TRY_CAST(json_extract_scalar(data, '$.is_upgrade') AS BOOLEAN) AS "is_upgrade",
    json_extract_scalar(data, '$.push_notification_payload') AS "push_notification_payload",
    json_extract_scalar(data, '$.launch_referral') AS "launch_referral",
    json_extract_scalar(data, '$.application_transition_type') AS "application_transition_type",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'application_state_transition';

CREATE OR REPLACE VIEW mparticle_export_push_message AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_extract_scalar(data, '$.push_message_token') AS "push_message_token",
    json_extract_scalar(data, '$.push_message_type') AS "push_message_type",
    json_extract_scalar(data, '$.message') AS "message",
    json_extract_scalar(data, '$.network') AS "network",
    json_extract_scalar(data, '$.push_notification_payload') AS "push_notification_payload",
    json_extract_scalar(data, '$.application_state') AS "application_state",
    json_extract_scalar(data, '$.action_identifier') AS "action_identifier",
    json_extract_scalar(data, '$.push_message_behavior') AS "push_message_behavior",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'push_message';

CREATE OR REPLACE VIEW mparticle_export_push_reaction AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'push_reaction';

CREATE OR REPLACE VIEW mparticle_export_network_performance AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_extract_scalar(data, '$.http_verb') AS "http_verb",
    json_extract_scalar(data, '$.url') AS "url",
    TRY_CAST(json_extract_scalar(data, '$.time_elapsed') AS BIGINT) AS "time_elapsed",
    TRY_CAST(json_extract_scalar(data, '$.bytes_in') AS BIGINT) AS "bytes_in",
    TRY_CAST(json_extract_scalar(data, '$.bytes_out') AS BIGINT) AS "bytes_out",
    json_extract_scalar(data, '$.response_code') AS "response_code",
    json_extract_scalar(data, '$.data') AS "data",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'network_performance';

CREATE OR REPLACE VIEW mparticle_export_breadcrumb AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.session_number') AS INTEGER) AS "session_number",
    json_extract_scalar(data, '$.label') AS "label",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'breadcrumb';

CREATE OR REPLACE VIEW mparticle_export_profile AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.previous_mpid') AS BIGINT) AS "previous_mpid",
    TRY_CAST(json_extract_scalar(data, '$.current_mpid') AS BIGINT) AS "current_mpid",
    json_extract_scalar(data, '$.profile_event_type') AS "profile_event_type",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'profile';

CREATE OR REPLACE VIEW mparticle_export_user_attribute_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_extract_scalar(data, '$.user_attribute_name') AS "user_attribute_name",
    json_format(json_extract(data, '$.new')) AS "new",
    json_format(json_extract(data, '$.old')) AS "old",
    TRY_CAST(json_extract_scalar(data, '$.deleted') AS BOOLEAN) AS "deleted",
    TRY_CAST(json_extract_scalar(data, '$.is_new_attribute') AS BOOLEAN) AS "is_new_attribute",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'user_attribute_change';

CREATE OR REPLACE VIEW mparticle_export_user_identity_change AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    json_format(json_extract(data, '$.new')) AS "new",
    json_format(json_extract(data, '$.old')) AS "old",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'user_identity_change';

CREATE OR REPLACE VIEW mparticle_export_validation_result AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'validation_result';

CREATE OR REPLACE VIEW mparticle_export_unknown AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'unknown';

CREATE OR REPLACE VIEW mparticle_export_alias_request AS
SELECT
    mpid, batch_id, environment, folder_date, file,
    TRY_CAST(json_extract_scalar(data, '$.source_mpid') AS BIGINT) AS "source_mpid",
    TRY_CAST(json_extract_scalar(data, '$.destination_mpid') AS BIGINT) AS "destination_mpid",
    TRY_CAST(json_extract_scalar(data, '$.start_unixtime_ms') AS BIGINT) AS "start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.end_unixtime_ms') AS BIGINT) AS "end_unixtime_ms",
    json_extract_scalar(data, '$.scope') AS "scope",
    json_extract_scalar(data, '$.device_application_stamp') AS "device_application_stamp",
    TRY_CAST(json_extract_scalar(data, '$.timestamp_unixtime_ms') AS BIGINT) AS "timestamp_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_id') AS BIGINT) AS "event_id",
    json_extract_scalar(data, '$.source_message_id') AS "source_message_id",
    TRY_CAST(json_extract_scalar(data, '$.session_id') AS BIGINT) AS "session_id",
    json_extract_scalar(data, '$.session_uuid') AS "session_uuid",
    TRY_CAST(json_extract_scalar(data, '$.session_start_unixtime_ms') AS BIGINT) AS "session_start_unixtime_ms",
    TRY_CAST(json_extract_scalar(data, '$.event_start_unixtime_ms') AS BIGINT) AS "event_start_unixtime_ms",
    json_format(json_extract(data, '$.custom_attributes')) AS "custom_attributes",
    json_format(json_extract(data, '$.custom_flags')) AS "custom_flags",
    json_format(json_extract(data, '$.location')) AS "location",
    json_format(json_extract(data, '$.device_current_state')) AS "device_current_state",
    TRY_CAST(json_extract_scalar(data, '$.is_goal_defined') AS BOOLEAN) AS "is_goal_defined",
    json_extract_scalar(data, '$.lifetime_value_change') AS "lifetime_value_change",
    json_extract_scalar(data, '$.lifetime_value_attribute_name') AS "lifetime_value_attribute_name",
    json_extract_scalar(data, '$.data_connection_type') AS "data_connection_type",
    TRY_CAST(json_extract_scalar(data, '$.event_num') AS BIGINT) AS "event_num",
    json_extract_scalar(data, '$.view_controller') AS "view_controller",
    TRY_CAST(json_extract_scalar(data, '$.is_main_thread') AS BOOLEAN) AS "is_main_thread",
    json_extract_scalar(data, '$.canonical_name') AS "canonical_name",
    json_format(json_extract(data, '$.event_system_notification_info')) AS "event_system_notification_info",
    json_extract_scalar(data, '$.message_id') AS "message_id",
    json_extract_scalar(data, '$.message_type') AS "message_type"
FROM mparticle_export_events
WHERE event_type = 'alias_request';
