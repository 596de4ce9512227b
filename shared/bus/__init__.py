"""Events out and in: outbox and relay, inbox and consumers, on Kafka."""
