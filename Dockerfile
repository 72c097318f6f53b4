# The service of one mind. The mind lies in the volume /mind; see docs/service.md, "In a container".
FROM python:3.13-slim-bookworm

RUN useradd --create-home --uid 10001 scenograph && install --directory --owner scenograph /mind

COPY . /src
RUN pip install --no-cache-dir "/src[serve,qdrant]" && rm -rf /src

USER scenograph
VOLUME /mind
EXPOSE 8600
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8600/healthz', timeout=4)"]

# It serves other machines only once the mind has a key.
CMD ["scenograph", "serve", "/mind", "--host", "0.0.0.0", "--log"]
