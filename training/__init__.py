"""Making the reader's weights: not needed to use Dateline, only to make them again."""
