#include "format/csv.h"

#include <zlib.h>

#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::format {
namespace {

using Row = std::vector<std::string>;

std::vector<Row> rows_of(const fs::path& path) {
  CsvReader reader(path);
  std::vector<Row> rows;
  while (auto row = reader.next()) rows.push_back(std::move(*row));
  return rows;
}

std::vector<Row> rows_of_text(const std::string& text) {
  const ScratchFolder folder;
  return rows_of(folder.file("a.csv", text));
}

// The bytes of a gzip file.
std::string zipped(const ScratchFolder& folder, const std::string& text) {
  const auto path = folder / "zip";
  const auto file = ::gzopen(path.c_str(), "wb");
  REQUIRE(::gzwrite(file, text.data(), static_cast<unsigned>(text.size())) ==
          static_cast<int>(text.size()));
  REQUIRE(::gzclose(file) == Z_OK);
  return read_text(path);
}

// Rows that do not compress to nothing.
std::string many_rows() {
  std::string text;
  for (unsigned i = 0; i < 5000; ++i) text += std::to_string(i * 2654435761U) + ",x\n";
  return text;
}

}  // namespace

TEST_CASE("rows are split at commas, whatever ends their lines", "[unit]") {
  const std::vector<Row> expected = {{"a", "b", "c"}, {"1", "", "3"}, {"", ""}};
  CHECK(rows_of_text("a,b,c\n1,,3\n,\n") == expected);
  CHECK(rows_of_text("a,b,c\r\n1,,3\r\n,\r\n") == expected);
  CHECK(rows_of_text("a,b,c\n\n\r\n1,,3\n,") == expected);
  CHECK(rows_of_text("").empty());
  CHECK(rows_of_text("\n\r\n\n").empty());
  CHECK(rows_of_text(" a , b\t") == std::vector<Row>{{" a ", " b\t"}});
}

TEST_CASE("the mark that spreadsheets begin a file with is no text", "[unit]") {
  CHECK(rows_of_text("\xEF\xBB\xBF"
                     "a,b\n1,2\n") == std::vector<Row>{{"a", "b"}, {"1", "2"}});
}

TEST_CASE("quotes keep commas, and doubled ones stand for one", "[unit]") {
  CHECK(rows_of_text("\"a,b\",c\n") == std::vector<Row>{{"a,b", "c"}});
  CHECK(rows_of_text("\"say \"\"x\"\"\",\"\"\n") == std::vector<Row>{{"say \"x\"", ""}});
  CHECK(rows_of_text("\"\"\"\"\n") == std::vector<Row>{{"\""}});
  CHECK(rows_of_text("a,\"b\"\r\n") == std::vector<Row>{{"a", "b"}});
}

TEST_CASE("a quoted field may go over several lines", "[unit]") {
  const std::vector<Row> expected = {{"a", "b"}, {"1\n\n2", "x"}, {"3", "4"}};
  CHECK(rows_of_text("a,b\n\"1\n\n2\",x\n3,4\n") == expected);
  CHECK(rows_of_text("a,b\r\n\"1\r\n\r\n2\",x\r\n3,4") == expected);
  const ScratchFolder folder;
  CsvReader reader(folder.file("a.csv", "a,b\n\"1\n2\",3\n4,5\n"));
  for (const int64_t line : {1, 2, 4}) {
    reader.next();
    CHECK(reader.line() == line);
  }
  const auto open = folder.file(
      "b.csv", "a\n\"" + std::string(1 << 19, 'x') + "\n" + std::string(1 << 19, 'x') + "\n\"\n");
  CHECK(error_of([&] { rows_of(open); }) ==
        open.string() + ": line 2: a quote is not closed within 1 MiB");
}

TEST_CASE("a quote within a field is a character", "[unit]") {
  CHECK(rows_of_text("5\" pipe,x\"y\"\n\"a\"b,c\n") ==
        std::vector<Row>{{"5\" pipe", "x\"y\""}, {"ab", "c"}});
}

TEST_CASE("the first row says what separates", "[unit]") {
  const std::vector<Row> expected = {{"a", "b", "c"}, {"1", "2", "3"}};
  CHECK(rows_of_text("a;b;c\n1;2;3\n") == expected);
  CHECK(rows_of_text("a\tb\tc\n1\t2\t3\n") == expected);
  CHECK(rows_of_text("a;b,c;d\n1,2\n") == std::vector<Row>{{"a", "b,c", "d"}, {"1,2"}});
  CHECK(rows_of_text("\"x;y;z\",b\n1;2,3\n") == std::vector<Row>{{"x;y;z", "b"}, {"1;2", "3"}});
}

TEST_CASE("comments are passed over where the file has such", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder.file("a.txt", "# one, \"two\na\n#\nb\n");
  CsvReader reader(path, CsvReader::Comments::kHash);
  CHECK(reader.next() == Row{"a"});
  CHECK(reader.next() == Row{"b"});
  CHECK(reader.line() == 4);
  CHECK_FALSE(reader.next());
}

TEST_CASE("a quote that is not closed is named by its line", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder.file("a.csv", "a,b\n\nc,\"d\ne\n");
  CsvReader reader(path);
  CHECK(reader.next() == Row{"a", "b"});
  CHECK(reader.line() == 1);
  CHECK(error_of([&] { reader.next(); }) == path.string() + ": line 3: a quote is not closed");
}

TEST_CASE("the place of a row counts empty lines", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder.file("a.csv", "a\n\n\nb\n");
  CsvReader reader(path);
  reader.next();
  CHECK(reader.where() == path.string() + ": line 1");
  reader.next();
  CHECK(reader.where() == path.string() + ": line 4");
}

TEST_CASE("a gzipped file reads as the plain one", "[unit]") {
  const ScratchFolder folder;
  const auto text = many_rows();
  const auto plain = rows_of(folder.file("a.csv", text));
  CHECK(plain.size() == 5000);
  CHECK(rows_of(folder.file("a.csv.gz", zipped(folder, text))) == plain);
}

TEST_CASE("a damaged or truncated archive is an error", "[unit]") {
  const ScratchFolder folder;
  const auto whole = zipped(folder, many_rows());
  const auto fault = [&](const std::string& bytes) {
    const auto path = folder.file("a.csv.gz", bytes);
    const auto text = error_of([&] { rows_of(path); });
    CHECK(text.starts_with(path.string() + ": line "));
    CHECK(text.ends_with("; fetch it again"));
    return text;
  };
  auto wrong_sum = whole;
  wrong_sum[whole.size() - 6] = static_cast<char>(wrong_sum[whole.size() - 6] ^ 1);
  CHECK(contains(fault(wrong_sum), "damaged archive: "));
  for (size_t cut : {size_t{1}, size_t{8}, size_t{9}, whole.size() / 2, whole.size() - 15}) {
    INFO(cut);
    CHECK(contains(fault(whole.substr(0, whole.size() - cut)), "damaged archive: "));
  }
  auto broken = whole;
  for (size_t i = whole.size() / 2; i < whole.size() / 2 + 64; ++i) broken[i] = '\xff';
  CHECK(contains(fault(broken), "damaged archive: "));
}

TEST_CASE("a line without end is no CSV", "[unit]") {
  const ScratchFolder folder;
  const std::string mebibyte(1 << 20, 'x');
  CHECK(rows_of(folder.file("a.csv", mebibyte + "\n")).at(0).at(0).size() == mebibyte.size());
  const auto path = folder.file("b.csv", "a\n" + mebibyte + "y\n");
  CHECK(error_of([&] { rows_of(path); }) ==
        path.string() + ": line 2: longer than 1 MiB; is it a CSV file?");
  // An archive may hold far more than its own size.
  const auto bomb = folder.file("c.csv.gz", zipped(folder, std::string(20 << 20, '\0')));
  CHECK(fs::file_size(bomb) < 100000);
  CHECK(contains(error_of([&] { rows_of(bomb); }), "line 1: longer than 1 MiB"));
}

TEST_CASE("what is not there or no file is an error", "[unit]") {
  const ScratchFolder folder;
  CHECK(error_of([&] { CsvReader reader(folder / "x.csv"); }) ==
        (folder / "x.csv").string() + ": no such file");
  CHECK(error_of([&] { CsvReader reader(folder.path()); }) ==
        folder.path().string() + ": not a regular file");
  CHECK(contains(error_of([&] { CsvReader reader(folder / std::string(300, 'x')); }),
                 ": no such file"));
}

}  // namespace trm::format
