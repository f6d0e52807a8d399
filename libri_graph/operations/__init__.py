"""What an operator does with a data directory as a whole: back it up, bring it back, look whether it is sound."""
