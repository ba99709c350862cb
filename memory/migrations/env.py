"""How Alembic reaches the database: by the connection that `memory/schema.py` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
