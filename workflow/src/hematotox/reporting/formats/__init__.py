"""A table in Word, Excel, HTML and CSV."""
