"""What compare.py runs beside `forward`: the same rule with PyPI smart_open, orjson and boto3, and uploads without any rule.

    peer.py rule INPUT ENDPOINT BUCKET LEVEL
    peer.py uploads INPUT ENDPOINT BUCKET

`rule` removes screen views and a field of each batch, as the settings in compare.py do, and writes objects of 16 MiB of text. LEVEL 0
writes them without gzip. `uploads` puts the input as it is in objects of 16 MiB from eight threads: the speed of the server.
"""

import gzip
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3

OBJECT = 16 << 20


def rule(lines, client, bucket, level):
    import orjson
    import smart_open

    def writer(number):
        target = f"s3://{bucket}/peer/{number}.txt"
        out = smart_open.open(target, "wb", compression="disable", transport_params={"client": client})
        return (gzip.GzipFile(fileobj=out, mode="wb", compresslevel=level, mtime=0) if level else out), out

    number, written = 0, 0
    text, out = writer(number)
    for line in lines:
        batch = orjson.loads(line)
        events = [event for event in batch["events"] if event["event_type"] != "screen_view"]
        if not events:
            continue
        batch["events"] = events
        batch["device_info"].pop("brand", None)
        data = orjson.dumps(batch, option=orjson.OPT_APPEND_NEWLINE)
        text.write(data)
        written += len(data)
        if written >= OBJECT:
            text.close()
            out.close()
            number, written = number + 1, 0
            text, out = writer(number)
    text.close()
    out.close()


def uploads(lines, client, bucket):
    def put(number, body):
        client.put_object(Bucket=bucket, Key=f"peer/{number}.txt", Body=body)

    with ThreadPoolExecutor(8) as threads:
        for number, body in enumerate(iter(lambda: lines.read(OBJECT), b"")):
            threads.submit(put, number, body)


def main():
    what, path, endpoint, bucket, *level = sys.argv[1:]
    client = boto3.client("s3", endpoint_url=endpoint)
    with Path(path).open("rb") as lines:
        if what == "rule":
            rule(lines, client, bucket, int(level[0]))
        else:
            uploads(lines, client, bucket)


main()
