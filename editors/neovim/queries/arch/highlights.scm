; From grammar/tree-sitter/queries; do not edit
; The lists of words are written by a test from the compiler's tables: ARCHC_BLESS=1 cargo test grammars

(comment) @comment
(block_comment) @comment
(doc_comment) @comment.documentation

(string) @string
(text_block) @string
(escape) @string.escape

(number) @number
(range) @number
(date) @number
(unit) @type.builtin
(boolean) @boolean

["import" "slo" "forbid" "require" "except"] @keyword

; kinds
((declaration
  kind: (identifier) @keyword)
 (#any-of? @keyword "cache" "cdn" "client" "cluster" "context" "data" "database" "decision" "defaults" "dns" "external" "flow" "function" "gateway" "group" "identity" "job" "kind" "load_balancer" "monitor" "network" "object_store" "person" "policy" "proxy" "queue" "region" "registry" "scenario" "scheduler" "search_index" "secret_store" "service" "stream" "system" "team" "tech" "topic" "view" "waf" "warehouse" "worker" "zone"))
((declaration
  kind: (identifier) @type)
 (#not-any-of? @type "cache" "cdn" "client" "cluster" "context" "data" "database" "decision" "defaults" "dns" "external" "flow" "function" "gateway" "group" "identity" "job" "kind" "load_balancer" "monitor" "network" "object_store" "person" "policy" "proxy" "queue" "region" "registry" "scenario" "scheduler" "search_index" "secret_store" "service" "stream" "system" "team" "tech" "topic" "view" "waf" "warehouse" "worker" "zone"))
(declaration
  name: (identifier) @function)
(declaration
  technology: (identifier) @type)

; annotations
((annotation
  name: (identifier) @attribute)
 (#any-of? @attribute "allow" "tags"))
"@" @attribute

; attributes
((attribute
  key: (key) @property)
 (#any-of? @property "access" "algorithm" "allows" "around" "audit" "auth" "availability" "backoff" "backoff_base" "backup" "bandwidth" "because" "behind" "bulkhead" "caller_limit" "calls" "capacity" "chose" "circuit_breaker" "class" "coalesce" "cold" "cold_start" "collapse" "compensates" "concurrency" "conflict" "consistency" "cost" "costs" "criticality" "date" "dead_letter" "delivery" "deployment" "depth" "derived" "description" "detection_time" "direction" "durable" "encrypted" "every" "eviction" "fail" "failover" "failover_time" "fails_with" "fallback" "fanout" "flow" "gives" "growth" "health_check" "hide" "hit_ratio" "icon" "idempotent" "immutable" "in" "invalidation" "irreplaceable" "jitter" "jurisdiction" "key" "key_count" "label" "lag" "latency" "layout" "load" "loss_ok" "managed" "max_connections" "max_deliveries" "mode" "mtbf" "mttr" "near" "needs" "observability" "optional" "order" "ordering" "over" "overlay" "owner" "p99" "partition" "partitions" "pattern" "payload" "peak_factor" "peers" "persistent" "phase" "pii" "pool" "protocol" "public" "query" "quota" "rate" "rate_limit" "read_quorum" "reads" "regions" "replicas" "replication" "replication_factor" "requests_per_user" "residency" "restore_time" "retention" "retries" "retry_budget" "rollout" "rpo" "rto" "rtt" "same_rank" "scaling" "shard_key" "sharding" "shards" "share" "shared_fate" "show" "size" "skew" "slow" "static_stability" "status" "sticky" "storage" "stores" "tags" "tested" "theme" "timeout" "transaction" "ttl" "url" "users" "vendor" "visibility_timeout" "wait" "watches" "write_quorum" "writes" "zipf" "zones"))
(annotation
  key: (key) @property)

; metrics
((objective
  metric: (identifier) @property)
 (#any-of? @property "availability" "cost" "p50" "p90" "p95" "p99" "p999" "rpo" "rto" "staleness" "throughput"))

; values
((attribute
  value: (path) @constant)
 (#any-of? @constant "accepted" "active_active" "active_passive" "aggregate" "alerts" "all" "api_key" "app" "async" "at_least_once" "at_most_once" "auto" "automatic" "availability" "basic" "blue_green" "cache_aside" "cached" "canary" "causal" "confidential" "consistency" "consistent_hash" "cost" "coupling" "crdt" "dark" "default" "domains" "down" "durability" "event" "eventual" "exactly_once" "exponential" "failover" "fifo" "findings" "first" "fixed" "geographic" "graph" "hash" "health" "high" "horizontal" "internal" "ip_hash" "jwt" "key" "latency" "leaderless" "least_connections" "left" "lfu" "light" "linearizable" "load" "local" "logs" "low" "lru" "lww" "manual" "metrics" "mtls" "multi_primary" "none" "normal" "oauth2" "outbox" "payment" "personal" "portability" "power_of_two" "primary_replica" "print" "proposed" "public" "quorum" "random" "range" "read" "read_through" "read_write" "read_your_writes" "recreate" "rejected" "request" "right" "rolling" "round_robin" "saga" "search" "security" "semi_sync" "sequential" "shard_key" "sharded" "simplicity" "staged" "start" "strong" "superseded" "sync" "throughput" "time" "total" "traces" "ttl" "two_phase" "up" "vertical" "weighted" "write" "write_around" "write_back" "write_through"))
((list
  (path) @constant)
 (#any-of? @constant "accepted" "active_active" "active_passive" "aggregate" "alerts" "all" "api_key" "app" "async" "at_least_once" "at_most_once" "auto" "automatic" "availability" "basic" "blue_green" "cache_aside" "cached" "canary" "causal" "confidential" "consistency" "consistent_hash" "cost" "coupling" "crdt" "dark" "default" "domains" "down" "durability" "event" "eventual" "exactly_once" "exponential" "failover" "fifo" "findings" "first" "fixed" "geographic" "graph" "hash" "health" "high" "horizontal" "internal" "ip_hash" "jwt" "key" "latency" "leaderless" "least_connections" "left" "lfu" "light" "linearizable" "load" "local" "logs" "low" "lru" "lww" "manual" "metrics" "mtls" "multi_primary" "none" "normal" "oauth2" "outbox" "payment" "personal" "portability" "power_of_two" "primary_replica" "print" "proposed" "public" "quorum" "random" "range" "read" "read_through" "read_write" "read_your_writes" "recreate" "rejected" "request" "right" "rolling" "round_robin" "saga" "search" "security" "semi_sync" "sequential" "shard_key" "sharded" "simplicity" "staged" "start" "strong" "superseded" "sync" "throughput" "time" "total" "traces" "ttl" "two_phase" "up" "vertical" "weighted" "write" "write_around" "write_back" "write_through"))

(selector) @type
(forbid
  (path) @type)
(require
  (path) @type)

(operator) @operator
(comparison) @operator
["=" "|"] @operator
["{" "}" "[" "]" "(" ")"] @punctuation.bracket
["," ";" ":" "."] @punctuation.delimiter
