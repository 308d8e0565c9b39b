using System.Buffers;
using System.IO.Compression;
using Gibbon.Pdk;

namespace Gibbon.Clustering;

/// <summary>What goes over the wire compressed.</summary>
internal static class Gzip
{
    /// <summary>A small text may be made of endless nothing; no configuration is this large.</summary>
    private const int MostInflated = 1024 * 1024 * 1024;

    /// <summary>Whether it begins as gzip does; a Snappy block of our messages never does.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes is [0x1f, 0x8b, 0x08, ..];

    public static byte[] Deflate(ReadOnlySpan<byte> bytes, CompressionLevel level = CompressionLevel.Optimal)
    {
        using MemoryStream output = new(bytes.Length / 8);
        using (GZipStream gzip = new(output, level))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    /// <summary>A value as JSON, which is nowhere as a whole before it is compressed.</summary>
    public static byte[] DeflateJson(object? value, CompressionLevel level = CompressionLevel.Optimal)
    {
        using GzipWriter writer = new(level);
        ValueJson.Write(writer, value);
        return writer.Finish();
    }

    /// <summary>Reads JSON, which is nowhere as a whole after it was unpacked.</summary>
    /// <returns>False when it is not gzip, or no JSON in it, or too much.</returns>
    public static bool TryReadJson(byte[] bytes, out object? value)
    {
        using GZipStream gzip = new(new MemoryStream(bytes), CompressionMode.Decompress);
        try
        {
            return ValueJson.TryRead(new BoundedStream(gzip, MostInflated), out value, out _);
        }
        catch (InvalidDataException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>Null when it is not gzip, or too much.</summary>
    public static byte[]? Inflate(byte[] bytes)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            using GZipStream gzip = new(new MemoryStream(bytes), CompressionMode.Decompress);
            using MemoryStream output = new(bytes.Length * 4);
            int read;
            while ((read = gzip.Read(block)) > 0)
            {
                if (output.Length + read > MostInflated)
                {
                    return null;
                }

                output.Write(block, 0, read);
            }

            // What has no header at all is taken for an empty file.
            return output.Length == 0 ? null : output.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
