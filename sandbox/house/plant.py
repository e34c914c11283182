"""What LE and MES both know of the plant."""

from dataclasses import dataclass

SITE = "JY01"
LOGISTICS_CLIENT = "campus-logistics"
CANTEEN_CLIENT = "campus-canteen"


@dataclass(frozen=True)
class Product:
    """hazard_class and un_number are empty for goods that are not dangerous."""

    code: str
    name: str
    hazard_class: str = ""
    un_number: str = ""


PRODUCTS = {
    product.code: product
    for product in (
        Product("NAOH32", "液碱 32%", "8", "1824"),
        Product("NAOH48", "液碱 48%", "8", "1824"),
        Product("HCL31", "盐酸 31%", "8", "1789"),
        Product("CL2", "液氯", "2.3", "1017"),
        Product("SALT", "工业盐"),
    )
}
