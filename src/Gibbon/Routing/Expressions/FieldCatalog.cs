using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gibbon.Routing.Expressions;

/// <summary>The fields an expression may name; http.* only where there is HTTP.</summary>
internal static partial class FieldCatalog
{
    private const string Headers = "http.headers.";
    private const string Queries = "http.queries.";
    private const string Segments = "http.path.segments.";

    /// <summary>The field of that name, or null when the language does not know it.</summary>
    public static Field? Find(string name, bool http)
    {
        FieldKind? kind = name switch
        {
            "net.protocol" => FieldKind.Protocol,
            "tls.sni" => FieldKind.Sni,
            "net.src.ip" => FieldKind.SourceAddress,
            "net.src.port" => FieldKind.SourcePort,
            "net.dst.ip" => FieldKind.DestinationAddress,
            "net.dst.port" => FieldKind.DestinationPort,
            "http.method" when http => FieldKind.Method,
            "http.host" when http => FieldKind.Host,
            "http.path" when http => FieldKind.Path,
            "http.path.segments.len" when http => FieldKind.PathSegmentCount,
            _ => null,
        };

        return kind is { } known ? new Field(known, []) : http ? FindNamed(name) : null;
    }

    /// <summary>False when the name is one of http.path.segments.* with a suffix that means nothing.</summary>
    public static bool IsWellFormed(string name)
    {
        if (!name.StartsWith(Segments, StringComparison.Ordinal))
        {
            return true;
        }

        string suffix = name[Segments.Length..];
        return suffix == "len" || (SegmentSuffix().IsMatch(suffix) && TrySegments(suffix, out int first, out int last) && (first < last || !suffix.Contains('_')));
    }

    private static Field? FindNamed(string name)
    {
        string? prefix = name.StartsWith(Headers, StringComparison.Ordinal) ? Headers
            : name.StartsWith(Queries, StringComparison.Ordinal) ? Queries
            : name.StartsWith(Segments, StringComparison.Ordinal) ? Segments
            : null;

        // The language's wildcard stands for the last part of a name only.
        if (prefix is null || name.AsSpan(prefix.Length).Contains('.'))
        {
            return null;
        }

        string rest = name[prefix.Length..];
        return prefix switch
        {
            Headers => new Field(FieldKind.Header, HeaderName(rest)),
            Queries => new Field(FieldKind.Query, Encoding.UTF8.GetBytes(rest)),
            _ when TrySegments(rest, out int first, out int last) && (first < last || !rest.Contains('_')) => new Field(FieldKind.PathSegments, [], first, last),

            // Accepted by the language, absent from every request.
            _ => new Field(FieldKind.PathSegments, [], int.MaxValue, int.MaxValue),
        };
    }

    /// <summary>A header's name as fields spell it.</summary>
    public static byte[] HeaderName(string name) => Encoding.UTF8.GetBytes(name.ToLowerInvariant().Replace('-', '_'));

    private static bool TrySegments(string suffix, out int first, out int last)
    {
        int line = suffix.IndexOf('_', StringComparison.Ordinal);
        last = 0;
        bool read = int.TryParse(line < 0 ? suffix : suffix.AsSpan(0, line), NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && (line < 0 || int.TryParse(suffix.AsSpan(line + 1), NumberStyles.None, CultureInfo.InvariantCulture, out last));
        last = line < 0 ? first : last;
        return read;
    }

    [GeneratedRegex(@"\A(0|[1-9][0-9]*)(_[1-9][0-9]*)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SegmentSuffix();
}
