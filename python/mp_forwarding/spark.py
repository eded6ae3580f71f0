"""Validation on a Spark cluster.

Spark hands out keys and merges what the tasks find. Lines never go through it: it takes gzip under a name that ends in ``.txt`` for
text. The report is the one that a single process gives.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ._native import Partial
from ._report import Report, ValidationSummary
from ._validate import ValidateOptions, merge, partial

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from typing_extensions import Unpack

    from ._validate import Path


def validate(
    spark: SparkSession,
    paths: Path | Iterable[Path],
    *,
    tasks: int | None = None,
    **options: Unpack[ValidateOptions],
) -> Report[ValidationSummary]:
    """Checks every line of exported files on the executors of a session.

    Each executor needs this package, and credentials for the bucket in its environment.

    :param paths: one path or ``s3://bucket/prefix``, which every task lists to take its shard of it; or the files or keys themselves,
        as ``s3://bucket/key``, for instance from an S3 Inventory: then nothing is listed
    :param tasks: how many tasks; four for each core of the cluster by default
    :param options: as of :func:`mp_forwarding.validate`; ``jobs`` is 1 unless it is given, because Spark runs a task on each core
    :returns: the report of the whole
    :raises UsageError: if an option cannot be used; Spark raises what a task raises
    """
    context = spark.sparkContext
    count = tasks or 4 * context.defaultParallelism
    options.setdefault("jobs", 1)
    if isinstance(paths, (str, os.PathLike)):
        shards = [f"{number}/{count}" for number in range(1, count + 1)]
        parts = context.parallelize(shards, count).map(lambda shard: _of_shard(paths, shard, options))
    else:
        keys = [os.fspath(path) for path in paths]
        count = max(1, min(count, len(keys)))
        parts = context.parallelize(keys, count).mapPartitions(lambda some: [_of_keys(some, options)])
    return merge([parts.treeReduce(operator.add)])


def _of_shard(paths: Path, shard: str, options: ValidateOptions) -> Partial:
    options = options.copy()
    options["shard"] = shard
    return partial(paths, **options)


def _of_keys(keys: Iterable[str], options: ValidateOptions) -> Partial:
    options = options.copy()
    options["keys"] = keys
    return partial(**options)
