package metrics

import (
	"database/sql"

	"github.com/prometheus/client_golang/prometheus"

	"ostiary/internal/trigger"
)

// Sources are what other parts count themselves, read at every scrape. A field that is nil has nothing to
// tell.
type Sources struct {
	Triggers func() []trigger.Count
	// FunctionRetries is how many attempts to run a function were not the first.
	FunctionRetries func() uint64
	// StoreRetries is how many transactions were run again after a conflict.
	StoreRetries func() uint64
	// Databases are the pools of connections, by name.
	Databases func() map[string]sql.DBStats
	// OutboxDepth is how many messages wait to be delivered.
	OutboxDepth func() float64
	Logs        func() Logs
}

// Logs is what has become of exported logs.
type Logs struct {
	Delivered, Dropped uint64 // records
	Failures           uint64 // attempts that a destination did not take
	Waiting            int    // records
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("ostiary_"+name, help, labels, nil)
}

var (
	triggerRuns    = describe("trigger_invocations_total", "Runs of the functions of triggers, by outcome.", "trigger", "outcome")
	triggerTime    = describe("trigger_duration_seconds_total", "Time spent in the functions of triggers, attempts and pauses between them included.", "trigger", "outcome")
	functionRetry  = describe("function_retries_total", "Attempts to run a function after one that failed.")
	storeRetry     = describe("store_retries_total", "Transactions run again after a conflict with another.")
	connections    = describe("database_connections", "Connections to the database, by pool and state (in_use or idle).", "pool", "state")
	connectionsMax = describe("database_connections_max", "Most connections that a pool may have; 0 is any number.", "pool")
	connectionWait = describe("database_waits_total", "How often a connection had to be waited for.", "pool")
	connectionTime = describe("database_wait_seconds_total", "Time spent waiting for connections.", "pool")
	outboxDepth    = describe("outbox_messages", "Messages that wait to be delivered.")
	logRecords     = describe("exported_log_records_total", "Records of exported logs (SetLogDeliveryConfiguration), by outcome (delivered or dropped).", "outcome")
	logFailures    = describe("exported_log_failures_total", "Attempts to deliver exported logs that failed.")
	logWaiting     = describe("exported_log_records_waiting", "Records of exported logs that wait to be delivered.")
)

// Describe implements prometheus.Collector.
func (s Sources) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		triggerRuns, triggerTime, functionRetry, storeRetry, connections, connectionsMax, connectionWait, connectionTime,
		outboxDepth, logRecords, logFailures, logWaiting,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (s Sources) Collect(to chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue
	if s.Triggers != nil {
		for _, c := range s.Triggers() {
			tell(triggerRuns, counter, float64(c.Times), c.Trigger, string(c.Outcome))
			tell(triggerTime, counter, c.Took.Seconds(), c.Trigger, string(c.Outcome))
		}
	}
	if s.FunctionRetries != nil {
		tell(functionRetry, counter, float64(s.FunctionRetries()))
	}
	if s.StoreRetries != nil {
		tell(storeRetry, counter, float64(s.StoreRetries()))
	}
	if s.Databases != nil {
		for pool, stats := range s.Databases() {
			tell(connections, gauge, float64(stats.InUse), pool, "in_use")
			tell(connections, gauge, float64(stats.Idle), pool, "idle")
			tell(connectionsMax, gauge, float64(stats.MaxOpenConnections), pool)
			tell(connectionWait, counter, float64(stats.WaitCount), pool)
			tell(connectionTime, counter, stats.WaitDuration.Seconds(), pool)
		}
	}
	if s.OutboxDepth != nil {
		tell(outboxDepth, gauge, s.OutboxDepth())
	}
	if s.Logs != nil {
		l := s.Logs()
		tell(logRecords, counter, float64(l.Delivered), "delivered")
		tell(logRecords, counter, float64(l.Dropped), "dropped")
		tell(logFailures, counter, float64(l.Failures))
		tell(logWaiting, gauge, float64(l.Waiting))
	}
}
