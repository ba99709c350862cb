"""The language model: one function over any server that speaks chat completions."""
