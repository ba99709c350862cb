"""Who may see and send what, and how a person's words and numbers stay private."""
