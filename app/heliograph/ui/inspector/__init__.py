"""The signal inspector's widgets."""
