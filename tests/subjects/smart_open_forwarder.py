"""A forwarder as one writes it in an afternoon: batches to S3 as newline-delimited JSON, with PyPI's smart_open.

It knows names, folders and compression, and passes everything else on as `json` reads and writes it. `mp-forwarding
conform --subject-cmd` says what it does not know.
"""

import datetime
import json
import os
import random

import boto3
import smart_open

with open(os.environ["MP_FORWARDING_SETTINGS"]) as file:
    connection = json.load(file)["connection"]

client = boto3.client("s3", endpoint_url=os.environ.get("MP_FORWARDING_ENDPOINT"))
files = {}


def folder(batch):
    parts = [connection.get("folder_name")]
    if connection["store_data_in_folders_by_date"] == "event_time" and batch.get("events"):
        moment = batch["events"][0].get("data", {}).get("timestamp_unixtime_ms")
        if moment is not None:
            day = datetime.datetime.fromtimestamp(int(moment) / 1000, datetime.timezone.utc)
            parts.append(day.strftime("%Y-%m-%d"))
    return "/".join(part for part in parts if part)


with open(os.environ["MP_FORWARDING_INPUT"]) as lines:
    for line in lines:
        batch = json.loads(line)
        app = (batch.get("application_info") or {}).get("application_name") or "unknown"
        files.setdefault((folder(batch), app.replace("/", "-")), []).append(batch)

for (prefix, app), batches in files.items():
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d%H%M%S%f")
    key = "/".join(part for part in (prefix, f"{app}_{now}_{random.randint(10000, 99999)}.txt") if part)
    url = f"s3://{os.environ['MP_FORWARDING_BUCKET']}/{key}"
    compression = ".gz" if connection["use_compression"] else "disable"
    with smart_open.open(url, "w", compression=compression, transport_params={"client": client}) as out:
        for batch in batches:
            out.write(json.dumps(batch) + "\n")
