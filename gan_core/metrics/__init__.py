"""Metrics: each shown with its sample size, and with its reference level where it has one."""
