"""Centres and studies put together."""
