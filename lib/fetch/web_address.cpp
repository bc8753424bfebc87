#include "fetch/web_address.h"

#include <curl/curl.h>

#include <memory>
#include <new>

#include "core/error.h"
#include "core/printable.h"

namespace trm::fetch {
namespace {

class Address {
 public:
  Address() : url_(curl_url(), curl_url_cleanup) {
    if (!url_) throw std::bad_alloc();
  }

  // False where the text is no address. One that is relative is taken from the address before it.
  bool set(CURLUPart part, const char* text) {
    return curl_url_set(url_.get(), part, text, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  }
  std::string get(CURLUPart part) const {
    char* text = nullptr;
    if (curl_url_get(url_.get(), part, &text, 0) != CURLUE_OK) return "";
    const std::unique_ptr<char, void (*)(void*)> owner(text, curl_free);
    return text;
  }

 private:
  std::unique_ptr<CURLU, void (*)(CURLU*)> url_;
};

}  // namespace

std::string without_login(const std::string& url) {
  Address address;
  if (!address.set(CURLUPART_URL, url.c_str())) return printable(url);
  address.set(CURLUPART_USER, nullptr);
  address.set(CURLUPART_PASSWORD, nullptr);
  return address.get(CURLUPART_URL);
}

std::string redirect_target(const std::string& from, const std::string& location) {
  Address address;
  const auto refuse = [&](const std::string& why) {
    throw Error("redirected to '" + printable(location, 200) + "', " + why +
                "; use another copy with --mirror URL");
  };
  address.set(CURLUPART_URL, from.c_str());
  const auto before = address.get(CURLUPART_SCHEME);
  if (location.empty() || !address.set(CURLUPART_URL, location.c_str()))
    refuse("which is no address");
  const auto scheme = address.get(CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http") refuse("which is neither http nor https");
  if (before == "https" && scheme == "http") refuse("which is less safe than https");
  return address.get(CURLUPART_URL);
}

}  // namespace trm::fetch
