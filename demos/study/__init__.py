"""Can a ReLU network learn XOR? A study of success rates, and a report that takes the thread's claims in turn."""
