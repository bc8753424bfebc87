# The programs in an image of their own:
#   docker build -t trm .
#   docker run --rm -it -v "$PWD":/work trm trm-train --help
# With --build-arg CUDA=ON and a base that has nvcc (docker build --build-arg BASE=nvidia/cuda:13.0.1-devel-ubuntu24.04
# --build-arg CUDA=ON), they run on GPUs: docker run --gpus all.
ARG BASE=debian:12
FROM ${BASE} AS build
ARG CUDA=OFF
ENV TRM_CACHE=/opt/trm-cache
WORKDIR /src
COPY scripts/setup.sh scripts/environment.sh scripts/
RUN if [ "$CUDA" = ON ]; then scripts/setup.sh --cuda; else scripts/setup.sh; fi
COPY . .
RUN cmake --preset release -DTRM_TESTS=OFF -DTRM_CUDA=$CUDA --log-level=WARNING \
 && cmake --build --preset release --target programs \
 && cmake --install build/release --prefix /opt/trm \
 && cmake --install build/release --prefix /opt/trm --component libtorch

FROM ${BASE}
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates libcurl4 libyaml-cpp-dev libzip4 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/trm /opt/trm
ENV PATH=/opt/trm/bin:$PATH
WORKDIR /work
CMD ["trm-train", "--help"]
