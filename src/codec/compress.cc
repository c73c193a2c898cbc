#include "codec/compress.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace sluice::codec {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;
using namespace std::string_view_literals;

constexpr auto kGzipMagic = "\x1f\x8b"sv;
constexpr auto kXzMagic =
    "\xfd"
    "7zXZ\0"sv;
constexpr std::size_t kStep = std::size_t{1} << 18U;   // the first piece of output
constexpr int kGzipWindow = 15 + 16;                   // zlib: the largest window, gzip container
constexpr std::uint64_t kXzMemoryMax = 512ULL << 20U;  // xz -9 needs 65 MB to decompress

// xz at 1 takes a fifth of the time of the default and gives 10 % more; the files are short-lived.
constexpr std::uint32_t kXzPreset = 1;

Result<std::string> too_large(std::uint64_t bytes_max) {
  return fail(ErrorKind::invalid, fmt::format("more than {} bytes when unpacked", bytes_max));
}

// Grows `out` for more output, but never beyond one byte more than allowed: that byte is the proof
// that there is more.
std::size_t grown(std::string& out, std::uint64_t bytes_max) {
  const auto wanted = std::max<std::uint64_t>(kStep, out.size() * 2);
  out.resize(static_cast<std::size_t>(std::min<std::uint64_t>(wanted, bytes_max + 1)));
  return out.size();
}

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  int code =
      deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
  base::check(code == Z_OK, "zlib can be started");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  std::size_t used = 0;
  // zlib counts in unsigned int: feed it at most 1 GiB at a time.
  for (std::size_t at = 0; code != Z_STREAM_END;) {
    const auto piece = std::min<std::size_t>(bytes.size() - at, std::size_t{1} << 30U);
    stream.next_in = const_cast<unsigned char*>(bytes_of(bytes.substr(at)));  // zlib only reads it
    stream.avail_in = static_cast<unsigned>(piece);
    stream.next_out = bytes_of(out) + used;
    stream.avail_out = static_cast<unsigned>(
        std::min<std::size_t>(out.size() - used, std::numeric_limits<unsigned>::max()));
    const auto room = stream.avail_out;
    code = deflate(&stream, at + piece == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    base::check(code == Z_OK || code == Z_STREAM_END, "zlib compresses whatever it is given");
    used += room - stream.avail_out;
    at += piece - stream.avail_in;
  }
  deflateEnd(&stream);
  out.resize(used);
  return out;
}

std::string xz(std::string_view bytes) {
  std::string out(lzma_stream_buffer_bound(bytes.size()), '\0');
  std::size_t used = 0;
  const auto code = lzma_easy_buffer_encode(kXzPreset, LZMA_CHECK_CRC64, nullptr, bytes_of(bytes),
                                            bytes.size(), bytes_of(out), &used, out.size());
  base::check(code == LZMA_OK, "xz compresses whatever it is given");
  out.resize(used);
  return out;
}

struct Inflater {
  z_stream stream{};
  Inflater() { base::check(inflateInit2(&stream, kGzipWindow) == Z_OK, "zlib can be started"); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

// gzip allows several members one after the other (`cat a.gz b.gz`); what follows them is an error.
Result<std::string> gunzip(std::string_view bytes, std::uint64_t bytes_max) {
  Inflater inflater;
  auto& stream = inflater.stream;
  std::string out;
  std::size_t used = 0;
  std::size_t at = 0;
  for (;;) {
    if (used == out.size() && grown(out, bytes_max) == used) return too_large(bytes_max);
    const auto piece = std::min<std::size_t>(bytes.size() - at, std::size_t{1} << 30U);
    const auto room = std::min<std::size_t>(out.size() - used, std::size_t{1} << 30U);
    stream.next_in = const_cast<unsigned char*>(bytes_of(bytes.substr(at)));  // zlib only reads it
    stream.avail_in = static_cast<unsigned>(piece);
    stream.next_out = bytes_of(out) + used;
    stream.avail_out = static_cast<unsigned>(room);
    const int code = inflate(&stream, Z_NO_FLUSH);
    used += room - stream.avail_out;
    at += piece - stream.avail_in;
    if (code == Z_STREAM_END) {
      if (at == bytes.size()) break;
      inflateReset(&stream);
    } else if (code != Z_OK) {
      return fail(ErrorKind::corrupt, code == Z_BUF_ERROR && at == bytes.size()
                                          ? "gzip data is truncated"
                                          : "gzip data is damaged");
    }
  }
  if (used > bytes_max) return too_large(bytes_max);
  out.resize(used);
  return out;
}

struct Unxz {
  lzma_stream stream = LZMA_STREAM_INIT;
  Unxz() {
    base::check(lzma_stream_decoder(&stream, kXzMemoryMax, LZMA_CONCATENATED) == LZMA_OK,
                "xz can be started");
  }
  ~Unxz() { lzma_end(&stream); }
  Unxz(const Unxz&) = delete;
  Unxz& operator=(const Unxz&) = delete;
};

Result<std::string> unxz(std::string_view bytes, std::uint64_t bytes_max) {
  Unxz decoder;
  auto& stream = decoder.stream;
  stream.next_in = bytes_of(bytes);
  stream.avail_in = bytes.size();
  std::string out;
  for (auto code = LZMA_OK; code != LZMA_STREAM_END;) {
    const auto used = static_cast<std::size_t>(stream.total_out);
    if (used == out.size() && grown(out, bytes_max) == used) return too_large(bytes_max);
    stream.next_out = bytes_of(out) + used;
    stream.avail_out = out.size() - used;
    code = lzma_code(&stream, LZMA_FINISH);
    if (code == LZMA_BUF_ERROR) return fail(ErrorKind::corrupt, "xz data is truncated");
    if (code != LZMA_OK && code != LZMA_STREAM_END)
      return fail(ErrorKind::corrupt, "xz data is damaged");
  }
  if (stream.total_out > bytes_max) return too_large(bytes_max);
  out.resize(static_cast<std::size_t>(stream.total_out));
  return out;
}

struct RawArchive {
  archive* raw = archive_read_new();
  RawArchive() = default;
  ~RawArchive() { archive_read_free(raw); }
  RawArchive(const RawArchive&) = delete;
  RawArchive& operator=(const RawArchive&) = delete;
};

// zstd and lz4: rare enough to go through libarchive.
Result<std::string> unpack_rare(std::string_view bytes, std::uint64_t bytes_max,
                                std::string_view name) {
  RawArchive reader;
  archive_entry* entry = nullptr;
  archive_read_support_filter_zstd(reader.raw);
  archive_read_support_filter_lz4(reader.raw);
  archive_read_support_format_raw(reader.raw);
  const auto damaged = [&] {
    return fail(ErrorKind::corrupt, fmt::format("{} data is truncated or damaged", name));
  };
  if (archive_read_open_memory(reader.raw, bytes.data(), bytes.size()) != ARCHIVE_OK ||
      archive_read_next_header(reader.raw, &entry) != ARCHIVE_OK)
    return damaged();
  std::string out;
  for (std::size_t used = 0;;) {
    if (used == out.size() && grown(out, bytes_max) == used) return too_large(bytes_max);
    const auto got = archive_read_data(reader.raw, out.data() + used, out.size() - used);
    if (got < 0) return damaged();
    used += static_cast<std::size_t>(got);
    if (used > bytes_max) return too_large(bytes_max);
    if (got > 0) continue;
    out.resize(used);
    return out;
  }
}

}  // namespace

Compression compression_of_name(std::string_view file_name) {
  if (file_name.ends_with(".gz")) return Compression::gzip;
  return file_name.ends_with(".xz") ? Compression::xz : Compression::none;
}

std::string compress(std::string_view bytes, Compression how) {
  switch (how) {
    case Compression::gzip: return gzip(bytes);
    case Compression::xz: return xz(bytes);
    case Compression::none: break;
  }
  return std::string(bytes);
}

Result<std::string> decompress(std::string_view bytes, std::uint64_t bytes_max) {
  if (bytes.starts_with(kGzipMagic)) return gunzip(bytes, bytes_max);
  if (bytes.starts_with(kXzMagic)) return unxz(bytes, bytes_max);
  if (bytes.starts_with("\x28\xb5\x2f\xfd"sv)) return unpack_rare(bytes, bytes_max, "zstd");
  if (bytes.starts_with("\x04\x22\x4d\x18"sv)) return unpack_rare(bytes, bytes_max, "lz4");
  if (bytes.size() > bytes_max) return too_large(bytes_max);
  return std::string(bytes);
}

Result<std::string> decompress_as(Compression expected, std::string_view bytes,
                                  std::uint64_t bytes_max) {
  const bool gzip_expected = expected == Compression::gzip;
  if (expected != Compression::none && !bytes.starts_with(gzip_expected ? kGzipMagic : kXzMagic))
    return base::fail(ErrorKind::corrupt, std::string(gzip_expected ? "gzip" : "xz") +
                                              " expected, got " +
                                              (bytes.empty() ? "nothing" : "something else"));
  return decompress(bytes, bytes_max);
}

}  // namespace sluice::codec
