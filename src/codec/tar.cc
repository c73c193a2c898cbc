#include "codec/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <array>
#include <memory>

namespace sluice::codec {
namespace {

using base::ErrorKind;

constexpr std::size_t kFilesMax = 1000;

struct Reader {
  std::unique_ptr<archive, int (*)(archive*)> raw{archive_read_new(), &archive_read_free};
  std::uint64_t bytes_left = 0;

  std::unexpected<base::Error> damaged() const {
    const auto* why = archive_error_string(raw.get());
    return base::fail(ErrorKind::corrupt,
                      fmt::format("damaged tar: {}", why == nullptr ? "no reason given" : why));
  }

  base::Result<std::string> content() {
    std::string content;
    std::array<char, 1 << 14> buffer;
    for (;;) {
      const auto got = archive_read_data(raw.get(), buffer.data(), buffer.size());
      if (got < 0) return damaged();
      if (got == 0) return content;
      const auto size = static_cast<std::uint64_t>(got);
      if (size > bytes_left) return base::fail(ErrorKind::invalid, "tar is larger than expected");
      bytes_left -= size;
      content.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
};

}  // namespace

base::Result<TarFiles> read_tar(std::string_view bytes, std::uint64_t bytes_max) {
  Reader reader{.bytes_left = bytes_max};
  auto* const raw = reader.raw.get();
  if (raw == nullptr) return base::fail(ErrorKind::unavailable, "no memory for a tar");
  archive_read_support_filter_all(raw);
  archive_read_support_format_tar(raw);
  if (archive_read_open_memory(raw, bytes.data(), bytes.size()) != ARCHIVE_OK)
    return reader.damaged();
  TarFiles files;
  for (std::size_t entries = 0;; ++entries) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(raw, &entry);
    if (status == ARCHIVE_EOF) return files;
    if (status != ARCHIVE_OK) return reader.damaged();
    if (entries >= kFilesMax) return base::fail(ErrorKind::invalid, "tar has too many files");
    const auto* path = archive_entry_pathname(entry);
    if (path == nullptr || archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string_view name = path;
    if (name.starts_with("./")) name.remove_prefix(2);
    auto content = reader.content();
    if (!content) return std::unexpected(std::move(content.error()));
    files.insert_or_assign(std::string(name), std::move(*content));
  }
}

}  // namespace sluice::codec
