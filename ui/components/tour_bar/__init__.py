"""The bar of a tour: which step this is, what it says, the way on and back."""
