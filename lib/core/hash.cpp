#include "core/hash.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "core/file.h"

namespace trm {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) != 1) {
    throw std::logic_error("SHA-256 is not available in this OpenSSL");
  }
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::byte> bytes) {
  EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}

void Sha256::add(std::string_view text) { add(std::as_bytes(std::span(text))); }

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const auto byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hex();
}

std::string sha256_file(const std::filesystem::path& path) {
  // A map of it all would count as memory of the process while it is read, gigabytes of some files.
  Sha256 hash;
  FileReader file(path);
  std::vector<std::byte> piece(size_t{1} << 20);
  for (size_t got; (got = file.read(piece)) > 0;) hash.add(std::span(piece).first(got));
  return hash.hex();
}

}  // namespace trm
