"""Tables, sentences and pages for planners; nothing here prints."""
