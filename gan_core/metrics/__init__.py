"""Metrics: each shown with its sample size, and with its floor where it has one."""
