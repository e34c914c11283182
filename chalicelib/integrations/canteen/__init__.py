"""The canteen's card system: accounts, purses, cards, transactions, top-ups."""
