"""Courses of blood counts -> grades, and what is known of them."""
