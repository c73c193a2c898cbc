#include "codec/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/check.h"
#include "base/text.h"

namespace sluice::codec {
namespace {

using base::ErrorKind;

constexpr std::size_t kFilesMax = 1000;
constexpr std::size_t kShownMax = 100;

struct TarReader {
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

// Not all that the library knows: for some (lrzip, lzop, grzip) it would run a program of this
// machine on a stranger's bytes, and rpm or uu are no compressed tars.
void support_filters(archive* raw) {
  archive_read_support_filter_gzip(raw);
  archive_read_support_filter_bzip2(raw);
  archive_read_support_filter_xz(raw);
  archive_read_support_filter_zstd(raw);
}

bool leads_elsewhere(std::string_view name) {
  const auto parts = base::split(name, '/');
  return name.empty() || name.starts_with('/') ||
         std::ranges::find(parts, std::string_view("..")) != parts.end();
}

// Nothing of ours writes any of these, so who does is up to something: all of it is refused, lest
// another reader of the same bytes sees another run. Source: testgrid 7.3.
base::Result<void> check_entry(archive_entry* entry, std::string_view name) {
  const auto refuse = [&](std::string_view what) {
    // It is told in logs: one line, and no more of it than a person reads.
    const auto shown = base::has_controls(name) ? std::string_view("?") : name.substr(0, kShownMax);
    return base::fail(ErrorKind::invalid, fmt::format("tar entry \"{}\" {}", shown, what));
  };
  if (leads_elsewhere(name)) return refuse("leads elsewhere: expected a relative name without ..");
  // A hard link says that it is a regular file, and has the content of another.
  if (archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr)
    return refuse("is a link: expected a regular file");
  const auto type = archive_entry_filetype(entry);
  if (type != AE_IFREG && type != AE_IFDIR)
    return refuse("is a device or a pipe: expected a regular file");
  return {};
}

}  // namespace

base::Result<TarFiles> read_tar(std::string_view bytes, std::uint64_t bytes_max) {
  TarReader reader{.bytes_left = bytes_max};
  auto* const raw = reader.raw.get();
  if (raw == nullptr) return base::fail(ErrorKind::unavailable, "no memory for a tar");
  support_filters(raw);
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
    if (auto good = check_entry(entry, path == nullptr ? "" : path); !good)
      return std::unexpected(std::move(good.error()));
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    std::string_view name = path;
    if (name.starts_with("./")) name.remove_prefix(2);
    auto content = reader.content();
    if (!content) return std::unexpected(std::move(content.error()));
    files.insert_or_assign(std::string(name), std::move(*content));
  }
}

std::string write_tar(const TarFiles& files, std::int64_t modified_seconds) {
  // Named, so that libarchive's own choice of a buffer size does not decide the padding.
  constexpr int kBlock = 10'240;
  std::string out;
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(),
                                                           &archive_write_free);
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                       &archive_entry_free);
  base::check(writer && entry, "there is memory for a tar");
  archive_write_set_format_pax_restricted(writer.get());
  archive_write_set_bytes_per_block(writer.get(), kBlock);
  archive_write_open2(
      writer.get(), &out, nullptr,
      [](archive*, void* to, const void* bytes, std::size_t size) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
        return static_cast<la_ssize_t>(size);
      },
      nullptr, nullptr);
  for (const auto& [name, content] : files) {
    archive_entry_clear(entry.get());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_mtime(entry.get(), modified_seconds, 0);
    base::check(archive_write_header(writer.get(), entry.get()) >= ARCHIVE_WARN &&
                    archive_write_data(writer.get(), content.data(), content.size()) ==
                        static_cast<la_ssize_t>(content.size()),
                "a tar in memory takes whatever it is given");
  }
  archive_write_close(writer.get());
  return out;
}

}  // namespace sluice::codec
