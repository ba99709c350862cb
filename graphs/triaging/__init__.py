"""What a triage run does with new feedback, before anything is counted."""
