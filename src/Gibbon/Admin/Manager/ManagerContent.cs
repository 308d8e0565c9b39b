using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Gibbon.Admin.Manager;

/// <summary>A file as browsers get it: with its type, its tag, and packed once for everybody.</summary>
internal sealed class ManagerContent
{
    /// <summary>Where builds leave room for <c>admin_gui_path</c>; ours as those of Kong Manager.</summary>
    private const string PathMark = "/__km_base__/";

    /// <summary>Below this packing does not pay.</summary>
    private const int LeastPacked = 512;

    // Whoever asks first waits for it. The highest quality is a twelfth smaller, and takes half a minute for the largest scripts of Kong Manager.
    private static readonly BrotliCompressionOptions Quick = new() { Quality = 6 };

    private readonly byte[] _plain;
    private readonly bool _isText;
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;

    /// <param name="path">The file's path, for its type.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="basePath">What <c>admin_gui_path</c> says.</param>
    public ManagerContent(string path, byte[] content, string basePath)
    {
        (Type, _isText) = TypeOf(Path.GetExtension(path));
        _plain = _isText ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace(PathMark, basePath == "/" ? "/" : basePath + "/", StringComparison.Ordinal)) : content;
        Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(_plain).AsSpan(0, 12))}\"";
        _brotli = new Lazy<byte[]>(() => Packed(static into => new BrotliStream(into, Quick)));
        _gzip = new Lazy<byte[]>(() => Packed(static into => new GZipStream(into, CompressionLevel.Optimal)));
    }

    public string Type { get; }

    /// <summary>The entity tag, of what the file says and not of how it is packed.</summary>
    public string Tag { get; }

    /// <summary>The bytes in the best form that a client takes.</summary>
    /// <param name="accepted">Its <c>Accept-Encoding</c>.</param>
    /// <returns>The bytes, and the name of their encoding; null for none.</returns>
    public (byte[] Bytes, string? Encoding) For(StringValues accepted)
    {
        if (!_isText || _plain.Length < LeastPacked)
        {
            return (_plain, null);
        }

        return Takes(accepted, "br") ? (_brotli.Value, "br") : Takes(accepted, "gzip") ? (_gzip.Value, "gzip") : (_plain, null);
    }

    private static bool Takes(StringValues accepted, string encoding)
    {
        foreach (string item in accepted.ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            string[] parts = item.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0].Equals(encoding, StringComparison.OrdinalIgnoreCase))
            {
                return !parts.AsSpan(1).ContainsAny("q=0", "q=0.0");
            }
        }

        return false;
    }

    private byte[] Packed(Func<Stream, Stream> packer)
    {
        using MemoryStream packed = new();
        using (Stream stream = packer(packed))
        {
            stream.Write(_plain);
        }

        return packed.ToArray();
    }

    private static (string Type, bool IsText) TypeOf(string extension) => extension.ToLowerInvariant() switch
    {
        ".html" => ("text/html; charset=utf-8", true),
        ".js" or ".mjs" => ("application/javascript; charset=utf-8", true),
        ".css" => ("text/css; charset=utf-8", true),
        ".json" or ".map" => ("application/json", true),
        ".svg" => ("image/svg+xml", true),
        ".txt" => ("text/plain; charset=utf-8", true),
        ".png" => ("image/png", false),
        ".jpg" or ".jpeg" => ("image/jpeg", false),
        ".gif" => ("image/gif", false),
        ".ico" => ("image/x-icon", false),
        ".woff2" => ("font/woff2", false),
        ".woff" => ("font/woff", false),
        ".ttf" => ("font/ttf", false),
        ".wasm" => ("application/wasm", false),
        _ => ("application/octet-stream", false),
    };
}
