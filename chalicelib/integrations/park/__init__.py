"""The park committee's platform (园区管委会): told about approved visits, answers whether it takes them."""
