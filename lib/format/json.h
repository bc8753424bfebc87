#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace trm::format {

// JSON from an untrusted source: nesting of at most 64 levels, unique keys, valid UTF-8. Error
// "where: ..." with the position of what is wrong.
nlohmann::json parse_json(std::string_view text, const std::string& where);
nlohmann::json read_json(const std::filesystem::path& path);
// The same with the members of objects in the text's order; at most 32,768 in one.
nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& where);

// A member of an object with its type checked; Error naming file and key.
int64_t json_integer(const nlohmann::json& object, const std::string& key,
                     const std::string& where);
double json_number(const nlohmann::json& object, const std::string& key, const std::string& where);
std::string json_text(const nlohmann::json& object, const std::string& key,
                      const std::string& where);

}  // namespace trm::format
