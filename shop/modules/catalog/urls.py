"""The catalog's HTTP table of contents."""

from django.urls import path

from shop.building_blocks.http.endpoints import by_method
from shop.modules.catalog.features.create_product import CreateProductEndpoint
from shop.modules.catalog.features.delete_product import DeleteProductEndpoint
from shop.modules.catalog.features.get_product import GetProductEndpoint
from shop.modules.catalog.features.list_products import ListProductsEndpoint
from shop.modules.catalog.features.search_products import SearchProductsEndpoint
from shop.modules.catalog.features.update_product import UpdateProductEndpoint

app_name = "catalog"
urlpatterns = [
    path("api/v1/products", by_method(get=ListProductsEndpoint, post=CreateProductEndpoint)),
    path("api/v1/products/search", by_method(get=SearchProductsEndpoint)),
    path(
        "api/v1/products/<uuid:product_id>",
        by_method(get=GetProductEndpoint, put=UpdateProductEndpoint, delete=DeleteProductEndpoint),
    ),
]
