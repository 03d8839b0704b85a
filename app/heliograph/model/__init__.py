"""What a person sees, as plain data: no Qt, no I/O, no clock."""
