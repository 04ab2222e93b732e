"""How often something may happen: ``settings.LIMITS``, counted where all processes see it.

A limit holds for a module: a module may be a service with a database of its own, and what clients may do
does not change when it becomes one.
"""
