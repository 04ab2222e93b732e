"""RabbitMQ: the topology, a publisher with pipelined confirms, and a subscriber to one module's queues.

py-amqp is used below kombu's conveniences on purpose: kombu confirms one message at a time, and would
hide a lost channel behind a retry that forgets what was confirmed.
"""
