"""The machinery behind explorers and quizzes; no notebook imports it."""
