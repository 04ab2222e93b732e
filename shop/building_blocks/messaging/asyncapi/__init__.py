"""The events of all modules as an AsyncAPI document, and each as a JSON Schema."""
