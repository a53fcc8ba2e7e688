"""Integrates the body's equations, for many patients at once or slowly for one."""
