"""Fields that pages share. A form returns what its fields say; it knows no session."""
