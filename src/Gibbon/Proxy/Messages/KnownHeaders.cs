using System.Text;

namespace Gibbon.Proxy.Messages;

/// <summary>Names of the <see cref="KnownHeader"/>s, and the way back from bytes to number.</summary>
internal static class KnownHeaders
{
    private static readonly string[] Names =
    [
        "", "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Connection", "Content-Encoding",
        "Content-Length", "Content-Type", "Cookie", "Date", "ETag", "Expect", "Host", "HTTP2-Settings", "If-Modified-Since",
        "If-None-Match", "Keep-Alive", "Kong-Debug", "Last-Modified", "Location", "Origin", "Proxy", "Proxy-Authorization",
        "Proxy-Connection", "Range", "Referer", "Server", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent",
        "Vary", "Via", "X-Accel-Buffering", "X-Accel-Charset", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Redirect",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Path", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto",
        "X-Kong-Proxy-Latency", "X-Kong-Request-Id", "X-Kong-Response-Latency", "X-Kong-Upstream-Latency", "X-Kong-Upstream-Status",
        "X-Real-IP",
    ];

    private static readonly byte[][] NameBytes = Array.ConvertAll(Names, Encoding.ASCII.GetBytes);

    // Candidates by length and the low bits of the first letter; at most three names share a bucket.
    private static readonly KnownHeader[][] Buckets = BuildBuckets();

    public static int Count => Names.Length;

    /// <summary>The name as the gateway writes it.</summary>
    public static string Name(this KnownHeader header) => Names[(int)header];

    /// <summary>The name as the gateway writes it, in bytes.</summary>
    public static ReadOnlySpan<byte> Bytes(this KnownHeader header) => NameBytes[(int)header];

    /// <summary>The number of a name, letter case aside; <see cref="KnownHeader.None"/> for names without one.</summary>
    public static KnownHeader Identify(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 2 or > 23) return KnownHeader.None;

        foreach (var candidate in Buckets[Bucket(name.Length, name[0])])
        {
            if (Ascii.EqualsIgnoreCase(name, NameBytes[(int)candidate])) return candidate;
        }

        return KnownHeader.None;
    }

    private static int Bucket(int length, byte first) => (length * 32) + (first & 31);

    private static KnownHeader[][] BuildBuckets()
    {
        var buckets = new KnownHeader[24 * 32][];
        Array.Fill(buckets, []);
        for (var number = 1; number < Names.Length; number++)
        {
            var bucket = Bucket(Names[number].Length, NameBytes[number][0]);
            buckets[bucket] = [.. buckets[bucket], (KnownHeader)number];
        }

        return buckets;
    }
}
