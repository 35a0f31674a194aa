"""The parts that explorers and quizzes are made of; no notebook imports them."""
