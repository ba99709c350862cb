"""Chats: people and programs that ask by message, and read the answer where they asked."""
