"""Placeholder until the search has landed."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def results(request: HttpRequest) -> HttpResponse:
    return render(request, "events/search.html", {"query": request.GET.get("q", "")})


def suggestions(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"suggestions": []})
