"""Dagster's event log in SQLite, written over connections that stay open.

The stock one opens a database, compiles its statement anew and closes it for each of a run's many hundred events: a
third of a small night. Files and tables are the same, so everything else that reads the home's instance sees no
difference.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import SingletonThreadPool

BUSY_SECONDS = 60


class OpenEventLog(SqliteEventLogStorage):
    """For the length of one run in one process."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """As Dagster makes it of a `dagster.yaml`."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Any]:
        with self._db_lock:
            if shard not in self._engines:
                self._engines[shard] = create_engine(
                    self.conn_string_for_shard(shard),
                    poolclass=SingletonThreadPool,
                    connect_args={"timeout": BUSY_SECONDS},
                )
            engine = self._engines[shard]
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def dispose(self) -> None:
        """Let go of the files."""
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()


def opened(folder: str) -> dg.DagsterInstance:
    """The instance below a folder; a storage of its own that its `dagster.yaml` names stays as it is."""
    reference = InstanceRef.from_dir(folder)
    stock = reference.event_storage_data
    if stock and stock.class_name == SqliteEventLogStorage.__name__:
        ours = ConfigurableClassData(__name__, OpenEventLog.__name__, stock.config_yaml)
        reference = reference._replace(event_storage_data=ours, storage_data=None)
    return dg.DagsterInstance.from_ref(reference)
