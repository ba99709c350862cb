"""Migrations of the database of memory, read by Alembic."""
