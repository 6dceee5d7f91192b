# The whole service in one image. The FAQ is mounted at /faq; index and votes are kept in the volume /var/lib/jida.
#
# Other machines reach it, so it wants an admin key; or JIDA_PUBLIC=true, if nobody is to administer it.
#
#   docker build -t jida .
#   docker run -p 8080:8080 -e JIDA_ADMIN_KEY=… -v ./faq:/faq:ro -v jida:/var/lib/jida jida

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
WORKDIR /var/lib/jida
VOLUME /var/lib/jida
ENV JIDA_ADDR=0.0.0.0:8080 \
    JIDA_CORPUS=/faq \
    JIDA_INDEX=/var/lib/jida/index
EXPOSE 8080
# bash speaks TCP, so that nothing has to be installed to ask whether the server is ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["jida"]
CMD ["serve", "--watch"]
