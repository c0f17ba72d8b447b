"""What makes a table that can be read doubtful: dates, columns and patients that disagree."""
