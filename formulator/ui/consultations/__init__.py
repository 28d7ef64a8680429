"""The page Consultations and the control that keeps one."""
