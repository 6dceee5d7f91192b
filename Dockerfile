# The whole service in one image. The FAQ is mounted at /srv/jida/corpus, or a folder with corpus/ and jida.toml at
# /srv/jida; index and votes are kept in the volume /var/lib/jida.
#
# Other machines reach it, so it wants an admin key; or JIDA_PUBLIC=true, if nobody is to administer it. A proxy outside
# of the container comes from another address than this machine's: name it in JIDA_TRUSTED_PROXIES, or all readers share
# one limit.
#
#   docker build -t jida .
#   docker run -p 8080:8080 -e JIDA_ADMIN_KEY=… -v ./faq:/srv/jida/corpus:ro -v jida:/var/lib/jida jida

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /jida
COPY . .
RUN cargo build --release --locked --bin jida

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/jida --create-home jida
COPY --from=build /jida/target/release/jida /usr/local/bin/jida
USER jida
WORKDIR /srv/jida
VOLUME /var/lib/jida
ENV JIDA_ADDR=0.0.0.0:8080 \
    JIDA_INDEX=/var/lib/jida/index
EXPOSE 8080
# bash speaks TCP, so that nothing has to be installed to ask whether the server is ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["jida"]
CMD ["serve", "--watch"]
