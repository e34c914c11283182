"""Smart logistics (智慧物流): archives, registrations with holds on tank stock, the queue, sign-off."""
