"""The ear of a student's ribbon: it hears whether the class has anything new."""
