"""Scripts that make the weights Dateline ships. Run by hand; nothing here is needed to use it."""
