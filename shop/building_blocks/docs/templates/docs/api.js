const page = SwaggerUIBundle({
  url: "{{ schema_url|escapejs }}",
  domNode: document.getElementById("swagger-ui"),
  ...{{ settings|safe }},
});
page.initOAuth({{ oauth2_config|safe }});
