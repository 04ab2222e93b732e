"""Without a broker, events travel in the process."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

BROKER_URL = env.str("BROKER_URL", default="")
MESSAGING = {
    "namespace": env.str("MESSAGING_NAMESPACE", default="shop"),
    "max_attempts": env.int("MESSAGING_MAX_ATTEMPTS", default=12),
    "stuck_after": env.float("MESSAGING_STUCK_AFTER", default=120.0),
}
if BROKER_URL and not BROKER_URL.startswith(("amqp://", "amqps://")):
    raise ImproperlyConfigured("BROKER_URL must be an amqp:// or amqps:// URL.")
if MESSAGING["max_attempts"] < 1 or MESSAGING["stuck_after"] <= 0:
    raise ImproperlyConfigured("MESSAGING_MAX_ATTEMPTS must be 1 or more, and MESSAGING_STUCK_AFTER not 0.")
# Housekeeping. What was handled is kept longer, as it is what recognises an event that comes again.
MESSAGING_KEEP_SENT_DAYS = env.int("MESSAGING_KEEP_SENT_DAYS", default=7)
MESSAGING_KEEP_HANDLED_DAYS = env.int("MESSAGING_KEEP_HANDLED_DAYS", default=30)
if not 0 < MESSAGING_KEEP_SENT_DAYS < MESSAGING_KEEP_HANDLED_DAYS:
    raise ImproperlyConfigured(
        "MESSAGING_KEEP_HANDLED_DAYS must be more than MESSAGING_KEEP_SENT_DAYS, and both more than 0: an "
        "inbox that forgets an event before the outbox does would handle it twice."
    )
ASYNCAPI_INFO = {
    "title": "shop: events",
    "version": "1.0.0",  # the first number announces that types of events are gone
    "description": (
        "What the modules tell each other and others. Each event is a CloudEvent in structured JSON, "
        "published to a topic exchange of RabbitMQ; where no broker is set, the same events travel in the "
        "process. Others bind a queue of their own by ``catalog.product_created.v1.*`` and its like. Each "
        "event comes at least once, those of one aggregate in their order. Ignore fields that you do not "
        "know: what would break readers is a new type."
    ),
}
