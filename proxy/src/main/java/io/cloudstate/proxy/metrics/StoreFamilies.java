package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.storage.journal.StoreMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** The database; a store in memory has nothing to tell. */
final class StoreFamilies implements StoreMetrics {

  private final Histogram commitTime;
  private final Histogram commitSize;
  private final Histogram queryTime;
  private final Counter failedQueries;
  private final Counter failedWrites;

  StoreFamilies(Families families) {
    this.commitTime =
        families.times(
            "cloudstate_store_commit_duration_seconds",
            "How long it took to commit writes of several entities together",
            "what");
    this.commitSize =
        families.sizes(
            "cloudstate_store_commit_writes", "How many writes were committed together", "what");
    this.queryTime =
        families.times(
            "cloudstate_store_query_duration_seconds",
            "How long it took to read something, or to write a snapshot");
    this.failedQueries =
        families.counter(
            "cloudstate_store_failed_queries_total", "How often that was not possible");
    this.failedWrites =
        families.counter(
            "cloudstate_store_failed_writes_total", "Writes that the database did not accept");
  }

  @Override
  public void committed(String what, int writes, long nanos) {
    commitTime.labelValues(what).observe(Families.seconds(nanos));
    commitSize.labelValues(what).observe(writes);
  }

  @Override
  public void queried(boolean isFailed, long nanos) {
    if (isFailed) {
      failedQueries.inc();
    } else {
      queryTime.observe(Families.seconds(nanos));
    }
  }

  @Override
  public void writeFailed() {
    failedWrites.inc();
  }
}
