"""Trainings too long for a lesson."""
