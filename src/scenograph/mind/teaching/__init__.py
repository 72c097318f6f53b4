"""What teaches a mind after its training: styles by pairs, and what people accepted or corrected."""
