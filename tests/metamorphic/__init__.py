"""What must stay the same when a patient or the knowledge is written differently."""
