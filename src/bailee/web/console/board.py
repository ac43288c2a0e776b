"""Addresses of what is known without a request: promises, people, the map, retention, the register, the evidence."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.console import evidence, person, promises, register, retention
from bailee.web.console import map as data_map

urlpatterns: list[URLPattern | URLResolver] = [
    path("promises/", promises.index, name="promises"),
    path("promises/look/", promises.look, name="promises-look"),
    path("promises/looking/", promises.looking, name="promises-looking"),
    path("promises/<str:name>/", promises.show, name="promise"),
    path("promises/<str:name>/mend/", promises.mend, name="promise-mend"),
    path("people/", person.find, name="people"),
    path("map/", data_map.index, name="map"),
    path("map/look/", data_map.look, name="map-look"),
    path("map/<str:name>/", data_map.show, name="system"),
    path("map/<str:name>/decide/", data_map.decide, name="system-decide"),
    path("retention/", retention.index, name="retention"),
    path("retention/look/", retention.look, name="retention-look"),
    path("register/", register.index, name="register"),
    path("register/disclosures/", register.disclosures, name="disclosures"),
    path("register/<str:role>.<str:form>", register.export, name="register-export"),
    path("evidence/", evidence.index, name="evidence"),
    path("evidence/checkpoint", evidence.checkpoint, name="evidence-checkpoint"),
    path("evidence/verify/", evidence.verify, name="evidence-verify"),
    path("evidence/receipts/", evidence.receipts, name="receipts"),
    path("evidence/<int:index>/", evidence.show, name="evidence-entry"),
    path("evidence/<int:index>.tlog-proof", evidence.proof, name="evidence-proof"),
]
